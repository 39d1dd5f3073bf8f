"""A small network that proposes how hard the muscles have to work for each joint moment.

The recruitment problem of a frame has six multipliers, the change of its objective per moment asked
for. Once they are known, every muscle's force follows from its moment arms and its strength. So
this is all that has to be learnt; what is known of the neck is left to mechanics (``sequence``).
"""

from itertools import pairwise
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Key

from nuchal.arrays import Array, Coords
from nuchal.networks.equilibrium.records import Network
from nuchal.optimisation.problem import RecruitmentProblem

# What the network sees of a frame. ``asked`` is what the joints ask of muscles beyond what they do
# of their own accord: their cheapest activation, and what is carried over from the frame before.
FEATURES: Final[tuple[str, ...]] = (
    *(f"{kind}_{k}" for kind in ("q_rad", "qd_rad_s", "net_Nm", "asked_Nm") for k in range(6)),
    "neck_scale",
    "shoulder_scale",
    "mass_scale",
)
HIDDEN: Final = (128, 128)


def fresh_network(
    key: Key[jax.Array, ""],
    inputs: Float[np.ndarray, "s i"],
    output_scale: Float[np.ndarray, " o"],
    hidden: tuple[int, ...] = HIDDEN,
) -> Network:
    """A network to begin with, its inputs scaled by the samples given (Glorot and Bengio 2010)."""
    sizes = (inputs.shape[1], *hidden, len(output_scale))
    keys = jax.random.split(key, len(sizes) - 1)
    weights = tuple(
        np.asarray(jax.random.normal(k, (i, o)) * np.sqrt(2.0 / (i + o)), np.float32)
        for k, (i, o) in zip(keys, pairwise(sizes), strict=True)
    )
    sd = inputs.std(axis=0, dtype=float)
    return Network(
        weights=weights,
        biases=tuple(np.zeros(o, np.float32) for o in sizes[1:]),
        input_mean=inputs.mean(axis=0, dtype=float).astype(np.float32),
        input_sd=np.where(sd > 0.0, sd, 1.0).astype(np.float32),
        output_scale=np.asarray(output_scale, np.float32),
    )


def features(
    q: Coords,
    qd: Coords,
    net: Coords,
    problem: RecruitmentProblem,
    scales: Float[Array, "3"],
) -> Float[Array, "27"]:
    """What the network sees of one frame, in the order of :data:`FEATURES`.

    Coordinates [rad], their rates [rad/s], net joint moments [N m], the recruitment problem with
    its rate term, and the scales of neck length, shoulder width and mass.
    """
    idle = problem.slope / problem.curvature
    asked = problem.moment + problem.moment_per_activation @ idle
    return jnp.concatenate([q, qd, net, asked, scales])
