"""Every format gives the trial that was put into it, and real files what other readers see."""

from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import RecordingError
from nuchal.findings import Assumed, Found, finding
from nuchal.io.recordings.read import read_recording
from nuchal.records import CoordinateRecording, Recording


def same_trial(recording, trial, tolerance_m=1e-12) -> None:
    assert isinstance(recording, Recording)
    assert recording.names == trial.names
    assert recording.rate_hz == 100.0
    np.testing.assert_array_equal(recording.visible, trial.visible)
    expected = np.where(trial.visible[..., None], trial.positions_mm, 0.0) / 1000.0
    np.testing.assert_allclose(recording.positions, expected, rtol=0, atol=tolerance_m)
    np.testing.assert_allclose(recording.time, trial.time, atol=1e-12)


def test_trc(save, texts, trial):
    recording = read_recording(save("a.trc", texts.trc))
    same_trial(recording, trial)
    assert recording.units == "mm"


@pytest.mark.parametrize("others", [True, False])
@pytest.mark.parametrize("prefix", ["Anna:", ""])
def test_vicon_csv(save, texts, trial, prefix, others):
    recording = read_recording(save("a.csv", texts.vicon(prefix=prefix, others=others)))
    same_trial(recording, trial)
    assert bool(recording.notes) == bool(prefix)


def test_vicon_csv_saved_by_a_german_spreadsheet(save, texts, trial):
    text = texts.vicon().replace(",", ";").replace(".", ",").replace("\ufeff", "")
    same_trial(read_recording(save("a.csv", text)), trial)


def test_vicon_csv_with_velocities_beside_the_positions(save):
    head = "Trajectories\n100\n,,TP,,,,,,LH,,,,,\nFrame,Sub Frame" + ",X,Y,Z,X',Y',Z'" * 2
    units = "," + ",mm,mm,mm,mm/s,mm/s,mm/s" * 2
    rows = [f"{i},0,{i},2,3,70,80,90,100,200,300,70,80,90" for i in range(1, 4)]
    recording = read_recording(save("a.csv", "\n".join([head, units, *rows])))
    assert recording.names == ("TP", "LH")
    np.testing.assert_allclose(recording.positions[1] * 1000, [[2, 2, 3], [100, 200, 300]])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("_x [mm]", ".X (mm)"),
        ("_x [mm]", " X [mm]"),
        ("_x [mm]", "_x_mm"),
        ("_x [mm]", ":x (millimetres)"),
        ("_x [mm]", "X [mm]"),
        ("time", "Time (s)"),
        (",", ";"),
        (",", "\t"),
    ],
)
def test_plain_csv_in_many_spellings(save, texts, trial, old, new):
    text = texts.plain
    for axis in "xyz" if old.startswith("_x") else "x":
        source = old.replace("x", axis, 1) if old.startswith("_x") else old
        axis_new = {"x": axis, "X": axis.upper()}
        target = new[:1] + axis_new[new[1]] + new[2:] if len(new) > 1 and new[1] in "xX" else new
        target = axis.upper() + new[1:] if new.startswith("X") else target
        text = text.replace(source, target) if source else text
    same_trial(read_recording(save("a.csv", text)), trial)


def test_plain_csv_with_a_row_of_units(save, texts, trial):
    first, rest = texts.plain.replace(" [mm]", "").split("\n", 1)
    text = "\n".join(["# exported by hand", first, "s" + ",mm" * 9, rest])
    same_trial(read_recording(save("a.csv", text)), trial)


def test_plain_csv_of_frame_numbers_with_unit_and_rate_given(save, texts, trial):
    first, *rows = texts.plain.replace(" [mm]", "").strip().split("\n")
    body = [f"{i}{row[row.index(',') :]}" for i, row in enumerate(rows, start=5)]
    path = save("a.csv", "\n".join([first.replace("time", "frame"), *body]))
    same_trial(read_recording(path, units="mm", rate_hz=100.0), trial)


def test_plain_csv_ignores_what_belongs_to_no_marker_and_says_so(save, texts, trial):
    first, *rows = texts.plain.strip().split("\n")
    text = "\n".join([f"{first},EMG1,phase_x", *(f"{row},0.5,1" for row in rows)])
    recording = read_recording(save("a.csv", text))
    same_trial(recording, trial)
    assert finding(Found.COLUMNS_LEFT_OUT, columns=["EMG1", "phase_x"]) in recording.notes


def test_utf16_and_latin1(save, texts, trial):
    same_trial(read_recording(save("a.csv", texts.plain.encode("utf-16"))), trial)
    text = texts.plain.replace("TP", "Tête")
    recording = read_recording(save("b.csv", text.encode("latin-1")))
    assert recording.names[0] == "Tête"
    assert finding(Assumed.LATIN_1, line=1) in recording.notes


