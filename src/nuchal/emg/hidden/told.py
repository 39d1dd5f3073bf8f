"""How far a person's trials tell each parameter, and what that leaves open of hidden muscles.

Near the fit the channels are linear in the parameters z. With J their slopes, w the share of an
independent sample that a frame is, S the covariance of what channels do beside the parameters and
P0 the prior's variances, the parameters' covariance is (Gauss and Newton)

    P = (sum over frames of w J^T S^-1 J + P0^-1)^-1

S has the channels' error, the deviations of muscles, and co-contraction that the person has at
that moment: one number a frame that all channels see. Moments are met whatever the parameters are,
so what they tell is in J. A parameter is told as far as ``1 - P_ii / P0_ii`` is near one, which
says nothing of parameters that are told together only, such as a muscle's strength and its weight.
"""

from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.emg.hidden import personal, recruitment
from nuchal.emg.hidden.muscles import JointTask
from nuchal.emg.hidden.nmm import (
    DEVIATION_SD,
    EXPECTED_SDS,
    MEMORY_S,
    Proposal,
    no_corrections,
    propose,
)
from nuchal.emg.hidden.personal import Personal
from nuchal.emg.hidden.records import Corrections, Model, NmmSettings
from nuchal.emg.hidden.recruitment import Control
from nuchal.programs.kept import kept

_STEPS: Final = 60
_AT_ONCE: Final = 8


class Told(NamedTuple):
    """What trials tell of a person.

    Attributes:
        root: L with ``L L^T = P``, of all parameters in the order of their leaves.
        person: In the place of each parameter, what is told of it: 0 nothing, 1 all.
        control: Likewise.
        shape_factor: Of A itself, of which all muscles share a part.
    """

    root: Float[np.ndarray, "z z"]
    person: Personal
    control: Control
    shape_factor: Float[np.ndarray, " m"]


def told_by(model: Model, task: JointTask, settings: NmmSettings) -> Told:
    """How far trials tell the parameters of a model that was fitted to them."""
    _, unpack = ravel_pytree((model.person, model.control))
    slopes, by_drive, channels = (np.asarray(x) for x in _slopes(model, task))
    sd = settings.channel_sd + settings.channel_sd_share * np.asarray(task.channels)
    noise = sd**2 + (DEVIATION_SD * channels) ** 2
    inverse = _inverse(noise, np.hypot(1.0, EXPECTED_SDS) * by_drive)
    sds = personal.prior_sds(model.person), recruitment.prior_sds(model.control)
    prior = np.asarray(ravel_pytree(sds)[0])
    weighed = np.einsum("zntc,ntcd->zntd", slopes, inverse).reshape(len(prior), -1)
    seen = weighed @ slopes.reshape(len(prior), -1).T
    precision = task.step_s / MEMORY_S * seen + np.diag(prior**-2.0)
    covariance = np.linalg.inv(precision)
    ways = np.concatenate([np.eye(len(prior)), _shape_factors(model)])
    left = np.einsum("kz,zy,ky->k", ways, covariance, ways) / (ways**2 @ prior**2)
    share = np.clip(1.0 - left, 0.0, 1.0)
    person, control = unpack(jnp.asarray(share[: len(prior)]))
    root = np.linalg.cholesky(0.5 * (covariance + covariance.T))
    return Told(root, person, control, share[len(prior) :])


def left_open(model: Model, task: JointTask, told: Told) -> Float[np.ndarray, "n t m"]:
    """Standard deviation of every muscle's excitation in trials that were read.

    The parameters' doubt, to first order, and what muscles do beside what is asked of them: about
    the error in the mean over many people of whoever knows of them what is known beforehand, and
    has seen the trials that told the parameters.
    """
    excitation, variance = (np.asarray(x) for x in _variance(model, task, jnp.asarray(told.root.T)))
    return np.sqrt(variance + (DEVIATION_SD * excitation) ** 2)


def _shape_factors(model: Model) -> Float[np.ndarray, "m z"]:
    """What A of each muscle is of the parameters, before the sigmoid."""
    zero: tuple[Personal, Control] = jax.tree.map(jnp.zeros_like, (model.person, model.control))

    def of_muscle(own: Array) -> Array:
        set_ = eqx.tree_at(lambda z: (z[0].shape, z[0].bend), zero, (own, jnp.ones(())))
        return ravel_pytree(set_)[0]

    return np.stack([np.asarray(of_muscle(own)) for own in np.eye(len(model.system.names))])


def _said(
    model: Model, task: JointTask, corrections: Corrections, start: Array, flat: Array
) -> Proposal:
    _, unpack = ravel_pytree((model.person, model.control))
    person, control = unpack(jnp.asarray(flat))
    other = eqx.tree_at(lambda m: (m.person, m.control), model, (person, control))
    return propose(other, task, corrections, start, steps=3)


@kept
def _start(model: Model, task: JointTask) -> Array:
    none = no_corrections(task)
    said = propose(model, task, none, jnp.zeros(task.moment.shape), steps=_STEPS)
    return said.recruited.multiplier


@kept
def _variance(model: Model, task: JointTask, ways: Array) -> tuple[Array, Array]:
    """Excitations, and their squares of slopes along each way, summed."""
    start, none = _start(model, task), no_corrections(task)
    flat, _ = ravel_pytree((model.person, model.control))

    def excitation(z: Array) -> Array:
        return jnp.clip(_said(model, task, none, start, z).excitation, 0.0, 1.0)

    found, push = jax.linearize(excitation, flat)

    def add(k: Array, total: Array) -> Array:
        return jnp.asarray(total + push(ways[k]) ** 2)

    return found, jax.lax.fori_loop(0, len(ways), add, jnp.zeros_like(found))


@kept
def _slopes(model: Model, task: JointTask) -> tuple[Array, Array, Array]:
    """Of channels over parameters (z, n, t, c), over co-contraction (n, t, c), and channels."""
    start, none = _start(model, task), no_corrections(task)
    flat, _ = ravel_pytree((model.person, model.control))
    channels, push = jax.linearize(lambda z: _said(model, task, none, start, z).channels, flat)
    slopes = jax.lax.map(push, jnp.eye(len(flat)), batch_size=_AT_ONCE)

    def by_drive(level: Array) -> Array:
        other = eqx.tree_at(lambda c: c.co_contraction, none, level)
        return propose(model, task, other, start, steps=3).channels

    level = none.co_contraction
    _, drive = jax.jvp(by_drive, (level,), (jnp.ones_like(level),))
    return slopes, drive, channels


def _inverse(noise: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """Of ``diag(noise) + shared shared^T``, frame by frame (Sherman and Morrison)."""
    plain = shared / noise
    below = 1.0 + np.sum(shared * plain, axis=-1)
    even = np.eye(noise.shape[-1]) / noise[..., None]
    inverse = even - plain[..., :, None] * plain[..., None, :] / below[..., None, None]
    return np.asarray(inverse)
