"""What happens to virtual people, and what a laboratory sees of it."""

import jax
import numpy as np
from controllers import low_pass, planned
from people import Truth, VirtualPerson

from nuchal.emg.hidden.muscles import (
    JointTask,
    fibre_forces,
    joint_moment,
    lagged,
    shaped,
    stretch,
    unlagged,
    unshaped,
)


def live(
    person: VirtualPerson, actual: JointTask, known: JointTask, load: np.ndarray, seed: int
) -> tuple[JointTask, Truth]:
    """Trials as they happen to a person, and what a laboratory sees of them.

    Args:
        person: who moves.
        actual: n trials with the moments that really act.
        known: the same with the moments of the laboratory's inverse dynamics.
        load: of each trial, over the heaviest.
        seed: of noise and wandering.
    """
    dice = np.random.default_rng([78, person.seed, seed])
    step = actual.step_s
    smooth = np.clip(low_pass(planned(person, actual, load, dice), step, 8.0), 1e-3, 1.0)
    wanted = unlagged(unshaped(smooth, person.shape), step_s=step)
    excitation = np.clip(np.asarray(wanted), 0.0, 1.0)
    value = jax.vmap(lambda u: lagged(u, step_s=step))(excitation)
    activation = np.asarray(shaped(value, person.shape))
    forces = fibre_forces(person.system, actual.length, actual.velocity)
    moment = np.asarray(joint_moment(actual.moment_arms, forces, activation))
    channels = electrode_signals(person, actual, excitation, dice)
    lacking = float(np.percentile(np.abs(moment - actual.moment), 99))
    truth = Truth(excitation=excitation, activation=activation, moment=moment, lacking_nm=lacking)
    return JointTask(**{**vars(known), "channels": channels}), truth


def electrode_signals(
    person: VirtualPerson, task: JointTask, excitation: np.ndarray, dice: np.random.Generator
) -> np.ndarray:
    """Smoothed surface EMG over its maximum: noise of a tenth of the signal, 10 Hz low-pass."""
    clean = np.einsum("ntm,cm->ntc", excitation, np.asarray(person.system.electrodes))
    if person.gain_by_length is not None:
        clean = clean * (
            1.0 + person.gain_by_length * np.asarray(stretch(person.system, task.length))
        )
    if person.heard is not None:
        clean = np.sqrt(clean**2 + np.einsum("ntm,cm->ntc", excitation**2, person.heard**2))
    dirty = clean * (1.0 + 0.2 * dice.normal(size=clean.shape)) + 0.005 * dice.normal(
        size=clean.shape
    )
    return np.clip(person.gain * low_pass(np.abs(dirty), task.step_s, 10.0), 0.0, None)
