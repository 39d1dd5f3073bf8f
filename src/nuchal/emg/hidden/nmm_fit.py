"""Fitting a neural musculoskeletal model to a person, and reading trials with it.

One objective (``nmm``) serves both. Fitting moves network, muscles, recruitment and the
trials' own corrections together by Adam (Kingma and Ba 2015, arXiv 1412.6980); reading a trial
moves its corrections alone.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import lazy_loader
import numpy as np
from jaxtyping import Float, PyTree

from nuchal.arrays import Array, Scalar
from nuchal.emg.hidden import recruitment
from nuchal.emg.hidden.encoder import Encoder, fresh_encoder
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.nmm import (
    Unknowns,
    network_inputs,
    no_corrections,
    objective,
    propose,
    run_forward,
)
from nuchal.emg.hidden.personal import generic_person
from nuchal.emg.hidden.records import Fit, Model, NmmSettings, Reconstruction
from nuchal.errors import need_extra
from nuchal.programs.kept import kept

if TYPE_CHECKING:
    import optax
else:
    optax = lazy_loader.load("optax")

# Newton steps from nothing.
COLD_STEPS: Final = 60
# What a fit moves: all, all but the network, or what trials do beside what the network expects.
Moving: TypeAlias = Literal["everything", "person", "corrections"]
# Told which share of the work is done, 0 to 1.
Progress: TypeAlias = Callable[[float], None]


class FitState(NamedTuple):
    """From one step of a fit to the next."""

    unknown: Unknowns
    state: PyTree
    multiplier: Array
    loss: Array


def fresh_model(
    system: MuscleSystem, task: JointTask, settings: NmmSettings, *, seed: int = 0
) -> Model:
    """A generic person with a network that says nothing yet."""
    scale = np.abs(np.asarray(task.moment)).reshape(-1, task.moment.shape[-1]).max(axis=0)
    scale = np.maximum(scale, 1e-3 * scale.max())
    encoder = fresh_encoder_for(task, scale, settings, seed=seed)
    control = recruitment.generic_control(len(system.names))
    return Model(system, generic_person(system), control, encoder, scale)


def fresh_encoder_for(
    task: JointTask, scale: np.ndarray, settings: NmmSettings, *, seed: int
) -> Encoder:
    """A network that says nothing yet, of such trials; ``scale`` is that of their moments."""
    return fresh_encoder(
        np.asarray(network_inputs(task, scale)),
        1 + task.channels.shape[-1],
        key=jax.random.key(seed),
        width=settings.width,
        heads=settings.heads,
        layers=settings.layers,
        stride=settings.stride,
    )


def fit_nmm(
    system: MuscleSystem,
    task: JointTask,
    settings: NmmSettings | None = None,
    *,
    seed: int = 0,
    use: Float[np.ndarray, " c"] | None = None,
    network: Encoder | None = None,
    progress: Progress = lambda _share: None,
) -> Fit:
    """Fit a person's model, from generic muscles and electrodes, to n trials.

    Args:
        system: the muscles.
        task: the trials.
        settings: how the model is built and fitted.
        seed: of the network's first weights.
        use: which channels count, 1 or 0; all by default. One that doesn't tests the model.
        network: one that others taught (``many``), which stays as it is; without, one of the
            person's own is fitted along.
        progress: told which share of the work is done.
    """
    settings = settings or NmmSettings()
    counts = np.ones(task.channels.shape[-1]) if use is None else use
    model = fresh_model(system, task, settings, seed=seed)
    moving: Moving = "everything"
    if network is not None:
        model, moving = eqx.tree_at(lambda m: m.encoder, model, network), "person"
    unknown = Unknowns(model, no_corrections(task))
    optimiser = optimiser_for(settings)
    free, _ = eqx.partition(unknown, free_leaves(unknown, moving))
    multiplier = _cold_multipliers(unknown, task)
    carried = FitState(unknown, optimiser.init(free), multiplier, jnp.zeros(()))
    losses = []
    for step in range(settings.steps):
        carried = _fit_step(carried, task, jnp.asarray(counts), settings, moving)
        losses.append(float(carried.loss))
        progress((step + 1) / settings.steps)
    return Fit(carried.unknown.model, carried.unknown.corrections, np.asarray(losses))


def read_trials(
    model: Model,
    task: JointTask,
    settings: NmmSettings | None = None,
    *,
    use: Float[np.ndarray, " c"] | None = None,
) -> Reconstruction:
    """Excitations of trials from their movement, moments and measured channels."""
    need_extra("hidden-emg")
    settings = settings or NmmSettings()
    counts = np.ones(task.channels.shape[-1]) if use is None else use
    unknown = Unknowns(model, no_corrections(task))
    multiplier = _cold_multipliers(unknown, task)
    optimiser = optax.adam(optax.cosine_decay_schedule(0.1, settings.reading_steps))
    free, _ = eqx.partition(unknown, free_leaves(unknown, "corrections"))
    carried = FitState(unknown, optimiser.init(free), multiplier, jnp.zeros(()))
    carried = _read_steps(carried, task, jnp.asarray(counts), settings)
    return _reconstruct(carried.unknown, task, carried.multiplier)


def predict_trials(model: Model, task: JointTask) -> Reconstruction:
    """Excitations of trials from their movement and load alone: no electrode is looked at."""
    unknown = Unknowns(model, no_corrections(task))
    return _reconstruct(unknown, task, _cold_multipliers(unknown, task))


def optimiser_for(settings: NmmSettings) -> "optax.GradientTransformation":
    """Adam with a rate each for network, parameters and corrections, all falling.

    Raises:
        EngineError: the extra ``hidden-emg`` is not installed.
    """
    need_extra("hidden-emg")

    def falling(rate: float) -> "optax.GradientTransformation":
        return optax.adam(optax.cosine_decay_schedule(rate, settings.steps, alpha=0.02))

    rates = {
        "network": falling(settings.network_rate),
        "parameters": falling(settings.parameter_rate),
        "corrections": falling(settings.correction_rate),
    }

    def kinds(unknown: Unknowns) -> Unknowns:
        names = jax.tree.map(lambda _: "parameters", unknown)
        encoder = jax.tree.map(lambda _: "network", unknown.model.encoder)
        corrections = jax.tree.map(lambda _: "corrections", unknown.corrections)
        named: Unknowns = eqx.tree_at(
            lambda u: (u.model.encoder, u.corrections), names, (encoder, corrections)
        )
        return named

    return optax.chain(optax.clip_by_global_norm(1e3), optax.multi_transform(rates, kinds))


def free_leaves(unknown: Unknowns, moving: Moving) -> Unknowns:
    """Which leaves a fit moves."""
    none = jax.tree.map(lambda _: False, unknown)
    corrected: Unknowns = eqx.tree_at(
        lambda u: u.corrections, none, jax.tree.map(lambda _: True, unknown.corrections)
    )
    if moving == "corrections":
        return corrected
    encoder = jax.tree.map(lambda _: moving == "everything", unknown.model.encoder)
    encoder = eqx.tree_at(lambda e: (e.mean, e.sd), encoder, (False, False))
    everything: Unknowns = eqx.tree_at(
        lambda u: (u.model.person, u.model.control, u.model.encoder),
        corrected,
        (
            jax.tree.map(lambda _: True, unknown.model.person),
            jax.tree.map(lambda _: True, unknown.model.control),
            encoder,
        ),
    )
    return everything


def _step(
    carried: FitState,
    task: JointTask,
    counts: Array,
    settings: NmmSettings,
    optimiser: "optax.GradientTransformation",
    moving: Moving,
) -> FitState:
    def loss(unknown: Unknowns) -> tuple[Scalar, Array]:
        return objective(unknown, task, counts, carried.multiplier, settings)

    return descended(carried, loss, moving, optimiser)


def descended(
    carried: FitState,
    loss: Callable[[Unknowns], tuple[Scalar, Array]],
    moving: Moving,
    optimiser: "optax.GradientTransformation",
) -> FitState:
    """One step down a loss, which tells the multipliers that it found as well."""
    free, fixed = eqx.partition(carried.unknown, free_leaves(carried.unknown, moving))
    (value, multiplier), gradient = jax.value_and_grad(
        lambda some: loss(eqx.combine(some, fixed)), has_aux=True
    )(free)
    updates, state = optimiser.update(gradient, carried.state, free)
    unknown = eqx.combine(optax.apply_updates(free, updates), fixed)
    return FitState(unknown, state, multiplier, value)


@kept
def _fit_step(
    carried: FitState, task: JointTask, counts: Array, settings: NmmSettings, moving: Moving
) -> FitState:
    return _step(carried, task, counts, settings, optimiser_for(settings), moving)


@kept
def _read_steps(
    carried: FitState, task: JointTask, counts: Array, settings: NmmSettings
) -> FitState:
    optimiser = optax.adam(optax.cosine_decay_schedule(0.1, settings.reading_steps))
    arrays, static = eqx.partition(carried, eqx.is_array)

    def follow(_: Array, now: FitState) -> FitState:
        whole = eqx.combine(now, static)
        after = _step(whole, task, counts, settings, optimiser, "corrections")
        moving: FitState = eqx.filter(after, eqx.is_array)
        return moving

    read = jax.lax.fori_loop(0, settings.reading_steps, follow, arrays)
    done: FitState = eqx.combine(read, static)
    return done


@kept
def _cold_multipliers(unknown: Unknowns, task: JointTask) -> Array:
    start = jnp.zeros(task.moment.shape)
    said = propose(unknown.model, task, unknown.corrections, start, steps=COLD_STEPS)
    return said.recruited.multiplier


@kept
def _reconstruct(unknown: Unknowns, task: JointTask, start: Array) -> Reconstruction:
    said = propose(unknown.model, task, unknown.corrections, start, steps=10)
    return run_forward(unknown.model, task, said.excitation)
