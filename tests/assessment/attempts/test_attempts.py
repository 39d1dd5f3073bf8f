"""Attempts in angles that are made by hand."""

import numpy as np
import pytest

from nuchal.assessment.attempts.attempts import Angles, attempts_of, reaches_deg
from nuchal.assessment.attempts.relocation import errors_deg, relocations_of

RATE = 100.0
# Highest over mean speed of a movement of minimum jerk.
PEAK = 1.875


def jerk(start: float, end: float, seconds: float) -> np.ndarray:
    s = np.linspace(0.0, 1.0, round(seconds * RATE), endpoint=False)
    return start + (end - start) * (10.0 * s**3 - 15.0 * s**4 + 6.0 * s**5)


def held(angle: float, seconds: float) -> np.ndarray:
    return np.full(round(seconds * RATE), angle)


def there_and_back(reach: float, seconds: float = 1.0) -> np.ndarray:
    return np.concatenate([held(0.0, 0.5), jerk(0.0, reach, seconds), jerk(reach, 0.0, seconds)])


def recording(
    flexion: np.ndarray, bending: np.ndarray | None = None, rotation: np.ndarray | None = None
) -> Angles:
    rest = np.zeros(len(flexion))
    parts = [flexion, rest if bending is None else bending, rest if rotation is None else rotation]
    return Angles("one", RATE, np.stack(parts, axis=1), np.ones(len(flexion), bool))


def test_each_time_as_far_as_it_goes_is_one() -> None:
    flexion = np.concatenate([there_and_back(x) for x in (60.0, 52.0, -40.0, 56.0)])
    found = attempts_of([recording(flexion)])
    assert reaches_deg(found, "flexion") == pytest.approx([60.0, 52.0, 56.0], abs=0.05)
    assert reaches_deg(found, "extension") == pytest.approx([40.0], abs=0.05)
    assert {one.direction for one in found} == {"flexion", "extension"}


def test_a_waver_on_the_way_is_none_and_a_half_hearted_one_neither() -> None:
    wavering = np.concatenate(
        [jerk(0.0, 50.0, 1.0), jerk(50.0, 44.0, 0.3), jerk(44.0, 55.0, 0.5), jerk(55.0, 0.0, 1.0)]
    )
    found = attempts_of([recording(np.concatenate([wavering, there_and_back(30.0)]))])
    assert [one.reach_deg for one in found] == pytest.approx([55.0], abs=0.05)


def test_the_farthest_of_all_recordings_counts() -> None:
    """Beside one that goes farther, a short one was not meant to go as far as it goes."""
    short, far = recording(there_and_back(40.0)), recording(there_and_back(60.0))
    assert len(attempts_of([short])) == 1
    assert reaches_deg(attempts_of([short, far]), "flexion") == pytest.approx([60.0], abs=0.05)


def test_one_that_ends_with_the_recording_counts() -> None:
    found = attempts_of([recording(np.concatenate([held(0.0, 0.5), jerk(0.0, -50.0, 1.0)]))])
    assert [(one.direction, round(one.reach_deg)) for one in found] == [("extension", 50)]


def test_frames_that_are_not_known_hold_none() -> None:
    flexion = np.concatenate([there_and_back(50.0), there_and_back(90.0)])
    one = recording(flexion)
    one.known[len(flexion) // 2 :] = False
    assert reaches_deg(attempts_of([one]), "flexion") == pytest.approx([50.0], abs=0.05)


@pytest.mark.parametrize("seconds", [0.6, 1.0, 2.0])
def test_speeds_are_those_of_the_way_out(seconds: float) -> None:
    """Back the head goes at half the speed; at the end it stays."""
    flexion = np.concatenate(
        [held(0.0, 1.0), jerk(0.0, 60.0, seconds), held(60.0, 1.5), jerk(60.0, 0.0, 2.0 * seconds)]
    )
    (found,) = attempts_of([recording(flexion)])
    assert found.peak_speed_deg_s == pytest.approx(PEAK * 60.0 / seconds, rel=0.005)
    s = np.linspace(0.0, 1.0, 100_001)
    share = 10.0 * s**3 - 15.0 * s**4 + 6.0 * s**5
    between = np.interp(0.9, share, s) - np.interp(0.1, share, s)
    assert found.mean_speed_deg_s == pytest.approx(0.8 * 60.0 / (between * seconds), rel=0.05)
    assert found.smoothness == pytest.approx(-1.45, abs=0.05)


def test_what_the_head_does_beside_is_told_where_it_is_farthest() -> None:
    rotation = there_and_back(-70.0)
    found = attempts_of([recording(0.1 * rotation, -0.2 * rotation, rotation)])
    (left,) = [one for one in found if one.direction == "left rotation"]
    assert left.beside_deg == pytest.approx((-7.0, 14.0), abs=0.05)


def test_a_head_that_hardly_moves_attempts_nothing() -> None:
    assert attempts_of([recording(there_and_back(6.0))]) == ()
    assert attempts_of([]) == ()


def test_returns_are_measured_against_where_the_head_was() -> None:
    """Short of it after turning to the right, beyond it after the left, with and without a stay."""
    rotation = np.concatenate(
        [
            held(1.0, 1.0), jerk(1.0, 61.0, 1.0), jerk(61.0, 4.0, 1.0), held(4.0, 0.8),
            jerk(4.0, -60.0, 1.0), held(-60.0, 1.0), jerk(-60.0, 3.5, 1.0), held(3.5, 0.8),
        ]
    )  # fmt: skip
    found = relocations_of([recording(np.zeros(len(rotation)), None, rotation)])
    assert errors_deg(found, "right rotation") == pytest.approx([3.0], abs=0.1)
    assert errors_deg(found, "left rotation") == pytest.approx([-2.5], abs=0.1)
    assert [one.distance_deg for one in found] == pytest.approx([3.0, 2.5], abs=0.1)


def test_a_head_that_never_rests_returns_nowhere() -> None:
    swing = 40.0 * np.sin(np.linspace(0.0, 12.0 * np.pi, 900))
    assert relocations_of([recording(swing)]) == ()
