"""The pages of results of the elbow."""

from typing import Any

import numpy as np
from arm import MUSCLES
from elbow_forward import HORIZONS_S
from elbow_trials import FITTED, HELD_OUT
from methods import OURS, columns
from parameters import recovery_rows
from scores import paired

from nuchal.emg.hidden.muscles import MuscleSystem

People = list[dict[str, Any]]


def page(system: MuscleSystem, fresh: People, left_out: int) -> str:
    """Of people who share effort."""
    who = f"{len(fresh)} fresh people, on whom nothing was settled"
    lines = _head("# Hidden muscles of the elbow", who, left_out)
    lines += _told(system, "Fresh people, clean envelopes", fresh, "clean")
    lines += _told(system, "Fresh people, raw surface EMG", [p for p in fresh if "raw" in p], "raw")
    lines += _each(system, fresh, "fresh")
    lines += _moments(fresh)
    with_all = [p for p in fresh if "intervals" in p]
    lines += _intervals(system, with_all)
    lines += _forward(with_all)
    lines += ["## Parameters", "", "Root mean square error of the logarithm.", ""]
    return "\n".join([*lines, *recovery_rows(with_all)]) + "\n"


def grouped_page(system: MuscleSystem, grouped: People, left_out: int) -> str:
    """Of people who recruit as synergy extrapolation supposes."""
    title = "# Hidden muscles of the elbow, of people who recruit in fixed groups"
    who = f"{len(grouped)} people, on whom nothing was settled, with two fixed groups of muscles"
    lines = _head(title, who, left_out)
    lines += _told(system, "Clean envelopes", grouped, "clean")
    lines += _each(system, grouped, "grouped")
    return "\n".join([*lines, *_moments(grouped)]).rstrip() + "\n"


def _head(title: str, who: str, left_out: int) -> list[str]:
    return [
        title,
        "",
        f"Written by `benchmarks/hidden_emg/elbow.py`. Fitted on {len(FITTED)} trials of 5 s "
        f"(cycles; 0, 2 and 4 kg), tested on {len(HELD_OUT)} others",
        f"(free movements; 1 and 3 kg). {who}; {left_out} more were drawn but could not",
        "have done what was asked. Mean over people, with the worst of them in brackets.",
        "",
    ]


def _told(system: MuscleSystem, title: str, people: People, kind: str) -> list[str]:
    lines: list[str] = []
    for place, muscle in enumerate(system.hidden):
        lines += [
            f"## {title}: {MUSCLES[muscle]}",
            "",
            "| method | r | RMSE | R2 | onset [ms] | p of RMSE against NMM |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        ours = columns(people, kind, OURS)[:, place, 1]
        for name in people[0][kind]:
            s = columns(people, kind, name)[:, place]
            p = "" if name == OURS else f"{paired(ours, s[:, 1]):.3f}"
            lines.append(
                f"| {name} | {s[:, 0].mean():.3f} ({s[:, 0].min():.3f}) "
                f"| {s[:, 1].mean():.4f} ({s[:, 1].max():.4f}) | {s[:, 2].mean():.2f} "
                f"| {1e3 * s[:, 3].mean():.0f} | {p} |"
            )
        lines.append("")
    return lines


def _each(system: MuscleSystem, people: People, kind: str) -> list[str]:
    head = " | ".join(f"{MUSCLES[m]} r | RMSE, of MSE's" for m in system.hidden)
    lines = [f"## Each {kind} person", "", f"| person | {head} |", "| --- " * 5 + "|"]
    for k, person in enumerate(people):
        ours, theirs = (np.array(person["clean"][n]["scores"]) for n in (OURS, "MSE, NMF"))
        cells = [f"{a[0]:.3f} | {a[1] / b[1]:.2f}" for a, b in zip(ours, theirs, strict=True)]
        lines.append(f"| {kind} {k + 1} | {' | '.join(cells)} |")
    return [*lines, ""]


def _moments(people: People) -> list[str]:
    lines = [
        "## Joint moment, and time to fit",
        "",
        "| method | RMSE against inverse dynamics [N m] | share of range | median seconds to fit |",
        "| --- | --- | --- | --- |",
    ]
    for name in people[0]["clean"]:
        if name != "mean of measured":
            e = np.array([p["clean"][name]["moment"] for p in people])
            seconds = np.median([p["clean"][name]["seconds"] for p in people])
            lines.append(
                f"| {name} | {e[:, 0].mean():.3f} ({e[:, 0].max():.3f}) "
                f"| {100 * e[:, 1].mean():.1f} % | {seconds:.0f} |"
            )
    return [*lines, ""]


def _intervals(system: MuscleSystem, people: People) -> list[str]:
    lines = [
        "## Intervals made to hold 95 %",
        "",
        "| muscle | true excitations held | worst person | mean width | wider by, to hold 95 % |",
        "| --- | --- | --- | --- | --- |",
    ]
    for place, muscle in enumerate(system.hidden):
        held, width, z = (
            np.array([p["intervals"][key][place] for p in people])
            for key in ("held", "width", "z95")
        )
        lines.append(
            f"| {MUSCLES[muscle]} | {100 * held.mean():.0f} % | {100 * held.min():.0f} % "
            f"| {width.mean():.3f} | {np.median(z) / 1.96:.2f} |"
        )
    return [*lines, ""]


def _forward(people: People) -> list[str]:
    head = " | ".join(f"after {h:g} s" for h in HORIZONS_S)
    lines = [
        "## The motion integrated forward: error of the angle [deg]",
        "",
        f"| run | {head} |",
        "| --- " * (1 + len(HORIZONS_S)) + "|",
    ]
    names = {"free": "left alone", "held": "lightly held", "still": "an elbow that stays put"}
    for key, name in names.items():
        errors = np.array([p["forward"][key] for p in people]).mean(axis=0)
        lines.append(f"| {name} | {' | '.join(f'{e:.1f}' for e in errors)} |")
    return [*lines, ""]
