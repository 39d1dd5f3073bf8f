"""Inverse kinematics: head markers in the thorax frame to the six coordinates.

The most probable posture of each frame. Its markers err in two ways: each by itself
(``marker_error_m``: skin, reconstruction) and all together (``placement_error_m``: the thorax
frame and the joint centres, which shift the whole head). The neck follows a rhythm, the upper
neck's share of pitch, roll and yaw, from which it strays by a stated standard deviation:

    minimise  sum_i |e_i - mean(e)|^2 / s_m^2  +  |mean(e)|^2 / (s_m^2 / m + s_p^2)
              + sum_k ((1 - r_k) q1_k - r_k q2_k)^2 / s_k^2

by Levenberg-Marquardt, for every frame alone. Maximum a posteriori estimation after Tarantola
(2005), doi 10.1137/1.9780898717921; what the markers leave open is its resolution matrix.
"""

from dataclasses import dataclass
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, Coords, CoordsT, Scalar
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_jacobians, body_poses
from nuchal.spatial import angles_zxy

RHYTHM: tuple[float, float, float] = (0.33, 0.15, 0.58)
"""Upper neck's part of pitch, roll and yaw: the generic neck's ranges, upper over total."""
BLOCK = 256
"""Frames solved together: one size, compiled once."""
_MOST_STEPS = 60
_STEP_TOLERANCE = 1e-11


@dataclass(frozen=True, kw_only=True)
class Precision:
    """What the estimate believes about the markers and the rhythm."""

    marker_error_m: float = 0.003
    placement_error_m: float = 0.015
    rhythm: tuple[float, float, float] = RHYTHM
    rhythm_sd_rad: tuple[float, float, float] = (0.05, 0.05, 0.05)


class Postures(eqx.Module):
    """The estimate of every frame."""

    q: CoordsT
    """[rad]."""
    misfit: Float[Array, "t h"]
    """Distance of each head marker from its place [m]."""
    variance: CoordsT
    """Of the coordinates, posterior [rad^2]."""
    from_rhythm: CoordsT
    """Share of each coordinate that the rhythm supplied, 0 to 1."""
    converged: Bool[Array, " t"]


class _Weights(NamedTuple):
    own: Scalar
    """Of a marker's own error [1/m]."""
    shared: Scalar
    """Of the mean error of all [1/m]."""
    prior: Float[Array, "3 6"]
    """Deviation from the rhythm over its standard deviation, per coordinate [1/rad]."""


class _Problem(NamedTuple):
    local: Float[Array, "h 3"]
    measured: Float[Array, "h 3"]
    weights: _Weights


class _State(NamedTuple):
    q: Coords
    damping: Scalar
    step: Scalar
    steps: Scalar


def track_postures(
    anatomy: Anatomy,
    local: Float[np.ndarray, "h 3"],
    measured: Float[np.ndarray, "t h 3"],
    *,
    precision: Precision,
) -> Postures:
    """Coordinates of every frame from its head markers.

    Args:
        anatomy: the person's neck.
        local: head markers on the skull [m].
        measured: head markers in the thorax frame [m].
        precision: errors of markers and rhythm.
    """
    frames = len(measured)
    padded = np.concatenate([measured, np.repeat(measured[-1:], -frames % BLOCK, axis=0)])
    weights = _weights(local.shape[0], precision)
    blocks = [
        _solve_block(anatomy, local, padded[i : i + BLOCK], weights)
        for i in range(0, len(padded), BLOCK)
    ]
    joined = jax.tree.map(lambda *parts: np.concatenate(parts)[:frames], *blocks)
    return Postures(*jax.tree.leaves(joined))


def _weights(markers: int, precision: Precision) -> _Weights:
    own, shared = precision.marker_error_m, precision.placement_error_m
    prior = np.zeros((3, 6))
    for k, (share, sd) in enumerate(zip(precision.rhythm, precision.rhythm_sd_rad, strict=True)):
        prior[k, k], prior[k, k + 3] = (1.0 - share) / sd, -share / sd
    mean_weight = np.sqrt(markers / (own**2 + markers * shared**2))
    return _Weights(np.asarray(1.0 / own), np.asarray(mean_weight), prior)


@eqx.filter_jit
def _solve_block(
    anatomy: Anatomy,
    local: Float[Array, "h 3"],
    measured: Float[Array, "t h 3"],
    weights: _Weights,
) -> Postures:
    def one(frame: Float[Array, "h 3"]) -> Postures:
        return _solve(anatomy, _Problem(local, frame, weights))

    return jax.vmap(one)(measured)


