"""Traces by one matrix product against forward kinematics of each neck."""

import jax
import numpy as np
import pytest

from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import marker_positions, skull_points
from nuchal.model.population import Population, blocks_of_people, draw_people, subject_of
from nuchal.model.scaling import (
    marker_basis,
    personalise,
    scales_of_people,
    traces,
    traces_in_blocks,
)
from nuchal.movements.standard import standard_movement

MOTION = standard_movement(frames=60, rate_hz=10.0)
positions_of = jax.jit(jax.vmap(marker_positions, in_axes=(None, 0)))


@pytest.mark.parametrize("heads", [False, True])
def test_traces_are_exact(heads: bool) -> None:
    people = draw_people(Population(seed=1, heads=heads), np.arange(10))
    found = traces(marker_basis(MOTION.q), scales_of_people(people))
    for k in range(10):
        exact = positions_of(personalise(subject_of(people, k)), MOTION.q)
        np.testing.assert_allclose(found[k], exact, rtol=0, atol=1e-12)


@pytest.mark.slow
def test_markers_may_sit_elsewhere() -> None:
    """Places on the generic skull, which grow with each person's."""
    people = draw_people(Population(seed=6, heads=True), np.arange(3))
    elsewhere = np.array([[0.01, 0.0, 0.02], [0.0, -0.03, 0.0], [0.02, 0.0, 0.0]])
    local = np.asarray(generic_anatomy().markers) + elsewhere
    scales = scales_of_people(people)
    found = traces(marker_basis(MOTION.q, local), scales)
    points_of = jax.jit(jax.vmap(skull_points, in_axes=(None, 0, None)))
    for k in range(3):
        exact = points_of(personalise(subject_of(people, k)), MOTION.q, local * scales.skull[k])
        np.testing.assert_allclose(found[k], exact, rtol=0, atol=1e-12)


def test_traces_in_single_precision_are_a_tenth_of_a_micrometre_off() -> None:
    people = draw_people(Population(seed=2, heads=True), np.arange(500))
    basis, scales = marker_basis(MOTION.q), scales_of_people(people)
    rough = traces(basis.astype(np.float32), scales)
    assert rough.dtype == np.float32
    assert np.abs(rough - traces(basis, scales)).max() < 1e-7


def test_blocks_are_parts_of_the_whole() -> None:
    population, basis = Population(seed=3, heads=True), marker_basis(MOTION.q)
    whole = traces(basis, scales_of_people(draw_people(population, np.arange(1000))))
    blocks = list(traces_in_blocks(basis, blocks_of_people(population, 1000, size=300), size=128))
    assert max(map(len, blocks)) == 128
    np.testing.assert_allclose(np.concatenate(blocks), whole, rtol=0, atol=1e-15)


def test_longer_necks_carry_their_heads_higher() -> None:
    people = draw_people(Population(seed=4), np.arange(200))
    height = traces(marker_basis(MOTION.q), scales_of_people(people))[:, 0, 0, 1]
    order = np.argsort(people.neck_length_m)
    assert (np.diff(np.asarray(height)[order]) >= 0).all()
