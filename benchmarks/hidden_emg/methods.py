"""Every method that tells hidden muscles, on the same trials, and what is kept of each person."""

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from controllers import solve
from people import Truth
from scores import moment_errors, score

from nuchal.emg.hidden.mse import extrapolate, fit_mse
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, fibre_forces, joint_moment
from nuchal.emg.hidden.nmm_fit import fit_nmm, predict_trials, read_trials
from nuchal.emg.hidden.nmm_intervals import fit_committee, read_with_intervals
from nuchal.emg.hidden.records import Committee, Fit, MseSettings, NmmSettings

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
    system: MuscleSystem, fitted: JointTask, test: JointTask, settings: dict[str, MseSettings]
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


def by_nmm(
    system: MuscleSystem, fitted: JointTask, test: JointTask, settings: NmmSettings
) -> tuple[Told, Fit]:
    started = time.perf_counter()
    fit = fit_nmm(system, fitted, settings)
    seconds = time.perf_counter() - started
    blind, read = predict_trials(fit.model, test), read_trials(fit.model, test, settings)
    return {
        "NMM, movement alone": (np.asarray(blind.excitation), np.asarray(blind.moment), seconds),
        OURS: (np.asarray(read.excitation), np.asarray(read.moment), seconds),
    }, fit


def with_intervals(
    system: MuscleSystem, fitted: JointTask, test: JointTask, truth: Truth, settings: NmmSettings
) -> tuple[dict[str, Any], Committee]:
    """Whether intervals made to hold 95 % of the true excitations do, on held-out trials."""
    committee = fit_committee(system, fitted, settings)
    doubted = read_with_intervals(committee, test, settings)
    inside = (truth.excitation >= doubted.low) & (truth.excitation <= doubted.high)
    z = np.abs(np.asarray(doubted.read.excitation) - truth.excitation) / doubted.sd
    hidden = list(system.hidden)
    return {
        "held": inside[..., hidden].mean(axis=(0, 1)).tolist(),
        "width": (doubted.high - doubted.low)[..., hidden].mean(axis=(0, 1)).tolist(),
        "z95": np.percentile(z[..., hidden], 95, axis=(0, 1)).tolist(),
        "relative error": committee.error,
    }, committee


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


def columns(people: Iterable[dict[str, Any]], kind: str, method: str) -> np.ndarray:
    """Scores (people, muscles, 4) of one method."""
    return np.array([person[kind][method]["scores"] for person in people])
