"""Inverse kinematics against forward kinematics, finite differences and an independent Hessian."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import skull_points
from nuchal.model.passive import posture_of_head, stretched
from nuchal.model.scaling import personalise
from nuchal.records import Subject
from nuchal.tracking.inverse_kinematics import Precision, track_postures

from .conftest import BAND

RNG = np.random.default_rng(11)
SHARE = np.array(generic_anatomy().rhythm)
BAND_M = np.array(list(BAND.values()))


def with_rhythm(total: np.ndarray) -> np.ndarray:
    return np.concatenate([SHARE * total, (1.0 - SHARE) * total], axis=1)


def places(anatomy: Anatomy, q: np.ndarray, local: np.ndarray) -> np.ndarray:
    return np.asarray(eqx.filter_jit(jax.vmap(skull_points, (None, 0, None)))(anatomy, q, local))


@pytest.mark.parametrize("neck_length_m", [0.08, 0.1078, 0.14])
def test_postures_on_the_rhythm_are_recovered_up_to_a_hundred_degrees(neck_length_m: float) -> None:
    anatomy = personalise(
        Subject(neck_length_m=neck_length_m, shoulder_width_m=0.4, head_and_neck_mass_kg=6.0)
    )
    axis = RNG.standard_normal((500, 3))
    size = np.radians(100.0) * RNG.uniform(0.0, 1.0, (500, 1))
    q = with_rhythm(size * axis / np.linalg.norm(axis, axis=1, keepdims=True))
    for local in (np.asarray(anatomy.markers), BAND_M):
        found = track_postures(anatomy, local, places(anatomy, q, local), precision=Precision())
        assert np.asarray(found.q) == pytest.approx(q, abs=1e-6)
        assert np.asarray(found.misfit).max() < 1e-6
        assert np.asarray(found.converged).all()


def test_without_a_prior_to_speak_of_any_posture_is_recovered_but_for_the_split_of_yaw(
    anatomy: Anatomy,
) -> None:
    """Three markers say nothing about the split of yaw; keep that on the rhythm."""
    q = with_rhythm(np.radians(30.0) * RNG.uniform(-1.0, 1.0, (50, 3)))
    q[:, [0, 1]] += np.radians(5.0) * RNG.uniform(-1.0, 1.0, (50, 2))
    local = np.asarray(anatomy.markers)
    loose = Precision(
        marker_error_m=1e-5, placement_error_m=1e-5, rhythm_sd_rad=(10.0, 10.0, 0.001)
    )
    found = track_postures(anatomy, local, places(anatomy, q, local), precision=loose)
    assert np.asarray(found.q) == pytest.approx(q, abs=1e-5)


def negative_log_posterior(
    anatomy: Anatomy, q: jax.Array, local: np.ndarray, seen: np.ndarray, precision: Precision
) -> jax.Array:
    """The same belief written with the full covariance of the markers, nothing whitened."""
    error = skull_points(anatomy, q, local) - seen
    m = len(local)
    covariance = precision.marker_error_m**2 * np.eye(m)
    covariance += precision.placement_error_m**2 * np.ones((m, m))
    away = (1.0 - SHARE) * q[:3] - SHARE * q[3:]
    markers = jnp.einsum("ia,ij,ja->", error, np.linalg.inv(covariance), error)
    return 0.5 * markers + 0.5 * jnp.sum((away / np.array(precision.rhythm_sd_rad)) ** 2)


def test_the_result_is_the_maximum_of_the_posterior(anatomy: Anatomy) -> None:
    q = np.radians(25.0) * RNG.uniform(-1.0, 1.0, (20, 6))
    seen = places(anatomy, q, BAND_M) + 0.006 * RNG.standard_normal((20, 4, 3))
    found = track_postures(anatomy, BAND_M, seen, precision=Precision())
    slope = jax.jit(
        jax.vmap(jax.grad(lambda x, s: negative_log_posterior(anatomy, x, BAND_M, s, Precision())))
    )(found.q, seen)
    assert np.abs(np.asarray(slope)).max() < 1e-5


@pytest.mark.slow
def test_variance_and_share_of_the_rhythm_are_those_of_the_posterior(anatomy: Anatomy) -> None:
    """At a perfect fit the posterior's Hessian is its information."""
    local, precision = np.asarray(anatomy.markers), Precision()
    q = with_rhythm(np.radians([[20.0, -10.0, 30.0]]))
    seen = places(anatomy, q, local)
    found = track_postures(anatomy, local, seen, precision=precision)
    information = np.asarray(
        jax.jit(
            jax.hessian(lambda x: negative_log_posterior(anatomy, x, local, seen[0], precision))
        )(q[0])
    )
    covariance = np.linalg.inv(information)
    assert np.asarray(found.variance)[0] == pytest.approx(np.diag(covariance), rel=1e-6)
    away = np.concatenate([np.diag(1.0 - SHARE), -np.diag(SHARE)], axis=1)
    prior = away.T @ away / 0.05**2
    expected = np.diag(covariance @ prior)
    assert np.asarray(found.from_rhythm)[0] == pytest.approx(expected, rel=1e-6)
    assert expected.sum() == pytest.approx(3.0, abs=0.25)


