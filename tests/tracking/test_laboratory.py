"""Axes are found in any laboratory, and mistakes that show are named."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Found
from nuchal.tracking.place.axes import parse_axis
from nuchal.tracking.place.laboratory import Laboratory, detect_laboratory
from nuchal.tracking.place.pivot import Pivot
from nuchal.tracking.place.placement import check_size
from nuchal.tracking.place.vertical import Claims

from .conftest import AXES, BAND, TORSO, laboratory_axes

SOURCE = Path("lab.trc")
SKULL = np.array([0.0148, 0.1235, 0.0])
MODEL_HEAD = np.array([[0.0, 0.15, 0.0], [0.07, 0.075, -0.075], [0.07, 0.075, 0.075]])
HEAD = {
    **dict(zip(("TP", "LH", "RH"), MODEL_HEAD + SKULL, strict=True)),
    **{name: np.array(place) + SKULL for name, place in BAND.items()},
}
FLOOR = np.array([0.1, -0.1, 0.1])
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
    return {name: places[name] @ axes + FLOOR + 1.2 * axes[1] for name in names.split()}


def turning_about(axes: np.ndarray) -> Pivot:
    """Where the head of somebody upright turns, as a movement about all axes shows it."""
    neck = SKULL + np.array([-0.02, -0.09, 0.0])
    return Pivot(neck @ axes + FLOOR + 1.2 * axes[1], 0.015**2 * np.eye(3))


def find(
    head: dict, thorax: dict, *, pivot: Pivot | None = None, **stated: str | None
) -> Laboratory:
    return detect_laboratory(head, thorax, source=SOURCE, pivot=pivot, claims=Claims(**stated))


def refusal(head: dict, thorax: dict, **stated: Any) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        find(head, thorax, **stated)
    assert caught.value.file == SOURCE
    assert str(caught.value).startswith(f"{SOURCE}: ")
    return caught.value


@pytest.mark.parametrize(("head", "thorax"), SETS)
@pytest.mark.parametrize(("up", "forward"), CUBE)
def test_all_twenty_four_laboratories(head: str, thorax: str, up: str, forward: str) -> None:
    for heading in (0.5, -0.6):
        axes = laboratory_axes(up, forward, heading)
        found = find(seen(head, axes), seen(thorax, axes), pivot=turning_about(axes))
        assert found.rotation == pytest.approx(axes, abs=1e-9)
        assert np.linalg.det(found.rotation) == pytest.approx(1.0)
        assert (found.up, found.forward) == (up, forward)
        assert AXES[found.right] == pytest.approx(np.cross(AXES[forward], AXES[up]))
        assert found.heading_rad == pytest.approx(heading, abs=1e-9)


def test_the_axes_are_a_finding() -> None:
    axes = laboratory_axes("+Z", "-Y", np.radians(7.0))
    found = find(seen("TP LH RH", axes), seen("C7 CLAV STRN T10", axes)).finding
    assert found.what is Found.LABORATORY
    assert [found.values[k] for k in ("up", "forward", "right")] == ["+Z", "-Y", "-X"]
    assert found.values["heading_deg"] == pytest.approx(7.0)
    assert found.values["side"].what == "laboratory.to_left"


def test_stated_axes_go_first() -> None:
    axes = laboratory_axes("+Z", "-Y", 0.2)
    found = find(seen("TP LH RH", axes), seen("C7 CLAV", axes), up="z", forward="-Y")
    assert found.rotation == pytest.approx(laboratory_axes("+Z", "-Y"))
    assert {found.up_by.what, found.forward_by.what} == {"laboratory.as_given"}


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
    error = refusal(head, thorax)
    assert error.what == "markers.sides"
    assert (error.values["left"], error.values["right"]) == pair
    assert error.values["swap"] == Setting("swap_sides", True)


def test_swapped_sides_are_recognised_by_the_head_band_alone() -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("LFHD RFHD LBHD RBHD", axes)
    for left, right in (("LFHD", "RFHD"), ("LBHD", "RBHD")):
        head[left], head[right] = head[right], head[left]
    error = refusal(head, {}, up="+Y")
    assert error.what == "laboratory.lies_down"
    assert error.values["swap"].values["swap"] == Setting("swap_sides", True)


@pytest.mark.parametrize("stated", [{"up": "+Y"}, {"vertical": "Y"}])
def test_three_head_markers_tell_swapped_sides_by_where_they_turn(stated: dict[str, str]) -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("TP LH RH", axes)
    head["LH"], head["RH"] = head["RH"], head["LH"]
    error = refusal(head, {}, pivot=turning_about(axes), **stated)
    assert error.what == "laboratory.reversed"
    assert error.values["swap"] == Setting("swap_sides", True)


def test_three_head_markers_alone_say_what_swapped_sides_would_look_like() -> None:
    found = find(seen("TP LH RH", laboratory_axes("+Y", "+X")), {})
    assert found.forward_by.what == "laboratory.square_to_sides"


@pytest.mark.parametrize("stated", [{"up": "-Z"}, {"up": "+X"}, {"vertical": "X"}])
def test_a_statement_of_up_that_the_person_belies_is_refused(stated: dict[str, str]) -> None:
    axes = laboratory_axes("+Z", "-Y", 0.2)
    error = refusal(seen("TP LH RH", axes), seen("C7 CLAV STRN T10", axes), **stated)
    assert error.what == "laboratory.lies_down"
    assert error.remedy == Setting("up", "+Z")
    assert error.values["swap"] is None


@pytest.mark.parametrize(
    ("pair", "what", "wrong_mm"),
    [(("C7", "T10"), "markers.not_above", 275), (("CLAV", "C7"), "markers.not_ahead", 130)],
)
def test_exchanged_torso_markers_are_named(
    pair: tuple[str, str], what: str, wrong_mm: float
) -> None:
    axes = laboratory_axes("+Z", "-Y", 0.2)
    thorax = seen("C7 CLAV STRN T10", axes)
    thorax[pair[0]], thorax[pair[1]] = thorax[pair[1]], thorax[pair[0]]
    error = refusal(seen("TP LH RH", axes), thorax)
    assert error.what == what
    assert (error.values["one"], error.values["other"]) == pair
    assert error.values["wrong_mm"] == pytest.approx(wrong_mm, abs=0.5)


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ([0.07, 0.075, -0.075], "markers.one_place"),
        ([0.07, 0.075, 0.0], "markers.on_a_line"),
    ],
)
def test_head_markers_in_one_place_or_line_are_refused(place: list[float], what: str) -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("TP LH RH", axes) | {"TP": seen("LH", axes)["LH"] + np.array(place) - MODEL_HEAD[1]}
    assert refusal(head, seen("C7 CLAV", axes)).what == what


def test_a_mirrored_laboratory_is_refused() -> None:
    axes = laboratory_axes("+Z", "-Y") * np.array([-1.0, 1.0, 1.0])
    error = refusal(seen("TP LH RH", axes), seen("C7 CLAV STRN T10", axes))
    assert error.what == "markers.sides"
    assert error.values["mirror"].name == "mirror"


def test_an_oblique_laboratory_is_refused_with_the_remedy() -> None:
    tilt = np.array([[1, 0, 0], [0, np.sqrt(0.5), np.sqrt(0.5)], [0, -np.sqrt(0.5), np.sqrt(0.5)]])
    error = refusal(seen("TP LH RH", tilt), seen("C7 CLAV STRN T10", tilt))
    assert error.what in {"laboratory.oblique", "laboratory.up_unclear"}
    assert error.remedy == Setting("up")


def test_a_top_of_head_below_the_temples_is_refused() -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("TP LH RH", axes)
    head["TP"] = head["TP"] - np.array([0.0, 0.2, 0.0])
    error = refusal(head, seen("C7 CLAV", axes))
    assert (error.what, error.values["names"]) == ("markers.top_below", ("LH", "RH"))


def test_a_head_band_back_to_front_is_refused() -> None:
    axes = laboratory_axes("+Y", "+X")
    head = seen("LFHD RFHD LBHD RBHD", axes)
    head = {"LFHD": head["LBHD"], "RFHD": head["RBHD"], "LBHD": head["LFHD"], "RBHD": head["RFHD"]}
    assert refusal(head, seen("C7 CLAV", axes)).what == "markers.back_to_front"


@pytest.mark.parametrize(
    ("factor", "units", "likely"),
    [(1e3, "m", "mm"), (1e2, "m", "cm"), (1e-3, "mm", "m"), (7.0, "mm", None), (1e-9, "mm", None)],
)
def test_a_wrong_unit_is_recognised(factor: float, units: str, likely: str | None) -> None:
    head = {name: factor * place for name, place in seen("TP LH RH", np.eye(3)).items()}
    with pytest.raises(RecordingError) as caught:
        check_size(head, source=SOURCE, units=units)
    error = caught.value
    assert error.what == ("laboratory.unit_mistaken" if likely else "laboratory.no_head")
    assert error.remedy == Setting("units", likely)
    assert error.values.get("taken_for", units) == units


def test_a_right_unit_passes() -> None:
    check_size(seen("TP LH RH", np.eye(3)), source=SOURCE, units="mm")


@pytest.mark.parametrize("text", ["W", "+", "", "XY", "++X"])
def test_no_axis(text: str) -> None:
    with pytest.raises(RecordingError) as caught:
        parse_axis(Setting("up", text), SOURCE)
    assert caught.value.what == "laboratory.no_axis"
    assert caught.value.remedy == Setting("up", text)


def test_forward_along_up_is_refused() -> None:
    error = refusal(seen("TP LH RH", np.eye(3)), {}, up="+Y", forward="-Y")
    assert error.what == "laboratory.forward_is_up"
    assert error.values["forward"] == Setting("forward", "-Y")
