"""How near forces and joint loads from four electrodes are to the true ones of virtual people.

    python benchmarks/hidden_emg/neck_forces.py    # ten minutes a person

Writes benchmarks/results/deep_emg_forces.md. What was found of each person stays in the folder of
``--keep`` and is not found again. The people are none of those on whom anything was settled.
"""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from methods import kept, static_optimisation
from neck_trials import (
    CO_CONTRACTION,
    FITTED_KG,
    HELD_OUT_KG,
    PLACE_M,
    motions_of,
    neck_of,
    neck_trials,
    system_of,
)
from people import VirtualPerson, draw_person

from nuchal.conventions import LEVELS
from nuchal.emg.hidden.courses import Between, NeckFrames, Pulls
from nuchal.emg.hidden.forces import carry_with_intervals, force_between
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, fibre_forces
from nuchal.emg.hidden.neck import neck_loads
from nuchal.emg.hidden.nmm_intervals import fit_committee, read_with_intervals
from nuchal.emg.hidden.records import NmmSettings
from nuchal.records import HeadLoad

RESULTS = Path(__file__).parents[1] / "results" / "deep_emg_forces.md"
KEPT = Path(__file__).parents[2] / "build" / "hidden_emg"
FIRST, PEOPLE = 26, 4
SETTINGS = NmmSettings(steps=200)
OURS, THEIRS = "deep-emg", "static optimisation"
Scores = dict[str, Any]


def of_person(number: int) -> Scores:
    """Errors of forces and of compression, by method."""
    system = system_of(number)
    person = draw_person(system, number, co_contraction=CO_CONTRACTION)
    fitted, _ = neck_trials(person, FITTED_KG, 1)
    test, truth = neck_trials(person, HELD_OUT_KG, 2)
    true = tension(person.system, test, truth.activation)
    committee = fit_committee(system, fitted, SETTINGS)
    told = carry_with_intervals(committee, test, read_with_intervals(committee, test, SETTINGS))
    plain = tension(system, test, static_optimisation(system, test)[0])
    loads = compression(person, alone(true), strap=True).value
    return {
        OURS: {
            "force": judged(system, force_between(told.pulls), true),
            "load": loaded(compression(person, told.pulls), loads),
        },
        THEIRS: {
            "force": judged(system, force_between(alone(plain)), true),
            "load": loaded(compression(person, alone(plain)), loads),
        },
    }


def tension(system: MuscleSystem, task: JointTask, activation: np.ndarray) -> np.ndarray:
    """Tendon forces of activated muscles [N], shape (n, t, m)."""
    able = fibre_forces(system, task.length, task.velocity)
    return np.asarray(activation * np.asarray(able.active) + np.asarray(able.passive))


def alone(force: np.ndarray) -> Pulls:
    """Forces that nobody doubts."""
    return Pulls(force[..., None, :], force, force, *np.zeros((2, *force.shape[:-1])))


def compression(person: VirtualPerson, pulls: Pulls, *, strap: bool = False) -> Between:
    """Compression of the eight levels [N], shape (n, t, 8), with or without the strap."""
    anatomy, found = neck_of(person.seed), []
    for k, motion in enumerate(motions_of(person.seed, len(HELD_OUT_KG), 2)):
        mass = HELD_OUT_KG[k] + (person.strap_kg if strap else 0.0)
        count = len(motion.time)
        gravity = np.tile(np.asarray(anatomy.gravity), (count, 1))
        load = HeadLoad(np.asarray(mass), PLACE_M)
        frames = NeckFrames(anatomy, motion, gravity, load, None, None, np.asarray(motion.time))
        loads = neck_loads(frames, np.ones(count, bool), Pulls(*(x[k] for x in pulls)))
        three = (loads.reactions, loads.low, loads.high)
        found.append([np.asarray(one.compression) for one in three])
    return Between(*np.moveaxis(np.array(found), 1, 0))


def judged(system: MuscleSystem, told: Between, true: np.ndarray) -> Scores:
    """Each muscle's error over its maximal force, r, and what its interval holds."""
    strength = np.asarray(system.max_isometric_force)
    hidden = list(system.hidden)
    return {
        "rmse": (rms(told.value - true) / strength)[hidden].tolist(),
        "r": correlations(told.value, true)[hidden].tolist(),
        "held": held(told, true)[hidden].tolist(),
        "width": ((told.high - told.low).mean(axis=(0, 1)) / strength)[hidden].tolist(),
    }


