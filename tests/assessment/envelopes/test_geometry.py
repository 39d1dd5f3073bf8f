"""A made person beside healthy necks: one who moves as is normal, and one who does not."""

import dataclasses

import numpy as np
import pytest

from nuchal.assessment.envelopes.geometry import free_trials, geometry_of
from nuchal.assessment.envelopes.ideal import ideal_traces, own_neutral
from nuchal.assessment.healthy import healthy_movement
from nuchal.assessment.kinematics import Kinematics, farthest
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, movement_kind, ranges_of
from nuchal.assessment.records import Geometry, Healthy
from nuchal.model.scaling import GENERIC_SUBJECT, personalise
from nuchal.movements.examination import RATE_HZ, ideal_movement
from nuchal.records import Subject

pytestmark = pytest.mark.slow


NECK = 1.07
PERSON = Subject(
    neck_length_m=NECK * GENERIC_SUBJECT.neck_length_m,
    shoulder_width_m=GENERIC_SUBJECT.shoulder_width_m,
    head_and_neck_mass_kg=GENERIC_SUBJECT.head_and_neck_mass_kg,
)
ANATOMY = personalise(PERSON)
LOCAL = np.asarray(ANATOMY.markers)
AGE_YEARS = 45.0
NECKS = np.linspace(0.8, 1.3, 101)


@pytest.fixture(scope="module")
def healthy() -> Healthy:
    return healthy_movement(AGE_YEARS, ANATOMY)


def trial(reach_deg: np.ndarray, *, every: int = 1, known: slice = slice(None)) -> Kinematics:
    motion = ideal_movement(np.radians(reach_deg))
    q = np.asarray(motion.q)[::every]
    seen = np.zeros(len(q), bool)
    seen[known] = True
    angles = np.degrees(q[:, :3] + q[:, 3:]) * [-1.0, 1.0, -1.0]
    return Kinematics(
        name="made",
        rate_hz=RATE_HZ / every,
        q=q,
        angles_deg=angles,
        markers=ideal_traces(q, LOCAL, own_neutral(ANATOMY, LOCAL)).of(NECK),
        known=seen,
    )


def assessed(healthy: Healthy, *trials: Kinematics) -> Geometry:
    return geometry_of(trials, healthy, anatomy=ANATOMY, own_neck=NECK, necks=NECKS)


@pytest.fixture(scope="module")
def same(healthy: Healthy) -> Geometry:
    return assessed(healthy, trial(healthy.norm.mean_deg))


@pytest.fixture(scope="module")
def stiff(healthy: Healthy) -> Geometry:
    return assessed(healthy, trial(healthy.norm.mean_deg * [1, 1, 0.4, 1, 1, 1]))


def test_who_moves_as_is_normal_is_the_match(same: Geometry) -> None:
    assert same.match is not None
    assert same.match.neck == pytest.approx(NECK, abs=0.5 * (NECKS[1] - NECKS[0]) + 1e-9)
    assert same.mean_iou == pytest.approx(1.0, abs=0.02)
    for one in same.envelopes:
        assert one.with_own.iou == pytest.approx(1.0, abs=1e-3)
        assert one.person.volume_m3 == pytest.approx(one.own.volume_m3, rel=1e-3)
    assert max(one.share for one in same.missing) < 0.005
    assert same.alignment is not None
    assert same.alignment.after_m < 1e-4


def test_missing_bending_is_missing_there(stiff: Geometry) -> None:
    shares = {one.direction: one.share for one in stiff.missing}
    assert shares["right bending"] > 0.4
    assert max(shares["left bending"], shares["left forward"], shares["left backward"]) < 0.02
    assert shares["right bending"] > 3.0 * max(shares["flexion"], shares["extension"])


