"""Hands that are called LH and RH are not taken for the head."""

import numpy as np
import pytest

from nuchal.errors import RecordingError
from nuchal.findings import Assumed
from nuchal.model.anatomy import Anatomy
from nuchal.tracking.markers import name_markers
from nuchal.tracking.pipeline import TrackingSettings, track

from .conftest import Make

BAND = ("LFHD", "RFHD", "LBHD", "RBHD")
STILL = np.zeros((40, 6))


def with_hands(make: Make, head: str, apart_m: float):
    """A recording whose LH and RH lie that far below the head."""
    made = make(STILL, head=f"{head} LH RH")
    hands = [made.names.index(name) for name in ("LH", "RH")]
    made.positions[:, hands, 1] -= apart_m
    return made


def test_hands_beside_a_head_band_are_left_out_and_named(make: Make, anatomy: Anatomy) -> None:
    made = with_hands(make, " ".join(BAND), 0.6)
    found = name_markers(made, explicit={}, swap_sides=False)
    assert (found.head, found.far_off) == (BAND, ("LH", "RH"))
    assert not {"LH", "RH"} & set(found.in_file)
    said = {
        one.what: one.values
        for one in track(made, anatomy, settings=TrackingSettings()).assumptions
    }
    assert said[Assumed.NOT_ON_HEAD]["names"] == ("LH", "RH")


def test_temples_beside_a_head_band_are_used(make: Make) -> None:
    found = name_markers(with_hands(make, " ".join(BAND), 0.0), explicit={}, swap_sides=False)
    assert (set(found.head), found.far_off) == ({*BAND, "LH", "RH"}, ())


def test_what_the_user_named_stays(make: Make) -> None:
    made = with_hands(make, " ".join(BAND), 0.6)
    found = name_markers(made, explicit={"LH": "LH"}, swap_sides=False)
    assert (set(found.head), found.far_off) == ({*BAND, "LH", "RH"}, ())


def test_hands_and_a_top_are_no_head(make: Make, anatomy: Anatomy) -> None:
    made = with_hands(make, "TP", 0.6)
    with pytest.raises(RecordingError) as caught:
        track(made, anatomy, settings=TrackingSettings())
    assert caught.value.what == "laboratory.no_head"
