"""Recordings of orientations on the page: what is found, what is asked for, what is passed on."""

from pathlib import Path

import numpy as np
import pytest
from nicegui import ui
from scipy.spatial.transform import Rotation

from nuchal.app import analysis
from nuchal.app.choices import Choices, Span
from nuchal.app.look import Look, look_at
from nuchal.app.reading import about, opened, settled
from nuchal.commands.options import RecordingOptions
from nuchal.commands.tracked import read_and_track
from nuchal.errors import NuchalError
from nuchal.io.subject import read_subject
from nuchal.model.scaling import personalise

from .visitor import Here, drop, play

NOD = Span(from_s=1.0, to_s=4.0)


@pytest.fixture
def sensors(root: Path) -> Path:
    return root / "examples" / "demo_sensors.sto"


@pytest.fixture
def markers(root: Path) -> Path:
    return root / "examples" / "demo_recording.trc"


def said(path: Path) -> Choices:
    """What the demonstration's sensors need to be told."""
    choices = Choices()
    choices.turns.up, choices.turns.nods = "+Z", {path.name: NOD}
    return choices


def look(path: Path, choices: Choices, tmp_path: Path, static: Path | None = None) -> Look:
    return look_at(path, static, choices, tmp_path / "picture.json")


def headset(tmp_path: Path, columns: str, *, order: str = "wxyz") -> Path:
    """Somebody who wears a headset and turns the head to the left and back, 90 times a second."""
    time = np.arange(270) / 90.0
    angle = np.radians(40.0 * np.sin(np.clip(time - 1.0, 0.0, None)))
    left = Rotation.from_rotvec(np.outer(angle, [0.0, 1.0, 0.0]))
    numbers = left.as_quat(scalar_first=order == "wxyz")
    rows = [
        f"{t:.5f}," + ",".join(f"{n:.6f}" for n in row)
        for t, row in zip(time, numbers, strict=True)
    ]
    path = tmp_path / "headset.csv"
    path.write_text("\n".join([f"time,{columns}", *rows]), "utf-8")
    return path


async def sees(here: Here, text: str) -> None:
    """Read it on the page, sooner or later."""
    await here.user.should_see(text, retries=50)


def choose(here: Here, mark: str, value: object, kind: type = ui.select) -> None:
    (field,) = here.user.find(marker=mark, kind=kind).elements
    with here.user:
        field.value = value


def test_a_nod_tells_the_page_where_the_person_faces(sensors) -> None:
    async def story(here: Here) -> None:
        user = here.user
        await drop(user, sensors)
        await sees(here, "20.5 s, 1024 frames at 50 Hz, orientations of 2 bodies")
        await sees(here, 'which of its axes points up; state it with "Axis that points up"')
        await sees(here, "Head: head_imu; torso: torso_imu.")
        choose(here, "turns-up", "+Z")
        await sees(here, 'state the axis with "Axis that the person faces"')
        choose(here, "nod_from_s", 1.0, ui.number)
        choose(here, "nod_to_s", 4.0, ui.number)
        await sees(here, "+Z is up and the person faces nearest to -Y (by the nod)")
        await user.should_not_see("state it with")
        assert here.visit.choices.turns.nods == {"demo_sensors.sto": NOD}

    play(story)


def test_what_was_chosen_of_sensors_is_taken_back(sensors) -> None:
    async def story(here: Here) -> None:
        await drop(here.user, sensors)
        await sees(here, "which of its axes points up")
        choose(here, "turns-up", "+Z")
        await sees(here, "where the person faces; state the axis")
        choose(here, "turns-forward", "+X")
        await sees(here, "the person faces nearest to +X (as stated)")
        here.user.find("Back to what was found").click()
        await sees(here, "which of its axes points up")
        assert here.visit.choices == Choices()

    play(story)