def test_trials_are_one_set_of_points(healthy: Healthy, same: Geometry) -> None:
    """Cut in two, the movement has the same envelopes but for the cut."""
    whole = trial(healthy.norm.mean_deg)
    half = len(whole.known) // 2
    parts = [trial(healthy.norm.mean_deg, known=s) for s in (slice(half), slice(half, None))]
    both = assessed(healthy, *parts)
    for cut, uncut in zip(both.envelopes, same.envelopes, strict=True):
        assert cut.person.volume_m3 == pytest.approx(uncut.person.volume_m3, rel=1e-3)
    assert farthest(tuple(parts)).reach_deg == pytest.approx(whole.ranges.reach_deg)
    assert sum(one.known.sum() for one in parts) == len(whole.known)


def test_a_still_head_has_no_envelope(healthy: Healthy) -> None:
    found = assessed(healthy, trial(np.full(6, 1.0)))
    assert found.match is None
    assert found.mean_iou is None
    assert len(found.ranges.hardly_used) == 6
    assert all(one.share == 0.0 for one in found.missing)


def test_ranges_are_the_norms(healthy: Healthy) -> None:
    assert healthy.ranges.reach_deg == pytest.approx(healthy.norm.mean_deg, rel=5e-3)


@pytest.mark.parametrize(
    ("reach", "kind"),
    [
        ([5, 5, 5, 5, 5, 5], None),
        ([50, 5, 5, 5, 5, 5], "flexion"),
        ([5, 50, 5, 5, 5, 5], "extension"),
        ([50, 45, 5, 5, 5, 5], "flexion and extension"),
        ([5, 25, 40, 15, 20, 10], "bending"),
        ([5, 5, 8, 8, 70, 60], "rotation"),
        ([50, 5, 30, 5, 5, 5], "combined movement"),
    ],
)
def test_a_recording_reads_as_what_it_is(reach: list[float], kind: str | None) -> None:
    ways = np.kron(np.eye(3), [[1.0], [-1.0]])
    assert movement_kind(ranges_of(ways * np.array(reach, float)[:, None])) == kind


ONE_PLANE = np.array([1.0, 1.0, 0.05, 0.05, 0.05, 0.05])
SIDEWAYS = np.array([0.05, 0.05, 0.6, 0.6, 0.05, 0.05])


def parts(healthy: Healthy, *, free: bool) -> tuple[Kinematics, Kinematics, Kinematics]:
    """Flexion and extension, some bending, and everything at once."""
    mean = healthy.norm.mean_deg
    whole = dataclasses.replace(trial(0.9 * mean), name="whole", free=free)
    return trial(ONE_PLANE * mean), trial(SIDEWAYS * mean), whole


@pytest.mark.parametrize("free", [False, True])
def test_spontaneous_movement_counts_and_is_said_apart(healthy: Healthy, free: bool) -> None:
    *tasks, whole = parts(healthy, free=free)
    both, alone = assessed(healthy, *tasks, whole), assessed(healthy, *tasks)
    assert alone.apart is None
    assert both.apart is not None
    assert (both.apart.names, both.apart.said) == (("whole",), free)
    for one, without, only in zip(both.envelopes, both.apart.tasks, alone.envelopes, strict=True):
        assert one.person.volume_m3 > 1.2 * without.person.volume_m3
        assert without.person.volume_m3 == pytest.approx(only.person.volume_m3, rel=0.02)
        assert one.with_match.iou > without.with_match.iou
    farther = dict(zip(ALL_DIRECTIONS, both.apart.farther_deg, strict=True))
    bending = healthy.norm.mean_deg[2]
    assert farther["right bending"] == pytest.approx(0.3 * bending, abs=1.0)
    assert farther["flexion"] == 0.0


def test_which_recordings_are_spontaneous(healthy: Healthy) -> None:
    """Those that are said to be; else those in several planes, beside some in one."""
    flexion, bending, whole = parts(healthy, free=False)
    still = trial(np.full(6, 1.0))
    assert free_trials((flexion, bending, whole)) == (whole,)
    assert free_trials((whole, whole)) == ()
    assert free_trials((whole, still)) == ()
    assert free_trials((flexion, bending)) == ()
    said = dataclasses.replace(bending, free=True)
    assert free_trials((flexion, said, whole)) == (said,)
