"""Who tells the neck's 62 hidden muscles best: virtual people whose excitations are known.

    python benchmarks/hidden_emg/neck.py    # an hour of one core

Writes benchmarks/results/deep_emg_neck.md after each of the people. Takes about two minutes a
person, and four more for the first few; what was found of each person stays in the folder of
``--keep`` and is not found again.
"""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from electrodes import NECK, with_raw_emg
from methods import (
    OURS,
    by_nmm,
    by_synergies,
    columns,
    judged,
    kept,
    plain_methods,
    with_intervals,
)
from neck_trials import FITTED_KG, HELD_OUT_KG, neck_trials, system_of
from people import draw_person
from scores import paired

from nuchal.emg.hidden.muscles import MuscleSystem
from nuchal.emg.hidden.records import MseSettings, NmmSettings
from nuchal.model.generic import MUSCLE_GROUPS

RESULTS = Path(__file__).parents[1] / "results" / "deep_emg_neck.md"
KEPT = Path(__file__).parents[2] / "build" / "hidden_emg"
PEOPLE, RAW, SURE = 10, 3, 2
"""How many, with raw surface EMG as well, and with intervals as well."""
CO_CONTRACTION = 0.4
"""Of the elbow's people: necks move slowly and hold little."""
SETTINGS = NmmSettings(steps=200)
MSE = {"MSE, NMF": MseSettings(), "MSE, PCA": MseSettings(factorisation="pca")}
People = list[dict[str, Any]]


def of_person(number: int, what: str) -> dict[str, Any]:
    """Scores with clean envelopes, with raw EMG, or what intervals hold."""
    system = system_of(number)
    person = draw_person(system, number, co_contraction=CO_CONTRACTION)
    fitted, lived = neck_trials(person, FITTED_KG, 1)
    test, truth = neck_trials(person, HELD_OUT_KG, 2)
    if what == "intervals":
        return {what: with_intervals(system, fitted, test, truth, SETTINGS)[0]}
    if what == "raw":
        fitted = with_raw_emg(fitted, person, lived.excitation, NECK)
        test = with_raw_emg(test, person, truth.excitation, NECK)
    ours, _ = by_nmm(system, fitted, test, SETTINGS)
    told = plain_methods(system, test) | by_synergies(system, fitted, test, MSE) | ours
    return {what: judged(system, told, test, truth)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--keep", type=Path, default=KEPT, help="where finished people are kept")
    given = parser.parse_args()
    home, count = given.keep, given.people
    work = [(k, "clean") for k in range(count)]
    work += [(k, "raw") for k in range(min(count, RAW))]
    work += [(k, "intervals") for k in range(min(count, SURE))]
    found: dict[str, People] = {"clean": [], "raw": [], "intervals": []}
    for number, what in work:
        person = kept(home, f"neck_{number}_{what}", partial(of_person, number, what))
        found[what].append(person)
        if what != "intervals":
            r = np.median([s[0] for s in person[what][OURS]["scores"]])
            print(number, what, f"{r:.3f}", flush=True)
        RESULTS.write_text(report(system_of(0), **found), "utf-8")


def report(system: MuscleSystem, clean: People, raw: People, intervals: People) -> str:
    """The page of results."""
    lines = [
        f"# The neck's {len(system.hidden)} hidden muscles, {len(clean)} virtual people",
        "",
        "Written by `benchmarks/hidden_emg/neck.py`. Four channels; fitted on "
        f"{len(FITTED_KG)} free movements of 4 s",
        f"(0, 1 and 2 kg on the head), tested on {len(HELD_OUT_KG)} others (0.5 and 1.5 kg). r and "
        "onset are",
        "medians over muscles, RMSE a mean, R2 a median; then means over people, the worst "
        "person in",
        "brackets. p is of the people's RMSE against that of the NMM.",
        "",
        *_table(clean, "clean"),
    ]
    if raw:
        title = f"With raw surface EMG, conditioned as a real one, {len(raw)} of them:"
        lines += ["", title, "", *_table(raw, "raw")]
    lines += ["", *_by_group(system, clean)]
    if intervals:
        held, width, z = (
            np.array([p["intervals"][key] for p in intervals]) for key in ("held", "width", "z95")
        )
        lines += [
            "",
            f"Intervals made to hold 95 %, {len(intervals)} people: they held "
            f"{100 * held.mean():.0f} % of the true excitations of hidden",
            f"muscles ({100 * np.percentile(held, 5):.0f} % or less in a twentieth of muscles), "
            f"{width.mean():.3f} wide on average; {np.median(z) / 1.96:.2f} times as wide",
            "they would have held 95 % of the median muscle.",
        ]
    return "\n".join(lines) + "\n"


def _table(people: People, kind: str) -> list[str]:
    ours = columns(people, kind, OURS)[..., 1].mean(axis=1)
    lines = [
        "| method | r | muscles with r of 0.90 or more | RMSE | R2 | onset [ms] | moment RMSE "
        "[N m] | share of range | median s to fit | p |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in people[0][kind]:
        s = columns(people, kind, name)
        r, rmse = np.median(s[..., 0], axis=1), s[..., 1].mean(axis=1)
        e = np.array([p[kind][name]["moment"] for p in people])
        seconds = np.median([p[kind][name]["seconds"] for p in people])
        p = "" if name == OURS else f"{paired(ours, rmse):.3f}"
        moment = f"{e[:, 0].mean():.3f} | {100 * e[:, 1].mean():.1f} %"
        lines.append(
            f"| {name} | {r.mean():.3f} ({r.min():.3f}) "
            f"| {100 * np.mean(s[..., 0] >= 0.9):.0f} % | {rmse.mean():.4f} ({rmse.max():.4f}) "
            f"| {np.median(s[..., 2], axis=1).mean():.2f} "
            f"| {1e3 * np.median(s[..., 3], axis=1).mean():.0f} "
            f"| {' | ' if name == 'mean of measured' else moment} "
            f"| {seconds:.0f} | {p} |"
        )
    return lines


def _by_group(system: MuscleSystem, people: People) -> list[str]:
    table = {name: columns(people, "clean", name) for name in people[0]["clean"]}
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
