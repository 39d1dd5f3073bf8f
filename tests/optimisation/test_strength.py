"""Isometric strength against measured people, duality, geometry and our own recruitment."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.commands.strength import MEASURED_MEN, strength
from nuchal.conventions import PRESETS, Preset
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import State
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.kinematics import skull_points
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.optimisation.simulate import mechanics_of_frame
from nuchal.optimisation.solvers.exact import recruit
from nuchal.optimisation.strength import (
    DIRECTIONS,
    LEVER_M,
    LOAD_PLACE_M,
    Strength,
    isometric_strength,
)

VASAVADA_2001 = {
    "flexion": (30.0, 5.0),
    "extension": (52.0, 11.0),
    "bending": (36.0, 8.0),
    "rotation": (15.0, 4.0),
}
"""Mean and standard deviation of men, doi 10.1097/00007632-200109010-00018."""

RECOMMENDED = PRESET_SETTINGS["recommended"].recruitment
STRETCHED = RecruitmentSettings(passive=True, lowest_activation="zero")
"""Stretched fibres pull, and no muscle has to: the bounds of strength."""
FLEXORS = ("stern_mast", "cleid_mast", "long_cap", "long_col", "Sterno_hyoid")
EXTENSORS = ("semi_cap", "semi_cerv", "splen_cap", "splen_cerv", "trap_acr")
PUSHES = {"flexion": [-1, 0, 0], "extension": [1, 0, 0], "right_bending": [0, 0, -1]}
IS_LEFT = np.array([name.endswith("_L") for name in MUSCLES])
TURNED = np.array([0.2, -0.1, 0.3, -0.15, 0.2, -0.25])


@pytest.fixture(scope="module")
def found() -> Strength:
    return isometric_strength(generic_anatomy("living"), RECOMMENDED)


@pytest.fixture(scope="module")
def base_and_joints() -> tuple[Strength, Strength]:
    anatomy = generic_anatomy("living")
    base = isometric_strength(anatomy, RECOMMENDED, balance="base")
    return base, isometric_strength(anatomy, RECOMMENDED, balance="joints")


SKULL_POINTS = jnp.array([LOAD_PLACE_M, [1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0], [0, 0, 0]])


@jax.jit
def _points_and_travel(anatomy: Anatomy, q: jax.Array) -> tuple[jax.Array, jax.Array]:
    def places(at: jax.Array) -> jax.Array:
        return skull_points(anatomy, at, SKULL_POINTS)

    return places(q), jax.jacfwd(places)(q)


def load_on_coordinates(anatomy: Anatomy, q: np.ndarray, direction: str) -> np.ndarray:
    """Work of a unit load per coordinate, from how points of the skull travel."""
    places, travel = map(np.asarray, _points_and_travel(anatomy, jnp.asarray(q)))
    if direction in PUSHES:
        return np.array(PUSHES[direction]) @ travel[0]
    axes, turning = places[1:4] - places[4], travel[1:4] - travel[4]
    return np.einsum("jak,jc->ack", turning, axes)[0, 2]


def active(found: Strength, direction: str) -> dict[str, float]:
    return dict(zip(MUSCLES, found.activation[DIRECTIONS.index(direction)], strict=True))


def worth(found: Strength, direction: str, muscles: tuple[str, ...]) -> float:
    values = found.worth[DIRECTIONS.index(direction)]
    return sum(v for name, v in zip(MUSCLES, values, strict=True) if name.startswith(muscles))


@pytest.mark.parametrize("preset", PRESETS)
def test_generic_neck_is_an_ordinary_mans(preset: Preset) -> None:
    for row in strength(preset=preset).rows:
        kind = row.direction.removeprefix("right_").removeprefix("left_")
        mean, sd = VASAVADA_2001[kind]
        assert abs(row.moment_Nm - mean) <= sd, row.direction
        assert row.within_one_sd
        assert MEASURED_MEN[row.direction] == (mean, sd)


def test_multipliers_prove_that_no_activations_hold_more(found: Strength) -> None:
    assert np.all(found.status == Status.OK)
    assert np.all(found.moment > 10.0)
    np.testing.assert_allclose(found.bound, found.moment, rtol=1e-8)
    assert np.all(found.bound >= found.moment)


@pytest.mark.slow
@pytest.mark.parametrize("posture", [np.zeros(6), TURNED], ids=["neutral", "turned"])
def test_recruitment_balances_a_little_less_and_no_more(posture: np.ndarray) -> None:
    """Static optimisation, which has another solver and another way to the moments of the load."""
    anatomy = generic_anatomy("living")
    most = isometric_strength(anatomy, STRETCHED, posture=posture).load
    problem = _problem(anatomy, posture, STRETCHED)

    def status(moment: np.ndarray) -> int:
        harder = eqx.tree_at(lambda p: p.moment, problem, problem.moment - moment)
        return int(_recruit(harder).status)

    for direction in (*PUSHES, "right_rotation"):
        per_load = load_on_coordinates(anatomy, posture, direction)
        held = most[DIRECTIONS.index(direction)] * per_load
        assert status(0.999 * held) == Status.OK, direction
        assert status(1.001 * held) == Status.INFEASIBLE, direction


@eqx.filter_jit
def _problem(anatomy: Anatomy, q: np.ndarray, settings: RecruitmentSettings) -> RecruitmentProblem:
    still = jnp.zeros(6)
    state = State(q, still, still, jnp.asarray(anatomy.gravity), jnp.zeros((), dtype=int))
    return mechanics_of_frame(anatomy, state, settings, no_load()).problem


_recruit = eqx.filter_jit(recruit)


def test_flexors_flex_and_extensors_extend(found: Strength) -> None:
    assert worth(found, "flexion", FLEXORS) > 10.0
    assert worth(found, "flexion", EXTENSORS) == pytest.approx(0.0, abs=1e-9)
    assert worth(found, "extension", EXTENSORS) > 30.0
    assert worth(found, "extension", FLEXORS) == pytest.approx(0.0, abs=0.01)
    flexion, extension = active(found, "flexion"), active(found, "extension")
    for name in ("stern_mast", "long_cap_sklc4", "long_col_c1thx"):
        assert flexion[name] == flexion[name + "_L"] == pytest.approx(1.0)
        assert extension[name] < 1.0
    for name in ("semi_cap_sklthx", "splen_cap_sklthx", "trap_cl"):
        assert extension[name] == extension[name + "_L"] == pytest.approx(1.0)


def test_bending_and_rotation_take_the_right_side(found: Strength) -> None:
    """Sternocleidomastoid turns the head away from its side, splenius and oblique towards it."""
    bending = active(found, "right_bending")
    for name in ("stern_mast", "scalenus_med", "levator_scap"):
        assert bending[name] == pytest.approx(1.0)
        assert bending[name + "_L"] < 0.1
    rotation = active(found, "right_rotation")
    assert rotation["cleid_occ_L"] == pytest.approx(1.0)
    assert rotation["cleid_occ"] < 0.1
    for name in ("splen_cap_sklthx", "obl_cap_inf"):
        assert rotation[name] == pytest.approx(1.0)
        assert rotation[name + "_L"] < 0.1


def test_both_sides_are_nearly_as_strong(found: Strength) -> None:
    """The source's left and right differ by 1.2 mm in three small muscles."""
    right, left = found.moment[[2, 4]], found.moment[[3, 5]]
    np.testing.assert_allclose(right, left, rtol=1e-3)
    assert np.all(right != left)


