"""Who tells the neck's 62 hidden muscles best: virtual people whose excitations are known.

python benchmarks/deep_emg_neck.py [PEOPLE]

Writes benchmarks/results/deep_emg_neck.md after each of the people. Takes about two minutes a
person on one core.
"""

import sys
import time
from pathlib import Path

import numpy as np
from _deep_scores import Score, moment_errors, paired, score
from _nape import FITTED_KG, HELD_OUT_KG, neck_trials, system_of
from _virtual import draw_person
from deep_emg import Told, mean_of_measured, static_optimisation

from nuchal.deep.extrapolation import MseSettings, extrapolate, fit_mse
from nuchal.deep.muscles import JointTask, MuscleSystem
from nuchal.deep.nmm_fit import NmmSettings, fit_nmm, predict_trials, read_trials
from nuchal.model.anatomy import MUSCLE_GROUPS

RESULTS = Path(__file__).parent / "results" / "deep_emg_neck.md"
PEOPLE = 10
CO_CONTRACTION = 0.4
"""Of the elbow's people: necks move slowly and hold little."""
SETTINGS = NmmSettings(steps=200)


def tell(system: MuscleSystem, fitted: JointTask, test: JointTask) -> Told:
    """What every method says of the held-out trials."""
    told: Told = {"static optimisation": (*static_optimisation(system, test), 0.0)}
    told["mean of measured"] = (mean_of_measured(system, test), np.zeros(test.moment.shape), 0.0)
    for name, settings in {
        "MSE, NMF": MseSettings(),
        "MSE, PCA": MseSettings(factorisation="pca"),
    }.items():
        started = time.perf_counter()
        mse = fit_mse(system, fitted, settings)
        seconds = time.perf_counter() - started
        found = extrapolate(mse, test)
        told[name] = (found.excitation, found.moment, seconds)
    started = time.perf_counter()
    fit = fit_nmm(system, fitted, SETTINGS)
    seconds = time.perf_counter() - started
    for name, read in {
        "NMM, movement alone": predict_trials(fit.model, test),
        "NMM": read_trials(fit.model, test, SETTINGS),
    }.items():
        told[name] = (np.asarray(read.excitation), np.asarray(read.moment), seconds)
    return told


def main() -> None:
    scores: dict[str, list[list[Score]]] = {}
    moments: dict[str, list[tuple[float, float]]] = {}
    seconds: dict[str, list[float]] = {}
    for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE):
        system = system_of(number)
        person = draw_person(system, number, co_contraction=CO_CONTRACTION)
        fitted, _ = neck_trials(person, FITTED_KG, 1)
        test, truth = neck_trials(person, HELD_OUT_KG, 2)
        for name, (excitation, moment, took) in tell(system, fitted, test).items():
            found = [
                score(excitation[..., m], truth.excitation[..., m], test.step_s)
                for m in system.hidden
            ]
            scores.setdefault(name, []).append(found)
            moments.setdefault(name, []).append(moment_errors(moment, np.asarray(test.moment)))
            seconds.setdefault(name, []).append(took)
            r, rmse = (np.array([s[k] for s in found]) for k in (0, 1))
            print(number, name, f"{np.median(r):.3f} {rmse.mean():.4f}", flush=True)
        RESULTS.write_text(report(system, scores, moments, seconds), "utf-8")


def report(
    system: MuscleSystem,
    scores: dict[str, list[list[Score]]],
    moments: dict[str, list[tuple[float, float]]],
    seconds: dict[str, list[float]],
) -> str:
    """The page of results."""
    table = {name: np.array(found) for name, found in scores.items()}
    ours = table["NMM"]
    lines = [
        f"# The neck's {len(system.hidden)} hidden muscles, {len(ours)} virtual people",
        "",
        "Written by `benchmarks/deep_emg_neck.py`. Four channels; fitted on "
        f"{len(FITTED_KG)} free movements of 4 s",
        f"(0, 1 and 2 kg on the head), tested on {len(HELD_OUT_KG)} others (0.5 and 1.5 kg). r and "
        "onset are",
        "medians over muscles, RMSE a mean, R2 a median; then means over people, the worst "
        "person in",
        "brackets. p is of the people's RMSE against that of the NMM.",
        "",
        "| method | r | muscles with r of 0.90 or more | RMSE | R2 | onset [ms] | moment RMSE "
        "[N m] | share of range | s to fit | p |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, s in table.items():
        r, rmse = np.median(s[..., 0], axis=1), s[..., 1].mean(axis=1)
        e = np.array(moments[name])
        p = "" if name == "NMM" else f"{paired(ours[..., 1].mean(axis=1), rmse):.3f}"
        moment = f"{e[:, 0].mean():.3f} | {100 * e[:, 1].mean():.1f} %"
        lines.append(
            f"| {name} | {r.mean():.3f} ({r.min():.3f}) "
            f"| {100 * np.mean(s[..., 0] >= 0.9):.0f} % | {rmse.mean():.4f} ({rmse.max():.4f}) "
            f"| {np.median(s[..., 2], axis=1).mean():.2f} "
            f"| {1e3 * np.median(s[..., 3], axis=1).mean():.0f} "
            f"| {' | ' if name == 'mean of measured' else moment} "
            f"| {np.mean(seconds[name]):.0f} | {p} |"
        )
    return "\n".join([*lines, "", *_by_group(system, table)]) + "\n"


def _by_group(system: MuscleSystem, table: dict[str, np.ndarray]) -> list[str]:
    groups = np.array([MUSCLE_GROUPS[m] for m in system.hidden])
    best = [name for name in table if name.startswith(("MSE", "NMM", "mean"))]
    lines = [
        "Median r of each group of hidden muscles, over muscles and people:",
        "",
        "| group | " + " | ".join(best) + " |",
        "| --- " * (1 + len(best)) + "|",
    ]
    for group in dict.fromkeys(groups):
        cells = [f"{np.median(table[n][:, groups == group, 0]):.3f}" for n in best]
        lines.append(f"| {group} | " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    main()
