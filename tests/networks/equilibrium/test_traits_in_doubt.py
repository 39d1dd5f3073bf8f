"""What forces can be in other necks, against normal draws and against the head's own path."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.traits import trait_sd, with_traits
from nuchal.networks.equilibrium.head_motion import coordinates_of, head_motion_of
from nuchal.networks.equilibrium.records import Answer, Coordinates, HeadMotion
from nuchal.networks.equilibrium.traits_in_doubt import (
    MEMBERS,
    only_possible,
    own_posture,
    possible_forces,
    possible_traits,
    state_in,
)

DICE = np.random.default_rng(12)


def members(active: np.ndarray, missing: np.ndarray) -> Answer:
    return Answer(
        force=jnp.zeros((MEMBERS, 72)),
        active=jnp.asarray(active),
        missing=jnp.asarray(missing),
        multiplier=jnp.zeros((MEMBERS, 6)),
    )


@pytest.mark.parametrize("form", ["source", "living"])
def test_mean_and_spread_are_those_of_normal_traits(form) -> None:
    """Of a curve of second degree, for which the design has to be exact in the mean."""
    anatomy = generic_anatomy(form)
    doubt = DICE.uniform(0.2, 1.0, len(trait_sd(anatomy)))
    sd = doubt * trait_sd(anatomy)
    every = np.asarray(possible_traits(anatomy, jnp.asarray(doubt)))
    assert every.mean(axis=0) == pytest.approx(0.0, abs=1e-12)
    assert every.T @ every / MEMBERS == pytest.approx(np.diag(sd**2), abs=1e-12)
    line, bend = DICE.normal(size=(len(sd), 72)), DICE.normal(size=(len(sd), len(sd), 72))
    curved = np.einsum("si,sj,ijm->sm", every, every, bend)
    found = possible_forces(members(every @ line + curved, np.zeros((MEMBERS, 6))))
    drawn = np.einsum("i,iim->m", sd**2, bend)
    assert np.asarray(found.mean) == pytest.approx(drawn, abs=1e-9)
    assert float(found.kept) == pytest.approx(1.0)


@eqx.filter_jit
def moved(anatomy: Anatomy, traits: jax.Array, head: HeadMotion, away: jax.Array) -> tuple:
    usual = coordinates_of(anatomy, head)
    state = jax.tree.map(lambda x: x + away, usual)
    seen = head_motion_of(anatomy, state)
    law = own_posture(anatomy, seen, state.q)
    other = state_in(anatomy, traits, seen, state, law)
    return seen, state, other, head_motion_of(with_traits(anatomy, traits), other)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["source", "living"])
def test_the_head_moves_as_it_was_seen_to(form) -> None:
    """Also where upper and lower neck stray from the posture of least energy by two degrees."""
    anatomy = generic_anatomy(form)
    head = HeadMotion(*(jnp.asarray(DICE.normal(size=3) * size) for size in (0.4, 1.0, 8.0)))
    for stray, close in ((0.0, 2e-5), (np.radians(2.0), 2e-3)):
        away = jnp.asarray(stray * np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]))
        for traits in possible_traits(anatomy, jnp.ones(len(trait_sd(anatomy))))[:3]:
            seen, state, other, found = moved(anatomy, traits, head, away)
            assert np.asarray(found.angle) == pytest.approx(np.asarray(seen.angle), abs=close)
            assert np.asarray(found.rate) == pytest.approx(np.asarray(seen.rate), abs=30 * close)
            assert np.abs(np.asarray(other.q - state.q)).max() > 3e-3


def test_other_necks_are_nearer_to_least_energy_from_this_ones_posture() -> None:
    """Than from where angles add up; against as many steps as it takes."""
    anatomy, dice = generic_anatomy("living"), np.random.default_rng(3)
    angles = dice.uniform(-1.0, 1.0, (2000, 3)) * [1.3, 0.9, 1.5]
    away = dice.normal(size=(2000, 7)) * trait_sd(anatomy)

    @eqx.filter_jit
    @jax.vmap
    def found(angle: jax.Array, traits: jax.Array) -> tuple[jax.Array, ...]:
        head = HeadMotion(angle, jnp.zeros(3), jnp.zeros(3))
        usual = coordinates_of(anatomy, head)
        other = with_traits(anatomy, traits)
        ways = ({"steps": 12}, {"near": usual.q}, {})
        return tuple(coordinates_of(other, head, **way).q for way in ways)

    exact, near, apart = map(np.asarray, found(jnp.asarray(angles), jnp.asarray(away)))
    errors = [np.abs(way - exact).max(axis=1) for way in (near, apart)]
    assert np.quantile(errors[0], 0.99) < 1e-5
    assert 4.0 * errors[0].max() < errors[1].max()


@pytest.mark.slow
def test_without_doubt_nothing_else_is_possible() -> None:
    """Whatever the posture."""
    anatomy = generic_anatomy("living")
    head = HeadMotion(*(jnp.asarray(DICE.normal(size=3)) for _ in range(3)))
    away = jnp.asarray(0.05 * DICE.normal(size=6))
    _, state, other, _ = moved(anatomy, jnp.zeros(7), head, away)
    for found, given in zip(jax.tree.leaves(other), jax.tree.leaves(state), strict=True):
        assert np.asarray(found) == pytest.approx(np.asarray(given), abs=1e-12)
    assert not np.asarray(possible_traits(anatomy, jnp.zeros(7))).any()


def test_nothing_in_doubt_leaves_forces_as_they_are() -> None:
    active = jnp.asarray(DICE.uniform(size=72))
    same = only_possible(active)
    assert np.asarray(same.mean) == pytest.approx(np.asarray(active))
    assert not np.asarray(same.sd).any()


def test_necks_that_cannot_be_do_not_count() -> None:
    active, missing = np.zeros((MEMBERS, 72)), np.zeros((MEMBERS, 6))
    active[2], missing[2, 4] = 1.0, 2.0
    active[3] = 0.35
    found = possible_forces(members(active, missing))
    assert np.asarray(found.mean) == pytest.approx(np.full(72, 0.05), abs=1e-5)
    assert float(found.kept) == pytest.approx(7.0 / 8.0, abs=1e-6)
    missing[:] = 2.0
    nothing_balances = possible_forces(members(active, missing))
    assert np.asarray(nothing_balances.mean) == pytest.approx(np.full(72, 1.35 / 8.0), abs=1e-5)


@pytest.mark.slow
def test_coordinates_know_nothing_of_a_head_at_rest() -> None:
    still = HeadMotion(jnp.zeros(3), jnp.zeros(3), jnp.zeros(3))
    found: Coordinates = eqx.filter_jit(coordinates_of)(generic_anatomy("living"), still)
    for values in jax.tree.leaves(found):
        assert np.asarray(values) == pytest.approx(0.0, abs=1e-12)
