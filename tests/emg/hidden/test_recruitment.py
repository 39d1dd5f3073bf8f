"""Recruitment against closed forms: fixed groups, and moments that are met."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.emg.hidden.recruitment import (
    POWER_MEAN,
    RESERVE,
    Demand,
    Drive,
    generic_control,
    recruited,
)


def test_fixed_groups_share_by_weight_alone() -> None:
    """Called in groups, agonists of one coordinate are on together, however well they pull."""
    g = np.array([[[0.4, 0.1, 0.25, -0.3, -0.2]]])
    weights = jnp.log(jnp.array([1.0, 1.0, 2.0, 1.0, 1.0]))
    control = eqx.tree_at(
        lambda c: (c.log_power, c.grouping, c.log_weight),
        generic_control(5),
        (jnp.zeros(()), jnp.array(40.0), weights),
    )
    drive = Drive(jnp.full(1, 0.0), jnp.zeros((1, 5)))
    demand = Demand(g, np.array([[0.3]]), np.ones((1, 5)))
    found = recruited(control, demand, drive, jnp.zeros((1, 1)), steps=60)
    first, second, half, *others = np.asarray(found.activation[0])
    assert first == pytest.approx(second, rel=0.01)
    assert half == pytest.approx(0.5 * first, rel=0.03)
    assert max(others) < 0.01


@pytest.mark.parametrize("coordinates", [1, 6])
@pytest.mark.parametrize("log_power", [POWER_MEAN, 0.55])
def test_multipliers_are_found_whatever_is_asked(coordinates: int, log_power: float) -> None:
    """Also where co-contraction makes more moment than is needed, and nothing else is on yet."""
    dice = np.random.default_rng(coordinates)
    frames, muscles = 4000, 6 * coordinates
    g = dice.normal(size=(frames, coordinates, muscles))
    able = dice.uniform(size=(frames, muscles)) * dice.choice([0.05, 0.3, 1.0], (frames, 1))
    asked = np.einsum("tdm,tm->td", g, able)
    drive = Drive(dice.uniform(0.0, 0.2, frames), dice.normal(0.0, 0.3, (frames, muscles)))
    control = eqx.tree_at(
        lambda c: (c.log_power, c.log_weight, c.log_share),
        generic_control(muscles),
        (jnp.array(log_power), *dice.normal(0.0, 0.5, (2, muscles))),
    )
    demand = Demand(g, asked, dice.uniform(0.1, 1.2, (frames, muscles)))
    found = recruited(control, demand, drive, jnp.zeros((frames, coordinates)), steps=30)
    supplied = np.einsum("tdm,tm->td", g, np.asarray(found.activation))
    error = supplied + RESERVE * np.asarray(found.multiplier) - asked
    assert np.abs(error).max() < 1e-9