def test_strength_of_a_muscle_is_worth_what_it_says() -> None:
    """Each muscle of a mixed handful a millionth stronger on both sides: the slope of strength."""
    names = ("stern_mast", "Mylohyoid_Ant", "semi_cap_sklthx", "splen_cap_sklthx", "trap_cl")
    chosen = np.isin([name.removesuffix("_L") for name in MUSCLES], names)
    anatomy = generic_anatomy("living")
    bare = isometric_strength(anatomy, RECOMMENDED)
    stronger = eqx.tree_at(
        lambda a: a.max_isometric_force,
        anatomy,
        anatomy.max_isometric_force * np.where(chosen, 1.000001, 1.0),
    )
    gained = isometric_strength(stronger, RECOMMENDED).moment - bare.moment
    np.testing.assert_allclose(gained, 1e-6 * bare.worth[:, chosen].sum(axis=1), atol=2e-7)
    assert np.all(gained[:2] > 3e-6)
    one_sided = eqx.tree_at(
        lambda a: a.max_isometric_force,
        anatomy,
        anatomy.max_isometric_force * np.where(chosen & IS_LEFT, 1.001, 1.0),
    )
    gained = isometric_strength(one_sided, RECOMMENDED).moment - bare.moment
    assert np.all(gained <= 1e-3 * bare.worth[:, chosen & IS_LEFT].sum(axis=1) + 1e-6)


