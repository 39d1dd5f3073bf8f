"""What is healthy, measured on virtual people: ratios of muscle forces and overlaps of envelopes.

    python scripts/healthy_limits.py --preset paper --people 100    # a quarter of an hour, one core

Writes four tables of ``src/nuchal/assessment/tables``, or where ``--out`` says: one row a person,
drawn with seed 101 and taken through the pipeline as a real one is. Three have the ratios in the
common range, of the whole movement and at its end; the last compares every fourth person with the
best match among 20,000 necks, found to 0.02 of the sum of three overlaps. ``--keep`` names a folder
in which finished people are kept, so that an interrupted run goes on.
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
from nuchal.assessment.muscles.exertion import Exertion
from nuchal.assessment.muscles.ratios import KINDS, Kind, Ratios, ratios_of
from nuchal.assessment.records import exertion_of
from nuchal.commands.forces import healthy_forces
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.commands.virtual import Seen, see_virtual
from nuchal.conventions import PRESETS, Preset
from nuchal.model.generic import MUSCLES
from nuchal.model.population import Population, draw_people
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.synthetic.people import draw_healthy
from nuchal.synthetic.recording import Conditions

SEED: Final = 101
PEOPLE: Final = 200
MATCH_EVERY: Final = 4
NECKS: Final = 20_000
TOLERANCE: Final = 0.02
OVERLAPS: Final = ("iou_TP", "iou_LH", "iou_RH", "own_iou_TP", "own_iou_LH", "own_iou_RH")
# Of maximal isometric force: less is taken for that much.
SILENT_SHARE: Final = 0.001
# A person's rows: of every kind of ratios, and against the match.
Rows = dict[str, np.ndarray]
OUT: Final = Path(__file__).parents[1] / "src/nuchal/assessment/tables"
_DIGITS: Final = 4


def ratios_against(seen: Seen, theirs: Exertion) -> Ratios:
    """Of a person who has frames that can be used."""
    strength = np.asarray(seen.plan.anatomy.max_isometric_force)
    mean_deg = seen.healthy.norm.mean_deg
    found = ratios_of(exertion_of(seen.trials), theirs, strength, mean_deg)
    if found is None:
        raise RuntimeError("A healthy virtual person has no frame that can be used.")
    return found


def log_ratios(seen: Seen, found: Ratios, kind: Kind) -> np.ndarray:
    """Logarithms of all ratios of a kind, those of muscles too that do little in this person.

    Were these left out, muscles that do just enough in some people would hardly seem to vary.
    """
    ratio = found.of(kind)
    if ratio is None:
        raise RuntimeError("A healthy virtual person does not go through the common range.")
    least = SILENT_SHARE * np.asarray(seen.plan.anatomy.max_isometric_force)
    return np.log(np.maximum(ratio.actual, least) / np.maximum(ratio.healthy, least))


def of_person(index: int, preset: Preset) -> Rows:
    """A person's row of each table; none of the last of those who are not matched."""
    options = ForceOptions(preset=preset)
    seen = see_virtual(draw_healthy(SEED, index), Conditions(), options)
    own = ratios_against(seen, seen.own.exertion)
    rows: Rows = {kind: log_ratios(seen, own, kind) for kind in KINDS}
    return rows if index % MATCH_EVERY else rows | {"matched": _matched(seen, options)}


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
    ratios = ratios_against(seen, forces.exertion)
    return np.concatenate([overlaps, log_ratios(seen, ratios, "end")])


def kept_person(index: int, preset: Preset, keep: Path | None) -> Rows:
    """The same, from the folder if it is there."""
    if keep is None:
        return of_person(index, preset)
    path = keep / f"{index}.npz"
    if not path.exists():
        rows = of_person(index, preset)
        keep.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez(part, **rows)  # type: ignore[arg-type]
        part.rename(path)
    with np.load(path) as stored:
        return dict(stored)


def write_table(path: Path, columns: Sequence[str], rows: Sequence[tuple[int, np.ndarray]]) -> None:
    """One row a person."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["person", *columns])
        writer.writerows([k, *(f"{x:.{_DIGITS}f}" for x in row)] for k, row in rows)


def main() -> None:
    """Make all tables of a preset."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--preset", choices=PRESETS, default="recommended")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--keep", type=Path, help="where finished people are kept")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    people: list[Rows] = []
    for index in range(given.people):
        people.append(kept_person(index, given.preset, given.keep))
        sys.stderr.write(f"\r{index + 1} of {given.people} people")
    for kind in KINDS:
        own = [(index, one[kind]) for index, one in enumerate(people)]
        write_table(given.out / f"healthy_ratios_{given.preset}_{kind}.csv", MUSCLES, own)
    matched = [(index, one["matched"]) for index, one in enumerate(people) if "matched" in one]
    write_table(given.out / f"healthy_matched_{given.preset}.csv", [*OVERLAPS, *MUSCLES], matched)


if __name__ == "__main__":
    main()
