"""Forces to activations is the inverse of the forward Hill model."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.arrays import Muscles
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.muscles.fibres import Capacity, activation_of_force
from nuchal.dynamics.muscles.hill import capacity
from nuchal.emg.activation import activations_of_forces, group_activation
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.movements.standard import standard_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import Motion


def force_of_activation(able: Capacity, activation: np.ndarray) -> np.ndarray:
    return activation * able.active + able.passive


def few_frames() -> Motion:
    whole = standard_movement()
    return jax.tree.map(lambda x: x[::25], whole)


def uncut_activation(able: Capacity, force: Muscles) -> Muscles:
    """Activations of tendon forces [N], not cut off at 0 and 1; zero without active force."""
    can = able.active > 0.0
    share = (force - able.passive) / jnp.where(can, able.active, 1.0)
    return jnp.where(can, share, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["millard", "degroote"])
def test_inverse_of_the_forward_model(family: str) -> None:
    """Random lengths, speeds and activations, those that no muscle can have included."""
    anatomy = generic_anatomy("living")
    dice = np.random.default_rng(1)
    usual = anatomy.tendon_slack_length + anatomy.optimal_fibre_length
    for _ in range(20):
        length = usual * dice.uniform(0.9, 1.1, 72)
        able = capacity(anatomy, length, dice.uniform(-0.2, 0.2, 72), family=family)
        activation = dice.uniform(-0.2, 1.3, 72)
        back = uncut_activation(able, force_of_activation(able, activation))
        can = np.asarray(able.active) > 1e-3
        assert can.sum() > 40
        np.testing.assert_allclose(np.asarray(back)[can], activation[can], atol=1e-8)
        cut = activation_of_force(able, force_of_activation(able, activation))
        np.testing.assert_allclose(np.asarray(cut)[can], np.clip(activation, 0, 1)[can], atol=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["recommended", "classical"])
def test_forces_of_a_movement_give_back_the_activations_that_made_them(preset: str) -> None:
    settings = PRESET_SETTINGS[preset]
    anatomy = generic_anatomy(settings.form)
    motion = few_frames()
    found = simulate(anatomy, motion, settings.recruitment, no_load())
    inverse = activations_of_forces(
        anatomy,
        length=found.length,
        moment_arms=found.moment_arms,
        qd=motion.qd,
        force=found.forces.force,
        passive=found.forces.passive,
        family=settings.recruitment.curves,
        projection=settings.recruitment.projection,
    )
    assert inverse.able.mean() > 0.95
    true = np.asarray(found.forces.activation)
    np.testing.assert_allclose(inverse.activation[inverse.able], true[inverse.able], atol=1e-8)


def test_the_papers_formula_without_passive_force_and_pennation() -> None:
    """At optimal length and at rest f_L = f_V = 1, so a = F / (F_max cos(alpha))."""
    anatomy = generic_anatomy("living")
    pennation = np.asarray(anatomy.pennation_at_optimal)
    length = anatomy.tendon_slack_length + anatomy.optimal_fibre_length * jnp.cos(pennation)
    able = capacity(anatomy, length, jnp.zeros(72))
    force = 0.3 * np.asarray(anatomy.max_isometric_force) * np.cos(pennation)
    np.testing.assert_allclose(uncut_activation(able, force), 0.3, atol=2e-5)


def test_a_groups_mean_is_weighted_by_strength() -> None:
    anatomy = generic_anatomy("living")
    activation = np.zeros((2, 72))
    heads = ("stern_mast", "cleid_mast", "cleid_occ")
    columns = [MUSCLES.index(name) for name in heads]
    activation[:, columns] = [[1.0, 0.0, 0.0], [0.5, 0.5, 0.5]]
    strength = np.asarray(anatomy.max_isometric_force)[columns]
    found = group_activation(anatomy, activation, heads)
    np.testing.assert_allclose(found, [strength[0] / strength.sum(), 0.5])
