"""Movement and load alone: what a network tells that learnt from many people, or from one.

A network is taught once for each joint by people of all kinds alike, of numbers of their own, all
channels of whose trials it sees. Then somebody new comes with all trials, with one, or with no
electrodes at all; tested trials show none in any case.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import equinox as eqx
import jax
import numpy as np
from joints import Joint
from kinds import KINDS
from methods import Told

from nuchal.emg.hidden.encoder import Encoder
from nuchal.emg.hidden.many import fit_to_many
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.nmm_fit import fit_nmm, fresh_model, predict_trials
from nuchal.emg.hidden.personal import Personal
from nuchal.emg.hidden.records import Model, NmmSettings
from nuchal.emg.hidden.recruitment import Control

FIRST_TEACHER: Final = 2000
"""Number of the first of those who teach."""
ALONE: Final = "movement alone"
MANY_NO_EMG: Final = f"{ALONE}: network of many, no EMG of the person"
MANY_ONE: Final = f"{ALONE}: network of many, one trial"
MANY_ALL: Final = f"{ALONE}: network of many, all trials"
OWN_ONE: Final = f"{ALONE}: own network, one trial"
OWN_ALL: Final = f"{ALONE}: own network, all trials"
WAYS: Final = (MANY_NO_EMG, OWN_ONE, MANY_ONE, OWN_ALL, MANY_ALL)


class Taught(NamedTuple):
    """What many people have in common: a network, and their mean muscles and recruitment."""

    network: Encoder
    person: Personal
    control: Control


def taught(joint: Joint, home: Path) -> Taught:
    """The network of many, from the folder, or taught now and put there."""
    path = home / f"{joint.name}_many.eqx"
    teachers = _teachers(joint)
    if path.exists():
        system, task = next(teachers)
        model = fresh_model(system, task, joint.settings)
        like = Taught(model.encoder, model.person, model.control)
        return eqx.tree_deserialise_leaves(path, jax.tree.map(np.asarray, like))
    people = [next(teachers) for _ in range(joint.teachers)]
    systems, tasks = zip(*people, strict=True)
    found = fit_to_many(systems, tasks, joint.settings)
    person, control = jax.tree.map(
        lambda x: np.asarray(x).mean(axis=0), (found.model.person, found.model.control)
    )
    known = Taught(jax.tree.map(np.asarray, found.network), person, control)
    home.mkdir(parents=True, exist_ok=True)
    eqx.tree_serialise_leaves(path, known)
    return known


def _teachers(joint: Joint) -> Iterator[tuple[MuscleSystem, JointTask]]:
    """People of all kinds in turn, who could do what is asked."""
    number = FIRST_TEACHER
    while True:
        kind = KINDS[(number - FIRST_TEACHER) % len(KINDS)]
        system, person = joint.person(kind, number)
        task, lived = joint.fitted(person)
        if lived.lacking_nm <= joint.most_lacking_nm:
            yield system, task
        number += 1


def by_movement(
    system: MuscleSystem,
    fitted: JointTask,
    own: Model,
    known: Taught,
    test: JointTask,
    settings: NmmSettings,
) -> Told:
    """What every way tells of the tested trials.

    Args:
        system: the muscles.
        fitted: all trials with electrodes; the one in their middle is the one trial.
        own: fitted to all of them with a network of its own.
        known: what many people have in common.
        test: the trials to be told.
        settings: how a model is fitted.
    """
    middle = len(fitted.time) // 2
    one = jax.tree.map(lambda x: x[middle : middle + 1], fitted)
    nobody = eqx.tree_at(
        lambda m: (m.encoder, m.person, m.control), fresh_model(system, fitted, settings), known
    )
    models = {
        MANY_NO_EMG: nobody,
        OWN_ONE: fit_nmm(system, one, settings).model,
        MANY_ONE: fit_nmm(system, one, settings, network=known.network).model,
        OWN_ALL: own,
        MANY_ALL: fit_nmm(system, fitted, settings, network=known.network).model,
    }
    told = {name: predict_trials(model, test) for name, model in models.items()}
    return {name: (np.asarray(x.excitation), np.asarray(x.moment), 0.0) for name, x in told.items()}
