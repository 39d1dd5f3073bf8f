"""Two visits of virtual people that go through recording and tracking, and what is said of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.assessment.attempts.attempts import Angles, Attempt, attempts_of, reaches_deg
from nuchal.assessment.visits.changes import find_changes
from nuchal.assessment.visits.repeatability import STANDARD_ERROR_DEG, Reached
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.commands.virtual import tracked_trials
from nuchal.errors import Status
from nuchal.model.clinical import DIRECTIONS
from nuchal.synthetic.people import VirtualPerson, draw_healthy, patient_of, restricted
from nuchal.synthetic.recording import Conditions

SEED: Final = 707
"""Of people by whom nothing was chosen."""
PEOPLE: Final = 48
LESS_DEG: Final = 15.0
_THIRD_DEG: Final = STANDARD_ERROR_DEG / np.sqrt(3.0)
Kept = dict[str, np.ndarray]


def on_another_day(person: VirtualPerson, dice: np.random.Generator) -> VirtualPerson:
    """The same person, who goes as far as on that day.

    Effort moves all directions together, and each moves alone. The neutral pose, 2 degrees off in
    every recording, is the third error.
    """
    effort = 1.0 + _THIRD_DEG * dice.normal() / np.sqrt(np.mean(person.reach_deg**2))
    alone = _THIRD_DEG * dice.normal(size=6)
    reach = np.maximum(effort * person.reach_deg + alone, 5.0)
    return replace(person, seed=int(dice.integers(2**31)), reach_deg=reach)


def visit(person: VirtualPerson) -> tuple[Attempt, ...]:
    """Attempts in the recordings of one visit."""
    plan = plan_of(person.subject, ForceOptions(method="optimisation"))
    found = []
    for one in tracked_trials(person, plan, Conditions()):
        known = ~np.isin(one.motion.status, (Status.GAP, Status.NOT_CONVERGED))
        angles = one.head_angles_deg(plan.anatomy)
        found.append(Angles(one.source.stem, one.rate_hz, np.asarray(angles), known))
    return attempts_of(found)


def visits(folder: Path) -> Iterator[tuple[int, str, Kept]]:
    """Every person, healthy both times and restricted in one direction the first or second time."""
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(PEOPLE):
        way = DIRECTIONS[k % len(DIRECTIONS)]
        for kind in ("unchanged", "went", "came"):
            path = folder / f"visits_{k}_{kind}.npz"
            if not path.exists():
                part = path.with_suffix(".part.npz")
                np.savez(part, **_made(k, kind, way))
                part.rename(path)
            with np.load(path) as stored:
                yield k, kind, dict(stored)


def _made(k: int, kind: str, way: str) -> Kept:
    healthy = draw_healthy(SEED, k)
    patient = patient_of(healthy, restricted((way, LESS_DEG)))
    both = {"unchanged": (healthy, healthy), "went": (patient, healthy), "came": (healthy, patient)}
    dice = np.random.default_rng([SEED, k, list(both).index(kind)])
    kept: Kept = {}
    for n, person in enumerate(both[kind]):
        attempts = visit(on_another_day(person, dice))
        for j, direction in enumerate(DIRECTIONS):
            kept[f"{n}_{j}"] = reaches_deg(attempts, direction)
    return kept


def reached(kept: Kept, n: int) -> Reached:
    """How far the head went in one of the visits."""
    return Reached(
        attempts_deg=[kept[f"{n}_{j}"] for j in range(len(DIRECTIONS))],
        measuring_sd_deg=np.zeros(len(DIRECTIONS)),
    )


def told(folder: Path) -> list[str]:
    """What is said of them, as a table."""
    unchanged, changed, off = [], [], []
    named, verdicts = [], []
    for k, kind, kept in visits(folder):
        found = find_changes(reached(kept, 0), reached(kept, 1))
        said = [one.verdict for one in found]
        off.append([one.change_deg or 0.0 for one in found])
        way, right = k % len(DIRECTIONS), "better" if kind == "went" else "worse"
        if kind == "unchanged":
            unchanged += said
            named.append(any(x in ("worse", "better") for x in said))
            continue
        changed.append(said[way] == right)
        verdicts.append(said[way])
        off[-1][way] += LESS_DEG if kind == "came" else -LESS_DEG
    error = float(np.sqrt(np.mean(np.square(off)) / 2.0))
    wrong = np.mean([x in ("worse", "better") for x in unchanged]) / 2.0
    return [
        "| what | of how many | |",
        "| --- | --- | --- |",
        f"| standard error of a direction, as it came out | {6 * len(off)} | {error:.1f}° |",
        f"| restrictions of {LESS_DEG:.0f}° found | {len(changed)} | {np.mean(changed):.2f} |",
        f"| … called unchanged | {len(changed)} | {_share(verdicts):.2f} |",
        f"| unchanged directions named, in either sense | {len(unchanged)} | {wrong:.3f} |",
        f"| unchanged directions called unchanged | {len(unchanged)} | {_share(unchanged):.2f} |",
        f"| unchanged people of whom none is named | {len(named)} | {1.0 - np.mean(named):.2f} |",
    ]


def _share(verdicts: list[str]) -> float:
    return float(np.mean([one == "unchanged" for one in verdicts]))
