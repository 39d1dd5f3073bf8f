"""The neck as a joint, and what committees say of themselves."""

import numpy as np
import pytest

from nuchal.conventions import COORDINATES
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, channels_of
from nuchal.emg.hidden.neck import NECK_CHANNELS, neck_system, neck_task
from nuchal.emg.hidden.nmm_intervals import fit_committee, read_with_intervals
from nuchal.emg.hidden.records import Model
from nuchal.errors import NuchalError
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.movements.standard import standard_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import HeadLoad

from .conftest import SMALL

pytestmark = pytest.mark.slow


def test_the_neck_as_a_joint_is_the_neck_of_the_simulation() -> None:
    anatomy = generic_anatomy("living")
    motion = standard_movement(frames=60)
    load = HeadLoad(np.array(0.5), np.array([0.02, 0.1, 0.0]))
    task = neck_task(anatomy, motion, load, np.zeros((60, 4)))
    known = simulate(anatomy, motion, PRESET_SETTINGS["recommended"].recruitment, load)
    np.testing.assert_allclose(task.length, known.length, atol=1e-12)
    np.testing.assert_allclose(task.moment_arms, known.moment_arms, atol=1e-12)
    np.testing.assert_allclose(task.moment, known.moments.net, atol=1e-9)
    np.testing.assert_allclose(
        np.asarray(task.velocity)[5:-5],
        np.gradient(np.asarray(task.length), np.asarray(task.time), axis=0)[5:-5],
        atol=2e-4,
    )
    system = neck_system(anatomy)
    assert len(system.hidden) == 62
    assert system.electrodes.shape == (len(NECK_CHANNELS), len(MUSCLES))
    assert np.shape(task.moment) == (60, len(COORDINATES))


def test_a_committee_hides_every_channel_once(
    system: MuscleSystem, lived: tuple[JointTask, np.ndarray, Model]
) -> None:
    trials, _, _ = lived
    committee = fit_committee(system, trials, SMALL)
    assert len(committee.without) == 3
    assert committee.error == pytest.approx(np.median(committee.errors))
    found = read_with_intervals(committee, trials, SMALL)
    least = committee.error * np.asarray(found.read.excitation)
    assert np.all(found.sd >= least)


def test_one_channel_cannot_be_hidden(system: MuscleSystem, task: JointTask) -> None:
    alone = MuscleSystem(**(vars(system) | {"seen": channels_of(system.names, (("front",),))}))
    with pytest.raises(NuchalError) as told:
        fit_committee(alone, task, SMALL)
    assert told.value.what == "hidden_emg.one_channel"
