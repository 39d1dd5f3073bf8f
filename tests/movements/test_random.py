"""Free movements against finite differences, their own limits, and how real people move."""

from pathlib import Path

import jax
import numpy as np
import pytest
from scipy import stats
from scipy.spatial import cKDTree

from nuchal.errors import NuchalError, Status
from nuchal.io.recordings.read import read_recording
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import head_on_thorax as head_on_thorax_of
from nuchal.model.norms import farthest_deg, norm_of
from nuchal.model.passive import posture_of_head
from nuchal.model.person import in_range
from nuchal.model.traits import trait_sd, with_traits
from nuchal.movements.random import (
    MOTIONS_AT_ONCE,
    FreeMovement,
    free_movement,
    free_movements,
    head_load,
)
from nuchal.movements.random_person import personal_reach, personal_traits
from nuchal.movements.random_plan import draw_plan, region_share, stream_key
from nuchal.movements.random_settings import FreeSettings
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import Motion
from nuchal.tracking.pipeline import TrackingSettings, track

SETTINGS = FreeSettings()
VARIED = FreeSettings(traits=(1.0,), loaded_share=0.5)
SCALE = np.repeat([10.0, 30.0, 300.0], 3)
"""Degrees, degrees a second and a second squared that count as equally far apart."""


@pytest.fixture(scope="module")
def many() -> FreeMovement:
    return free_movements(SETTINGS, 1, np.arange(1024))


@pytest.fixture(scope="module")
def angles(many: FreeMovement) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return head_on_thorax(many.motion)


