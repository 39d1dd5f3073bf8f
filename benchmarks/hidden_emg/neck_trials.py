"""Trials of the neck: free movements of virtual people, with what they carry on their heads."""

import jax
import numpy as np
from controllers import with_groups
from lives import live
from people import Truth, VirtualPerson

from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, stack_trials
from nuchal.emg.hidden.neck import NECK_CHANNELS, neck_system, neck_task
from nuchal.model.anatomy import Anatomy
from nuchal.model.scaling import personalise
from nuchal.movements.random import free_movements
from nuchal.movements.random_settings import FreeSettings
from nuchal.records import HeadLoad, Motion, Subject

CO_CONTRACTION = 0.4
"""Of the neck's people, over the elbow's: necks move slowly and hold little."""
HEAVIEST_KG = 2.0
PLACE_M = np.array([0.02, 0.08, 0.0])
FITTED_KG = (0.0, 0.0, 1.0, 1.0, 2.0, 2.0)
HELD_OUT_KG = (0.5, 0.5, 1.5, 1.5)
MOVEMENTS = FreeSettings(
    frames=200,
    rate_hz=50.0,
    flexion_rad=np.radians(35.0),
    extension_rad=np.radians(40.0),
    bending_rad=np.radians(25.0),
    rotation_rad=np.radians(40.0),
    fastest_rad_s=np.radians(90.0),
)


def neck_of(number: int) -> Anatomy:
    """Body measures of person ``number``, spread as in ANSUR II."""
    neck, shoulder, body = np.random.default_rng([6, number]).normal(
        [0.1073, 0.3992, 79.7], [0.008, 0.02, 10.0]
    )
    subject = Subject(
        neck_length_m=neck, shoulder_width_m=shoulder, head_and_neck_mass_kg=0.08 * body
    )
    return personalise(subject, form="living")


def system_of(number: int) -> MuscleSystem:
    """Generic muscles on the person's own skeleton."""
    return jax.tree.map(np.asarray, neck_system(neck_of(number)))


def motions_of(number: int, count: int, seed: int) -> list[Motion]:
    """The movements of a person's trials."""
    first = 1000 * number + 100 * seed
    moved = free_movements(MOVEMENTS, 9, first + np.arange(count))
    return [jax.tree.map(lambda x, k=k: x[k], moved.motion) for k in range(count)]


def neck_trials(
    person: VirtualPerson, loads_kg: tuple[float, ...], seed: int
) -> tuple[JointTask, Truth]:
    """A person's trials, and what nobody measured of them."""
    known, actual = _asked(person, loads_kg, seed)
    return live(person, actual, known, np.array(loads_kg) / HEAVIEST_KG, seed)


def settled(person: VirtualPerson) -> VirtualPerson:
    """The person, with fixed groups if that is how the person moves."""
    if not person.synergies:
        return person
    _, actual = _asked(person, FITTED_KG, 1)
    return with_groups(person, actual)


def _asked(
    person: VirtualPerson, loads_kg: tuple[float, ...], seed: int
) -> tuple[JointTask, JointTask]:
    """Trials with the moments that a laboratory knows of, and with those that really act."""
    anatomy = neck_of(person.seed)
    nothing = np.zeros((MOVEMENTS.frames, len(NECK_CHANNELS)))
    known, actual = [], []
    for load, motion in zip(loads_kg, motions_of(person.seed, len(loads_kg), seed), strict=True):
        for mass, into in ((load, known), (load + person.strap_kg, actual)):
            carried = HeadLoad(np.asarray(mass), PLACE_M)
            into.append(neck_task(anatomy, motion, carried, nothing))
    return stack_trials(known), stack_trials(actual)
