"""Envelopes of real people: the neck that matches, what the radius does, what is restricted.

    python benchmarks/envelopes/real.py            # prints the page: some minutes
    python benchmarks/envelopes/real.py --write    # writes results/envelopes_real.md as well

Needs ../shared/recordings/vicon_neck: three healthy people, five recordings and a static trial
each, whose measures and ages nobody knows; those of examples/person.toml stand in. Nothing is
fitted to them.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from scipy.spatial import ConvexHull

from nuchal.assessment.assess import necks_of
from nuchal.assessment.envelopes.envelope import Envelope, common_radius, envelope_of
from nuchal.assessment.envelopes.geometry import geometry_of, paths_of
from nuchal.assessment.envelopes.overlap import overlap
from nuchal.assessment.healthy import healthy_movement
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.assessment.records import Assessment, Geometry
from nuchal.commands.assess import AssessOptions, assess_recordings
from nuchal.commands.own_range import track_recordings
from nuchal.commands.plan import plan_of
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.movements.examination import ideal_movement

ROOT: Final = Path(__file__).parents[2]
PEOPLE: Final = ROOT.parent / "shared" / "recordings" / "vicon_neck"
PERSON: Final = ROOT / "examples" / "person.toml"
RESULTS: Final = ROOT / "benchmarks" / "results" / "envelopes_real.md"
SKIPPED: Final = 77
"""Exit status where recordings are missing."""
SHARES: Final = (np.inf, 1.0, 0.75, 0.6, 0.5, 0.4, 0.25)
"""Of the larger diameter, which is the rule; infinite is the convex hull."""
Paths = list[np.ndarray]


class Person(NamedTuple):
    """One person's recordings, assessed."""

    name: str
    found: Assessment
    anatomy: Anatomy


class Radius(NamedTuple):
    """At one radius, means over markers."""

    iou: float
    left_out: float
    left_out_of_normal: float
    pieces: int


def people() -> Iterator[Person]:
    """All people, with the names of their folders."""
    subject = read_subject(PERSON)
    for folder in sorted(PEOPLE.glob("subject_*")):
        options = AssessOptions(method="network", static=folder / "Static.csv")
        trials = sorted(folder.glob("trial_*/data_marker.csv"))
        found = assess_recordings(trials, subject, options).assessment
        # Their range tells how soft their neck is, and so the neck that the assessment had.
        anatomy = track_recordings(trials, plan_of(subject, options)).plan.anatomy
        yield Person(folder.name.replace("_", " "), found, anatomy)


def normal_paths(person: Person) -> Paths:
    """Points of the normal movement of the person's own neck, laid on the person [m]."""
    return [one.own.points for one in person.found.geometry.envelopes]


def at_radius(mine: Paths, theirs: Paths, share: float) -> Radius:
    """What comes of such a share of the rule's radius."""
    found, left, normal, pieces = [], [], [], []
    for a, b in zip(mine, theirs, strict=True):
        radius = share * common_radius([a, b])
        both = envelope_of(a, radius), envelope_of(b, radius)
        found.append(overlap(*both).iou or 0.0)
        left.append(_left_out(both[0]))
        normal.append(_left_out(both[1]))
        pieces.append(both[0].pieces)
    iou, mine_left, theirs_left = (float(np.mean(x)) for x in (found, left, normal))
    return Radius(iou, mine_left, theirs_left, max(pieces))


def _left_out(envelope: Envelope) -> float:
    """Share of the convex hull that an envelope lacks; no less than none, for rounding."""
    return max(0.0, 1.0 - envelope.volume_m3 / float(ConvexHull(envelope.points).volume))


def bowl(paths: Paths) -> float:
    """Radius of the sphere through a path over the path's diameter, mean over markers.

    The sphere is that of least algebraic distance.
    """
    found = []
    for points in paths:
        system = np.column_stack([2.0 * points, np.ones(len(points))])
        *centre, rest = np.linalg.lstsq(system, (points**2).sum(axis=1), rcond=None)[0]
        radius = np.sqrt(rest + np.square(centre).sum())
        found.append(radius / common_radius([points]))
    return float(np.mean(found))


