"""The end of active movement is where muscles stop balancing the head."""

import numpy as np
import pytest

from nuchal.assessment.ranges.active import BY_MUSCLES, active_ends_deg
from nuchal.commands.light import light_forces
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.model.angles import head_angles_deg
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.generic import generic_anatomy
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.records import Motion

ENDS_DEG = {"flexion": 61.3, "extension": 80.0, "left bending": 33.9, "right rotation": 72.7}
NECK = generic_anatomy("living")


def held(motion: Motion) -> np.ndarray:
    """As if muscles gave in beyond these ends, and found their strength again far beyond."""
    angles = head_angles_deg(NECK, motion.q)
    reach = np.stack([angles, -angles], axis=-1).reshape(-1, 6)
    ends = np.array([ENDS_DEG.get(way, 200.0) for way in DIRECTIONS])
    return ((reach <= ends) | (reach > ends + 10.0)).all(axis=1)


def test_the_last_angle_before_muscles_give_in_is_found() -> None:
    found = active_ends_deg(NECK, held, tuple(ENDS_DEG))
    assert list(found) == list(ENDS_DEG)
    for way, end in ENDS_DEG.items():
        assert end - 0.21 <= found[way] <= end + 1e-6


def test_only_rotation_is_ended_by_muscles() -> None:
    assert BY_MUSCLES == ("right rotation", "left rotation")


@pytest.mark.slow
def test_networks_and_optimisation_see_the_same_end() -> None:
    plan = plan_of(GENERIC_SUBJECT, ForceOptions())
    by_network, exact = (
        active_ends_deg(
            plan.anatomy, lambda motion, m=method: light_forces(plan, m, motion).balanced
        )
        for method in ("network", "optimisation")
    )
    for way, end in exact.items():
        assert by_network[way] == pytest.approx(end, abs=0.5)
        assert 60.0 < end < 98.0