def _solve(anatomy: Anatomy, problem: _Problem) -> Postures:
    def searching(state: _State) -> Array:
        return (state.step > _STEP_TOLERANCE) & (state.steps < _MOST_STEPS)

    start = _State(_first_guess(problem), jnp.array(1e-6), jnp.array(jnp.inf), jnp.array(0.0))
    end = jax.lax.while_loop(searching, lambda s: _improve(anatomy, problem, s), start)
    residual, jacobian, misfit = _linearise(anatomy, problem, end.q)
    del residual
    information = jacobian.T @ jacobian
    covariance = jnp.linalg.inv(information)
    rhythm = covariance @ (problem.weights.prior.T @ problem.weights.prior)
    return Postures(
        q=end.q,
        misfit=jnp.linalg.norm(misfit, axis=1),
        variance=jnp.diagonal(covariance),
        from_rhythm=jnp.clip(jnp.diagonal(rhythm), 0.0, 1.0),
        converged=end.step <= _STEP_TOLERANCE,
    )


def _improve(anatomy: Anatomy, problem: _Problem, state: _State) -> _State:
    """One step; kept if it does not raise the cost, else damped more."""
    residual, jacobian, _ = _linearise(anatomy, problem, state.q)
    hessian = jacobian.T @ jacobian
    damped = hessian + state.damping * jnp.diag(jnp.diagonal(hessian))
    step = -jnp.linalg.solve(damped, jacobian.T @ residual)
    trial = state.q + step
    cost, new_cost = residual @ residual, _cost(anatomy, problem, trial)
    size = jnp.max(jnp.abs(step))
    better = (new_cost <= cost) | (size <= _STEP_TOLERANCE)
    return _State(
        jnp.where(better, trial, state.q),
        jnp.where(better, state.damping * 0.1, state.damping * 10.0 + 1e-6),
        jnp.where(better | (size <= _STEP_TOLERANCE), size, jnp.inf),
        state.steps + 1.0,
    )


def _cost(anatomy: Anatomy, problem: _Problem, q: Coords) -> Scalar:
    residual, _, _ = _linearise(anatomy, problem, q)
    return residual @ residual


def _linearise(
    anatomy: Anatomy, problem: _Problem, q: Coords
) -> tuple[Float[Array, " n"], Float[Array, "n 6"], Float[Array, "h 3"]]:
    """Whitened residuals, their Jacobian, and the markers' misfit [m]."""
    poses = body_poses(anatomy, q)
    jacobians = body_jacobians(anatomy, q, poses)
    ground = problem.local @ poses.rotation[-1].T + poses.origin[-1]
    turning = jnp.cross(jacobians.angular[-1][None], ground[:, None])
    slope = jnp.swapaxes(turning + jacobians.linear[-1], 1, 2)
    misfit = ground - anatomy.thorax_origin - problem.measured
    white = [_whiten(problem, x) for x in (misfit[..., None], slope)]
    residual = jnp.concatenate([white[0][:, 0], problem.weights.prior @ q])
    return residual, jnp.concatenate([white[1], problem.weights.prior]), misfit


def _whiten(problem: _Problem, values: Float[Array, "h 3 c"]) -> Float[Array, "n c"]:
    """Each marker's own part and what all share, each over its standard deviation."""
    shared = jnp.mean(values, axis=0)
    own = (values - shared) * problem.weights.own
    columns = values.shape[-1]
    return jnp.concatenate([own.reshape(-1, columns), shared * problem.weights.shared])


def _first_guess(problem: _Problem) -> Coords:
    """The head's rotation by rigid fit, shared out by the rhythm that the prior states."""
    body = problem.local - jnp.mean(problem.local, axis=0)
    seen = problem.measured - jnp.mean(problem.measured, axis=0)
    left, _, right = jnp.linalg.svd(seen.T @ body)
    sign = jnp.array([1.0, 1.0, 1.0]).at[2].set(jnp.sign(jnp.linalg.det(left @ right)))
    total = angles_zxy((left * sign) @ right)
    upper, lower = jnp.diagonal(problem.weights.prior), -jnp.diagonal(problem.weights.prior[:, 3:])
    share = lower / (upper + lower)
    return jnp.concatenate([share * total, (1.0 - share) * total])
