"""C3D as its makers write it: other processors, parameters left out, miscounted or misspelt."""

import sys
from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import RecordingError
from nuchal.findings import Found, finding
from nuchal.io.recordings import c3d_process
from nuchal.io.recordings.c3d_file import Loaded, load_c3d
from nuchal.io.recordings.emg import read_emg
from nuchal.io.recordings.read import read_recording

PROCESSORS = {"Intel": 84, "DEC": 85, "SGI": 86}
CHANNELS = ("EMG1", "EMG2")


@pytest.fixture(autouse=True)
def given(monkeypatch, tmp_path) -> list[bytes]:
    """What ezc3d is given, in this process, without the time that one of its own takes."""
    files = []

    def load(_path: Path, content: bytes) -> Loaded:
        files.append(content)
        (tmp_path / "standard.c3d").write_bytes(content)
        c3d_process.main(str(tmp_path / "standard.c3d"), str(tmp_path / "arrays.npz"))
        with np.load(tmp_path / "arrays.npz") as found:
            return Loaded(found["points"], found["residuals"], found["analogs"])

    monkeypatch.setattr("nuchal.io.recordings.c3d.load_c3d", load)
    return files


@pytest.fixture
def put(save, c3d, trial):
    """Writes the trial as a maker's C3D: parameters replaced, or left out where None."""

    def write(*, names=trial.names, point=None, analog=None, groups=None, **build) -> Path:
        parameters = c3d.standard_parameters(names, frames=40)
        parameters["POINT"] |= point or {}
        parameters["ANALOG"] |= analog or {}
        parameters |= groups or {}
        kept = {
            group: {name: value for name, value in values.items() if value is not None}
            for group, values in parameters.items()
            if values is not None
        }
        positions, residual = build.pop("arrays", (c3d.positions, c3d.residual))
        return save("trial.c3d", c3d.build(positions, residual, kept, **build))

    return write


@pytest.fixture
def counts() -> np.ndarray:
    """Analog values of 40 frames, three samples each, two channels."""
    return np.random.default_rng(3).integers(-2000, 2000, (40, 3, 2)).astype(float)


@pytest.fixture
def analog(c3d):
    """Their parameters, all that a file can state."""
    return {
        "USED": c3d.integer(2),
        "RATE": c3d.real(300.0),
        "GEN_SCALE": c3d.real(0.5),
        "SCALE": c3d.real(0.25, 2.0),
        "OFFSET": c3d.integer(65536 - 7, 12),
        "LABELS": c3d.text(CHANNELS),
        "UNITS": c3d.text(["V", "V"]),
    }


def same_places(path: Path, trial, tolerance_m: float = 2e-7) -> None:
    recording = read_recording(path)
    assert recording.names == trial.names
    assert (recording.rate_hz, recording.vertical) == (100.0, "Z")
    np.testing.assert_array_equal(recording.visible, trial.visible)
    wanted = np.where(trial.visible[..., None], trial.positions_mm, 0.0) / 1000.0
    np.testing.assert_allclose(recording.positions, wanted, rtol=0, atol=tolerance_m)


def as_integers(c3d) -> dict:
    return {"point": {"SCALE": c3d.real(0.1)}, "integer_scale": 0.1}


@pytest.mark.parametrize("integers", [False, True])
@pytest.mark.parametrize("processor", PROCESSORS)
def test_numbers_of_every_processor(put, c3d, trial, counts, analog, processor, integers):
    maker = c3d.maker(processor=PROCESSORS[processor])
    number = as_integers(c3d) if integers else {}
    path = put(maker=maker, analogs=counts, analog=analog, **number)
    same_places(path, trial, 0.051e-3 if integers else 2e-7)
    emg = read_emg(path)
    assert (emg.names, emg.rate_hz) == (CHANNELS, 300.0)
    wanted = 1e6 * 0.5 * (counts.reshape(120, 2) - [-7.0, 12.0]) * [0.25, 2.0]
    np.testing.assert_allclose(emg.values, wanted, rtol=1e-6)


@pytest.mark.parametrize(
    "maker",
    [
        {"bare": ("LABELS",)},
        {"bare": ("LABELS", "UNITS", "USED", "Y_SCREEN"), "processor": 86},
        {"blocks": 3},
        {"blocks": -1},
        {"blocks": 200, "processor": 85},
        {"padding": b"\x20"},
    ],
)
def test_parameters_that_are_miscounted_or_lack_their_description(put, c3d, trial, maker):
    same_places(put(maker=c3d.maker(**maker)), trial)