def test_c3d(save, c3d, trial):
    recording = read_recording(save("a.c3d", c3d.content))
    same_trial(recording, trial, tolerance_m=2e-7)  # single precision
    assert recording.vertical == "Z"


def test_c3d_of_integers(save, c3d, trial):
    parameters = c3d.standard_parameters(trial.names, frames=40)
    parameters["POINT"]["SCALE"] = c3d.real(0.1)
    content = c3d.build(c3d.positions, c3d.residual, parameters, integer_scale=0.1)
    same_trial(read_recording(save("a.c3d", content)), trial, tolerance_m=0.051e-3)


def test_c3d_of_a_trial_cut_at_its_start_keeps_the_trials_time(save, c3d):
    content = c3d.build(c3d.positions, c3d.residual, c3d.parameters, first_frame=201)
    recording = read_recording(save("a.c3d", content))
    np.testing.assert_allclose(recording.time[:2], [2.0, 2.01])


def test_c3d_whose_rates_disagree_is_read_by_its_parameters_and_says_so(save, c3d):
    content = c3d.build(c3d.positions, c3d.residual, c3d.parameters, rate_hz=50.0)
    recording = read_recording(save("a.c3d", content))
    assert recording.rate_hz == 100.0
    assert finding(Found.HEADER_RATE, rate_hz=100.0, header_hz=50.0) in recording.notes


def test_c3d_longer_than_sixteen_bits_count(save, c3d):
    frames = 65600
    positions = np.tile(np.array([[[1.0, 1600.0, 5.0], [1.0, 1500.0, 80.0]]]), (frames, 1, 1))
    positions[:, 0, 0] += 0.01 * np.arange(frames)
    parameters = c3d.standard_parameters(("TP", "LH"), frames=frames)
    parameters["TRIAL"] = {
        "ACTUAL_START_FIELD": c3d.integer(1, 0),
        "ACTUAL_END_FIELD": c3d.integer(frames & 0xFFFF, frames >> 16),
    }
    content = c3d.build(positions, np.zeros((frames, 2)), parameters)
    recording = read_recording(save("a.c3d", content))
    np.testing.assert_allclose(recording.positions[-1, 0, 0], 0.65699, atol=1e-6)
    assert recording.visible.all()


def test_c3d_points_that_are_model_outputs_are_no_markers(save, c3d, trial):
    names = (*trial.names, "LNeckAngles")
    positions = np.concatenate([c3d.positions, np.full((40, 1, 3), 12.0)], axis=1)
    parameters = c3d.standard_parameters(names, frames=40)
    parameters["POINT"]["ANGLES"] = c3d.text(["LNeckAngles"])
    residual = np.pad(c3d.residual, ((0, 0), (0, 1)))
    recording = read_recording(save("a.c3d", c3d.build(positions, residual, parameters)))
    assert recording.names == trial.names
    assert finding(Found.MODEL_OUTPUTS, count=1) in recording.notes


def test_coordinates_in_degrees_and_radians(save, texts):
    degrees = read_recording(save("a.mot", texts.mot("yes")))
    radians = read_recording(save("b.sto", texts.mot("no", scale=np.pi / 180.0)))
    assert isinstance(degrees, CoordinateRecording)
    expected = np.radians(30.0 * np.sin(np.arange(40)[:, None] / 10.0 + np.arange(6)))
    np.testing.assert_allclose(degrees.q, expected, atol=1e-8)
    np.testing.assert_allclose(radians.q, expected, atol=1e-6)
    assert degrees.rate_hz == 100.0


def test_an_old_mot_file_is_in_degrees_as_opensim_takes_it(save, texts):
    opensim = pytest.importorskip("opensim")
    text = texts.mot("yes").replace("version=1\n", "").replace("inDegrees=yes\n", "")
    path = save("a.mot", text)
    assert opensim.Storage(str(path)).isInDegrees()
    expected = read_recording(save("b.mot", texts.mot("yes")))
    recording = read_recording(path)
    np.testing.assert_array_equal(recording.q, expected.q)
    assert finding(Assumed.OLD_MOT_DEGREES) in recording.notes


def test_coordinates_named_by_paths_among_other_columns(save, texts):
    text = texts.mot("yes").replace("pitch1", "/jointset/aux2jnt/pitch1/value")
    text = text.replace("nColumns=7", "nColumns=9").replace("yaw2\n", "yaw2\tt1_x\tpitch1/speed\n")
    head, body = text.split("speed\n")
    path = save("a.mot", head + "speed\n" + body.replace("\n", "\t1\t2\n"))
    expected = read_recording(save("b.mot", texts.mot("yes")))
    np.testing.assert_array_equal(read_recording(path).q, expected.q)


