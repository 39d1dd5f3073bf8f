"""Axes are found in any laboratory, and mistakes that show are named."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import RecordingError
from nuchal.tracking.laboratory import StatedAxes, check_size, detect_laboratory, parse_axis

from .conftest import AXES, BAND, TORSO, laboratory_axes

SOURCE = Path("lab.trc")
SKULL = np.array([0.0148, 0.1235, 0.0])
MODEL_HEAD = np.array([[0.0, 0.15, 0.0], [0.07, 0.075, -0.075], [0.07, 0.075, 0.075]])
HEAD = {
    **dict(zip(("TP", "LH", "RH"), MODEL_HEAD + SKULL, strict=True)),
    **{name: np.array(place) + SKULL for name, place in BAND.items()},
}
CUBE = [(u, f) for u, f in itertools.product(AXES, AXES) if u[1] != f[1]]
SETS = [
    ("TP LH RH", ""),
    ("TP LH RH", "C7 CLAV STRN T10"),
    ("LFHD RFHD LBHD RBHD", ""),
    ("TP LH RH", "STRN LSHO RSHO"),
    ("LFHD RFHD LBHD", "C7 LSHO RSHO"),
]


def seen(names: str, axes: np.ndarray) -> dict[str, np.ndarray]:
    """Markers of an upright person, in the laboratory's axes."""
    places = {**HEAD, **{name: np.array(place) for name, place in TORSO.items()}}
    return {name: places[name] @ axes + np.array([2.0, -1.0, 0.5]) for name in names.split()}


def find(head: dict, thorax: dict, **stated: str | None) -> object:
    return detect_laboratory(
        head, thorax, source=SOURCE, model_head=MODEL_HEAD, stated=StatedAxes(**stated)
    )


@pytest.mark.parametrize(("head", "thorax"), SETS)
@pytest.mark.parametrize(("up", "forward"), CUBE)
def test_all_twenty_four_laboratories(head: str, thorax: str, up: str, forward: str) -> None:
    for heading in (0.0, 0.5, -0.6):
        axes = laboratory_axes(up, forward, heading)
        found = find(seen(head, axes), seen(thorax, axes))
        assert found.rotation == pytest.approx(axes, abs=1e-9)
        assert np.linalg.det(found.rotation) == pytest.approx(1.0)
        assert (found.up, found.forward) == (up, forward)
        assert AXES[found.right] == pytest.approx(np.cross(AXES[forward], AXES[up]))
        assert found.heading_rad == pytest.approx(heading, abs=1e-9)


def test_the_axes_are_put_into_words() -> None:
    axes = laboratory_axes("+Z", "-Y", np.radians(7.0))
    found = find(seen("TP LH RH", axes), seen("C7 CLAV STRN T10", axes))
    assert found.sentence == (
        "up +Z, forward -Y, right -X; the person faces 7 degrees to the left of -Y"
    )


def test_stated_axes_go_first() -> None:
    axes = laboratory_axes("+Z", "-Y", 0.2)
    found = find(seen("TP LH RH", axes), seen("C7 CLAV", axes), up="z", forward="-Y")
    assert found.rotation == pytest.approx(laboratory_axes("+Z", "-Y"))
    assert found.evidence == ("up as given", "forward as given")


def test_the_files_vertical_axis_gets_its_sign_from_the_person() -> None:
    axes = laboratory_axes("-X", "+Y")
    found = find(seen("LFHD RFHD LBHD RBHD", axes), {}, vertical="X")
    assert found.up == "-X"


@pytest.mark.parametrize("pair", [("LH", "RH"), ("LSHO", "RSHO")])
def test_swapped_sides_are_recognised_by_spine_and_sternum(pair: tuple[str, str]) -> None:
    axes = laboratory_axes("+Y", "+X")
    head, thorax = seen("TP LH RH", axes), seen("C7 CLAV STRN LSHO RSHO", axes)
    body = head if pair[0] in head else thorax
    body[pair[0]], body[pair[1]] = body[pair[1]], body[pair[0]]
    with pytest.raises(RecordingError, match=rf"{pair[0]} lies to the right.*--swap-sides"):
        find(head, thorax)


def test_swapped_sides_are_recognised_by_the_head_band_alone() -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("LFHD RFHD LBHD RBHD", axes)
    for left, right in (("LFHD", "RFHD"), ("LBHD", "RBHD")):
        head[left], head[right] = head[right], head[left]
    with pytest.raises(RecordingError, match="--swap-sides"):
        find(head, {}, up="+Y")


@pytest.mark.parametrize("stated", [{"up": "+Y"}, {"vertical": "Y"}])
def test_three_head_markers_tell_swapped_sides_where_up_is_known(stated: dict[str, str]) -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("TP LH RH", axes)
    head["LH"], head["RH"] = head["RH"], head["LH"]
    with pytest.raises(RecordingError, match=r"nobody upright stands.*--swap-sides"):
        find(head, {}, **stated)


