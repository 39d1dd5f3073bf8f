"""True forces of virtual people: on the neck as it is, with what is left of its strength.

By static optimisation with the person's true measures and curves, and the muscles that they have.
"""

from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy, System
from nuchal.model.angles import beyond_range
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import HeadLoad, Motion, MuscleForces
from nuchal.synthetic.people import Avoidance, VirtualPerson, Weakness
from nuchal.synthetic.recording import Truth, true_anatomy
from nuchal.tracking.smoothing import smooth

# Least share of strength that is worked with, as a muscle of none has no activation.
SILENT: Final = 0.02
_SETTINGS: Final = PRESET_SETTINGS["recommended"].recruitment
_CUTOFF_HZ: Final = 6.0


def ailing_muscles(system: System, ailing: Weakness | Avoidance) -> Bool[np.ndarray, " muscles"]:
    """Which muscles are weak, or sore."""
    in_group = np.array([group == ailing.group for group in system.groups])
    return np.asarray(in_group & (np.array(system.left) == ailing.left))


def neck_as_it_is(person: VirtualPerson) -> Anatomy:
    """With what is left of the strength of weak muscles."""
    anatomy, weakness = true_anatomy(person), person.fault.weakness
    if weakness is None:
        return anatomy
    left = np.where(ailing_muscles(anatomy.system, weakness), max(weakness.strength, SILENT), 1.0)
    strength = np.asarray(anatomy.max_isometric_force) * left
    weak: Anatomy = eqx.tree_at(lambda a: a.max_isometric_force, anatomy, strength)
    return weak


def true_forces(person: VirtualPerson, trials: tuple[Truth, ...]) -> MuscleForces:
    """Forces over all trials, one after another, with what is left of the muscles' strength."""
    anatomy = neck_as_it_is(person)
    parts = [_forces(anatomy, _motion(one)) for one in trials]
    forces: MuscleForces = jax.tree.map(lambda *values: np.concatenate(values), *parts)
    return forces


def in_range(person: VirtualPerson, trials: tuple[Truth, ...]) -> Bool[np.ndarray, " t"]:
    """Frames of all trials that are inside the generic neck's range."""
    anatomy = true_anatomy(person)
    return np.asarray(~beyond_range(anatomy, np.concatenate([one.q for one in trials])))


def held_forces(anatomy: Anatomy, q: Float[np.ndarray, "k 6"]) -> MuscleForces:
    """Forces that hold a neck in postures at rest."""
    return _forces(
        anatomy, _moving(np.arange(float(len(q))), q, np.zeros_like(q), np.zeros_like(q))
    )


def missing_moment(forces: MuscleForces) -> Float[np.ndarray, " k"]:
    """Largest moment that muscles lack in each frame [N m]."""
    return np.asarray(np.abs(np.asarray(forces.reserve)).max(axis=1))


def _motion(truth: Truth) -> Motion:
    """With derivatives, by the smoothing that recordings undergo; the truth is as smooth."""
    time = np.arange(len(truth.q)) / truth.rate_hz
    curve = smooth(time, truth.q, cutoff_hz=_CUTOFF_HZ, at=time)
    return _moving(time, truth.q, curve.rate, curve.acceleration)


def _moving(
    time: Float[np.ndarray, " t"],
    q: Float[np.ndarray, "t 6"],
    qd: Float[np.ndarray, "t 6"],
    qdd: Float[np.ndarray, "t 6"],
) -> Motion:
    status = np.full(len(time), int(Status.OK))
    return Motion(*(jnp.asarray(x) for x in (time, q, qd, qdd, status)))


def _forces(anatomy: Anatomy, motion: Motion) -> MuscleForces:
    bare = HeadLoad(jnp.zeros(()), jnp.zeros(3))
    return simulate(anatomy, motion, _SETTINGS, bare).forces
