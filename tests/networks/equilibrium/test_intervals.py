"""Intervals and domain: what they promise, counted."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.batches import in_single
from nuchal.io.networks.equilibrium import shipped_network
from nuchal.networks.equilibrium.domain import domain_of
from nuchal.networks.equilibrium.intervals import (
    SITUATIONS,
    interval,
    margins_of,
    situation,
    spread_inputs,
)
from nuchal.networks.equilibrium.proposal import FEATURES, fresh_network
from nuchal.networks.equilibrium.records import Answer, Doubt, Evidence, Interval, Possible, Spread

DICE = np.random.default_rng(7)


def test_margins_hold_nine_in_ten() -> None:
    scale = DICE.uniform(0.1, 3.0, (40_000, 72))
    mean = np.full_like(scale, 20.0)
    truth = mean + scale * DICE.gumbel(size=scale.shape)
    below, above = margins_of(truth[:20_000], mean[:20_000], scale[:20_000])
    later, size = truth[20_000:] - 20.0, scale[20_000:]
    inside = (later >= -below * size) & (later <= above * size)
    assert inside.mean(axis=0) == pytest.approx(0.9, abs=0.015)
    assert above.mean() > 1.5 * below.mean()


def test_margins_hold_no_more_where_many_forces_are_nothing() -> None:
    """Four in ten are zero and said to be next to that."""
    scale = DICE.uniform(0.1, 1.0, (40_000, 72))
    idle = DICE.random(scale.shape) < 0.4
    mean = np.where(idle, 1e-4, 20.0)
    truth = np.where(idle, 0.0, mean + scale * DICE.normal(size=scale.shape))
    below, above = margins_of(truth[:20_000], mean[:20_000], scale[:20_000])
    later, middle, size = truth[20_000:], mean[20_000:], scale[20_000:]
    inside = (later >= np.maximum(middle - below * size, 0.0)) & (later <= middle + above * size)
    assert inside.mean(axis=0) == pytest.approx(0.9, abs=0.02)


def some_answer() -> Answer:
    return Answer(
        force=jnp.zeros(72),
        active=jnp.asarray(DICE.uniform(0.0, 1.0, 72)),
        missing=jnp.zeros(6),
        multiplier=jnp.zeros(6),
    )


def test_intervals_do_not_hang_on_rounding() -> None:
    """Of the shipped networks, whose scales for what forces leave open are those of rounding."""
    spread, answer = shipped_network("recommended").network.spread, some_answer()
    doubt = Doubt(jnp.full(7, 0.5), jnp.zeros(()))
    possible = Possible(answer.active, jnp.full(72, 0.01), jnp.ones(()))
    ends = []
    for missing in (np.zeros(6), 3e-7 * DICE.normal(size=6)):
        rounded = eqx.tree_at(lambda x: x.missing, answer, jnp.asarray(missing))
        ends.append(interval(spread, Evidence(jnp.zeros(len(FEATURES)), rounded, possible, doubt)))
    for one, other in zip(*map(jax.tree.leaves, ends), strict=True):
        assert np.asarray(one) == pytest.approx(np.asarray(other), abs=1e-6)


@pytest.mark.slow
def test_without_doubt_forces_stay_as_they_are() -> None:
    network = fresh_network(
        jax.random.key(1), DICE.normal(size=(50, spread_inputs(72, 3))), np.ones(72)
    )
    spread = Spread(network, np.ones((2, len(SITUATIONS), 72), np.float32))
    seen, answer = jnp.asarray(DICE.normal(size=len(FEATURES))), some_answer()
    possible = Possible(jnp.asarray(DICE.uniform(0.0, 1.0, 72)), jnp.full(72, 0.05), jnp.ones(()))

    def of(doubt: Doubt) -> Interval:
        return interval(spread, Evidence(seen, answer, possible, doubt))

    sure = of(Doubt(jnp.zeros(3), jnp.zeros(())))
    assert np.asarray(sure.mean) == pytest.approx(np.asarray(answer.active), abs=1e-12)
    unsure = of(Doubt(jnp.asarray([0.0, 0.0, 1.0]), jnp.zeros(())))
    assert np.asarray(unsure.mean) == pytest.approx(np.asarray(possible.mean), abs=1e-12)
    assert np.abs(np.asarray(unsure.mean) - np.asarray(answer.active)).max() > 0.1
    assert (np.asarray(unsure.low) <= np.asarray(unsure.mean) + 1e-12).all()
    assert (np.asarray(unsure.low) >= 0.0).all()


@pytest.mark.parametrize(
    ("share", "noise", "expected"),
    [(0.0, 0.0, 0), (0.4, 0.0, 1), (0.0, 1e-3, 3), (0.4, 1e-3, 4), (0.4, 1e-2, 7)],
)
def test_every_situation_has_margins_of_its_own(share: float, noise: float, expected: int) -> None:
    found = situation(Doubt(jnp.asarray([0.0, 0.0, share]), jnp.asarray(noise)))
    assert int(found) == expected
    if share:
        nothing_learnt = Doubt(jnp.ones(3), jnp.asarray(noise))
        assert int(situation(nothing_learnt)) == expected + 1


def test_the_domain_lets_in_what_it_was_made_of_and_nothing_twice_as_far() -> None:
    samples = np.zeros((200_000, 5, 4))
    samples[:, :4, :3] = DICE.normal(size=(200_000, 4, 3)) * [1.0, 0.1, 5.0] + 2.0
    samples[:, 4] = 0.0
    samples[:100_000, 4] = DICE.uniform(0.2, 3.0, (100_000, 4))
    domain = domain_of(samples.astype(np.float32))

    def distance(rows: np.ndarray) -> np.ndarray:
        away = rows - domain.centre
        return np.linalg.norm(np.einsum("kij,skj->ski", domain.shape, away), axis=2)

    assert (distance(samples) <= 1.0).mean(axis=0) == pytest.approx(0.999, abs=5e-4)
    stretched = domain.centre + 2.5 * (samples - domain.centre)
    assert (distance(stretched)[:, :4] > 1.0).mean() > 0.2


def test_single_precision_is_kept_to_where_it_is_asked_for() -> None:
    found = in_single(jax.jit(lambda x: x / 3.0))(np.ones(2))
    assert found.dtype == np.float32
    assert (jnp.ones(2) / 3.0).dtype == np.float64
