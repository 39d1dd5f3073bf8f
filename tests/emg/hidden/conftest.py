"""A small joint with two coordinates and five muscles, of which three are measured."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.emg.hidden.muscles import (
    JointTask,
    MuscleSystem,
    channels_of,
    lengthening_speed,
    unlagged,
    unshaped,
)
from nuchal.emg.hidden.nmm import demand_of, run_forward
from nuchal.emg.hidden.nmm_fit import fresh_model
from nuchal.emg.hidden.records import Model, NmmSettings
from nuchal.emg.hidden.recruitment import Drive, recruited

NAMES = ("front", "front_deep", "back", "back_deep", "side")
SEEN = (("front",), ("back",), ("side",))
SMALL = NmmSettings(width=8, heads=2, layers=1, steps=150, reading_steps=150)
"""The same everywhere, so that code is compiled once."""


def small_system() -> MuscleSystem:
    return MuscleSystem(
        max_isometric_force=np.array([400.0, 250.0, 500.0, 300.0, 350.0]),
        optimal_fibre_length=np.array([0.10, 0.08, 0.11, 0.09, 0.12]),
        tendon_slack_length=np.array([0.15, 0.05, 0.14, 0.06, 0.10]),
        pennation_at_optimal=np.array([0.0, 0.2, 0.1, 0.0, 0.15]),
        max_velocity=np.full(5, 10.0),
        passive_scale=np.ones(5),
        names=NAMES,
        seen=channels_of(NAMES, SEEN),
    )


def small_task(trials: int = 2, frames: int = 60, seed: int = 0) -> JointTask:
    """Smooth movement; moments and channels are zero until somebody makes them."""
    dice = np.random.default_rng(seed)
    system = small_system()
    time = np.arange(frames) * 0.02
    neutral = system.tendon_slack_length + system.optimal_fibre_length
    arms = np.array([[0.03, 0.02, -0.03, -0.02, 0.0], [0.005, 0.0, 0.005, -0.004, 0.03]])
    made = []
    for _ in range(trials):
        phase = dice.uniform(0.0, 6.0, 2)
        q = 0.3 * np.sin(2.0 * np.pi * np.outer(time, dice.uniform(0.3, 0.8, 2)) + phase)
        length = neutral - q @ arms
        made.append((q, length, lengthening_speed(time, length)))
    q, length, velocity = (np.stack(x) for x in zip(*made, strict=True))
    return JointTask(
        time=np.tile(time, (trials, 1)),
        motion=q,
        length=length,
        velocity=velocity,
        moment_arms=np.tile(arms, (trials, frames, 1, 1)),
        moment=np.zeros((trials, frames, 2)),
        channels=np.zeros((trials, frames, 3)),
    )


@pytest.fixture
def system() -> MuscleSystem:
    return small_system()


@pytest.fixture
def task() -> JointTask:
    return small_task()


@pytest.fixture(scope="session")
def lived() -> tuple[JointTask, np.ndarray, Model]:
    """Trials of somebody with weights and co-contraction of his own, his excitations, himself."""
    system, task = small_system(), small_task(trials=3, frames=120)
    time = np.asarray(task.time)
    moment = np.stack([5.0 * np.sin(2.0 * time), 3.0 + np.cos(1.5 * time)], axis=-1)
    task = eqx.tree_at(lambda t: t.moment, task, moment)
    model = fresh_model(system, task, SMALL)
    dice = np.random.default_rng(8)
    control = eqx.tree_at(
        lambda c: (c.log_weight, c.log_share),
        model.control,
        (0.3 * dice.normal(size=5), 0.3 * dice.normal(size=5)),
    )
    level = 0.08 + 0.05 * np.sin(2.0 * time)
    drive = Drive(level, np.zeros((*level.shape, 5)))
    demand, _ = demand_of(model, task)
    found = recruited(control, demand, drive, jnp.zeros(moment.shape), steps=60)
    asked = unlagged(unshaped(found.activation, model.muscles.shape), step_s=0.02)
    real = run_forward(model, task, asked)
    fields = vars(task) | {"moment": np.asarray(real.moment), "channels": np.asarray(real.channels)}
    himself = eqx.tree_at(lambda m: m.control, model, control)
    return JointTask(**fields), np.asarray(real.excitation), himself
