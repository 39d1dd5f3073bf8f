"""Places, names and poses that can't be right, or may not be: refused, or said."""

from dataclasses import replace

import numpy as np
import pytest

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Found, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.tracking.markers import name_markers
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.pipeline import TrackingSettings, track
from nuchal.tracking.place.laboratory import detect_laboratory
from nuchal.tracking.place.landmarks import landmarks

from .conftest import Make, laboratory_axes
from .test_upright import PLAIN, SHARE, SOURCE, turning, warned

FACE = ("NOSE", "LEYE", "REYE", "LEAR", "REAR")
SHOULDERS = ("LSHO", "RSHO")


def upright(body: str, names: tuple[str, ...], axes: np.ndarray) -> dict[str, np.ndarray]:
    """Markers in their usual places on somebody who stands in the laboratory."""
    neck = -landmarks("head", ["C7"]).place[0] if body == "head" else np.zeros(3)
    places = (landmarks(body, names).place + neck) @ axes + 1.3 * axes[1]  # type: ignore[arg-type]
    return dict(zip(names, places, strict=True))


@pytest.mark.parametrize(("up", "ahead"), [("+Z", "+X"), ("+Y", "-Z")])
def test_a_face_sits_well_ahead_of_the_shoulders(up: str, ahead: str) -> None:
    axes = laboratory_axes(up, ahead, 0.3)
    head, torso = upright("head", FACE, axes), upright("thorax", SHOULDERS, axes)
    forward_m = 0.03 * axes[0]
    bent = {name: place + forward_m for name, place in head.items()}
    assert detect_laboratory(bent, torso, source=SOURCE).up == up


@pytest.mark.parametrize("pair", [("C7", "CLAV"), ("STRN", "T10")])
def test_of_torso_markers_those_that_are_exchanged_are_named(pair: tuple[str, str]) -> None:
    axes = laboratory_axes("+Z", "+Y", 0.3)
    head = upright("head", ("TP", "LEAR", "REAR"), axes)
    torso = upright("thorax", ("C7", "CLAV", "STRN", "T10"), axes)
    one, other = pair
    with pytest.raises(RecordingError) as caught:
        detect_laboratory(head, torso | {one: torso[other], other: torso[one]}, source=SOURCE)
    assert caught.value.what == "markers.not_ahead"
    assert {caught.value.values["one"], caught.value.values["other"]} == set(pair)


def test_a_band_in_a_laboratory_with_its_vertical_reversed(anatomy: Anatomy, make: Make) -> None:
    """Turning alone shows no neck below the band, but the person would be below the floor."""
    axes = laboratory_axes("+Z", "+X", 0.3)
    recording = make(turning(), head="LFHD RFHD LBHD RBHD", torso="", axes=axes)
    wrong = replace(recording, positions=np.asarray(recording.positions) * [1.0, 1.0, -1.0])
    with pytest.raises(RecordingError) as caught:
        track(wrong, anatomy, settings=PLAIN)
    assert caught.value.what == "laboratory.reversed"


def test_nameless_markers_that_were_given_for_wrong_places(anatomy: Anatomy, make: Make) -> None:
    recording = make(turning(), torso="", rename={"TP": "M1", "LH": "M2", "RH": "M3"})
    right = {"TP": "M1", "LH": "M2", "RH": "M3"}
    assert track(recording, anatomy, settings=TrackingSettings(markers=right)).location is not None
    wrong = TrackingSettings(markers={"TP": "M2", "LH": "M1", "RH": "M3"})
    with pytest.raises(RecordingError) as caught:
        track(recording, anatomy, settings=replace(wrong, up="+Y"))
    assert caught.value.what == "markers.misnamed"
    assert caught.value.values["names"] == ("M2", "M1", "M3")


def rests(anatomy: Anatomy, make: Make, first_deg: float, then_deg: float) -> TrackedMotion:
    """A rest at one pitch, and after a movement one at another."""
    share = np.clip((np.arange(300) / 100.0 - 0.8) / 0.8, 0.0, 1.0)
    pitch = np.radians(first_deg + (then_deg - first_deg) * np.sin(0.5 * np.pi * share) ** 2)
    q = np.concatenate([np.outer(pitch, [one, 0.0, 0.0]) for one in (SHARE[0], 1 - SHARE[0])], 1)
    return track(make(q), anatomy, settings=PLAIN)


@pytest.mark.parametrize(
    ("first_deg", "then_deg", "what", "way"),
    [
        (-26.0, -46.0, Warned.NEUTRAL_TILTED, "to_front"),
        (22.0, 40.0, Warned.NEUTRAL_TILTED, "to_back"),
        (12.0, -14.0, Warned.NEUTRAL_UNCLEAR, "to_back"),
        (-24.0, 3.0, Warned.NEUTRAL_BENT, "to_front"),
        (2.0, 2.0, None, ""),
        (2.0, -25.0, None, ""),
    ],
)
def test_a_neutral_pose_that_may_be_none(
    anatomy: Anatomy, make: Make, first_deg: float, then_deg: float, what: Warned | None, way: str
) -> None:
    kinds = {Warned.NEUTRAL_TILTED, Warned.NEUTRAL_UNCLEAR, Warned.NEUTRAL_BENT}
    said = {
        k: v for k, v in warned(rests(anatomy, make, first_deg, then_deg)).items() if k in kinds
    }
    assert set(said) == ({what} if what else set())
    for facts in said.values():
        assert facts["way"].what == f"laboratory.{way}"
        assert facts["static"] == Setting("static")


def test_a_head_that_leans_without_a_torso_to_tell_why(anatomy: Anatomy, make: Make) -> None:
    """Reclining, which head markers alone don't tell from a head that is bent back."""
    tilted = make(turning(), torso="")
    about = np.radians(34.0)
    turn = np.array(
        [[np.cos(about), -np.sin(about), 0], [np.sin(about), np.cos(about), 0], [0, 0, 1]]
    )
    tilted = replace(tilted, positions=np.asarray(tilted.positions) @ turn.T)
    said = warned(track(tilted, anatomy, settings=replace(PLAIN, up="+Y")))
    assert said[Warned.NEUTRAL_TILTED]["trunk"].what == "laboratory.or_trunk_leans"


def test_one_person_with_a_prefix_beside_one_without(make: Make) -> None:
    recording = make(np.zeros((20, 6)))
    note = finding(Found.PREFIX_REMOVED, prefix="Ben:")
    with pytest.raises(RecordingError) as caught:
        name_markers(
            replace(recording, twice=("TP",), notes=(note,)), explicit={}, swap_sides=False
        )
    assert caught.value.what == "recording.also_bare"
    assert caught.value.remedy == Setting("person", "Ben")
