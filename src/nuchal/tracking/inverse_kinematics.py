"""Inverse kinematics: head markers in the thorax frame to the six coordinates.

The most probable posture of each frame. Its markers err in two ways: each by itself
(``marker_error_m``: skin, reconstruction) and all together (``placement_error_m``: the thorax
frame and the joint centres, which shift the whole head). Of a head that is turned by t the upper
neck takes u(t): what costs least passive energy, where the neck has curves of passive tissue, else
a constant share of pitch, roll and yaw. It strays from that by a stated standard deviation:

    minimise  sum_i |e_i - mean(e)|^2 / s_m^2  +  |mean(e)|^2 / (s_m^2 / m + s_p^2)
              + sum_k (q1_k - u_k(q1 + q2))^2 / s_k^2

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

from nuchal.arrays import Array, Coords, Scalar, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_jacobians, body_poses
from nuchal.model.passive import Shared, SharesTable, share_table, shares, shares_from
from nuchal.model.traits import STRETCH_SD
from nuchal.programs.kept import kept
from nuchal.tracking.rigid import fit_poses

REST_SD_RAD = float(np.radians(1.0))
# Frames solved together: one size, compiled once.
BLOCK = 256
_MOST_STEPS = 60
_STEP_TOLERANCE_RAD = 1e-11
# Longest Newton step from the result to the minimum.
_CONVERGED_RAD = 1e-7


@dataclass(frozen=True, kw_only=True)
class Precision:
    """What the estimate believes about the markers and the neck.

    Attributes:
        rhythm_sd_rad: How far the upper neck's angles stray from a rhythm, in a neck without
            curves.
        stretch_sd: Between people, of the stretch of the curves of upper and of lower neck.
        rest_sd_rad: Of the angle between them that costs no energy.
    """

    marker_error_m: float = 0.003
    placement_error_m: float = 0.015
    rhythm_sd_rad: tuple[float, float, float] = (0.05, 0.05, 0.05)
    stretch_sd: float = STRETCH_SD
    rest_sd_rad: float = REST_SD_RAD


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
    """What turns errors into residuals of one unit: inverse standard deviations, but for one.

    Attributes:
        own: Of a marker's own error [1/m].
        shared: Of the mean error of all [1/m].
        neck: Standard deviation of the upper neck's angles about those of least energy [rad].
    """

    own: Scalar
    shared: Scalar
    neck: Vec3


class _Believed(NamedTuple):
    """:class:`Precision` as arrays, so that compiled code serves all values."""

    marker_error_m: Scalar
    placement_error_m: Scalar
    rhythm_sd_rad: Vec3
    stretch_sd: Scalar
    rest_sd_rad: Scalar


class _Problem(NamedTuple):
    local: Float[Array, "h 3"]
    measured: Float[Array, "h 3"]
    weights: _Weights
    table: SharesTable | None


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
    measured = _seen_from_base(anatomy, local, measured)
    total = _head_angles(local, measured)
    table = None if anatomy.passive_curves is None else share_table(anatomy)
    believed = _Believed(*map(np.asarray, vars(precision).values()))
    blocks = [
        _solve_block(anatomy, local, measured[block], total[block], table, believed)
        for block in whole.reshape(-1, BLOCK)
    ]
    joined = jax.tree.map(lambda *parts: np.concatenate(parts)[:frames], *blocks)
    return Postures(*jax.tree.leaves(joined))


def _head_angles(
    local: Float[np.ndarray, "h 3"], measured: Float[np.ndarray, "t h 3"]
) -> Float[np.ndarray, "t 3"]:
    """The head's rotation about z, x and y by rigid fit [rad]."""
    turned = Rotation.from_matrix(fit_poses(local, measured).rotation)
    return np.asarray(turned.as_euler("ZXY"))


def _seen_from_base(
    anatomy: Anatomy, local: Float[np.ndarray, "h 3"], measured: Float[np.ndarray, "t h 3"]
) -> Float[np.ndarray, "t h 3"]:
    """Head markers in the frame of the first thoracic vertebra [m], which turns with the head."""
    if anatomy.thorax_share is None:
        return measured
    angles = np.asarray(anatomy.thorax_share) * _head_angles(local, measured)
    base = Rotation.from_euler("ZXY", angles).as_matrix()
    return np.asarray(np.einsum("tji,thj->thi", base, measured))


@kept
def _solve_block(
    anatomy: Anatomy,
    local: Float[Array, "h 3"],
    measured: Float[Array, "t h 3"],
    total: Float[Array, "t 3"],
    table: SharesTable | None,
    believed: _Believed,
) -> Postures:
    def one(frame: Float[Array, "h 3"], angles: Vec3) -> Postures:
        shared = _shares(anatomy, table, angles)
        weights = _weights(anatomy, shared, angles, believed, local.shape[0])
        problem = _Problem(local, frame, weights, table)
        lower = (1.0 - shared.gain) * angles + _bend(shared, angles)
        return _solve(anatomy, problem, jnp.concatenate([shared.upper, lower]))

    return jax.vmap(one)(measured, total)


def _shares(anatomy: Anatomy, table: SharesTable | None, total: Vec3) -> Shared:
    """What the upper neck takes; of a constant rhythm without looking it up."""
    return shares(anatomy, total) if table is None else shares_from(table, total)


def _bend(shared: Shared, total: Vec3) -> Vec3:
    """What the slope of the share would make of all of the angle, less what it is [rad]."""
    return shared.gain * total - shared.upper


def _weights(
    anatomy: Anatomy, shared: Shared, total: Vec3, believed: _Believed, markers: int
) -> _Weights:
    own, common = believed.marker_error_m, believed.placement_error_m
    if anatomy.passive_curves is None:
        neck = jnp.asarray(believed.rhythm_sd_rad)
    else:
        each = shared.stiffness * jnp.stack([shared.upper, total - shared.upper])
        strays = jnp.linalg.norm(each, axis=0) / shared.stiffness.sum(axis=0)
        neck = jnp.hypot(believed.rest_sd_rad, believed.stretch_sd * strays)
    mean_weight = jnp.sqrt(markers / (own**2 + markers * common**2))
    return _Weights(1.0 / own, mean_weight, neck)


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
    _, prior = _prior(anatomy, problem, end.best)
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
    strays, prior = _prior(anatomy, problem, q)
    return jnp.concatenate([white[0][:, 0], strays]), jnp.concatenate([white[1], prior]), misfit


def _prior(anatomy: Anatomy, problem: _Problem, q: Coords) -> tuple[Vec3, Float[Array, "3 6"]]:
    """How far the upper neck is from what it should take, whitened, and its Jacobian."""
    total, sd = q[:3] + q[3:], problem.weights.neck
    shared = _shares(anatomy, problem.table, total)
    rows = jnp.concatenate(
        [jnp.diag((1.0 - shared.gain) / sd), jnp.diag(-shared.gain / sd)], axis=1
    )
    return rows @ q + _bend(shared, total) / sd, rows


def _whiten(problem: _Problem, values: Float[Array, "h 3 c"]) -> Float[Array, "n c"]:
    """Each marker's own part and what all share, each over its standard deviation."""
    shared = jnp.mean(values, axis=0)
    own = (values - shared) * problem.weights.own
    columns = values.shape[-1]
    return jnp.concatenate([own.reshape(-1, columns), shared * problem.weights.shared])