def test_real_scatter_of_the_split_matches_the_stated_deviation(anatomy: Anatomy) -> None:
    """Draw rhythm, markers and placement from the belief: errors must have the stated size."""
    precision = Precision()
    n, local = 2000, np.asarray(anatomy.markers)
    q = with_rhythm(np.radians(20.0) * RNG.uniform(-1.0, 1.0, (n, 3)))
    away = np.array(precision.rhythm_sd_rad) * RNG.standard_normal((n, 3))
    q[:, :3] += away
    q[:, 3:] -= away
    seen = places(anatomy, q, local) + 0.003 * RNG.standard_normal((n, 3, 3))
    seen += 0.015 * RNG.standard_normal((n, 1, 3))
    found = track_postures(anatomy, local, seen, precision=precision)
    score = (np.asarray(found.q) - q) / np.sqrt(np.asarray(found.variance))
    assert score.std(axis=0) == pytest.approx(np.ones(6), abs=0.06)
    assert score.mean(axis=0) == pytest.approx(np.zeros(6), abs=0.12)


HEADS = np.radians([45.0, 30.0, 65.0]) * RNG.uniform(-1.0, 1.0, (300, 3))
"""Of living people, in all planes together."""


def postures_of(anatomy: Anatomy, heads: np.ndarray) -> np.ndarray:
    return np.array(eqx.filter_jit(jax.vmap(posture_of_head, (None, 0)))(anatomy, heads))


@pytest.mark.slow
def test_a_neck_of_least_energy_is_recovered_with_its_upper_thorax() -> None:
    anatomy = generic_anatomy("living")
    q = postures_of(anatomy, HEADS)
    for local in (np.asarray(anatomy.markers), BAND_M):
        found = track_postures(anatomy, local, places(anatomy, q, local), precision=Precision())
        assert np.asarray(found.q) == pytest.approx(q, abs=1e-4)
        assert np.asarray(found.converged).all()


@pytest.mark.slow
def test_necks_of_other_stretch_stray_as_is_stated() -> None:
    """Draw the stretch of curves, rest, markers and placement from the belief."""
    anatomy, precision, n = generic_anatomy("living"), Precision(), len(HEADS)
    local = np.asarray(anatomy.markers)
    factors = np.exp(precision.stretch_sd * RNG.standard_normal((n, 2, 3, 1))) * np.ones(
        (1, 1, 1, 2)
    )

    def posture(head: np.ndarray, factor: np.ndarray) -> np.ndarray:
        return posture_of_head(stretched(anatomy, factor[0], factor[1]), head)

    q = np.array(jax.jit(jax.vmap(posture))(HEADS, factors))
    away = precision.rest_sd_rad * RNG.standard_normal((n, 3))
    q += np.concatenate([away, -away], axis=1)
    seen = places(anatomy, q, local) + 0.003 * RNG.standard_normal((n, 3, 3))
    seen += 0.015 * RNG.standard_normal((n, 1, 3))
    found = track_postures(anatomy, local, seen, precision=precision)
    score = (np.asarray(found.q) - q) / np.sqrt(np.asarray(found.variance))
    assert score.std(axis=0) == pytest.approx(np.ones(6), abs=0.15)


def test_a_shift_of_the_whole_head_hardly_turns_it(anatomy: Anatomy) -> None:
    """Two centimetres of shift are the placement's fault, not seven degrees of pitch."""
    local = np.asarray(anatomy.markers)
    seen = places(anatomy, np.zeros((1, 6)), local) + np.array([0.02, 0.0, 0.0])
    found = np.degrees(np.asarray(track_postures(anatomy, local, seen, precision=Precision()).q[0]))
    assert np.abs(found[:3] + found[3:]).max() < 1.5


def test_source_of_frames_is_no_multiple_of_the_block(anatomy: Anatomy) -> None:
    local = np.asarray(anatomy.markers)
    q = with_rhythm(np.radians(30.0) * RNG.uniform(-1.0, 1.0, (257, 3)))
    found = track_postures(anatomy, local, places(anatomy, q, local), precision=Precision())
    one = track_postures(anatomy, local, places(anatomy, q[-1:], local), precision=Precision())
    assert found.q.shape == (257, 6)
    assert np.asarray(found.q)[-1] == pytest.approx(np.asarray(one.q)[0], abs=1e-9)
