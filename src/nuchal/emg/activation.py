"""Muscle forces as activations, through the Hill relation: what EMG can be compared with.

A tendon force is ``F = a F_active + F_passive`` (``dynamics.muscles.hill``), in which F_active, the
force at full activation, is ``F_max f_L f_V cos(alpha)``. So

    a = (F - F_passive) / (F_max f_L f_V cos(alpha))

He, Liu, Li (2026), doi 10.3390/s26020752, write ``a = F / (F_max f_L f_V)``: the same without
passive force and pennation.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, CoordsT, Muscles, MusclesT
from nuchal.dynamics.muscles.fibres import CurveFamily, Projection
from nuchal.dynamics.muscles.hill import capacity
from nuchal.model.anatomy import Anatomy
from nuchal.programs.kept import kept
from nuchal.records import WantedActivation


class HillActivation(NamedTuple):
    """Activations that make given forces.

    Attributes:
        activation: As the relation gives it: below 0 or above 1 where the force is one that the
            muscle cannot make at that length and speed; zero where it can make none.
        able: Where the muscle can make active force.
    """

    activation: Float[np.ndarray, "t muscles"]
    able: Bool[np.ndarray, "t muscles"]


def activations_of_forces(
    anatomy: Anatomy,
    *,
    length: MusclesT,
    moment_arms: Float[Array, "t 6 muscles"],
    qd: CoordsT,
    force: MusclesT,
    passive: MusclesT,
    family: CurveFamily = "millard",
    projection: Projection = "pennation",
) -> HillActivation:
    """Activations that make the forces of a movement.

    Args:
        anatomy: The neck.
        length: Of muscles and tendons [m].
        moment_arms: ``-dL/dq`` [m/rad]; with the coordinates' rates they give muscle velocities.
        qd: Rates of the coordinates [rad/s].
        force: Tendon forces [N].
        passive: The passive part of them [N]; zero where the forces were found without it.
        family: The muscle curves by which the forces were found.
        projection: How active force was projected on the tendon.
    """
    active = np.asarray(_active(anatomy, length, moment_arms, qd, family, projection))
    able = active > 0.0
    share = (np.asarray(force) - np.asarray(passive)) / np.where(able, active, 1.0)
    return HillActivation(np.where(able, share, 0.0), able)


@kept
def _active(
    anatomy: Anatomy,
    length: MusclesT,
    moment_arms: Float[Array, "t 6 muscles"],
    qd: CoordsT,
    family: CurveFamily,
    projection: Projection,
) -> MusclesT:
    def one(along: Muscles, arms: Float[Array, "6 muscles"], rate: Float[Array, "6"]) -> Muscles:
        velocity = -(rate @ arms)
        return capacity(anatomy, along, velocity, family=family, projection=projection).active

    return jax.vmap(one)(jnp.asarray(length), jnp.asarray(moment_arms), jnp.asarray(qd))


def wanted_activations(
    anatomy: Anatomy,
    muscles: Sequence[tuple[str, ...]],
    emg: Float[np.ndarray, "t c"],
    known: Bool[np.ndarray, "t c"],
) -> WantedActivation:
    """What channels say of the muscles beneath them; their mean where several see a muscle.

    Args:
        anatomy: The neck.
        muscles: Those beneath each channel.
        emg: Linear envelopes as shares of the maximum.
        known: Where the channels are known.
    """
    beneath = np.zeros((len(muscles), anatomy.system.size))
    for channel, names in enumerate(muscles):
        beneath[channel, [anatomy.system.index[name] for name in names]] = 1.0
    count = known @ beneath
    total = np.where(known, np.clip(emg, 0.0, 1.0), 0.0) @ beneath
    return WantedActivation(total / np.maximum(count, 1.0), count > 0.0)


def group_activation(
    anatomy: Anatomy, activation: MusclesT, muscles: tuple[str, ...]
) -> Float[np.ndarray, " t"]:
    """What an electrode over some muscles is compared with: their mean, weighted by strength.

    The weight is the maximal isometric force, which stands for the cross-section that the electrode
    sees.
    """
    columns = np.array([anatomy.system.index[name] for name in muscles])
    weight = np.asarray(anatomy.max_isometric_force)[columns]
    return np.asarray(np.asarray(activation)[:, columns] @ (weight / weight.sum()))
