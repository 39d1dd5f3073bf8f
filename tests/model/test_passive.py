"""Passive curves against what cadavers did, and the posture that follows against living people."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import cumulative_simpson
from scipy.optimize import brentq

from nuchal.conventions import LEVELS
from nuchal.model import tables
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import head_on_thorax
from nuchal.model.passive import (
    plane_moments,
    posture_of_head,
    resistance,
    share_table,
    shares,
    shares_from,
)

PITCH, ROLL, YAW = 0, 1, 2
RESIST = eqx.filter_jit(resistance)
SHARES = eqx.filter_jit(shares)
# Axis of a joint's x-y-z angles, and sign.
WAYS = {
    "flexion": (2, -1),
    "extension": (2, 1),
    "lateral_bending": (0, 1),
    "axial_rotation": (1, 1),
}


@pytest.fixture(scope="module")
def living() -> Anatomy:
    return generic_anatomy("living")


def moment_of(anatomy: Anatomy, level: int, way: str, degrees: float) -> float:
    """Of one joint that is bent one way [N m]."""
    axis, sign = WAYS[way]
    bend = np.zeros((8, 3))
    bend[level, axis] = sign * np.radians(degrees)
    return float(sign * RESIST(anatomy, bend)[level, axis])


def joint_deg(anatomy: Anatomy, level: int, way: str, moment: float) -> float:
    """How far one joint goes under a moment [N m]."""
    found = brentq(lambda deg: moment_of(anatomy, level, way, deg) - moment, 0.0, 90.0)
    return float(found)


def whole_neck_deg(anatomy: Anatomy, way: str, moment: float) -> float:
    """How far eight joints together go under one moment [N m]."""
    return sum(joint_deg(anatomy, k, way, moment) for k in range(len(LEVELS)))


@pytest.mark.parametrize("way", WAYS)
def test_each_joint_follows_the_tabled_curve(living: Anatomy, way: str) -> None:
    rows = {row["level"]: row for row in tables.rows("passive_curves") if row["direction"] == way}
    for k, level in enumerate(LEVELS):
        names = ("softness_deg", "steepness_per_Nm", "neutral_zone_deg")
        softness, steepness, zone = (float(rows[level][name]) for name in names)
        for moment in (0.5, 1.0, 2.0, 4.0, 7.0):
            degrees = zone + softness * np.log1p(steepness * moment)
            if degrees > zone + 1.0:
                # Resistance starts smoothly, so that at rest flexion and extension differ a little.
                assert moment_of(living, k, way, degrees) == pytest.approx(moment, abs=0.05)


def test_curves_go_on_as_straight_lines(living: Anatomy) -> None:
    ends = [moment_of(living, 6, "axial_rotation", deg) for deg in (70.0, 75.0, 80.0)]
    assert ends[0] > 8.0
    assert ends[2] - ends[1] == pytest.approx(ends[1] - ends[0], rel=1e-9)


# Sums over C0-C2 and C3-C4 to C7-T1 at 1, 1.5 and 2 N m [degrees], and their standard deviations,
# of the specimens of Nightingale et al. (2002, 2007), men and women together.
NIGHTINGALE = {
    "flexion": ((1.0, 40.4, 6.5), (1.5, 55.2, 7.5), (2.0, 65.1, 8.9)),
    "extension": ((1.0, 33.9, 7.7), (1.5, 45.3, 8.4), (2.0, 53.5, 8.9)),
}


@pytest.mark.parametrize("way", NIGHTINGALE)
def test_the_neck_bends_as_far_as_cadavers(living: Anatomy, way: str) -> None:
    left_out = LEVELS.index("C2-C3")
    for moment, mean, sd in NIGHTINGALE[way]:
        found = whole_neck_deg(living, way, moment) - joint_deg(living, left_out, way, moment)
        assert abs(found - mean) <= sd, moment


@pytest.mark.parametrize(
    ("way", "both_sides"), [("lateral_bending", 55.4), ("axial_rotation", 89.7)]
)
def test_cadavers_of_panjabi_2001_turn_as_far(living: Anatomy, way: str, both_sides: float) -> None:
    """Both sides together at 1 N m, C0-C1 to C6-C7: Spine 26:2692."""
    one_side = whole_neck_deg(living, way, 1.0) - joint_deg(living, 0, way, 1.0)
    assert 2.0 * one_side == pytest.approx(both_sides, rel=0.15)


@pytest.mark.slow
def test_living_people_tolerate_the_ends(living: Anatomy) -> None:
    """Under 10 N m of passive moment in every direction: McGill 1994, Clin Biomech 9:193."""
    for head in ([1.0, 0, 0], [-1.0, 0, 0], [0, 0.65, 0], [0, 0, 1.25]):
        q = posture_of_head(living, np.array(head))
        assert np.abs(plane_moments(living, q)).max() < 10.0


def share_of_upper(anatomy: Anatomy, axis: int, degrees: float) -> float:
    total = np.zeros(3)
    total[axis] = np.radians(degrees)
    return float(SHARES(anatomy, total).upper[axis] / total[axis])


def test_living_peoples_shares_come_out_unfitted(living: Anatomy) -> None:
    for degrees in (55.5, -55.5):
        assert 0.62 <= share_of_upper(living, YAW, degrees) <= 0.75, "Zhou 2021 .71, Ishii 2004 .67"
    for degrees in (5.0, 10.0, 20.0):
        assert share_of_upper(living, YAW, degrees) >= 0.85, "Anderst 2017: the first third"
    for degrees in (15.0, 30.0, 45.0, -15.0, -30.0, -45.0):
        assert 0.19 <= share_of_upper(living, PITCH, degrees) <= 0.40, "0.19 to 0.40 by source"


def test_the_atlas_turns_as_in_biplane_x_ray(living: Anatomy) -> None:
    """A head turned by 73.6 degrees has C1-C2 at 36.8 +- 6.7: Anderst 2017."""
    q = posture_of_head(living, np.array([0.0, 0.0, np.radians(73.6)]))
    atlas = float(np.degrees(living.coupling[6, 2, 2] * q[2]))
    assert 30.0 <= atlas <= 43.0


@pytest.mark.parametrize("axis", [PITCH, ROLL, YAW])
@pytest.mark.parametrize("degrees", [-50.0, 4.0, 25.0])
def test_the_posture_costs_least_energy(living: Anatomy, axis: int, degrees: float) -> None:
    """Work against the moments, by quadrature, is least at the angle that was found."""
    total = np.zeros(3)
    total[axis] = np.radians(degrees)
    sizes, sign = np.linspace(0.0, abs(total[axis]), 20_001), np.sign(degrees)
    moments = jax.vmap(lambda at: plane_moments(living, jnp.full(6, sign * at)))(sizes)
    work = cumulative_simpson(sign * np.asarray(moments), x=sizes, axis=0, initial=0.0)
    energy = work[:, axis] + work[::-1, axis + 3]
    least = sign * sizes[energy.argmin()]
    assert float(SHARES(living, total).upper[axis]) == pytest.approx(least, abs=1e-4)


@pytest.mark.slow
def test_slopes_are_those_of_finite_differences(living: Anatomy) -> None:
    head, step = np.array([0.3, -0.2, 0.5]), 1e-5
    posture = jax.jit(lambda x: posture_of_head(living, x))
    slope = jax.jit(jax.jacfwd(posture))
    curvature = jax.jit(jax.jacfwd(slope))
    for derivative, function in ((slope(head), posture), (curvature(head), slope)):
        sides = [
            (np.asarray(function(head + step * e)) - np.asarray(function(head - step * e)))
            for e in np.eye(3)
        ]
        expected = np.stack(sides, axis=-1) / (2.0 * step)
        np.testing.assert_allclose(derivative, expected, atol=1e-6)


def test_gain_and_stiffness_are_those_of_the_shares(living: Anatomy) -> None:
    total, step = np.array([0.4, 0.3, -0.7]), 1e-6
    found = shares(living, total)
    more = shares(living, total + step)
    np.testing.assert_allclose(found.gain, (more.upper - found.upper) / step, atol=1e-4)
    q = np.concatenate([found.upper, total - found.upper])
    stiffer = plane_moments(living, q + step) - plane_moments(living, q)
    np.testing.assert_allclose(np.ravel(found.stiffness), stiffer / step, rtol=1e-3)


def test_a_head_swings_with_the_trunk_as_without_reflexes(living: Anatomy) -> None:
    """Peng, Hain and Peterson 1996: 5.2 dB at 2.1 Hz, at most."""
    gain = np.asarray(shares(living, np.zeros(3)).gain)[YAW]
    yaw = np.asarray(living.coupling)[:, YAW]
    share = yaw[:, YAW] * gain + yaw[:, YAW + 3] * (1.0 - gain)
    damping = float(np.asarray(living.bushing_damping)[:, 1] @ share**2)
    inertia, frequency = np.asarray(living.inertia)[-1, 1, 1], np.linspace(0.5, 4.0, 3501)

    def swing(stiffness: float) -> np.ndarray:
        """Of the head over that of the trunk, at each frequency."""
        turn = 2j * np.pi * frequency
        neck = stiffness + damping * turn
        return np.abs(neck / (inertia * turn**2 + neck))

    at_peak = brentq(lambda k: frequency[np.argmax(swing(k))] - 2.1, 1.0, 6.0, xtol=1e-6)
    assert 20.0 * np.log10(swing(at_peak).max()) == pytest.approx(5.2, abs=0.1)


def test_a_head_at_rest_leaves_the_neck_at_rest(living: Anatomy) -> None:
    np.testing.assert_array_equal(posture_of_head(living, np.zeros(3)), np.zeros(6))


def test_the_upper_thorax_takes_its_share(living: Anatomy) -> None:
    """Of 69.5 degrees of head the neck has 56.3: Ishii 2004."""
    q = posture_of_head(living, np.array([0.0, 0.0, np.radians(69.5)]))
    assert np.degrees(q[2] + q[5]) == pytest.approx(56.3, abs=0.1)
    assert np.degrees(head_on_thorax(living, q)) == pytest.approx([0.0, 0.0, 69.5], abs=0.1)


def test_a_table_of_shares_serves_for_all_angles(living: Anatomy) -> None:
    table = share_table(living)
    angles = np.random.default_rng(4).uniform(-1.6, 1.6, (200, 3))
    found = jax.jit(jax.vmap(lambda total: shares_from(table, total)))(angles)
    exact = jax.jit(jax.vmap(lambda total: shares(living, total)))(angles)
    np.testing.assert_allclose(found.upper, exact.upper, atol=2e-5)
    np.testing.assert_allclose(found.gain, exact.gain, atol=5e-3)
    np.testing.assert_allclose(found.stiffness, exact.stiffness, rtol=0.03, atol=0.2)
