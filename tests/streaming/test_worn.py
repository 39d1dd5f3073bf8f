"""How a head is turned in one sample, against how it was turned."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.conventions import GRAVITY_M_S2
from nuchal.streaming.feed import Sample
from nuchal.streaming.settle import settle
from nuchal.streaming.worn import MarkersWorn, Turn, Unseen, turn_of
from nuchal.tracking.observation import TrackingSettings

from .conftest import FEED, NAMES, STILL_S, head_at, sample, trunk_at

TIMES = (2.2, 2.9, 3.6, 4.4)


@pytest.fixture(scope="module")
def worn() -> MarkersWorn:
    found = settle(FEED, [sample(k / 100) for k in range(120)], TrackingSettings())
    assert found.is_quiet
    assert found.trunk_seen
    assert found.neutral_s < STILL_S
    assert isinstance(found.worn, MarkersWorn)
    return found.worn


def off_deg(turn: Turn | Unseen) -> float:
    assert isinstance(turn, Turn)
    return float(np.degrees(Rotation.from_matrix(head_at(turn.time).T @ turn.head).magnitude()))


@pytest.mark.parametrize("time", TIMES)
def test_markers_show_the_head_on_the_trunk_and_gravity(worn, time) -> None:
    turn = turn_of(worn, NAMES, sample(time))
    assert off_deg(turn) < 0.1
    down = trunk_at(time).T @ [0.0, -GRAVITY_M_S2, 0.0]
    assert turn.gravity == pytest.approx(down, abs=0.02)


@pytest.mark.parametrize("hidden", [("TP",), ("LH", "RH"), ("STRN",), ("TP", "RFHD", "C7")])
def test_three_markers_of_a_body_are_enough(worn, hidden) -> None:
    assert off_deg(turn_of(worn, NAMES, sample(3.6, hidden=hidden))) < 0.1


def test_what_is_lacking_is_named(worn) -> None:
    few = turn_of(worn, NAMES, sample(3.6, hidden=("TP", "LFHD", "RFHD")))
    assert few == Unseen(("TP", "LFHD", "RFHD"))
    assert turn_of(worn, NAMES, sample(3.6, hidden=("C7", "T10"))) == Unseen(("C7", "T10"))


@pytest.mark.parametrize("name", ["TP", "RH", "STRN"])
def test_a_marker_that_was_displaced_is_left_out(worn, name) -> None:
    seen = sample(3.6)
    moved = seen.values.copy()
    moved[NAMES.index(name)] += [0.05, -0.03, 0.04]
    assert off_deg(turn_of(worn, NAMES, Sample(seen.time, moved, seen.known))) < 0.1


def test_markers_that_are_all_over_the_place_show_nothing(worn) -> None:
    seen = sample(3.6)
    dice = np.random.default_rng(1)
    moved = seen.values + 0.05 * dice.normal(size=seen.values.shape)
    assert isinstance(turn_of(worn, NAMES, Sample(seen.time, moved, seen.known)), Unseen)