def head_on_thorax(motion: Motion) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Angles, speeds and accelerations of pitch, roll, yaw [degrees]."""
    parts = (np.degrees(np.asarray(x)) for x in (motion.q, motion.qd, motion.qdd))
    q, qd, qdd = (x[..., :3] + x[..., 3:] for x in parts)
    return q, qd, qdd


def scaled_states(motion: Motion) -> np.ndarray:
    return np.concatenate(head_on_thorax(motion), axis=-1).reshape(-1, 9) / SCALE


def two_seconds(rate_hz: float) -> Motion:
    fine = FreeSettings(frames=round(2.0 * rate_hz) + 1, rate_hz=rate_hz)
    return free_movements(fine, 3, np.arange(20)).motion


@pytest.mark.slow
def test_rates_are_those_of_central_differences() -> None:
    """Of second order where jerk is smooth, of first where a move begins or ends and it leaps."""
    motion, step = two_seconds(4000.0), 0.25e-3
    for value, rate, usual, worst in (
        (motion.q, motion.qd, 1e-5, 1e-4),
        (motion.qd, motion.qdd, 1e-4, 0.1),
    ):
        apart = np.abs((value[:, 2:] - value[:, :-2]) / (2.0 * step) - rate[:, 1:-1])
        assert np.abs(rate).max() > 1.0
        assert np.quantile(apart, 0.99) < usual
        assert apart.max() < worst


@pytest.mark.slow
def test_accelerations_have_no_jumps() -> None:
    coarse, fine = (
        np.abs(np.diff(two_seconds(rate).qdd, axis=1)).max() for rate in (1000.0, 4000.0)
    )
    assert fine < 0.3 * coarse


@pytest.mark.slow
def test_the_same_moment_whatever_the_rate(many: FreeMovement) -> None:
    slow = free_movements(FreeSettings(frames=300, rate_hz=50.0), 1, np.arange(4)).motion
    assert slow.q == pytest.approx(many.motion.q[:4, ::2], abs=1e-12)
    assert slow.qdd == pytest.approx(many.motion.qdd[:4, ::2], abs=1e-9)


@pytest.mark.slow
def test_a_movement_is_the_same_in_any_company() -> None:
    order = np.random.default_rng(0).permutation(150)
    together = free_movements(VARIED, 5, np.arange(150))
    shuffled = free_movements(VARIED, 5, order)
    alone = [free_movements(VARIED, 5, np.array([i])) for i in (0, 77, 149)]
    for whole, mixed in zip(jax.tree.leaves(together), jax.tree.leaves(shuffled), strict=True):
        np.testing.assert_array_equal(whole[order], mixed)
    for i, one in zip((0, 77, 149), alone, strict=True):
        for whole, single in zip(jax.tree.leaves(together), jax.tree.leaves(one), strict=True):
            np.testing.assert_array_equal(whole[i], single[0])


@pytest.mark.slow
def test_one_compiled_alone_is_the_one_of_the_batch() -> None:
    batch = free_movements(VARIED, 5, np.array([3, 2_000_000_000]))
    for k, index in enumerate((3, 2_000_000_000)):
        one = jax.jit(lambda i: free_movement(VARIED, 5, i, i, generic_anatomy()))(index)
        for whole, single in zip(jax.tree.leaves(batch), jax.tree.leaves(one), strict=True):
            assert whole[k] == pytest.approx(np.asarray(single), abs=1e-9)


@pytest.mark.slow
def test_movements_seeds_and_streams_differ(many: FreeMovement) -> None:
    other = free_movements(SETTINGS, 2, np.arange(64)).motion.q
    first = np.asarray(many.motion.q)
    assert len(np.unique(first[:, 0, 0])) == len(first)
    assert not np.isclose(first[:64, 0], other[:, 0]).any()
    apart = first[:, 300, :3]
    assert np.abs(np.corrcoef(apart[:-1, 0], apart[1:, 0])[0, 1]) < 0.1


def test_no_movements_are_none() -> None:
    assert free_movements(SETTINGS, 1, np.arange(0)).motion.q.shape == (0, 600, 6)
    assert free_movements(SETTINGS, 1, np.arange(MOTIONS_AT_ONCE)).traits.shape[0] == 64


def test_it_begins_at_rest(many: FreeMovement) -> None:
    for rate in (many.motion.qd, many.motion.qdd):
        assert np.abs(rate[:, 0]).max() < 1e-9
    assert np.std(np.degrees(many.motion.q[:, 0, :3] + many.motion.q[:, 0, 3:]), axis=0).min() > 10
    assert np.asarray(many.motion.time[0]) == pytest.approx(np.arange(600) / 100.0)
    assert (np.asarray(many.motion.status) == Status.OK).all()


def test_postures_stay_inside_the_region(many: FreeMovement) -> None:
    total = np.asarray(many.motion.q[..., :3] + many.motion.q[..., 3:])
    share = np.asarray(region_share(SETTINGS, total))
    assert 0.95 < share.max() <= 1.0
    pitch, roll, yaw = np.moveaxis(np.degrees(total), -1, 0)
    by_hand = (pitch / np.where(pitch < 0, 75.0, 92.0)) ** 2 + (roll / 56) ** 2 + (yaw / 86) ** 2
    np.testing.assert_allclose(share**2, by_hand, rtol=1e-9)


@pytest.mark.slow
def test_sway_too_large_to_overlook_stays_inside_as_well() -> None:
    swaying = FreeSettings(largest_sway_rad=0.3, frames=300)
    motion = free_movements(swaying, 1, np.arange(256)).motion
    total = motion.q[..., :3] + motion.q[..., 3:]
    assert np.asarray(region_share(swaying, total)).max() <= 1.0


def test_range_and_speed_of_people_are_covered(angles: tuple[np.ndarray, ...]) -> None:
    """Flexion 58, extension 73, bending 46, rotation 77 degrees; 190 degrees a second."""
    q, qd, qdd = (x.reshape(-1, 3) for x in angles)
    assert (q.min(axis=0) < [-60.0, -48.0, -79.0]).all()
    assert (q.max(axis=0) > [80.0, 48.0, 79.0]).all()
    speed, acceleration = np.linalg.norm(qd, axis=1), np.linalg.norm(qdd, axis=1)
    assert 250.0 < speed.max() < 1.13 * np.degrees(SETTINGS.fastest_rad_s)
    assert 1500.0 < acceleration.max() < 2.0 * np.degrees(SETTINGS.sharpest_rad_s2)
    for k in range(3):
        assert (np.abs(qd[:, k]) > 150.0).any()


def test_movements_are_still_slow_and_fast_pure_and_combined(
    angles: tuple[np.ndarray, ...],
) -> None:
    q, qd, _ = angles
    speed = np.linalg.norm(qd, axis=-1)
    assert 0.1 < (speed < 3.0).mean() < 0.3
    assert 0.3 < ((speed >= 3.0) & (speed < 40.0)).mean() < 0.6
    assert 0.02 < (speed > 150.0).mean() < 0.1
    peak = speed.max(axis=1)
    assert (peak < 40.0).mean() > 0.05
    assert (peak > 150.0).mean() > 0.2
    width = np.sort(np.ptp(q, axis=1), axis=1)
    assert 0.15 < (width[:, 1] < 0.25 * width[:, 2]).mean() < 0.45
    assert (width[:, 0] > 0.4 * width[:, 2]).mean() > 0.15


@pytest.mark.slow
def test_moves_are_ordered_and_two_at_most_run_at_once() -> None:
    draw = jax.jit(jax.vmap(lambda i: draw_plan(SETTINGS, stream_key(1, 0, i))))
    plans = draw(np.arange(200))
    start, end = np.asarray(plans.start), np.asarray(plans.start + plans.duration)
    assert (np.diff(start) > 0.0).all()
    assert (np.diff(end) > 0.0).all()
    assert (start[:, 2:] >= end[:, :-2] - 1e-12).all()
    assert (end[:, -1] < 6.0).mean() < 0.01
    together = np.mean(start[:, 3:] < end[:, 2:-1])
    assert 1.0 - together == pytest.approx(SETTINGS.hold_share, abs=0.02)


def test_necks_are_alike_unless_asked(many: FreeMovement) -> None:
    share = np.array(generic_anatomy().rhythm)
    assert not np.asarray(many.traits).any()
    assert (np.asarray(many.reach) == 1.0).all()
    upper, lower = many.motion.q[..., :3], many.motion.q[..., 3:]
    np.testing.assert_allclose(upper * (1.0 - share), lower * share, rtol=0.0, atol=1e-12)


def test_traits_of_people_are_cut_normal_distributions() -> None:
    settings, neck = FreeSettings(traits=(0.5,)), generic_anatomy("living")
    draw = jax.jit(jax.vmap(lambda i: personal_traits(settings, 4, i, neck)))
    standard = np.asarray(draw(np.arange(20_000))) / (0.5 * trait_sd(neck))
    assert standard.mean(axis=0) == pytest.approx(np.zeros(7), abs=0.03)
    assert standard.std(axis=0) == pytest.approx(np.ones(7), rel=0.02)
    assert np.abs(np.corrcoef(standard.T) - np.eye(7)).max() < 0.03
    cut = standard * stats.truncnorm.std(-3.0, 3.0)
    assert np.abs(cut).max() < 3.0
    for column in cut.T:
        assert stats.kstest(column, stats.truncnorm(-3.0, 3.0).cdf).pvalue > 0.001


def test_ranges_of_people_spread_as_published() -> None:
    norm = norm_of(None)
    draw = jax.jit(jax.vmap(lambda i: personal_reach(4, i)))
    reach = np.asarray(draw(np.arange(20_000))) * norm.mean_deg
    assert reach.mean(axis=0) == pytest.approx(norm.mean_deg, rel=0.01)
    assert reach.std(axis=0) == pytest.approx(norm.sd_deg, rel=0.03)
    assert (reach <= farthest_deg(None) + 1e-9).all()
    assert np.corrcoef(reach.T)[4, 5] > 0.7


@pytest.mark.slow
def test_who_goes_far_has_long_curves_and_shares_by_them() -> None:
    """Within a range of one's own, in the posture of least energy of one's own neck."""
    settings, neck = (
        FreeSettings(own_range=True, traits=(1.0,), frames=200),
        generic_anatomy("living"),
    )
    made = free_movements(settings, 4, np.arange(40), anatomy=neck)
    for k in range(3):
        reach = np.asarray(made.reach[k])
        own = with_traits(in_range(neck, np.maximum(reach, 1.0)), made.traits[k])
        heads = np.degrees(
            np.asarray(jax.vmap(lambda q, own=own: head_on_thorax_of(own, q))(made.motion.q[k]))
        )
        far = reach * norm_of(None).mean_deg
        sides = np.stack(
            [-heads[:, 0], heads[:, 0], heads[:, 1], -heads[:, 1], -heads[:, 2], heads[:, 2]]
        )
        assert (sides.max(axis=1) <= far * 1.02 + 1.0).all()
        shared = jax.vmap(lambda x, own=own: posture_of_head(own, x))(np.radians(heads[::20]))
        assert np.asarray(shared) == pytest.approx(made.motion.q[k][::20], abs=0.03)


@pytest.mark.slow
def test_traits_belong_to_the_person() -> None:
    persons = np.array([7, 7, 8, 2])
    moved = free_movements(VARIED, 4, np.array([0, 1, 2, 3]), persons)
    np.testing.assert_array_equal(moved.traits[0], moved.traits[1])
    assert not np.allclose(moved.traits[1], moved.traits[2])
    assert not np.allclose(moved.motion.q[0], moved.motion.q[1])
    own = personal_traits(VARIED, 4, 7, generic_anatomy())
    assert moved.traits[0] == pytest.approx(np.asarray(own))
    upper, total = moved.motion.q[..., :3], moved.motion.q[..., :3] + moved.motion.q[..., 3:]
    rhythm = np.asarray(generic_anatomy().rhythm) + moved.traits
    assert upper == pytest.approx(rhythm[:, None] * total, abs=1e-12)
    fixed = free_movements(SETTINGS, 4, np.array([0, 1, 2, 3])).motion.q
    assert total == pytest.approx(fixed[..., :3] + fixed[..., 3:], abs=1e-12)


def test_traits_of_another_neck_are_refused() -> None:
    with pytest.raises(NuchalError) as caught:
        free_movements(FreeSettings(traits=(0.1,) * 7), 1, np.arange(1))
    assert caught.value.what == "movements.traits"


def test_loads_are_light_or_none() -> None:
    loads = jax.jit(jax.vmap(lambda i: head_load(VARIED, 4, i)))(np.arange(20_000))
    mass, place = np.asarray(loads.mass), np.asarray(loads.place)
    some = mass > 0.0
    assert some.mean() == pytest.approx(VARIED.loaded_share, abs=0.015)
    assert (place[~some] == 0.0).all()
    low, high = VARIED.load_mass_kg
    assert stats.kstest(mass[some], stats.uniform(low, high - low).cdf).pvalue > 0.001
    for column, (least, most) in zip(place[some].T, VARIED.load_place_m, strict=True):
        assert stats.kstest(column, stats.uniform(least, most - least).cdf).pvalue > 0.001
    assert (np.asarray(free_movements(SETTINGS, 4, np.arange(9)).load.mass) == 0.0).all()


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"frames": 0}, "frames"),
        ({"rate_hz": float("nan")}, "rate"),
        ({"hold_share": 1.2}, "shares"),
        ({"most_overlap": 0.6}, "overlap"),
        ({"bending_rad": 0.0}, "region"),
        ({"slowest_rad_s": 9.0}, "speeds"),
        ({"sharpest_rad_s2": 0.0}, "acceleration"),
        ({"traits": (-0.1,)}, "traits"),
        ({"load_mass_kg": (2.0, 1.0)}, "load"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict, what: str) -> None:
    with pytest.raises(NuchalError) as caught:
        FreeSettings(**wrong)
    assert caught.value.what == f"movements.{what}"


@pytest.mark.parametrize(("seed", "index"), [(-1, 0), (2**63, 0), (1, -1), (1, 2**32)])
def test_seeds_and_indices_that_would_wrap_are_refused(seed: int, index: int) -> None:
    with pytest.raises(NuchalError) as caught:
        free_movements(SETTINGS, seed, np.array([index]))
    assert caught.value.what in {"movements.bad_seed", "movements.bad_index"}


@pytest.mark.slow
def test_muscles_balance_most_frames() -> None:
    preset = PRESET_SETTINGS["recommended"]
    anatomy = generic_anatomy(preset.form)
    made = free_movements(FreeSettings(own_range=True), 7, np.arange(40), anatomy=anatomy)
    thinned = jax.tree.map(lambda x: np.asarray(x)[:, ::20].reshape(-1, *x.shape[2:]), made.motion)
    load = head_load(SETTINGS, 7, 0)
    status = np.asarray(simulate(anatomy, thinned, preset.recruitment, load).forces.status)
    assert (status == Status.INFEASIBLE).mean() < 0.1
    share = np.asarray(region_share(SETTINGS, thinned.q[:, :3] + thinned.q[:, 3:]))
    assert (status == Status.INFEASIBLE)[share < 0.5].mean() == 0.0


@pytest.fixture(scope="module")
def real(shared: Path) -> np.ndarray:
    """States of three people in their widest and fastest trials."""
    folder = shared / "recordings" / "vicon_neck"
    if not folder.is_dir():
        pytest.skip(f"the recordings are not here: {folder}")
    trials = [(1, 1), (1, 5), (2, 1), (2, 2), (2, 4), (2, 5), (3, 5)]
    anatomy, settings = generic_anatomy(), TrackingSettings()
    found = []
    for person, trial in trials:
        place = folder / f"subject_0{person}"
        marks = read_recording(place / f"trial_{trial}" / "data_marker.csv")
        static = read_recording(place / "Static.csv")
        found.append(track(marks, anatomy, settings=settings, static=static).motion)
    return np.concatenate([scaled_states(motion) for motion in found])


@pytest.mark.slow
def test_real_people_lie_inside_coordinate_by_coordinate(
    real: np.ndarray, many: FreeMovement
) -> None:
    made = scaled_states(many.motion)
    inside = (real >= made.min(axis=0)) & (real <= made.max(axis=0))
    assert inside.all(axis=1).mean() > 0.999
    total = np.radians(real[:, :3] * SCALE[:3])
    assert np.asarray(region_share(SETTINGS, total)).max() < 1.0


@pytest.mark.slow
def test_real_people_lie_among_free_movements(real: np.ndarray) -> None:
    """As near to states that were drawn as other draws are, in angle, speed and acceleration."""
    drawn = scaled_states(free_movements(SETTINGS, 11, np.arange(2048)).motion)[::5]
    others = scaled_states(free_movements(SETTINGS, 12, np.arange(128)).motion)[::7]
    tree = cKDTree(drawn)
    usual, people = tree.query(others)[0], tree.query(real)[0]
    assert (people <= np.quantile(usual, 0.999)).mean() > 0.995
    assert people.max() <= usual.max()
    assert np.median(people) < 1.5 * np.median(usual)