def loaded(told: Between, true: np.ndarray) -> Scores:
    """Each level's error [N], r, and what its interval holds."""
    return {
        "rmse": rms(told.value - true).tolist(),
        "bias": (told.value - true).mean(axis=(0, 1)).tolist(),
        "mean": true.mean(axis=(0, 1)).tolist(),
        "r": correlations(told.value, true).tolist(),
        "held": held(told, true).tolist(),
        "width": (told.high - told.low).mean(axis=(0, 1)).tolist(),
    }


def rms(error: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(np.mean(error**2, axis=(0, 1))))


def held(told: Between, true: np.ndarray) -> np.ndarray:
    return np.mean((told.low <= true) & (true <= told.high), axis=(0, 1))


def correlations(told: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Of each column, over trials and frames; zero where nothing changes."""
    columns = zip(
        told.reshape(-1, told.shape[-1]).T, true.reshape(-1, true.shape[-1]).T, strict=True
    )
    return np.array([np.corrcoef(x, y)[0, 1] if x.std() > 1e-9 else 0.0 for x, y in columns])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--keep", type=Path, default=KEPT, help="where finished people are kept")
    given = parser.parse_args()
    people = [
        kept(given.keep, f"neck_forces_{number}", partial(of_person, number))
        for number in range(FIRST, FIRST + given.people)
    ]
    RESULTS.write_text(report(people), "utf-8")


def report(people: list[Scores]) -> str:
    """The page of results."""
    lines = [
        f"# Forces from four electrodes: {len(people)} virtual people",
        "",
        "Written by `benchmarks/hidden_emg/neck_forces.py`. Fitted on "
        f"{len(FITTED_KG)} free movements of 4 s, judged on {len(HELD_OUT_KG)} others",
        "with other loads. The people's strength, fibre and tendon lengths, recruitment and a",
        "strap on the head are known to neither method; static optimisation (squared activation)",
        "has the generic strength and no EMG. Forces are those of hidden muscles: RMSE and width",
        "over the generic maximal force, mean over muscles, and r a median. Intervals are made to",
        "hold 90 %; worst: what they hold in a tenth of the muscles, or less.",
        "",
        "## Forces of hidden muscles",
        "",
        "| person | method | RMSE | r | held by intervals | worst | width |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_force_row(k, name, person[name]["force"]) for k, person in enumerate(people, 1)
          for name in (OURS, THEIRS)),
        "",
        "## Compression, the mean over levels",
        "",
        "| person | method | true mean [N] | RMSE [N] | bias [N] | r | held | width [N] |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_load_row(k, name, person[name]["load"]) for k, person in enumerate(people, 1)
          for name in (OURS, THEIRS)),
        "",
        "## Compression, level by level",
        "",
        "Mean over people; RMSE of each method [N].",
        "",
        "| level | true mean [N] | " + f"{OURS} | {THEIRS} |",
        "| --- | --- | --- | --- |",
        *(_level_row(people, k, level) for k, level in enumerate(LEVELS)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _force_row(number: int, name: str, s: Scores) -> str:
    sure = name == OURS
    worst = np.percentile(s["held"], 10)
    intervals = f"{np.mean(s['held']):.0%} | {worst:.0%} | {np.mean(s['width']):.4f}"
    return (
        f"| {number} | {name} | {np.mean(s['rmse']):.4f} | {np.median(s['r']):.3f} "
        f"| {intervals if sure else ' | | '} |"
    )


def _load_row(number: int, name: str, s: Scores) -> str:
    sure = name == OURS
    intervals = f"{np.mean(s['held']):.0%} | {np.mean(s['width']):.1f}" if sure else " | "
    return (
        f"| {number} | {name} | {np.mean(s['mean']):.0f} | {np.mean(s['rmse']):.1f} "
        f"| {np.mean(s['bias']):+.1f} | {np.mean(s['r']):.3f} | {intervals} |"
    )


def _level_row(people: list[Scores], k: int, level: str) -> str:
    mean, ours, theirs = (
        np.mean([person[name]["load"][what][k] for person in people])
        for name, what in ((OURS, "mean"), (OURS, "rmse"), (THEIRS, "rmse"))
    )
    return f"| {level} | {mean:.0f} | {ours:.1f} | {theirs:.1f} |"


if __name__ == "__main__":
    main()
