"""Every method that tells hidden muscles, on the same trials, and what is kept of each person."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from controllers import solve
from people import Truth
from scores import moment_errors, score

from nuchal.emg.hidden.mse import extrapolate, fit_mse
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, fibre_forces, joint_moment
from nuchal.emg.hidden.nmm_intervals import fit_committee, read_with_intervals
from nuchal.emg.hidden.records import Committee, MseSettings, NmmSettings

Told = dict[str, tuple[np.ndarray, np.ndarray, float]]
"""Excitations, moments and seconds to fit of each method."""
OURS = "NMM"


def static_optimisation(system: MuscleSystem, task: JointTask) -> tuple[np.ndarray, np.ndarray]:
    """Activation squared, generic muscles; activation is taken for excitation."""
    forces = fibre_forces(system, task.length, task.velocity)
    rest = joint_moment(task.moment_arms, forces, jnp.zeros_like(forces.active))
    per_activation = np.asarray(task.moment_arms) * np.asarray(forces.active)[..., None, :]
    even = np.ones(task.length.shape)
    target = np.asarray(task.moment) - np.asarray(rest)
    found = solve(per_activation, target, even, 0.0 * even, 0.01 * even)
    return found, np.asarray(joint_moment(task.moment_arms, forces, found))


def mean_of_measured(system: MuscleSystem, task: JointTask) -> np.ndarray:
    mean = np.asarray(task.channels).mean(axis=-1, keepdims=True)
    return np.repeat(mean, len(system.names), axis=-1)


def plain_methods(system: MuscleSystem, test: JointTask) -> Told:
    """Those that fit nothing."""
    return {
        "static optimisation": (*static_optimisation(system, test), 0.0),
        "mean of measured": (mean_of_measured(system, test), np.zeros(test.moment.shape), 0.0),
    }


def by_synergies(
    system: MuscleSystem, fitted: JointTask, test: JointTask, settings: Mapping[str, MseSettings]
) -> Told:
    told: Told = {}
    for name, one in settings.items():
        started = time.perf_counter()
        mse = fit_mse(system, fitted, one)
        seconds = time.perf_counter() - started
        found = extrapolate(mse, test)
        told[name] = (found.excitation, found.moment, seconds)
        if one == MseSettings():
            again = extrapolate(mse, test, refit=True)
            told[f"{name}, refitted"] = (again.excitation, again.moment, seconds)
    return told


class Fitted(NamedTuple):
    """A person's models, with how long fitting took [s]."""

    committee: Committee
    seconds: float


def fitted_to(system: MuscleSystem, task: JointTask, settings: NmmSettings) -> Fitted:
    started = time.perf_counter()
    committee = fit_committee(system, task, settings)
    return Fitted(committee, time.perf_counter() - started)


def by_ours(fitted: Fitted, test: JointTask, settings: NmmSettings) -> tuple[Told, np.ndarray]:
    """With electrodes, and the ends of intervals."""
    committee, seconds = fitted
    doubted = read_with_intervals(committee, test, settings)
    read = doubted.read
    told = {OURS: (np.asarray(read.excitation), np.asarray(read.moment), seconds)}
    return told, np.stack([doubted.low, doubted.high])


def held_by(ends: np.ndarray, truth: Truth, hidden: list[int]) -> dict[str, Any]:
    """How many true excitations of each hidden muscle lie within intervals of which width."""
    low, high = ends[..., hidden]
    true = truth.excitation[..., hidden]
    return {
        "held": ((true >= low) & (true <= high)).mean(axis=(0, 1)).tolist(),
        "width": (high - low).mean(axis=(0, 1)).tolist(),
    }


def judged(system: MuscleSystem, told: Told, test: JointTask, truth: Truth) -> dict[str, Any]:
    """Scores of every hidden muscle, and errors of the moments."""
    return {
        name: {
            "scores": [
                list(score(excitation[..., m], truth.excitation[..., m], test.step_s))
                for m in system.hidden
            ],
            "moment": list(moment_errors(moment, np.asarray(test.moment))),
            "seconds": seconds,
        }
        for name, (excitation, moment, seconds) in told.items()
    }


def kept(folder: Path, name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What is known of a person: from the folder, or found now and put there."""
    path = folder / f"{name}.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(work()), "utf-8")
    return dict(json.loads(path.read_text("utf-8")))
