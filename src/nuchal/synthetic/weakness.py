"""True forces of virtual people, weak muscles included, and movement that weakness limits.

Forces are those of static optimisation on the neck as it is: true measures, true rhythm, and what
is left of the muscles' strength. Where a weak neck cannot balance what the same neck at full
strength can, the head does not go.
"""

from dataclasses import replace
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy, System
from nuchal.model.angles import CLINICAL_SIGNS, beyond_range
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import HeadLoad, Motion, MuscleForces
from nuchal.synthetic.people import VirtualPerson, Weakness
from nuchal.synthetic.recording import Truth, true_anatomy
from nuchal.tracking.smoothing import smooth

# Least share of strength that is worked with, as a muscle of none has no activation.
SILENT: Final = 0.02
# So much more moment may be missing than at full strength before the head stops.
MISSING_N_M: Final = 0.5
_SETTINGS: Final = PRESET_SETTINGS["recommended"].recruitment
_CUTOFF_HZ: Final = 6.0
_STEP_DEG: Final = 5.0


def weak_muscles(system: System, weakness: Weakness) -> Bool[np.ndarray, " muscles"]:
    """Which muscles are weak."""
    in_group = np.array([group == weakness.group for group in system.groups])
    return np.asarray(in_group & (np.array(system.left) == weakness.left))


def true_forces(person: VirtualPerson, trials: tuple[Truth, ...]) -> MuscleForces:
    """Forces over all trials, one after another, with what is left of the muscles' strength."""
    anatomy = _weakened(true_anatomy(person), person.fault.weakness)
    parts = [_forces(anatomy, _motion(one)) for one in trials]
    forces: MuscleForces = jax.tree.map(lambda *values: np.concatenate(values), *parts)
    return forces


def in_range(person: VirtualPerson, trials: tuple[Truth, ...]) -> Bool[np.ndarray, " t"]:
    """Frames of all trials that are inside the generic neck's range."""
    anatomy = true_anatomy(person)
    return np.asarray(~beyond_range(anatomy, np.concatenate([one.q for one in trials])))


def limited_by_weakness(person: VirtualPerson) -> VirtualPerson:
    """The person with as much less movement to every side as the weak muscles force on them."""
    strong = replace(person, fault=replace(person.fault, weakness=None))
    able = true_anatomy(person)
    weak = _weakened(able, person.fault.weakness)
    less = np.asarray(person.fault.less_deg, float).copy()
    for k in range(6):
        way = np.linspace(0.0, 1.0, 1 + int(person.reached_deg[k] // _STEP_DEG))
        q = _posture(strong, k)[None] * way[:, None]
        missing = [_missing(neck, q) for neck in (weak, able)]
        beyond = np.flatnonzero(missing[0] > missing[1] + MISSING_N_M)
        if len(beyond):
            reached = way[max(int(beyond[0]) - 1, 0)] * person.reached_deg[k]
            less[k] = float(person.reach_deg[k] - reached)
    return replace(person, fault=replace(person.fault, less_deg=less))


def _posture(person: VirtualPerson, side: int) -> Float[np.ndarray, "6"]:
    total = np.zeros(3)
    total[side // 2] = np.radians(person.reached_deg[side]) * (1.0 if side % 2 == 0 else -1.0)
    total = total * CLINICAL_SIGNS
    return np.concatenate([person.rhythm * total, (1.0 - person.rhythm) * total])


def _weakened(anatomy: Anatomy, weakness: Weakness | None) -> Anatomy:
    if weakness is None:
        return anatomy
    left = np.where(weak_muscles(anatomy.system, weakness), max(weakness.strength, SILENT), 1.0)
    strength = np.asarray(anatomy.max_isometric_force) * left
    weak: Anatomy = eqx.tree_at(lambda a: a.max_isometric_force, anatomy, strength)
    return weak


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


def _missing(anatomy: Anatomy, q: Float[np.ndarray, "k 6"]) -> Float[np.ndarray, " k"]:
    """Largest moment that muscles lack in postures at rest [N m]."""
    motion = _moving(np.arange(float(len(q))), q, np.zeros_like(q), np.zeros_like(q))
    return np.asarray(np.abs(np.asarray(_forces(anatomy, motion).reserve)).max(axis=1))
