"""One network for many people: of one it is that person's own, and of several it serves others."""

import equinox as eqx
import jax
import numpy as np
import pytest

from nuchal.emg.hidden.many import fit_to_many
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.nmm_fit import fit_nmm
from nuchal.emg.hidden.records import Model, NmmSettings

from .conftest import SMALL

pytestmark = pytest.mark.slow

Lived = tuple[JointTask, np.ndarray, Model]
FEW = NmmSettings(**(vars(SMALL) | {"steps": 12}))


def test_of_one_person_it_is_the_fit_to_that_person(system: MuscleSystem, lived: Lived) -> None:
    task = lived[0]
    alone, many = fit_nmm(system, task, FEW), fit_to_many([system], [task], FEW)
    np.testing.assert_allclose(many.loss, alone.loss, rtol=1e-9)
    for theirs, own in zip(
        jax.tree.leaves(eqx.filter(many.network, eqx.is_array)),
        jax.tree.leaves(eqx.filter(alone.model.encoder, eqx.is_array)),
        strict=True,
    ):
        np.testing.assert_allclose(theirs, own, atol=1e-8)


def test_people_keep_muscles_and_recruitment_of_their_own(
    system: MuscleSystem, lived: Lived
) -> None:
    task = lived[0]
    louder = eqx.tree_at(lambda t: t.channels, task, 1.3 * np.asarray(task.channels))
    many = fit_to_many([system, system], [task, louder], SMALL)
    gains = np.asarray(many.model.person.gain)
    assert gains.shape == (2, 3)
    assert np.all(gains[1] > gains[0] + 0.1)
    assert many.loss[-1] < 0.5 * many.loss[0]


def test_somebody_new_leaves_the_network_as_it_is(system: MuscleSystem, lived: Lived) -> None:
    task = lived[0]
    network = fit_to_many([system], [task], FEW).network
    one = jax.tree.map(lambda x: x[:1], task)
    fit = fit_nmm(system, one, FEW, network=network)
    for after, before in zip(
        jax.tree.leaves(eqx.filter(fit.model.encoder, eqx.is_array)),
        jax.tree.leaves(eqx.filter(network, eqx.is_array)),
        strict=True,
    ):
        np.testing.assert_array_equal(after, before)
    assert fit.loss[-1] < fit.loss[0]
    assert np.abs(np.asarray(fit.model.control.log_weight)).max() > 0.01
