"""What forces can be under other rhythms, against normal draws and against the head's own path."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.conventions import RHYTHM
from nuchal.model.anatomy import Anatomy
from nuchal.networks.equilibrium.head_motion import head_motion_of
from nuchal.networks.equilibrium.records import Answer, Coordinates
from nuchal.networks.equilibrium.rhythms_in_doubt import (
    MEMBERS,
    only_possible,
    possible_forces,
    possible_states,
)

DICE = np.random.default_rng(12)
SD = np.array([0.05, 0.03, 0.06])


def members(active: np.ndarray, missing: np.ndarray) -> Answer:
    return Answer(
        force=jnp.zeros((MEMBERS, 72)),
        active=jnp.asarray(active),
        missing=jnp.asarray(missing),
        multiplier=jnp.zeros((MEMBERS, 6)),
    )


def some_state() -> Coordinates:
    q, qd, qdd = DICE.normal(0.0, 1.0, (3, 6)) * np.array([[0.3], [1.0], [8.0]])
    return Coordinates(jnp.asarray(q), jnp.asarray(qd), jnp.asarray(qdd))


@pytest.fixture(scope="module")
def under(anatomy: Anatomy):
    return jax.jit(lambda state, sd: possible_states(anatomy, state, sd))


def test_mean_and_spread_are_those_of_a_normal_rhythm(under) -> None:
    """Of a curve of second degree, for which six points have to be exact in the mean."""
    total, rhythm = np.array([0.4, 0.2, 0.6]), np.asarray(RHYTHM)
    q = jnp.asarray(np.concatenate([rhythm * total, (1.0 - rhythm) * total]))
    every = under(Coordinates(q, jnp.zeros(6), jnp.zeros(6)), jnp.asarray(SD))
    share = np.asarray(every.q[:, :3] / (every.q[:, :3] + every.q[:, 3:]))
    line, bend = DICE.normal(size=(2, 3, 72))
    away = share - share.mean(axis=0)
    found = possible_forces(members(away @ line + away**2 @ bend, np.zeros((MEMBERS, 6))))
    drawn = DICE.normal(size=(400_000, 3)) * SD
    assert share.mean(axis=0) == pytest.approx(rhythm, abs=1e-9)
    assert share.std(axis=0) == pytest.approx(SD, rel=1e-6)
    assert np.asarray(found.mean) == pytest.approx((drawn**2 @ bend).mean(axis=0), abs=5e-4)
    spread = (drawn @ line).std(axis=0)
    assert np.asarray(found.sd) == pytest.approx(spread, rel=0.15, abs=5e-3)
    assert float(found.kept) == pytest.approx(1.0)


def test_the_head_moves_as_it_was_seen_to(anatomy: Anatomy, under) -> None:
    state = some_state()
    every = under(state, jnp.asarray(SD))
    wanted = head_motion_of(anatomy, state)
    for k in range(MEMBERS):
        mine = Coordinates(*(jnp.asarray(x)[k] for x in (every.q, every.qd, every.qdd)))
        found = head_motion_of(anatomy, mine)
        assert np.asarray(found.angle) == pytest.approx(np.asarray(wanted.angle), abs=1e-9)
        assert np.asarray(found.rate) == pytest.approx(np.asarray(wanted.rate), abs=1e-8)
        assert np.asarray(found.acceleration) == pytest.approx(
            np.asarray(wanted.acceleration), abs=1e-7
        )
    assert np.abs(np.asarray(every.q) - np.asarray(state.q)).max(axis=1).min() > 1e-3


def test_without_doubt_nothing_else_is_possible(under) -> None:
    """Whatever the given coordinates' own rhythm."""
    state = some_state()
    share = np.asarray(state.q[:3] / (state.q[:3] + state.q[3:]))
    assert np.abs(share - RHYTHM).max() > 0.05
    every = under(state, jnp.zeros(3))
    for found, given in zip(jax.tree.leaves(every), jax.tree.leaves(state), strict=True):
        assert np.asarray(found) == pytest.approx(np.tile(given, (MEMBERS, 1)), abs=1e-7)
    active = jnp.asarray(DICE.uniform(size=72))
    same = only_possible(active)
    assert np.asarray(same.mean) == pytest.approx(np.asarray(active))
    assert not np.asarray(same.sd).any()


def test_rhythms_that_cannot_be_do_not_count() -> None:
    active, missing = np.zeros((MEMBERS, 72)), np.zeros((MEMBERS, 6))
    active[2], missing[2, 4] = 1.0, 2.0
    active[3] = 0.3
    found = possible_forces(members(active, missing))
    assert np.asarray(found.mean) == pytest.approx(np.full(72, 0.06), abs=1e-5)
    assert float(found.kept) == pytest.approx(5.0 / 6.0, abs=1e-6)
    missing[:] = 2.0
    nothing_balances = possible_forces(members(active, missing))
    assert np.asarray(nothing_balances.mean) == pytest.approx(np.full(72, 1.3 / 6.0), abs=1e-5)
