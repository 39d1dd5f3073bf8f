"""One network for many people: how everybody's drive follows from movement and load.

A network that has seen one person in a few trials knows little of how co-contraction comes with
movement and load in general. Here one network is fitted to many people at once, each with muscles,
recruitment and corrections of their own (``nmm.objective``, summed over people). Somebody new then
needs few trials with electrodes, or none: ``nmm_fit.fit_nmm`` takes the network as it is, and fits
the person alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Scalar
from nuchal.emg.hidden.encoder import Encoder
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.nmm import Unknowns, no_corrections, objective, propose
from nuchal.emg.hidden.nmm_fit import (
    COLD_STEPS,
    FitState,
    Progress,
    descended,
    free_leaves,
    fresh_encoder_for,
    fresh_model,
    optimiser_for,
)
from nuchal.emg.hidden.records import Model, NmmSettings
from nuchal.programs.kept import kept


class FitToMany(NamedTuple):
    """A network and the people that it was fitted to.

    Attributes:
        model: Of p people, each leaf with a leading axis of people but those of the network, which
            they share.
    """

    model: Model
    loss: Float[np.ndarray, " s"]

    @property
    def network(self) -> Encoder:
        """What all people share."""
        return self.model.encoder


def fit_to_many(
    systems: Sequence[MuscleSystem],
    tasks: Sequence[JointTask],
    settings: NmmSettings | None = None,
    *,
    seed: int = 0,
    progress: Progress = lambda _share: None,
) -> FitToMany:
    """Fit one network to the trials of many people of the same joint and channels.

    Args:
        systems: of each person.
        tasks: of each person, of the same number of trials and frames.
        settings: how the network is built and fitted.
        seed: of the network's first weights.
        progress: told which share of the work is done.
    """
    settings = settings or NmmSettings()
    models = [
        fresh_model(system, task, settings) for system, task in zip(systems, tasks, strict=True)
    ]
    everything = jax.tree.map(lambda *x: np.stack(x), *tasks)
    scales = np.stack([model.moment_scale for model in models])
    network = fresh_encoder_for(everything, scales[:, None, None], settings, seed=seed)
    alone = [
        _without_network(Unknowns(model, no_corrections(task)))
        for model, task in zip(models, tasks, strict=True)
    ]
    people = _with_network(jax.tree.map(lambda *x: jnp.stack(x), *alone), network)
    free, _ = eqx.partition(people, free_leaves(people, "everything"))
    begun = optimiser_for(settings).init(free)
    carried = FitState(people, begun, _cold(people, everything), jnp.zeros(()))
    losses = []
    for step in range(settings.steps):
        carried = _step(carried, everything, settings)
        losses.append(float(carried.loss))
        progress((step + 1) / settings.steps)
    return FitToMany(carried.unknown.model, np.asarray(losses))


def _without_network(unknown: Unknowns) -> Unknowns:
    bare: Unknowns = eqx.tree_at(lambda u: u.model.encoder, unknown, None)
    return bare


def _with_network(bare: Unknowns, network: Encoder) -> Unknowns:
    whole: Unknowns = eqx.tree_at(
        lambda u: u.model.encoder, bare, network, is_leaf=lambda x: x is None
    )
    return whole


@kept
def _cold(people: Unknowns, tasks: JointTask) -> Array:
    network = people.model.encoder

    def one(bare: Unknowns, task: JointTask) -> Array:
        model, corrections = _with_network(bare, network)
        start = jnp.zeros(task.moment.shape)
        said = propose(model, task, corrections, start, steps=COLD_STEPS)
        return said.recruited.multiplier

    return jax.vmap(one)(_without_network(people), tasks)


@kept
def _step(carried: FitState, tasks: JointTask, settings: NmmSettings) -> FitState:
    counts = jnp.ones(tasks.channels.shape[-1])

    def loss(people: Unknowns) -> tuple[Scalar, Array]:
        network = people.model.encoder

        def one(bare: Unknowns, task: JointTask, start: Array) -> tuple[Scalar, Array]:
            return objective(_with_network(bare, network), task, counts, start, settings)

        each, multiplier = jax.vmap(one)(_without_network(people), tasks, carried.multiplier)
        return jnp.mean(each), multiplier

    return descended(carried, loss, "everything", optimiser_for(settings))
