"""What is healthy, measured on virtual people: ratios of muscle forces and overlaps of envelopes.

    python scripts/healthy_limits.py --preset paper    # about ten minutes of one core

Writes two tables of ``src/nuchal/assessment/tables``, or where ``--out`` says: one row a person,
drawn with seed 101 and taken through the pipeline as a real one is. Every fourth is also compared
with the best match among 20,000 necks, found to 0.02 of the sum of three overlaps. ``--keep``
names a folder in which finished people are kept, so that an interrupted run goes on.
"""

import argparse
import csv
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.assessment.envelopes.geometry import geometry_of
from nuchal.assessment.muscles.ratios import Exertion, ratios_of
from nuchal.assessment.records import exertion_of
from nuchal.commands.forces import healthy_forces
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.commands.virtual import Seen, see_virtual
from nuchal.conventions import PRESETS, Preset
from nuchal.model.generic import MUSCLES, Form
from nuchal.model.population import Population, draw_people
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.synthetic.people import draw_healthy
from nuchal.synthetic.recording import Conditions

SEED: Final = 101
# Of the necks of virtual people, by the preset that judges them.
FORMS: Final[dict[Preset, Form]] = dict.fromkeys(PRESETS, "anatomical") | {"living": "living"}
PEOPLE: Final = 200
MATCH_EVERY: Final = 4
NECKS: Final = 20_000
TOLERANCE: Final = 0.02
OVERLAPS: Final = ("iou_TP", "iou_LH", "iou_RH", "own_iou_TP", "own_iou_LH", "own_iou_RH")
OUT: Final = Path(__file__).parents[1] / "src/nuchal/assessment/tables"
_DIGITS: Final = 4


def ratios_row(seen: Seen, theirs: Exertion) -> np.ndarray:
    """Logarithms of all peak ratios."""
    strength = np.asarray(seen.plan.anatomy.max_isometric_force)
    found = ratios_of(exertion_of(seen.trials), theirs, strength)
    if found is None:
        raise RuntimeError("A healthy virtual person has no frame that can be used.")
    return np.asarray(np.log(found.peak))


def of_person(index: int, preset: Preset) -> tuple[np.ndarray, np.ndarray | None]:
    """A person's row of each table; none of the second where there is no match."""
    options = ForceOptions(preset=preset)
    seen = see_virtual(draw_healthy(SEED, index, form=FORMS[preset]), Conditions(), options)
    own = ratios_row(seen, seen.own.exertion)
    return own, None if index % MATCH_EVERY else _matched(seen, options)


def _matched(seen: Seen, options: ForceOptions) -> np.ndarray:
    person = seen.plan.person
    drawn = draw_people(Population(seed=1), np.arange(NECKS))
    geometry = geometry_of(
        seen.trials,
        seen.healthy,
        anatomy=seen.plan.anatomy,
        own_neck=person.neck_length_m / GENERIC_SUBJECT.neck_length_m,
        necks=np.asarray(drawn.neck_length_m) / GENERIC_SUBJECT.neck_length_m,
        tolerance=TOLERANCE,
    )
    if geometry.match is None:
        raise RuntimeError("A healthy virtual person has no match.")
    length = geometry.match.neck * GENERIC_SUBJECT.neck_length_m
    other = plan_of(dataclasses.replace(person, neck_length_m=length), options)
    forces = healthy_forces(other, seen.healthy.motion, "matched")
    overlaps = [one.with_match.iou or 0.0 for one in geometry.envelopes]
    overlaps += [one.with_own.iou or 0.0 for one in geometry.envelopes]
    return np.concatenate([overlaps, ratios_row(seen, forces.exertion)])


def kept_person(
    index: int, preset: Preset, keep: Path | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """The same, from the folder if it is there."""
    if keep is None:
        return of_person(index, preset)
    path = keep / f"{index}.npz"
    if not path.exists():
        own, matched = of_person(index, preset)
        keep.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez(part, own=own, matched=np.empty(0) if matched is None else matched)
        part.rename(path)
    with np.load(path) as stored:
        return stored["own"], stored["matched"] if stored["matched"].size else None


def write_table(path: Path, columns: Sequence[str], rows: Sequence[tuple[int, np.ndarray]]) -> None:
    """One row a person."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["person", *columns])
        writer.writerows([k, *(f"{x:.{_DIGITS}f}" for x in row)] for k, row in rows)


def main() -> None:
    """Make both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--preset", choices=PRESETS, default="recommended")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--keep", type=Path, help="where finished people are kept")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    own, matched = [], []
    for index in range(given.people):
        row, with_match = kept_person(index, given.preset, given.keep)
        own.append((index, row))
        if with_match is not None:
            matched.append((index, with_match))
        sys.stderr.write(f"\r{index + 1} of {given.people} people")
    write_table(given.out / f"healthy_ratios_{given.preset}.csv", MUSCLES, own)
    write_table(given.out / f"healthy_matched_{given.preset}.csv", [*OVERLAPS, *MUSCLES], matched)


if __name__ == "__main__":
    main()
