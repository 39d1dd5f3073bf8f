"""Tables that OpenSim and pandas open, and that read back to the last bit."""

from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import Place, RecordingError
from nuchal.io.opensim.storage import read_storage, write_storage
from nuchal.io.recordings.trc import write_trc

TIME = Place(line=19, column="time")
LABELS = ("splen_cap", "splen_cap_L", "/jointset/aux2jnt/pitch1/value")


@pytest.fixture
def numbers() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    data = rng.normal(size=(50, 3)) * 10.0 ** rng.integers(-12, 12, size=(50, 3))
    return np.arange(50) / 100.0, data


@pytest.fixture
def written(tmp_path: Path, numbers) -> Path:
    path = tmp_path / "forces.sto"
    time, data = numbers
    note = "Forces\nin N."
    write_storage(path, name="forces", labels=LABELS, time=time, data=data, note=note)
    return path


def test_round_trip_is_exact(written, numbers):
    storage = read_storage(written)
    assert (storage.name, storage.labels, storage.in_degrees) == ("forces", LABELS, False)
    np.testing.assert_array_equal(storage.time, numbers[0])
    np.testing.assert_array_equal(storage.data, numbers[1])
    assert storage.header["nRows"] == "50"


def test_pandas_reads_it_as_the_documentation_says(written, numbers):
    pandas = pytest.importorskip("pandas")
    table = pandas.read_csv(written, sep="\t", skiprows=7)
    assert tuple(table.columns) == ("time", *LABELS)
    np.testing.assert_array_equal(table.iloc[:, 1:].to_numpy(), numbers[1])


@pytest.mark.parametrize("in_degrees", [True, False])
def test_opensim_opens_it(tmp_path, numbers, in_degrees):
    opensim = pytest.importorskip("opensim")
    time, data = numbers
    for name in ("a.sto", "a.mot"):
        path = tmp_path / name
        write_storage(
            path, name="a", labels=LABELS, time=time, data=data, in_degrees=in_degrees, note="N"
        )
        storage = opensim.Storage(str(path))
        assert storage.getSize() == 50
        assert storage.isInDegrees() == in_degrees
        table = opensim.TimeSeriesTable(str(path))
        assert tuple(table.getColumnLabels()) == LABELS
        assert table.getTableMetaDataString("inDegrees") == ("yes" if in_degrees else "no")
        np.testing.assert_allclose(np.array(table.getIndependentColumn()), time, rtol=1e-15)
        np.testing.assert_allclose(table.getMatrix().to_numpy(), data, rtol=1e-15)


@pytest.mark.parametrize("in_degrees", ["yes", "no"])
def test_opensims_own_tables_are_read(tmp_path, numbers, in_degrees):
    opensim = pytest.importorskip("opensim")
    time, data = numbers
    table = opensim.TimeSeriesTable()
    table.setColumnLabels(list(LABELS))
    for moment, row in zip(time, data, strict=True):
        table.appendRow(float(moment), opensim.RowVector.createFromMat(row))
    table.addTableMetaDataString("inDegrees", in_degrees)
    path = tmp_path / "theirs.sto"
    opensim.STOFileAdapter.write(table, str(path))
    storage = read_storage(path)
    assert storage.labels == LABELS
    assert storage.in_degrees == (in_degrees == "yes")
    np.testing.assert_allclose(storage.data, data, rtol=1e-13)


def test_opensims_published_results_are_read(shared: Path):
    opensim = pytest.importorskip("opensim")
    paths = sorted((shared / "reference/arm26").glob("*.[sm][to][ot]"))
    assert len(paths) == 6
    for path in paths:
        storage = read_storage(path)
        table = opensim.Storage(str(path))
        labels = table.getColumnLabels()
        assert storage.labels == tuple(labels.get(i) for i in range(1, labels.getSize()))
        assert storage.in_degrees == table.isInDegrees()
        assert len(storage.time) == table.getSize()
        last = table.getStateVector(table.getSize() - 1)
        theirs = [last.getData().get(i) for i in range(len(storage.labels))]
        np.testing.assert_allclose(storage.data[-1], theirs, rtol=1e-15)


def test_labels_that_would_break_the_table_are_a_fault_of_the_caller(tmp_path, numbers):
    time, data = numbers
    with pytest.raises(ValueError, match="labels"):
        write_storage(tmp_path / "a", name="a", labels=("a\tb", "c", "d"), time=time, data=data)
    with pytest.raises(ValueError, match="2 labels"):
        write_storage(tmp_path / "a", name="a", labels=("a", "c"), time=time, data=data)


@pytest.mark.parametrize(
    ("old", "new", "what", "values", "place"),
    [
        ("endheader\n", "\n", "storage.no_endheader", {}, None),
        ("nRows=50", "nRows=51", "storage.miscounted", {"promised": "51", "found": 50}, None),
        ("nColumns=4", "nColumns=9", "storage.miscounted", {"promised": "9", "found": 4}, None),
        ("inDegrees=no", "inDegrees=maybe", "storage.in_degrees", {"found": "maybe"}, None),
        ("time\t", "frame\t", "storage.no_time", {"found": "frame"}, Place(line=8)),
        ("version=1", "DataType=Vec3", "storage.elements", {"kind": "Vec3"}, None),
        ("0.1\t", "0.1\tnan\t", "table.width", {"found": 5, "wanted": 4}, Place(line=19)),
        ("0.1\t", "abc\t", "table.not_a_number", {"cell": "abc"}, TIME),
        ("0.1\t", "inf\t", "storage.gap", {}, TIME),
        ("0.1\t", "\t", "storage.gap", {}, TIME),
    ],
)
def test_what_is_wrong_with_a_table_has_a_code_and_a_place(written, old, new, what, values, place):
    text = written.read_text()
    assert old in text
    written.write_text(text.replace(old, new, 1))
    with pytest.raises(RecordingError) as caught:
        read_storage(written)
    assert (caught.value.what, caught.value.place) == (what, place)
    assert caught.value.values.items() >= values.items()


def test_a_table_that_ends_after_its_header(written):
    head = written.read_text().split("time\t")[0]
    written.write_text(head)
    with pytest.raises(RecordingError) as caught:
        read_storage(written)
    assert caught.value.what == "storage.no_rows"


def test_trc_is_opensims(tmp_path, trial):
    opensim = pytest.importorskip("opensim")
    path = tmp_path / "a.trc"
    write_trc(path, names=trial.names, time=trial.time, positions_m=trial.positions_mm / 1000.0)
    table = opensim.TimeSeriesTableVec3(str(path))
    assert tuple(table.getColumnLabels()) == trial.names
    assert table.getTableMetaDataString("DataRate") == "100.0"
    assert table.getTableMetaDataString("Units") == "mm"
    flat = table.flatten()  # kept, for the matrix below is a view of it
    theirs = flat.getMatrix().to_numpy().reshape(trial.positions_mm.shape)
    np.testing.assert_array_equal(np.isnan(theirs), np.isnan(trial.positions_mm))
    np.testing.assert_allclose(theirs, trial.positions_mm, rtol=1e-14)
    assert opensim.MarkerData(str(path)).getNumFrames() == 40