def test_forces_are_reported_with_a_lever_of_32_cm(found: Strength) -> None:
    np.testing.assert_allclose(found.moment[:4], 0.32 * found.load[:4], rtol=1e-12)
    np.testing.assert_allclose(found.moment[4:], found.load[4:], rtol=1e-12)
    assert found.lever_m == pytest.approx(LEVER_M, abs=0.005)


def test_muscles_stay_within_what_they_can(found: Strength) -> None:
    assert np.all((found.activation >= 0.0) & (found.activation <= 1.0))
    assert np.all(found.saturated == (found.activation > 1.0 - 1e-9))
    assert np.all(found.force >= 0.0)
    assert np.all(found.saturated.sum(axis=1) >= 20)


def test_balance_at_every_joint_lowers_strength(
    found: Strength, base_and_joints: tuple[Strength, Strength]
) -> None:
    """De Bruijn et al. (2016) found the same order: rotation, then flexion, extension least."""
    base, joints = base_and_joints
    assert np.all(joints.moment < found.moment)
    assert np.all(joints.moment <= base.moment)
    lowered = 1.0 - joints.moment / base.moment
    assert lowered[4] > 0.81
    assert lowered[0] > 0.46
    assert lowered[1] < 0.5 * lowered[0] < lowered[0] < lowered[4]
    for one in base_and_joints:
        np.testing.assert_allclose(one.bound, one.moment, rtol=1e-8)


@pytest.mark.slow
def test_coordinates_are_a_mixture_of_joints() -> None:
    """Forces that hold the load at every joint hold it in all six coordinates as well."""
    anatomy = generic_anatomy("living")
    joints = isometric_strength(anatomy, STRETCHED, posture=TURNED / 2, balance="joints")
    mixed = isometric_strength(anatomy, STRETCHED, posture=TURNED / 2)
    solved = joints.status == Status.OK
    assert solved.any()
    assert np.all(joints.moment[solved] <= mixed.moment[solved])
    balanced = _problem(anatomy, TURNED / 2, STRETCHED)
    for direction in PUSHES:
        k = DIRECTIONS.index(direction)
        held = joints.load[k] * load_on_coordinates(anatomy, TURNED / 2, direction)
        left = balanced.moment_per_activation @ joints.activation[k] + held - balanced.moment
        np.testing.assert_allclose(left, 0.0, atol=1e-7)


def test_a_head_that_is_too_heavy() -> None:
    """Half a tonne: no activations hold it, and strength is nothing instead of not a number."""
    anatomy = generic_anatomy("living")
    heavy = eqx.tree_at(lambda a: a.mass, anatomy, anatomy.mass * 100.0)
    found = isometric_strength(heavy, RECOMMENDED)
    k = DIRECTIONS.index("right_rotation")
    assert found.status[k] == Status.INFEASIBLE
    assert found.moment[k] == 0.0
    assert not found.saturated[k].any()
    assert all(np.isfinite(x).all() for x in vars(found).values())