def test_each_recording_is_checked_by_what_it_holds(sensors, markers) -> None:
    async def story(here: Here) -> None:
        user = here.user
        await drop(user, markers)
        await sees(here, "Axes of the laboratory: up +")
        await drop(user, sensors)
        await sees(here, "orientations of 2 bodies")
        choose(here, "checked", sensors.name)
        await sees(here, "Body that is the head")
        await user.should_not_see("top of the head")
        choose(here, "checked", markers.name)
        await sees(here, "top of the head")
        await user.should_not_see("Body that is the head")

    play(story)


def test_a_table_asks_for_the_order_of_its_numbers(tmp_path) -> None:
    path = headset(tmp_path, "head_q0,head_q1,head_q2,head_q3", order="xyzw")

    async def story(here: Here) -> None:
        user = here.user
        await drop(user, path)
        await sees(here, "orientations; see step 3")
        await sees(here, 'give "Order of the four numbers" as wxyz or xyzw')
        choose(here, "quaternion", "xyzw")
        await sees(here, "3.0 s, 270 frames at 90 Hz, orientations of one body")
        await sees(here, "the trunk is taken to stand still")

    play(story)


def test_columns_that_are_called_otherwise_are_named(tmp_path) -> None:
    path = headset(tmp_path, "HMD_w,HMD_x,HMD_y,HMD_z")
    with pytest.raises(NuchalError):
        look(path, Choices(), tmp_path)
    choices = Choices()
    choices.turns.head_columns = "HMD"
    assert look(path, choices, tmp_path).names == ("head",)


def test_what_explains_a_recording_is_none(tmp_path) -> None:
    async def story(here: Here) -> None:
        (tmp_path / "a_channels.tsv").write_text("name\tcomponent\ttype\n", "utf-8")
        await drop(here.user, tmp_path / "a_channels.tsv")
        await sees(here, "explains the recording beside it")
        assert here.visit.recordings == here.visit.trials == ()
        assert [path.name for path in here.visit.uploads] == ["a_channels.tsv"]

    play(story)


def test_the_picture_is_of_the_heads_angles(sensors, root, tmp_path) -> None:
    """Read off its flexion, it is the command's own within what smoothing takes away."""
    choices = said(sensors)
    seen = look(sensors, choices, tmp_path)
    person = read_subject(root / "examples" / "person.toml")
    neck = personalise(person, form="living")
    options = settled(opened(about(sensors, choices)), choices, None)
    motion = read_and_track(sensors, person, neck, options)
    angles = motion.head_angles_deg(neck)
    shown = drawn(seen.turns.picture)
    for k, look_of in enumerate(("first", "second", "third")):
        assert np.abs(shown[look_of] - angles[:, k]).max() < 1.0


def drawn(picture: str) -> dict[str, np.ndarray]:
    """Angles of a picture's curves [degrees], by its own ticks."""
    ticks = [part.split("%")[0] for part in picture.split('class="tick y" style="top:')[1:]]
    labels = [part.split("</span>")[0] for part in picture.split('class="tick y"')[1:]]
    degrees = [float(label.rpartition(">")[2]) for label in labels]
    slope, start = np.polyfit(np.array(ticks, dtype=float), degrees, 1)
    curves = {}
    for part in picture.split('<path class="curve ')[1:]:
        which, points = part.split('"')[0], part.split('d="')[1].split('"')[0]
        heights = [float(one.split(" ")[1]) for one in points.replace("M", "L").split("L")[1:]]
        curves[which] = start + slope * np.array(heights) / 3.0
    return curves


def test_before_the_axes_are_known_the_picture_shows_when_the_head_turns(sensors, tmp_path) -> None:
    seen = look(sensors, Choices(), tmp_path)
    assert seen.problem.what == "turned.no_up"
    turned = drawn(seen.turns.picture)["first"]
    assert turned[:75].max() < 3.0
    assert turned[75:200].max() == pytest.approx(30.0, abs=2.0)


