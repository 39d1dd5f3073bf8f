"""Measures beside range, muscles and space of two visits."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import t as student

from nuchal.assessment.attempts.attempts import Attempt
from nuchal.assessment.attempts.relocation import Relocation
from nuchal.assessment.muscles.exertion import exerted
from nuchal.assessment.muscles.limits import LEAST_CHANGE, healthy_limits
from nuchal.assessment.visits.measures import measure_changes
from nuchal.assessment.visits.muscles import muscle_changes
from nuchal.assessment.visits.space import two_envelopes
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import generic_anatomy, generic_system
from nuchal.model.norms import norm_of
from nuchal.movements.examination import ideal_movement

MEAN = norm_of(45.0).mean_deg
NECK = generic_anatomy("living")
LIMITS = healthy_limits("recommended", generic_system(), "common")
STRENGTH = np.asarray(NECK.max_isometric_force)


def attempt(speed: float, smooth: float | None, way: str = "flexion") -> Attempt:
    return Attempt(
        direction=way, recording="one", time_s=1.0, reach_deg=60.0, beside_deg=(0.0, 0.0),
        peak_speed_deg_s=speed, mean_speed_deg_s=0.6 * speed, smoothness=smooth,
    )  # fmt: skip


def returned(error: float) -> Relocation:
    return Relocation(
        direction="flexion", recording="two", time_s=2.0, error_deg=error, distance_deg=abs(error)
    )


def test_published_repeatability_says_which_changes_are_detected() -> None:
    """Minimal detectable changes of 47 and 22.5 degrees a second, the middles that were found."""
    before = [attempt(100.0, None)], []
    for more, detected in ((44.0, False), (50.0, True)):
        found = measure_changes(before, ([attempt(100.0 + more, None)], []))
        peak, mean = found
        assert (peak.measure, mean.measure) == ("peak_speed_deg_s", "mean_speed_deg_s")
        assert peak.smallest_detectable == pytest.approx(47.0, rel=1e-3)
        assert mean.smallest_detectable == pytest.approx(22.5, rel=1e-3)
        assert peak.change == pytest.approx(more)
        assert peak.detected is detected


def test_smoothness_goes_by_the_scatter_of_attempts_into_all_directions() -> None:
    """Pooled: sums of squares 0.02 and 0.02 of flexion and 0.08 of extension, 5 degrees free."""
    first = [attempt(100.0, x) for x in (-1.4, -1.5, -1.6)]
    first += [attempt(100.0, x, "extension") for x in (-1.5, -1.7, -1.9)]
    second = [attempt(100.0, x) for x in (-2.0, -2.2)]
    (found,) = [x for x in measure_changes((first, []), (second, [])) if x.measure == "smoothness"]
    expected = student.ppf(0.975, 5) * np.sqrt(0.12 / 5.0 * (1.0 / 3.0 + 1.0 / 2.0))
    assert (found.direction, found.basis) == ("flexion", "attempts")
    assert found.smallest_detectable == pytest.approx(expected)
    assert found.change == pytest.approx(-0.6)
    assert found.detected
    alone = measure_changes((first[:1], []), (second[:1], []))
    assert "smoothness" not in {one.measure for one in alone}


def test_sizes_of_position_errors_are_compared() -> None:
    found = measure_changes(([], [returned(-2.0), returned(4.0)]), ([], [returned(1.0)]))
    (error,) = found
    assert (error.before, error.after) == (3.0, 1.0)
    assert error.smallest_detectable == pytest.approx(1.96 * np.sqrt(2.0) * 2.35)


def movement(share: float) -> np.ndarray:
    return np.asarray(ideal_movement(np.radians(share * MEAN), rate_hz=25.0).q)


def forces(angles: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Each muscle pulls more the farther the head is tilted, and so many times that."""
    tilt = 0.05 + np.abs(angles).sum(axis=1, keepdims=True) / 100.0
    return tilt * 0.1 * STRENGTH * times


def test_ratios_of_two_visits_are_those_in_postures_of_both() -> None:
    """One muscle does a third of what it did; the second visit goes half as far, and slower."""
    times = np.ones(len(STRENGTH))
    times[5] = 1.0 / 3.0
    angles = [head_angles_deg(NECK, movement(share)) for share in (1.0, 0.5)]
    slow = np.repeat(angles[1], 3, axis=0)
    usable = [np.ones(len(x), bool) for x in (angles[0], slow)]
    before = exerted(forces(angles[0], np.ones(len(STRENGTH))), usable[0], angles[0])
    after = exerted(forces(slow, times), usable[1], slow)
    found = muscle_changes(before, after, STRENGTH, MEAN, LIMITS)
    assert found is not None
    others = np.delete(found.ratio, 5)
    assert others == pytest.approx(np.ones(71), abs=0.08)
    assert found.ratio[5] == pytest.approx(1.0 / 3.0, rel=0.1)
    assert found.verdict(5) == "less"
    assert {found.verdict(k) for k in range(72) if k != 5} <= {"unchanged", "cannot be told"}


def test_the_spread_is_that_of_two_healthy_people() -> None:
    angles = head_angles_deg(NECK, movement(1.0))
    one = exerted(forces(angles, np.ones(len(STRENGTH))), np.ones(len(angles), bool), angles)
    found = muscle_changes(one, one, STRENGTH, MEAN, LIMITS)
    assert found is not None
    assert np.log(found.high) == pytest.approx(1.96 * np.sqrt(2.0) * LIMITS.sd)
    assert found.chance == pytest.approx(np.ones(72))
    wide = LIMITS.sd > np.log(4.0 / 3.0) / 1.96 / np.sqrt(2.0)
    assert [found.verdict(k) == "cannot be told" for k in range(72)] == wide.tolist()


def test_a_small_ratio_names_nobody_however_little_it_varies() -> None:
    angles = head_angles_deg(NECK, movement(1.0))
    usable = np.ones(len(angles), bool)
    one = exerted(forces(angles, np.ones(len(STRENGTH))), usable, angles)
    more = np.ones(len(STRENGTH))
    more[3] = 0.99 * LEAST_CHANGE
    still = dataclasses.replace(
        LIMITS, beside_sd=np.full(72, 1e-4), sd=np.full(72, 1e-4), farthest=np.zeros(30)
    )
    other = exerted(forces(angles, more), usable, angles)
    assert muscle_changes(one, other, STRENGTH, MEAN, still).verdict(3) == "unchanged"


def test_visits_with_nothing_in_common_are_not_compared() -> None:
    angles = head_angles_deg(NECK, movement(1.0))
    usable = np.ones(len(angles), bool)
    one = exerted(forces(angles, np.ones(len(STRENGTH))), usable, angles)
    still = exerted(one.force, usable, np.zeros_like(angles))
    assert muscle_changes(one, still, STRENGTH, MEAN, LIMITS) is None


def test_envelopes_of_two_visits_overlap_as_their_ranges_do() -> None:
    full, less = movement(1.0), movement(0.8)
    same = two_envelopes([full], [full], (NECK, NECK))
    assert [one.marker for one in same] == ["TP", "LH", "RH"]
    for one, other in zip(same, two_envelopes([full], [less], (NECK, NECK)), strict=True):
        assert one.both.iou == pytest.approx(1.0, abs=1e-6)
        assert other.after.volume_m3 < other.before.volume_m3
        assert other.both.iou < 0.9
