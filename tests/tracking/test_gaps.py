import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.tracking.gaps import fill_gaps
from nuchal.tracking.rigid import fit_poses

RNG = np.random.default_rng(4)
TIME = np.arange(400) / 100.0
SHAPE = np.array(
    [[0.07, 0.08, -0.05], [0.07, 0.08, 0.05], [-0.06, 0.04, -0.08], [-0.06, 0.05, 0.08]]
)


def moving_body() -> np.ndarray:
    """A rigid body that turns by 70 degrees and walks."""
    angle = np.radians(70.0) * np.sin(2.0 * np.pi * 0.5 * TIME)
    turn = Rotation.from_euler("ZXY", np.stack([0.4 * angle, 0.3 * angle, angle], axis=1))
    walk = np.stack([0.9 * TIME, 1.2 + 0.02 * np.sin(12.0 * TIME), 0.0 * TIME], axis=1)
    return np.einsum("tab,mb->tma", turn.as_matrix(), SHAPE) + walk[:, None]


def test_rigid_fit_agrees_with_scipy() -> None:
    points = moving_body() + 0.004 * RNG.standard_normal((400, 4, 3))
    poses = fit_poses(SHAPE, points)
    for frame in (0, 57, 399):
        spread = points[frame] - points[frame].mean(axis=0)
        expected, distance = Rotation.align_vectors(spread, SHAPE - SHAPE.mean(axis=0))
        assert poses.rotation[frame] == pytest.approx(expected.as_matrix(), abs=1e-9)
        assert poses.residual[frame] == pytest.approx(distance / 2.0, abs=1e-9)
    back = np.einsum("tab,tmb->tma", poses.rotation, poses.local(points)) + poses.origin[:, None]
    assert back == pytest.approx(points, abs=1e-12)


def test_a_mirrored_shape_is_not_fitted_by_a_reflection() -> None:
    mirrored = moving_body() * np.array([1.0, 1.0, -1.0])
    assert np.linalg.det(fit_poses(SHAPE, mirrored).rotation) == pytest.approx(np.ones(400))


def test_one_of_four_is_placed_by_the_others_for_any_length() -> None:
    points, visible = moving_body(), np.ones((400, 4), dtype=bool)
    visible[0:250, 3] = False
    filled = fill_gaps(
        TIME, np.where(visible[..., None], points, 0.0), visible, max_gap_s=0.1, cutoff_hz=6.0
    )
    assert filled.positions == pytest.approx(points, abs=1e-9)
    assert filled.known.all()
    assert (filled.filled == ~visible).all()


@pytest.mark.parametrize(("frames", "fills"), [(25, True), (26, False)])
def test_gaps_are_bridged_up_to_the_stated_length(frames: int, fills: bool) -> None:
    points, visible = moving_body()[:, :3], np.ones((400, 3), dtype=bool)
    visible[150 : 150 + frames, 1] = False
    filled = fill_gaps(
        TIME, np.where(visible[..., None], points, 0.0), visible, max_gap_s=0.25, cutoff_hz=6.0
    )
    assert filled.known.all() == fills
    assert np.isfinite(filled.positions).all()
    assert (filled.positions[visible] == points[visible]).all()
    if fills:
        assert filled.positions == pytest.approx(points, abs=0.002)


def test_gaps_at_the_ends_stay_gaps_and_are_held() -> None:
    points, visible = moving_body()[:, :3], np.ones((400, 3), dtype=bool)
    visible[:5, 0] = visible[390:, 2] = False
    filled = fill_gaps(TIME, points, visible, max_gap_s=1.0, cutoff_hz=6.0)
    assert (filled.known == visible).all()
    assert (filled.positions[:5, 0] == points[5, 0]).all()
    assert (filled.positions[390:, 2] == points[389, 2]).all()


def test_a_bridge_over_noise_errs_by_a_millimetre() -> None:
    """0.25 mm of noise, a quarter of a second hidden, ten places: under 2 mm each."""
    points = moving_body()[:, :3] + 0.00025 * RNG.standard_normal((400, 3, 3))
    for start in range(60, 340, 28):
        visible = np.ones((400, 3), dtype=bool)
        visible[start : start + 25, 0] = False
        filled = fill_gaps(TIME, points, visible, max_gap_s=0.25, cutoff_hz=6.0)
        error = np.linalg.norm(filled.positions - moving_body()[:, :3], axis=2)
        assert np.sqrt((error[start : start + 25, 0] ** 2).mean()) < 0.003