def test_three_head_markers_alone_say_what_swapped_sides_would_look_like() -> None:
    found = find(seen("TP LH RH", laboratory_axes("+Y", "+X")), {})
    assert "would look like a person facing the other way" in found.evidence[1]


@pytest.mark.parametrize("stated", [{"up": "-Z"}, {"up": "+X"}, {"vertical": "X"}])
def test_a_statement_of_up_that_the_person_belies_is_refused(stated: dict[str, str]) -> None:
    axes = laboratory_axes("+Z", "-Y", 0.2)
    with pytest.raises(RecordingError, match=r"degrees away from .*try --up \+Z\."):
        find(seen("TP LH RH", axes), seen("C7 CLAV STRN T10", axes), **stated)


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        (("C7", "T10"), "C7 should lie above T10 but lies 275 mm to the other side"),
        (("CLAV", "C7"), "CLAV should lie ahead of C7"),
    ],
)
def test_exchanged_torso_markers_are_named(pair: tuple[str, str], says: str) -> None:
    axes = laboratory_axes("+Z", "-Y", 0.2)
    thorax = seen("C7 CLAV STRN T10", axes)
    thorax[pair[0]], thorax[pair[1]] = thorax[pair[1]], thorax[pair[0]]
    with pytest.raises(RecordingError, match=says):
        find(seen("TP LH RH", axes), thorax)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ([0.07, 0.075, -0.075], "TP and LH lie 0 mm apart, as one marker under two names"),
        ([0.07, 0.075, 0.0], "TP, LH, RH lie nearly on one line"),
    ],
)
def test_head_markers_in_one_place_or_line_are_refused(place: list[float], says: str) -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("TP LH RH", axes) | {"TP": seen("LH", axes)["LH"] + np.array(place) - MODEL_HEAD[1]}
    with pytest.raises(RecordingError, match=says):
        find(head, seen("C7 CLAV", axes))


def test_a_mirrored_laboratory_is_refused() -> None:
    axes = laboratory_axes("+Z", "-Y") * np.array([-1.0, 1.0, 1.0])
    with pytest.raises(RecordingError, match="axes mirrored"):
        find(seen("TP LH RH", axes), seen("C7 CLAV STRN T10", axes))


def test_an_oblique_laboratory_is_refused_with_the_remedy() -> None:
    tilt = np.array([[1, 0, 0], [0, np.sqrt(0.5), np.sqrt(0.5)], [0, -np.sqrt(0.5), np.sqrt(0.5)]])
    with pytest.raises(RecordingError, match=r"the laboratory is rotated.*--up"):
        find(seen("TP LH RH", tilt), seen("C7 CLAV STRN T10", tilt))


def test_a_top_of_head_below_the_temples_is_refused() -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("TP LH RH", axes)
    head["TP"] = head["TP"] - np.array([0.0, 0.2, 0.0])
    with pytest.raises(RecordingError, match="TP, the top of the head, lies below LH, RH"):
        find(head, seen("C7 CLAV", axes))


def test_a_head_band_back_to_front_is_refused() -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("LFHD RFHD LBHD RBHD", axes)
    head = {"LFHD": head["LBHD"], "RFHD": head["RBHD"], "LBHD": head["LFHD"], "RBHD": head["RFHD"]}
    with pytest.raises(RecordingError, match="LFHD and RFHD lie behind"):
        find(head, seen("C7 CLAV", axes))


@pytest.mark.parametrize(
    ("factor", "units", "says"),
    [
        (1e3, "m", "looks like mm taken for m; say so with --units mm"),
        (1e2, "m", "looks like cm taken for m; say so with --units cm"),
        (1e-3, "mm", "looks like m taken for mm; say so with --units m"),
        (7.0, "mm", "which no head allows"),
        (1e-9, "mm", "which no head allows"),
    ],
)
def test_a_wrong_unit_is_recognised(factor: float, units: str, says: str) -> None:
    head = {name: factor * place for name, place in seen("TP LH RH", np.eye(3)).items()}
    with pytest.raises(RecordingError, match=says):
        check_size(head, source=SOURCE, units=units)


def test_a_right_unit_passes() -> None:
    check_size(seen("TP LH RH", np.eye(3)), source=SOURCE, units="mm")


@pytest.mark.parametrize("text", ["W", "+", "", "XY", "++X"])
def test_no_axis(text: str) -> None:
    with pytest.raises(RecordingError, match="is not an axis"):
        parse_axis(text, option="--up", source=SOURCE)


def test_forward_along_up_is_refused() -> None:
    with pytest.raises(RecordingError, match="points up"):
        find(seen("TP LH RH", np.eye(3)), {}, up="+Y", forward="-Y")
