"""A neck's coordinates from the head's turn alone: against the kinematics that made it."""

import jax
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.conventions import COORDINATES
from nuchal.errors import Status
from nuchal.model.generic import generic_anatomy
from nuchal.model.passive import posture_of_head
from nuchal.orientations import SegmentAxes
from nuchal.tracking.pipeline import TrackingSettings, track
from nuchal.tracking.place.calibration import marker_traces
from nuchal.tracking.rigid import fit_poses
from nuchal.tracking.turned.track import turned_postures

from .conftest import worn


def _head_of(q: np.ndarray) -> np.ndarray:
    """Rotations of the head of a living neck, from where its markers go."""
    anatomy = generic_anatomy("living")
    traces = np.asarray(marker_traces(anatomy, q))
    neutral = np.asarray(marker_traces(anatomy, np.zeros((1, len(COORDINATES)))))[0]
    return fit_poses(neutral, traces).rotation


def test_postures_of_least_energy_are_recovered() -> None:
    anatomy = generic_anatomy("living")
    total = np.random.default_rng(2).uniform(-0.7, 0.7, (60, 3))
    q = np.asarray(jax.vmap(lambda one: posture_of_head(anatomy, one))(total))
    found = turned_postures(anatomy, _head_of(q), np.radians(0.5))
    assert np.asarray(found.converged).all()
    assert np.degrees(np.abs(np.asarray(found.q) - q)).max() < 0.1


@pytest.mark.parametrize("sd_deg", [0.5, 3.0])
def test_the_head_is_as_unsure_as_its_sensors(sd_deg: float) -> None:
    """Of the sum of both joints, with postures drawn from the posterior; split is another thing."""
    anatomy = generic_anatomy("living")
    q = np.asarray(posture_of_head(anatomy, np.array([0.3, 0.1, 0.2])))[None]
    head = _head_of(q)
    dice = np.random.default_rng(5)
    errors = Rotation.from_rotvec(np.radians(sd_deg) * dice.normal(size=(400, 3))).as_matrix()
    drawn = np.asarray(turned_postures(anatomy, errors @ head, np.radians(sd_deg)).q)
    said = np.sqrt(np.asarray(turned_postures(anatomy, head, np.radians(sd_deg)).variance)[0])
    spread = drawn.std(axis=0)
    assert np.all(said > 0.8 * spread)


def test_a_recording_of_orientations_becomes_a_motion(
    moved: tuple[np.ndarray, np.ndarray],
) -> None:
    anatomy = generic_anatomy("living")
    head, torso = moved
    person = worn(head, torso, names=("T8", "Head"), segments=SegmentAxes(forward="+X", up="+Z"))
    found = track(person, anatomy, settings=TrackingSettings())
    assert found.tracking is None
    true = np.swapaxes(torso, 1, 2) @ head
    off = Rotation.from_matrix(np.swapaxes(true, 1, 2) @ _head_of(np.asarray(found.motion.q)))
    assert np.degrees(off.magnitude())[20:-20].max() < 0.3
    np.testing.assert_allclose(found.markers, marker_traces(anatomy, found.motion.q))
    assert (np.asarray(found.motion.status) == Status.OK).all()
