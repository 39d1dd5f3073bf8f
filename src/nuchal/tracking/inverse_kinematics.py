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
from scipy.spatial.transform import Rotation

from nuchal.arrays import Array, Coords, Scalar
from nuchal.conventions import RHYTHM
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_jacobians, body_poses
from nuchal.tracking.rigid import fit_poses

# Frames solved together: one size, compiled once.
BLOCK = 256
_MOST_STEPS = 60
_STEP_TOLERANCE_RAD = 1e-11
# Longest Newton step from the result to the minimum.
_CONVERGED_RAD = 1e-7


@dataclass(frozen=True, kw_only=True)
class Precision:
    """What the estimate believes about the markers and the rhythm."""

    marker_error_m: float = 0.003
    placement_error_m: float = 0.015
    rhythm: tuple[float, float, float] = RHYTHM
    rhythm_sd_rad: tuple[float, float, float] = (0.05, 0.05, 0.05)


USUAL_PRECISION = Precision()


class Postures(eqx.Module):
    """The estimate of one frame or of many.

    Attributes:
        q: [rad].
        misfit: Distance of each head marker from its place [m].
        variance: Of the coordinates, posterior [rad^2].
        from_rhythm: Share of each coordinate that the rhythm supplied, 0 to 1.
    """

    q: Float[Array, "*t 6"]
    misfit: Float[Array, "*t h"]
    variance: Float[Array, "*t 6"]
    from_rhythm: Float[Array, "*t 6"]
    converged: Bool[Array, "*t"]


class _Weights(NamedTuple):
    """Inverse standard deviations that turn errors into residuals of one unit.

    Attributes:
        own: Of a marker's own error [1/m].
        shared: Of the mean error of all [1/m].
        prior: Deviation from the rhythm over its standard deviation, per coordinate [1/rad].
    """

    own: Scalar
    shared: Scalar
    prior: Float[Array, "3 6"]


class _Problem(NamedTuple):
    local: Float[Array, "h 3"]
    measured: Float[Array, "h 3"]
    weights: _Weights


class _State(NamedTuple):
    """The best posture so far with its linearisation, and the next one to try."""

    trial: Coords
    best: Coords
    cost: Scalar
    hessian: Float[Array, "6 6"]
    gradient: Coords
    misfit: Float[Array, "h 3"]
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
    whole = np.concatenate([np.arange(frames), np.full(-frames % BLOCK, frames - 1)])
    weights, guess = _weights(local.shape[0], precision), _first_guess(local, measured, precision)
    blocks = [
        _solve_block(anatomy, local, measured[block], guess[block], weights)
        for block in whole.reshape(-1, BLOCK)
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


def _first_guess(
    local: Float[np.ndarray, "h 3"], measured: Float[np.ndarray, "t h 3"], precision: Precision
) -> Float[np.ndarray, "t 6"]:
    """The head's rotation by rigid fit, shared out by the rhythm."""
    turned = Rotation.from_matrix(fit_poses(local, measured).rotation)
    total, share = turned.as_euler("ZXY"), np.array(precision.rhythm)
    return np.concatenate([share * total, (1.0 - share) * total], axis=1)


@eqx.filter_jit
def _solve_block(
    anatomy: Anatomy,
    local: Float[Array, "h 3"],
    measured: Float[Array, "t h 3"],
    guess: Float[Array, "t 6"],
    weights: _Weights,
) -> Postures:
    def one(frame: Float[Array, "h 3"], start: Coords) -> Postures:
        return _solve(anatomy, _Problem(local, frame, weights), start)

    return jax.vmap(one)(measured, guess)


def _solve(anatomy: Anatomy, problem: _Problem, guess: Coords) -> Postures:
    start = _State(
        trial=guess,
        best=guess,
        cost=jnp.array(jnp.inf),
        hessian=jnp.eye(6),
        gradient=jnp.zeros(6),
        misfit=jnp.zeros_like(problem.measured),
        damping=jnp.array(1e-5),
        step=jnp.array(jnp.inf),
        steps=jnp.array(0.0),
    )
    end = jax.lax.while_loop(_searching, lambda state: _improve(anatomy, problem, state), start)
    covariance = jnp.linalg.inv(end.hessian)
    prior = problem.weights.prior
    return Postures(
        q=end.best,
        misfit=jnp.linalg.norm(end.misfit, axis=1),
        variance=jnp.diagonal(covariance),
        from_rhythm=jnp.clip(jnp.diagonal(covariance @ prior.T @ prior), 0.0, 1.0),
        converged=jnp.max(jnp.abs(covariance @ end.gradient)) <= _CONVERGED_RAD,
    )


def _searching(state: _State) -> Array:
    return (state.step > _STEP_TOLERANCE_RAD) & (state.steps < _MOST_STEPS)


def _improve(anatomy: Anatomy, problem: _Problem, state: _State) -> _State:
    """Judge the trial, keep it if it costs no more, and step on from the best, damped."""
    residual, jacobian, misfit = _linearise(anatomy, problem, state.trial)
    cost = residual @ residual
    better = cost <= state.cost
    new = (state.trial, cost, jacobian.T @ jacobian, jacobian.T @ residual, misfit)
    old = (state.best, state.cost, state.hessian, state.gradient, state.misfit)
    best, cost, hessian, gradient, misfit = (
        jnp.where(better, a, b) for a, b in zip(new, old, strict=True)
    )
    damping = jnp.where(better, state.damping * 0.1, state.damping * 10.0 + 1e-6)
    damped = hessian + damping * jnp.diag(jnp.diagonal(hessian))
    step = -jnp.linalg.solve(damped, gradient)
    return _State(
        trial=best + step,
        best=best,
        cost=cost,
        hessian=hessian,
        gradient=gradient,
        misfit=misfit,
        damping=damping,
        step=jnp.max(jnp.abs(step)),
        steps=state.steps + 1.0,
    )


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
