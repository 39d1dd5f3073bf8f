"""Who tells hidden muscles best: virtual people whose deep excitations are known.

python benchmarks/deep_emg.py FOLDER_OF_ARM26 [PEOPLE]

Writes benchmarks/results/deep_emg.md. Takes about two minutes a person on one core.
"""

import sys
import time
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from _arm import MUSCLES, elbow_system
from _deep_scores import Score, moment_errors, paired, score
from _elbow import FITTED, HELD_OUT, STEP_S, elbow_trials
from _virtual import VirtualPerson, draw_person, solve

from nuchal.deep.extrapolation import MseSettings, extrapolate, fit_mse
from nuchal.deep.muscles import JointTask, MuscleSystem, fibre_forces, joint_moment
from nuchal.deep.nmm_fit import Fit, fit_nmm, predict_trials, read_trials

RESULTS = Path(__file__).parent / "results" / "deep_emg.md"
PEOPLE = (0, 1, 2, 3, 5)
"""Number 4 can't hold 4 kg with the muscles that were drawn."""
PARAMETERS = {
    "max force": "max_isometric_force",
    "fibre length": "optimal_fibre_length",
    "slack length": "tendon_slack_length",
}
Told = dict[str, tuple[np.ndarray, np.ndarray, float]]
"""Excitations, moments and seconds of each method."""


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


def tell(system: MuscleSystem, fitted: JointTask, test: JointTask) -> tuple[Told, Fit]:
    """What every method says of the held-out trials."""
    told: Told = {}
    started = time.perf_counter()
    told["static optimisation"] = (*static_optimisation(system, test), 0.0)
    told["mean of measured"] = (mean_of_measured(system, test), np.zeros(test.moment.shape), 0.0)
    for name, settings in {
        "MSE, NMF": MseSettings(),
        "MSE, NMF, all synergies": MseSettings(synergies=len(system.seen)),
        "MSE, PCA": MseSettings(factorisation="pca"),
    }.items():
        started = time.perf_counter()
        mse = fit_mse(system, fitted, settings)
        seconds = time.perf_counter() - started
        found, again = extrapolate(mse, test), extrapolate(mse, test, refit=True)
        told[name] = (found.excitation, found.moment, seconds)
        told[f"{name}, refitted"] = (again.excitation, again.moment, seconds)
    started = time.perf_counter()
    fit = fit_nmm(system, fitted)
    seconds = time.perf_counter() - started
    for name, read in {
        "NMM, movement alone": predict_trials(fit.model, test),
        "NMM": read_trials(fit.model, test),
    }.items():
        told[name] = (np.asarray(read.excitation), np.asarray(read.moment), seconds)
    return told, fit


def recovery(person: VirtualPerson, generic: MuscleSystem, fit: Fit) -> dict[str, list[float]]:
    """Root mean square error of the logarithm of each parameter: generic, and fitted."""
    mine, errors = fit.model.muscles.system, {}
    for label, name in PARAMETERS.items():
        true = np.log(np.asarray(getattr(person.system, name)))
        guesses = (getattr(generic, name), getattr(mine, name))
        errors[label] = [
            float(np.sqrt(np.mean((np.log(np.asarray(g)) - true) ** 2))) for g in guesses
        ]
    return errors


def main() -> None:
    folder = Path(sys.argv[1])
    people = PEOPLE[: int(sys.argv[2])] if len(sys.argv) > 2 else PEOPLE
    system = elbow_system()
    scores: dict[str, list[list[Score]]] = {}
    moments: dict[str, list[tuple[float, float]]] = {}
    seconds: dict[str, list[float]] = {}
    recovered = []
    for number in people:
        person = draw_person(system, number)
        fitted, _ = elbow_trials(folder, person, FITTED, 1)
        test, truth = elbow_trials(folder, person, HELD_OUT, 2)
        told, fit = tell(system, fitted, test)
        recovered.append(recovery(person, system, fit))
        for name, (excitation, moment, took) in told.items():
            found = [
                score(excitation[..., m], truth.excitation[..., m], STEP_S) for m in system.hidden
            ]
            scores.setdefault(name, []).append(found)
            moments.setdefault(name, []).append(moment_errors(moment, np.asarray(test.moment)))
            seconds.setdefault(name, []).append(took)
            print(number, name, [f"{s.r:.3f} {s.rmse:.3f}" for s in found], flush=True)
        RESULTS.write_text(report(system, scores, moments, seconds, recovered), "utf-8")


def report(
    system: MuscleSystem,
    scores: dict[str, list[list[Score]]],
    moments: dict[str, list[tuple[float, float]]],
    seconds: dict[str, list[float]],
    recovered: list[dict[str, list[float]]],
) -> str:
    """The page of results."""
    count = len(recovered)
    lines = [
        f"# Hidden muscles of the elbow, {count} virtual people",
        "",
        f"Written by `benchmarks/deep_emg.py`. Fitted on {len(FITTED)} trials of 5 s (cycles; 0, 2",
        f"and 4 kg), tested on {len(HELD_OUT)} others (free movements; 1 and 3 kg). Mean over",
        "people, with the worst of them in brackets.",
        "",
    ]
    for place, muscle in enumerate(system.hidden):
        lines += [
            f"## {MUSCLES[muscle]}",
            "",
            "| method | r | RMSE | R2 | onset [ms] | p of RMSE against NMM |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        ours = np.array([found[place].rmse for found in scores["NMM"]])
        for name, found in scores.items():
            s = np.array([person[place] for person in found])
            p = "" if name == "NMM" else f"{paired(ours, s[:, 1]):.3f}"
            lines.append(
                f"| {name} | {s[:, 0].mean():.3f} ({s[:, 0].min():.3f}) "
                f"| {s[:, 1].mean():.4f} ({s[:, 1].max():.4f}) | {s[:, 2].mean():.2f} "
                f"| {1e3 * s[:, 3].mean():.0f} | {p} |"
            )
        lines.append("")
    lines += [
        "## Joint moment, and time to fit",
        "",
        "| method | RMSE against inverse dynamics [N m] | share of range | seconds to fit |",
        "| --- | --- | --- | --- |",
    ]
    for name, errors in moments.items():
        if name != "mean of measured":
            e = np.array(errors)
            lines.append(
                f"| {name} | {e[:, 0].mean():.3f} ({e[:, 0].max():.3f}) "
                f"| {100 * e[:, 1].mean():.1f} % | {np.mean(seconds[name]):.0f} |"
            )
    lines += [
        "",
        "## Parameters",
        "",
        "Root mean square error of the logarithm over all six muscles.",
        "",
        "| parameter | generic | fitted |",
        "| --- | --- | --- |",
    ]
    for label in PARAMETERS:
        e = np.array([person[label] for person in recovered]).mean(axis=0)
        lines.append(f"| {label} | {e[0]:.3f} | {e[1]:.3f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
