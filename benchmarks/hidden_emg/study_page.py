"""The page of the whole comparison: goals first, then methods, people, and what bounds it."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from elbow_forward import HORIZONS_S
from elbow_trials import FITTED, HELD_OUT
from methods import OURS
from movement import WAYS
from neck_trials import FITTED_KG, HELD_OUT_KG
from parameters import recovery_rows
from scores import paired

People: TypeAlias = list[dict[str, Any]]
ByKind: TypeAlias = Mapping[str, People]
RIVAL: Final = "MSE, NMF"
KNOWN: Final = "known"
KNOWN_ALONE: Final = "known, movement alone"
METHODS: Final = (
    "static optimisation",
    "mean of measured",
    "MSE, NMF",
    "MSE, NMF, refitted",
    "MSE, NMF, all synergies",
    "MSE, PCA",
    OURS,
    KNOWN,
)
NEAR_KNOWN: Final = 0.03
ENOUGH: Final = 0.90


TRIALS: Final[Mapping[str, str]] = {
    "elbow": f"Two hidden muscles, four channels, fitted on {len(FITTED)} trials of 5 s (cycles; "
    f"0, 2 and 4 kg), tested on {len(HELD_OUT)} others (free movements; 1 and 3 kg).",
    "neck": f"62 hidden muscles, four channels, fitted on {len(FITTED_KG)} free movements of 4 s "
    f"(0, 1 and 2 kg), tested on {len(HELD_OUT_KG)} others (0.5 and 1.5 kg).",
}


def page(joint: str, kinds: ByKind, hidden: tuple[str, ...]) -> str:
    """All tables of a joint; people by kind, names of hidden muscles."""
    lines = [
        f"# Hidden muscles of people of many kinds: the {joint}",
        "",
        "Written by `benchmarks/hidden_emg/study.py`; `kinds.py` says what the kinds are. "
        f"{TRIALS[joint]} Nothing was settled on any of these people.",
        "",
        f'"{OURS}" is what `nuchal deep-emg` tells. "{KNOWN}" is told by a pupil that learnt from',
        "the hidden muscles of the same person in thirty other trials (`known.py`): about what can "
        "be known. RMSE and r of a person are means over",
        "hidden muscles. *Left open* is the RMSE, over MSE's, that the posterior of the fitted "
        "model expects of itself: about what can",
        "be had in the mean by whoever knows no more of hidden muscles beforehand.",
    ]
    able = {kind: [p for p in people if "told" in p] for kind, people in kinds.items()}
    if missing := [kind for kind, people in able.items() if not people]:
        lines += ["", "## Still to come", "", f"No people yet: {', '.join(missing)}."]
    able = {kind: people for kind, people in able.items() if people}
    if not able:
        return "\n".join(lines) + "\n"
    left = {kind: len(kinds[kind]) - len(able[kind]) for kind in able}
    lines += ["", f"## Goals: {joint}", "", *_goals(able, left)]
    lines += ["", f"## Methods: {joint}", "", *_methods(able)]
    lines += ["", f"## Each person: {joint}", "", *_each(able)]
    lines += ["", f"## Movement and load alone: {joint}", "", *_blind(able)]
    if raw := [p for p in able.get("effort", []) if "raw" in p]:
        lines += ["", f"## Raw surface EMG: {joint}", "", *_raw(raw)]
    lines += ["", f"## Moments and time: {joint}", "", *_moments(able)]
    everybody = [p for people in able.values() for p in people]
    lines += ["", f"## Parameters: {joint}", "", "Root mean square error of the logarithm."]
    lines += ["", *recovery_rows(everybody)]
    if len(hidden) <= 6:
        lines += ["", f"## Each hidden muscle: {joint}", "", *_muscles(able, hidden)]
    if forward := [p for p in everybody if "forward" in p]:
        lines += ["", "## The motion integrated forward: error of the angle [deg]", ""]
        lines += _forward(forward)
    return "\n".join(lines) + "\n"


def _scores(people: People, method: str, part: str = "told") -> np.ndarray:
    """Shape (people, muscles, 4): r, RMSE, R2, onset."""
    return np.array([p[part][method]["scores"] for p in people])


def _ratios(people: People, method: str = OURS) -> np.ndarray:
    """RMSE over that of the rival, of each person."""
    ours, theirs = (_scores(people, name)[..., 1].mean(axis=1) for name in (method, RIVAL))
    return np.asarray(ours / theirs)


def _goals(able: ByKind, left: Mapping[str, int]) -> list[str]:
    lines = [
        "| people | | RMSE over MSE's | worst | left open | r | r that can be known "
        "| muscles told well | held by intervals of 90 % | worst |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    rows = []
    for kind, people in able.items():
        ratio, told, known = _ratios(people), _scores(people, OURS), _scores(people, KNOWN)
        well = (told[..., 0] >= ENOUGH) | (told[..., 0] >= known[..., 0] - NEAR_KNOWN)
        held = np.array([np.mean(p["held"]["held"]) for p in people])
        doubt = np.array([np.mean(p["open"]) for p in people])
        rival = _scores(people, RIVAL)[..., 1].mean(axis=1)
        row = [
            ratio.mean(),
            ratio.max(),
            np.mean(doubt / rival),
            told[..., 0].mean(),
            known[..., 0].mean(),
            well.mean(),
        ]
        rows.append([*row, held.mean(), held.min()])
        count = f"{len(people)}" + (f", {left[kind]} left out" if left[kind] else "")
        lines.append(f"| {kind} | {count} {_goal_cells(rows[-1])}")
    table = np.array(rows)
    whole = table.mean(axis=0)
    whole[1], whole[-1] = table[:, 1].max(), table[:, -1].min()
    lines.append(f"| **all kinds alike** | {_goal_cells(whole)}")
    lines.append(
        "| goal | | 0.50 | 1.05 | | 0.90, or known less 0.03 | | | 88 to 92 % | above 80 % |"
    )
    return lines


def _goal_cells(row: Any) -> str:
    ratio, worst, doubt, r, known, well, held, least = row
    return (
        f"| {ratio:.2f} | {worst:.2f} | {doubt:.2f} | {r:.3f} | {known:.3f} | {well:.0%} "
        f"| {held:.0%} | {least:.0%} |"
    )


def _methods(able: ByKind) -> list[str]:
    kinds = list(able)
    lines = [
        "r, and RMSE in thousandths of full excitation; p is of the people's RMSE against that of "
        f'"{OURS}", over all kinds (Wilcoxon\'s signed-rank test), and the last column what of a '
        f'method\'s RMSE "{OURS}" leaves, the mean over people, kinds alike.',
        "",
        f"| method | {' | '.join(kinds)} | p | {OURS} over it |",
        "| --- " + "| ---: " * (len(kinds) + 2) + "|",
    ]
    first = next(iter(able.values()))
    for method in (name for name in METHODS if name in first[0]["told"]):
        cells = []
        for people in able.values():
            s = _scores(people, method)
            cells.append(f"{s[..., 0].mean():.2f}, {1e3 * s[..., 1].mean():.0f}")
        mine, theirs = (
            np.concatenate([_rmse(p, name) for p in able.values()]) for name in (OURS, method)
        )
        ends = " | "
        if method != OURS:
            left = np.mean([(_rmse(p, OURS) / _rmse(p, method)).mean() for p in able.values()])
            ends = f"{paired(mine, theirs):.1g} | {left:.2f}"
        lines.append(f"| {method} | {' | '.join(cells)} | {ends} |")
    return lines


def _rmse(people: list[dict[str, Any]], method: str) -> np.ndarray:
    """Of each person, the mean over hidden muscles."""
    return _scores(people, method)[..., 1].mean(axis=1)


def _each(able: ByKind) -> list[str]:
    lines = [
        "RMSE over that of MSE by NMF, then r.",
        "",
        f"| kind | {' | '.join(str(k + 1) for k in range(max(map(len, able.values()))))} |",
        "| --- " + "| ---: " * max(map(len, able.values())) + "|",
    ]
    for kind, people in able.items():
        r = _scores(people, OURS)[..., 0].mean(axis=1)
        cells = [f"{a:.2f}, {b:.2f}" for a, b in zip(_ratios(people), r, strict=True)]
        cells += [""] * (max(map(len, able.values())) - len(cells))
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def _blind(able: ByKind) -> list[str]:
    lines = [
        "No electrode is looked at in the tested trials. r, and RMSE in thousandths of full "
        "excitation. The network of many was taught by others of all kinds; the last line is a "
        "pupil that learnt from this person's hidden muscles: about what can be known.",
        "",
        f"| told by | {' | '.join(able)} | all kinds alike |",
        "| --- " + "| ---: " * (len(able) + 1) + "|",
    ]
    for way in (*WAYS, KNOWN_ALONE):
        means = [_scores(people, way).mean(axis=(0, 1)) for people in able.values()]
        means.append(np.mean(means, axis=0))
        cells = [f"{one[0]:.2f}, {1e3 * one[1]:.0f}" for one in means]
        lines.append(f"| {way} | {' | '.join(cells)} |")
    return lines


def _raw(people: People) -> list[str]:
    lines = [
        f"{len(people)} people who share effort: crosstalk between channels, heart beats, mains "
        "and amplifier noise, conditioned and divided by an MVC as a real recording is.",
        "",
        "| method | r | RMSE | clean: r | RMSE |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name in (name for name in METHODS if name in people[0]["raw"]):
        a, b = (_scores(people, name, part).mean(axis=(0, 1)) for part in ("raw", "told"))
        lines.append(f"| {name} | {a[0]:.3f} | {a[1]:.4f} | {b[0]:.3f} | {b[1]:.4f} |")
    return lines


def _moments(able: ByKind) -> list[str]:
    people = [p for one in able.values() for p in one]
    lines = [
        "| method | moment RMSE against inverse dynamics [N m] | share of range | median seconds "
        "to fit |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name in (name for name in METHODS if name in people[0]["told"]):
        if name == "mean of measured" or name.startswith(KNOWN):
            continue
        e = np.array([p["told"][name]["moment"] for p in people])
        seconds = np.median([p["told"][name]["seconds"] for p in people])
        lines.append(
            f"| {name} | {e[:, 0].mean():.3f} ({e[:, 0].max():.3f}) | {e[:, 1].mean():.1%} "
            f"| {seconds:.0f} |"
        )
    return [*lines, "", "In brackets the worst person. One process of one core beside another."]


def _muscles(able: ByKind, names: tuple[str, ...]) -> list[str]:
    lines = [
        f"| people | {' | '.join(f'{n}: r | RMSE | MSE: r | RMSE' for n in names)} |",
        "| --- " + "| ---: " * 4 * len(names) + "|",
    ]
    for kind, people in able.items():
        cells = []
        for place in range(len(names)):
            for method in (OURS, RIVAL):
                r, rmse = _scores(people, method)[:, place, :2].mean(axis=0)
                cells.append(f"{r:.3f} | {rmse:.4f}")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def _forward(people: People) -> list[str]:
    head = " | ".join(f"after {h:g} s" for h in HORIZONS_S)
    lines = [f"| run | {head} |", "| --- " + "| ---: " * len(HORIZONS_S) + "|"]
    names = {"free": "left alone", "held": "lightly held", "still": "an elbow that stays put"}
    for key, name in names.items():
        errors = np.array([p["forward"][key] for p in people]).mean(axis=0)
        lines.append(f"| {name} | {' | '.join(f'{e:.1f}' for e in errors)} |")
    return lines