def test_numbers_of_another_kind_and_names_in_small_letters(put, c3d, trial):
    floats = {"FRAMES": c3d.real(40.0), "USED": c3d.real(3.0)}
    same_places(put(point=floats), trial)
    standard = c3d.standard_parameters(trial.names, frames=40)
    small = {
        group.lower(): {name.lower(): value for name, value in values.items()}
        for group, values in standard.items()
    }
    same_places(put(groups={"POINT": None, "ANALOG": None, **small}), trial)


@pytest.mark.parametrize("lacking", [("USED",), ("SCALE",), ("RATE",), ("FRAMES", "DATA_START")])
def test_what_the_header_says_as_well_may_be_left_out(put, trial, lacking):
    same_places(put(point=dict.fromkeys(lacking)), trial)


@pytest.mark.parametrize(
    "lacking",
    [("SCALE", "OFFSET"), ("OFFSET",), ("SCALE",), ("LABELS", "UNITS"), ("USED",), ("GEN_SCALE",),
     ("RATE",), ("USED", "RATE", "GEN_SCALE", "SCALE", "OFFSET", "LABELS", "UNITS")],
)  # fmt: skip
def test_whatever_analog_parameters_are_left_out(put, trial, counts, analog, lacking):
    """Without SCALE or OFFSET ezc3d ends by a signal."""
    path = put(analogs=counts, analog=analog | dict.fromkeys(lacking))
    same_places(path, trial)
    emg = read_emg(path)
    scale = 1.0 if "SCALE" in lacking else np.array([0.25, 2.0])
    scale = scale * (1.0 if "GEN_SCALE" in lacking else 0.5)
    offset = 0.0 if "OFFSET" in lacking else np.array([-7.0, 12.0])
    unit = 1.0 if "UNITS" in lacking else 1e6
    np.testing.assert_allclose(emg.values, unit * (counts.reshape(120, 2) - offset) * scale)
    assert emg.names == (("channel 1", "channel 2") if "LABELS" in lacking else CHANNELS)
    assert emg.rate_hz == 300.0


def test_a_file_without_a_group_of_analog_channels(put, trial):
    same_places(put(groups={"ANALOG": None}), trial)


@pytest.mark.parametrize(
    ("rate", "samples"), [(1e12, 3), (0.0, 3), (1e-12, 3), (float("nan"), 3), (300.0, 0)]
)
def test_no_analog_rate_takes_memory_or_time(put, c3d, trial, counts, analog, given, rate, samples):
    """From the rates ezc3d takes how many samples to make room for: it doesn't get them."""
    path = put(analogs=counts, analog=analog | {"RATE": c3d.real(rate)})
    content = bytearray(path.read_bytes())
    content[18:20] = samples.to_bytes(2, "little")
    path.write_bytes(content)
    same_places(path, trial)
    same_places(put(), trial)
    assert given[0] == given[1]


def test_offsets_as_floats_and_unsigned_counts(put, c3d, counts, analog):
    floats = analog | {"OFFSET": c3d.real(-7.5, 12.25)}
    emg = read_emg(put(analogs=counts, analog=floats))
    wanted = 0.5e6 * (counts.reshape(120, 2) - [-7.5, 12.25]) * [0.25, 2.0]
    np.testing.assert_allclose(emg.values, wanted)
    high = counts + 40000.0
    unsigned = analog | {"FORMAT": c3d.text(["UNSIGNED"]), "OFFSET": c3d.integer(40000, 32768)}
    wrapped = np.where(high > 32767.0, high - 65536.0, high)
    emg = read_emg(put(analogs=wrapped, analog=unsigned, **as_integers(c3d)))
    wanted = 0.5e6 * (high.reshape(120, 2) - [40000.0, 32768.0]) * [0.25, 2.0]
    np.testing.assert_allclose(emg.values, wanted)


