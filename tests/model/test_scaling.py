"""Scaling does what its measures say, and nothing else."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.conventions import BODIES
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.scaling import (
    GENERIC_SUBJECT,
    Scales,
    neutral_lengths,
    personalise,
    scale,
    scales_of,
)

scaled = jax.jit(scale)
BONES = generic_anatomy().topology.point_source
GIRDLE = np.array([body[1:] in {"scapula", "clavicle"} for body in BONES])
VERTEBRA = np.array([body.startswith("cerv") for body in BONES])
SKULL = np.array([body in {"skull", "jaw"} for body in BONES])


def factors(
    neck: float = 1.0, shoulder: float = 1.0, mass: float = 1.0, skull: tuple = (1.0, 1.0, 1.0)
) -> Scales:
    return Scales(*(jnp.asarray(x) for x in (neck, shoulder, mass, skull)))


@pytest.fixture(scope="module")
def generic() -> Anatomy:
    return generic_anatomy()


def changed(before: Anatomy, after: Anatomy) -> set[str]:
    """Names of the fields that are not the same bit for bit."""
    names = [n for n in before.__dataclass_fields__ if n != "topology"]
    return {n for n in names if not np.array_equal(getattr(before, n), getattr(after, n))}


@pytest.mark.parametrize("form", ["source", "living"])
def test_the_generic_person_has_the_generic_neck_bit_for_bit(form: Form) -> None:
    generic = generic_anatomy(form)
    person = personalise(GENERIC_SUBJECT, form=form)
    assert changed(generic, person) == set()
    assert person.topology == generic.topology


def test_measures_become_factors() -> None:
    subject = replace(
        GENERIC_SUBJECT,
        neck_length_m=1.1 * GENERIC_SUBJECT.neck_length_m,
        shoulder_width_m=0.9 * GENERIC_SUBJECT.shoulder_width_m,
        head_and_neck_mass_kg=0.7 * GENERIC_SUBJECT.head_and_neck_mass_kg,
        head_length_m=0.199505 * 1.02,
        head_height_m=0.131147 * 0.97,
        head_breadth_m=0.154330 * 1.03,
    )
    scales = scales_of(subject)
    found = [scales.neck, scales.shoulder, scales.mass, *scales.skull]
    np.testing.assert_allclose(found, [1.1, 0.9, 0.7, 1.02, 0.97, 1.03], rtol=1e-12)


def test_neck_length_stretches_vertebrae_upwards_only(generic: Anatomy) -> None:
    long = scaled(generic, factors(neck=1.2))
    x, y, z = (np.asarray(long.points)[:, k] for k in range(3))
    x0, y0, z0 = np.asarray(generic.points).T
    np.testing.assert_array_equal(x, x0)
    np.testing.assert_array_equal(z, z0)
    np.testing.assert_allclose(y, np.where(VERTEBRA, 1.2, 1.0) * y0, rtol=1e-15)
    for name in ("parent_offset", "child_offset", "mass_centre"):
        mine, before = (np.asarray(getattr(a, name)) for a in (long, generic))
        np.testing.assert_array_equal(mine[:, [0, 2]], before[:, [0, 2]])
    assert changed(generic, long) <= {
        "landmarks",
        "points",
        "parent_offset",
        "child_offset",
        "mass_centre",
        "optimal_fibre_length",
        "tendon_slack_length",
    }


def levels_of(anatomy: Anatomy) -> np.ndarray:
    """Height of each joint centre above the T1-C7 joint in the neutral pose [m]."""
    steps = anatomy.parent_offset[1:, 1] - anatomy.child_offset[:-1, 1]
    return np.concatenate([np.zeros(1), np.cumsum(steps)])


def test_neck_length_stretches_the_column_of_joints(generic: Anatomy) -> None:
    """Every level lies as much higher above T1 as the neck is longer."""
    long = scaled(generic, factors(neck=1.2))
    heights, before = np.asarray(levels_of(long)), np.asarray(levels_of(generic))
    np.testing.assert_allclose(heights, 1.2 * before, rtol=1e-12)
    assert before[-1] > 0.1
    assert float(long.parent_offset[0, 1]) == float(generic.parent_offset[0, 1])


def test_shoulder_width_moves_the_girdle_sideways_only(generic: Anatomy) -> None:
    wide = scaled(generic, factors(shoulder=1.1))
    mine, before = np.asarray(wide.points), np.asarray(generic.points)
    np.testing.assert_array_equal(mine[:, :2], before[:, :2])
    np.testing.assert_allclose(mine[:, 2], np.where(GIRDLE, 1.1, 1.0) * before[:, 2], rtol=1e-15)
    assert 4 <= GIRDLE.sum() < 40
    names = {"points", "optimal_fibre_length", "tendon_slack_length"}
    assert changed(generic, wide) == names


def test_head_mass_scales_masses_and_inertias_in_proportion(generic: Anatomy) -> None:
    heavy = scaled(generic, factors(mass=1.3))
    assert changed(generic, heavy) == {"mass", "inertia"}
    assert float(heavy.mass[0]) == float(generic.mass[0])
    np.testing.assert_allclose(heavy.mass[1:], 1.3 * generic.mass[1:], rtol=1e-15)
    np.testing.assert_allclose(heavy.inertia[1:], 1.3 * generic.inertia[1:], rtol=1e-15)


def test_head_mass_is_what_moves_above_t1() -> None:
    person = personalise(replace(GENERIC_SUBJECT, head_and_neck_mass_kg=5.25))
    assert float(np.sum(person.mass[1:])) == pytest.approx(5.25, rel=1e-14)


def test_head_measures_scale_the_skull_and_what_is_on_it(generic: Anatomy) -> None:
    size = np.array([1.05, 0.95, 1.1])
    head = scaled(generic, factors(skull=tuple(size)))
    np.testing.assert_allclose(head.markers, size * generic.markers, rtol=1e-15)
    np.testing.assert_allclose(
        head.points, np.where(SKULL[:, None], size, 1.0) * generic.points, rtol=1e-15
    )
    np.testing.assert_array_equal(head.mass_centre[:-1], generic.mass_centre[:-1])
    assert BODIES[-1] == "skull"


@pytest.mark.parametrize("seed", range(3))
def test_fibres_and_tendons_keep_their_ratio_to_the_neutral_length(
    seed: int, generic: Anatomy
) -> None:
    rng = np.random.default_rng(seed)
    neck, shoulder, mass = rng.uniform(0.8, 1.2, 3)
    person = scaled(generic, factors(neck, shoulder, mass, tuple(rng.uniform(0.9, 1.1, 3))))
    for name in ("optimal_fibre_length", "tendon_slack_length"):
        ratio, before = (
            np.asarray(getattr(a, name) / neutral_lengths(a)) for a in (person, generic)
        )
        np.testing.assert_allclose(ratio, before, rtol=1e-13)
    assert np.ptp(np.asarray(neutral_lengths(person) / neutral_lengths(generic))) > 0.01


def test_strength_and_bushings_stay(generic: Anatomy) -> None:
    person = scaled(generic, factors(1.2, 0.9, 1.4, (1.1, 1.1, 1.1)))
    assert not changed(generic, person) & {
        "max_isometric_force",
        "pennation_at_optimal",
        "bushing_stiffness",
        "bushing_damping",
        "coupling",
        "coordinate_range",
        "minimum_activation",
        "gravity",
    }


def test_markers_are_linear_in_the_factors_at_fixed_joint_angles(generic: Anatomy) -> None:
    """What lets a million necks be one matrix product: the weighted mean of two necks' markers
    is the markers of the weighted mean of their factors, and one more factor adds its own."""
    place = jax.jit(lambda scales, q: marker_positions(scale(generic, scales), q))
    rng = np.random.default_rng(5)
    for q in rng.uniform(-0.3, 0.3, (3, 6)):
        a = factors(0.8, 1.1, 0.9, (1.05, 0.9, 1.0))
        b = factors(1.25, 0.9, 1.2, (0.9, 1.1, 1.2))
        t = 0.3
        between = jax.tree.map(lambda x, y, t=t: (1 - t) * x + t * y, a, b)
        expected = (1 - t) * place(a, q) + t * place(b, q)
        assert np.abs(place(a, q) - place(b, q)).max() > 0.01
        np.testing.assert_allclose(place(between, q), expected, rtol=0, atol=1e-14)
        beyond = eqx.tree_at(lambda s: s.neck, a, b.neck)
        both = eqx.tree_at(lambda s: s.skull, beyond, b.skull)
        skull_only = eqx.tree_at(lambda s: s.skull, a, b.skull)
        added = place(beyond, q) + place(skull_only, q) - place(a, q)
        np.testing.assert_allclose(place(both, q), added, rtol=0, atol=1e-14)