def by_radius(everybody: Sequence[Person]) -> Iterator[str]:
    """A row a radius, a column a person."""
    names = " | ".join(
        f"{p.name}: IoU | left out of the hull | of the normal one | pieces" for p in everybody
    )
    yield f"| radius over the larger diameter | {names} |"
    yield "| --- |" + " ---: |" * 4 * len(everybody)
    paths = [(paths_of(p.found.trials), normal_paths(p)) for p in everybody]
    for share in SHARES:
        cells = [at_radius(*both, share) for both in paths]
        name = {np.inf: "convex hull", 1.0: "1 (the rule)"}.get(share, f"{share:g}")
        yield (
            f"| {name} | "
            + " | ".join(
                f"{c.iou:.3f} | {100 * c.left_out:.1f} % | {100 * c.left_out_of_normal:.1f} % | "
                f"{c.pieces}"
                for c in cells
            )
            + " |"
        )
    mine, normal = ([f"{bowl(both[k]):.2f}" for both in paths] for k in range(2))
    yield ""
    yield (
        "A marker's path lies on a bowl. The sphere through it has a radius of "
        f"{', '.join(mine)} of its diameter in the three people, and of {', '.join(normal)} in "
        "the normal movement of their necks."
    )


def as_far(person: Person) -> Geometry:
    """The same envelopes beside a movement that reaches just as far as the person does."""
    geometry = person.found.geometry
    healthy = healthy_movement(person.found.subject.age_years, person.anatomy)
    motion = ideal_movement(np.radians(geometry.ranges.reach_deg), anatomy=person.anatomy)
    return geometry_of(
        person.found.trials,
        replace(healthy, motion=motion),
        anatomy=person.anatomy,
        own_neck=geometry.own_neck,
        necks=np.array([geometry.own_neck]),
    )


def by_match(everybody: Sequence[Person]) -> Iterator[str]:
    """The neck that matches each best, and overlaps."""
    yield (
        "| | matched neck over the generic | at the population's border | length by all markers | "
        "IoU with the match | with the own neck | with a movement that reaches as far |"
    )
    yield "| --- |" + " ---: |" * 6
    for person in everybody:
        geometry = person.found.geometry
        match, fitted = geometry.match, geometry.alignment
        if match is None or fitted is None:
            raise ValueError(person.name)
        own = _mean([one.with_own.iou for one in geometry.envelopes])
        same = _mean([one.with_own.iou for one in as_far(person).envelopes])
        yield (
            f"| {person.name} | {match.neck:.2f} | {match.border or 'no'} | {fitted.neck:.2f} ± "
            f"{fitted.neck_sd:.2f} | {np.mean(match.iou):.2f} | {own:.2f} | {same:.2f} |"
        )


def _mean(values: Sequence[float | None]) -> float:
    return float(np.mean([value or 0.0 for value in values]))


def restrictions(everybody: Sequence[Person]) -> Iterator[str]:
    """Directions that are not called normal, with what the others let expect."""
    yield "| | direction | verdict | reached | expected by the others | probability |"
    yield "| --- | --- | --- | ---: | ---: | ---: |"
    for person in everybody:
        named = [one for one in person.found.restrictions if one.verdict != "not restricted"]
        for one in named:
            yield (
                f"| {person.name} | {one.direction.replace('_', ' ')} | {one.verdict} | "
                f"{one.reach_deg:.0f}° | {one.normal_deg:.0f} ± {one.sd_deg:.0f}° | "
                f"{one.probability:.2f} |"
            )
        if not named:
            yield f"| {person.name} | – | none of {len(ALL_DIRECTIONS)} | | | |"


def page() -> str:
    """All tables."""
    everybody = list(people())
    lengths = necks_of(AssessOptions().necks, AssessOptions().seed)
    about = (
        f"Lengths of {len(lengths)} necks go from {lengths.min():.2f} to {lengths.max():.2f} times "
        "the generic one. IoU is the mean of three markers."
    )
    sections = {
        "The best match of real people": [*by_match(everybody), "", about],
        "Radius in real people": list(by_radius(everybody)),
        "Restrictions of real people": list(restrictions(everybody)),
    }
    parts = [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items()]
    head = "# Envelopes of real people\n\nMade by `benchmarks/envelopes/real.py --write`.\n\n"
    return head + "\n\n".join(parts) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} too")
    write = parser.parse_args().write
    if not PEOPLE.is_dir():
        print(f"{PEOPLE}: no such folder, and nothing to measure without its recordings.")
        return SKIPPED
    text = page()
    print(text)
    if write:
        RESULTS.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