def with_others(c3d, before: int, after: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The trial's arrays among points that stand a metre away."""
    shape = ((0, 0), (before, after))
    positions = np.pad(c3d.positions, (*shape, (0, 0)))
    for k in (*range(before), *range(3 + before, 3 + before + after)):
        positions[:, k] = 900.0 + k
    return positions, np.pad(c3d.residual, shape)


def test_more_points_than_labels(put, c3d, trial):
    path = put(arrays=with_others(c3d, 0, 2), point={"USED": c3d.integer(5)})
    same_places(path, trial)
    assert finding(Found.UNLABELLED_LEFT_OUT, count=2) in read_recording(path).notes


def test_labels_beyond_255(put, c3d, trial):
    first = c3d.text([f"M{k}" for k in range(255)])
    point = {"USED": c3d.integer(258), "LABELS": first, "LABELS2": c3d.text(trial.names)}
    recording = read_recording(put(arrays=with_others(c3d, 255), point=point))
    assert recording.names[255:] == trial.names
    wanted = np.where(trial.visible[..., None], trial.positions_mm, 0.0) / 1000.0
    np.testing.assert_allclose(recording.positions[:, 255:], wanted, rtol=0, atol=2e-7)


def test_more_channels_than_a_list_holds(put, c3d):
    values = np.random.default_rng(4).normal(size=(40, 2, 300))
    page = {"SCALE": c3d.real(*[0.5] * 255), "SCALE2": c3d.real(*[0.25] * 45)}
    emg = read_emg(put(analogs=values, analog={"USED": c3d.integer(300), **page}))
    wanted = values.reshape(80, 300) * np.repeat([0.5, 0.25], [255, 45])
    np.testing.assert_allclose(emg.values, wanted, rtol=1e-6)


@pytest.mark.parametrize("shown", [None, 3, 4])
@pytest.mark.parametrize("name", ["uname", "TP"])
def test_of_points_of_one_name_those_that_are_seen_are_taken(put, c3d, trial, shown, name):
    positions, residual = with_others(c3d, 0, 2)
    residual[:, [k for k in (3, 4) if k != shown]] = -1.0
    if name == "TP" and shown is not None:
        residual[:, 0] = -1.0
    recording = read_recording(put(names=(*trial.names, name, name), arrays=(positions, residual)))
    assert sorted(recording.names) == sorted({*trial.names, name})
    column = recording.names.index(name)
    place = trial.positions_mm[:, 0] if name == "TP" else np.zeros((40, 3))
    place = place if shown is None else np.full((40, 3), 900.0 + shown)
    np.testing.assert_allclose(recording.positions[:, column] * 1e3, place, rtol=0, atol=2e-4)


def test_of_two_models_in_a_file_that_with_a_head_is_taken(put, c3d, trial):
    names = (*(f"Anna:{name}" for name in trial.names), "AnnaPiG:LASI", "AnnaPiG:RASI")
    path = put(names=names, arrays=with_others(c3d, 0, 2))
    same_places(path, trial)
    notes = read_recording(path).notes
    assert finding(Found.NO_HEAD_LEFT_OUT, prefixes=["AnnaPiG"]) in notes
    assert finding(Found.PREFIX_REMOVED, prefix="Anna:") in notes
    heads = (*(f"Anna:{name}" for name in trial.names), *(f"Ben:{name}" for name in trial.names))
    with pytest.raises(RecordingError) as caught:
        read_recording(put(names=heads, arrays=with_others(c3d, 0, 3)))
    assert caught.value.what == "recording.several_people"


@pytest.mark.parametrize(
    ("unit", "metres"),
    [("mete", 1.0), ("metr", 1.0), ("mill", 1e-3), ("Millim", 1e-3), ("cent", 1e-2)],
)
def test_units_cut_short(put, c3d, trial, unit, metres):
    same_places(
        put(
            point={"UNITS": c3d.text([unit])}, arrays=(c3d.positions * 1e-3 / metres, c3d.residual)
        ),
        trial,
    )


@pytest.mark.parametrize(
    ("screen", "vertical"), [("+Z", "Z"), ("+y", "Y"), ("-X", "X"), ("Z", "Z"), ("up", None)]
)
def test_the_axis_up_the_screen(put, c3d, screen, vertical):
    path = put(point={"Y_SCREEN": c3d.text([screen])})
    assert read_recording(path).vertical == vertical


def test_counts_of_frames_beyond_16_bits_as_a_float(put, c3d):
    frames = 66000
    positions = np.tile(np.array([[[1.0, 1600.0, 5.0], [1.0, 1500.0, 80.0]]]), (frames, 1, 1))
    point = {"FRAMES": c3d.real(float(frames))}
    path = put(names=("TP", "LH"), point=point, arrays=(positions, np.zeros((frames, 2))))
    assert len(read_recording(path).time) == frames


def test_the_first_frame_may_be_number_0(put):
    assert read_recording(put(first_frame=0)).time[0] == 0.0


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a limit of memory, as Linux has it")
def test_the_process_gets_no_more_memory_than_its_limit(tmp_path, monkeypatch, c3d):
    reader = Path(sys.modules[load_c3d.__module__].__file__).with_name("c3d_process.py")
    wasteful = reader.read_text().replace("    main(", "    np.ones(10**9)\n    main(")
    assert wasteful.count("np.ones") == 1
    (tmp_path / "wasteful.py").write_text(wasteful)
    monkeypatch.setattr("nuchal.io.recordings.c3d_file._READER", tmp_path / "wasteful.py")
    with pytest.raises(RecordingError) as caught:
        load_c3d(tmp_path / "a.c3d", c3d.content)
    assert caught.value.values["reason"].what == "c3d.too_large"