def test_each_file_is_told_what_concerns_it_alone(sensors, markers, root) -> None:
    static = root / "examples" / "demo_static.trc"
    choices = said(sensors)
    choices.markers, choices.swap_sides, choices.up = {"TP": "TP"}, True, "+Y"
    choices.in_degrees, choices.units, choices.neutral_from_s, choices.neutral_to_s = (
        True, "mm", 0.0, 1.0,
    )  # fmt: skip
    choices.turns.quaternion, choices.turns.head_columns = "wxyz", "HMD"
    rest = opened(about(static, choices), still=True)
    of_sensors, of_markers = (
        settled(opened(about(path, choices)), choices, rest) for path in (sensors, markers)
    )
    assert of_sensors == RecordingOptions(up="+Z", nod_window_s=(1.0, 4.0))
    assert (of_markers.up, of_markers.swap_sides, of_markers.units) == ("+Y", True, "mm")
    assert (of_markers.static, of_markers.neutral_window_s) == (static, (0.0, 1.0))
    assert (of_markers.in_degrees, of_markers.nod_window_s) == (None, None)


def test_a_static_trial_of_sensors_shows_their_neutral_pose(sensors, tmp_path) -> None:
    lines = sensors.read_text("utf-8").splitlines(keepends=True)
    start = next(k for k, line in enumerate(lines) if line.startswith("time")) + 1
    static = tmp_path / "rest_static.sto"
    static.write_text("".join(lines[: start + 50]), "utf-8")
    alone = look(static, Choices(), tmp_path, static)
    assert alone.problem is None
    assert alone.turns.head == "head_imu"
    seen = look(sensors, said(sensors), tmp_path, static)
    (neutral,) = [one for one in seen.turns.findings if one.what == "neutral_unturned"]
    assert neutral.values["file"] == "rest_static.sto"
    assert "band neutral" not in seen.turns.picture


def test_no_more_bodies_are_listed_than_a_page_can_show(tmp_path) -> None:
    names = [f"b{k}" for k in range(601)]
    columns = ",".join(f"{name}_q{part}" for name in names for part in "wxyz")
    row = ",".join(["1,0,0,0"] * len(names))
    path = tmp_path / "crowd.csv"
    path.write_text("\n".join([f"time,{columns}", *(f"{k / 50},{row}" for k in range(40))]))
    with pytest.raises(NuchalError, match="more bodies than the page can list, 600"):
        look(path, Choices(), tmp_path)


def test_a_nod_that_ends_early_keeps_its_fields(sensors) -> None:
    async def story(here: Here) -> None:
        await drop(here.user, sensors)
        await sees(here, "which of its axes points up")
        choose(here, "nod_to_s", 1.0, ui.number)
        choose(here, "nod_from_s", 4.0, ui.number)
        await sees(here, "The nod from 4 s to 1 s ends before it starts")
        choose(here, "nod_to_s", 5.0, ui.number)
        await sees(here, "which of its axes points up")
        await here.user.should_not_see("ends before it starts")

    play(story)


def test_the_analysis_reads_every_recording_in_its_own_way(
    sensors, markers, tmp_path, monkeypatch
) -> None:
    told = {}

    def run(trials, **given):
        told.update(given, trials=trials)
        raise NuchalError("page.analysis_stopped")

    monkeypatch.setattr(analysis.nuchal, "run_assess", run)
    choices = said(sensors)
    choices.take_person(
        {"neck_length_m": 0.11, "shoulder_width_m": 0.4, "body_mass_kg": 70.0,
         "markers": {"TP": "TP"}}
    )  # fmt: skip
    with pytest.raises(NuchalError):
        analysis.analyse([markers, sensors], None, choices, work=tmp_path, out=tmp_path / "result")
    each = told["options"].each
    assert each[markers].markers == {"TP": "TP"}
    assert (each[sensors].markers, each[sensors].nod_window_s) == ({}, (1.0, 4.0))