def test_coordinates_as_plain_csv(save, texts):
    table = texts.mot("yes").split("endheader\n")[1].replace("\t", ",")
    expected = read_recording(save("b.mot", texts.mot("yes")))
    recording = read_recording(save("a.csv", table), in_degrees=True)
    np.testing.assert_array_equal(recording.q, expected.q)


def test_an_unknown_suffix_is_read_by_its_content(save, texts, c3d, trial):
    same_trial(read_recording(save("a.txt", texts.trc)), trial)
    same_trial(read_recording(save("b", texts.plain)), trial)
    same_trial(read_recording(save("c.dat", c3d.content)), trial, tolerance_m=2e-7)


def test_several_people_in_one_file_are_told_apart(save, texts, trial):
    text = texts.trc.replace("\tLH\t", "\tBox:LH\t").replace("\tTP\t", "\tAnna:TP\t")
    path = save("a.trc", text)
    with pytest.raises(RecordingError) as caught:
        read_recording(path)
    assert caught.value.what == "recording.several_people"
    assert caught.value.values["prefixes"] == ["Anna", "Box"]
    recording = read_recording(path, person="box")
    assert recording.names == ("LH", "RH")
    np.testing.assert_array_equal(recording.visible[:, 0], trial.visible[:, 1])


def test_zero_for_missing_is_missing(save, texts):
    lines = texts.trc.split("\n")
    lines[6] = "1\t0.000\t0\t0.0\t0.000\t" + "\t".join(lines[6].split("\t")[5:])
    recording = read_recording(save("a.trc", "\n".join(lines)))
    assert not recording.visible[0, 0]
    assert recording.visible[1:, 0].all()
    assert finding(Assumed.ZERO_IS_MISSING, marker="TP", frames=1) in recording.notes


def test_times_rounded_to_milliseconds_are_even_at_sixty_hertz(save, texts):
    text = texts.trc.replace("100.00", "60.00")
    lines = text.split("\n")
    for i in range(40):
        cells = lines[6 + i].split("\t")
        lines[6 + i] = "\t".join([cells[0], f"{i / 60:.3f}", *cells[2:]])
    recording = read_recording(save("a.trc", "\n".join(lines)))
    assert recording.rate_hz == 60.0
    np.testing.assert_allclose(recording.time, np.arange(40) / 60.0, atol=1e-12)


class TestRealFiles:
    """Against readers that we did not write."""

    def test_gait_trc_as_opensim_reads_it(self, shared: Path):
        opensim = pytest.importorskip("opensim")
        for path in sorted((shared / "recordings/gait2354").glob("*.trc")):
            table = opensim.TimeSeriesTableVec3(str(path))
            recording = read_recording(path)
            assert recording.names == tuple(table.getColumnLabels())
            flat = table.flatten()  # kept, for the matrix below is a view of it
            theirs = flat.getMatrix().to_numpy().reshape(recording.positions.shape)
            np.testing.assert_allclose(recording.positions, theirs / 1000.0, rtol=0, atol=1e-12)
            times = np.array(table.getIndependentColumn())
            assert np.abs(recording.time - times).max() < 0.51e-3

    def test_every_vicon_trial_as_pandas_reads_it(self, shared: Path):
        pandas = pytest.importorskip("pandas")
        paths = sorted((shared / "recordings/vicon_neck").glob("*/trial_*/data_marker.csv"))
        assert len(paths) == 15
        for path in paths:
            table = pandas.read_csv(path, skiprows=[0, 1, 2, 4])
            recording = read_recording(path)
            theirs = table.iloc[:, 2:].to_numpy().reshape(recording.positions.shape)
            np.testing.assert_allclose(recording.positions, theirs / 1000.0, rtol=0, atol=1e-12)
            assert recording.rate_hz == 100.0
            assert recording.visible.all()

    def test_static_files_hold_trajectories_beside_angles(self, shared: Path):
        for path in (shared / "recordings/vicon_neck").glob("*/Static.csv"):
            recording = read_recording(path)
            assert recording.positions.shape[1] == 10

    def test_real_c3d_against_its_bytes(self, shared: Path):
        path = shared / "recordings/shoulder_emg/markers_analogs.c3d"
        recording = read_recording(path, person="Daphnee")
        # Blocks of 512 bytes; 51 points of x, y, z, residual and 38 channels x 20 samples a frame.
        words = np.frombuffer(path.read_bytes()[28 * 512 :], "<f4")[: 580 * (51 * 4 + 760)]
        points = words.reshape(580, -1)[:, : 51 * 4].reshape(580, 51, 4)[:, 8:]
        seen = points[..., 3] >= 0
        np.testing.assert_array_equal(recording.visible, seen)
        np.testing.assert_allclose(
            recording.positions[seen], points[seen][:, :3] / 1000.0, rtol=1e-6
        )
        assert (recording.rate_hz, recording.vertical) == (100.0, "Z")
        assert 0.9 < seen.mean() < 1.0
