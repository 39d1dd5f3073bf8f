"""Networks against optimisation on recordings of real people.

    python benchmarks/real_people/run.py                       # prints the page
    python benchmarks/real_people/run.py --write               # writes docs/real-people.md as well
    python benchmarks/real_people/run.py FOLDER --subject person.toml --csv muscles.csv

FOLDER holds a folder for each person, with recordings in it (``--pattern``, by default those of
Vicon's export, ``trial_*/data_marker.csv``) and a static trial ``Static.csv`` if there is one; by
default ../shared/recordings/vicon_neck. ``person.toml`` in a person's folder holds their measures;
without it those of ``--subject`` are taken, by default examples/person.toml.
"""

import argparse
import csv
import re
import sys
import textwrap
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from figure import curves_figure
from parting_tables import partings
from partings import compared, coverage, in_other_necks
from people import NECKS, TRIALS, Both, both_ways, trials_in
from PIL import Image
from tables import (
    BALANCED_NM,
    MAXIMUM,
    breadths,
    each_recording,
    every_muscle,
    four_muscles,
    intervals,
    nearer,
    overview,
    reasons,
    summary,
    traits,
)
from wording import PAGE, RESULTS

from nuchal.conventions import Preset
from nuchal.errors import NuchalError
from nuchal.io.subject import read_subject
from nuchal.model.generic import MUSCLES
from nuchal.report.figures.networks import FOUR

ROOT: Final = Path(__file__).parents[2]
PEOPLE: Final = ROOT.parent / "shared" / "recordings" / "vicon_neck"
PERSON: Final = ROOT / "examples" / "person.toml"
PAGE_FILE: Final = ROOT / "docs" / "real-people.md"
PICTURE: Final = ROOT / "docs" / "images" / "real_people.png"
RESULTS_FILE: Final = ROOT / "benchmarks" / "results" / "real_people.md"
PRESETS: Final[tuple[Preset, ...]] = ("recommended", "paper")
DRAWN: Final = "combined"
OWN: Final = "person.toml"
SEED: Final = 1
SKIPPED: Final = 77
"""Exit status where the recordings are missing."""

Found = dict[Preset, list[Both]]


def computed(folder: Path, pattern: str, person: Path) -> Found:
    """Every recording by both methods and both presets."""
    trials = trials_in(folder, pattern)
    if not trials:
        raise NuchalError(f"{folder}: no person's folder in it has a recording {pattern}.")
    found: Found = {}
    for preset in PRESETS:
        dice = np.random.default_rng(SEED)
        found[preset] = []
        for trial in trials:
            began = time.perf_counter()
            own = trial.folder / OWN
            subject = read_subject(own if own.is_file() else person)
            found[preset].append(both_ways(trial, subject, preset, dice))
            print(f"{preset}: {trial.name}, {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return found


def page(found: Found, *, known: bool) -> str:
    first = found["recommended"]
    persons = (
        "Their own measures were given."
        if known
        else "Their measures are not known; the neck is that of `examples/person.toml`."
    )
    text = PAGE.format(
        people=people_in(first),
        recordings=len(first),
        frames=sum(len(one.exact) for one in first),
        persons=persons,
        balanced_nm=BALANCED_NM,
        overview=overview(*found.values()),
        reasons=reasons(*found.values()),
        traits=traits(first),
        summary=summary(found),
        four=four_muscles(found),
        drawn=drawn(first).name,
        necks_drawn=NECKS,
        intervals=intervals(found),
        nearer=nearer(found),
        widths=breadths(found),
        partings="\n".join(partings(preset, all_of) for preset, all_of in found.items()),
        each="\n\n".join(
            f"Preset `{preset}`:\n\n{each_recording(all_of)}" for preset, all_of in found.items()
        ),
    )
    return wrapped(text)


def wrapped(text: str) -> str:
    """The same with paragraphs and lists filled; tables, headings and pictures as they are."""
    blocks = re.split(r"\n{2,}", text.strip())
    return "\n\n".join(block if block[0] in "|#!" else _filled(block) for block in blocks) + "\n"


def _filled(block: str) -> str:
    return "\n".join(
        textwrap.fill(
            " ".join(item.split()),
            100,
            subsequent_indent="  " if item.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for item in re.split(r"\n(?=- )", block)
    )


def measured(folder: Path) -> bool:
    """Whether every person has their own measures."""
    return all((one / OWN).is_file() for one in folder.iterdir() if one.is_dir())


def people_in(recordings: Sequence[Both]) -> int:
    return len({one.name.partition(",")[0] for one in recordings})


def drawn(recordings: Sequence[Both]) -> Both:
    """The recording of the figure."""
    return next((one for one in recordings if one.name.endswith(DRAWN)), recordings[0])


def results(found: Found) -> str:
    parts = [f"## Preset {preset}\n\n{every_muscle(all_of)}" for preset, all_of in found.items()]
    first = found["recommended"]
    text = RESULTS.format(recordings=len(first), people=people_in(first), tables="\n\n".join(parts))
    return wrapped(text)


def draw(found: Found, path: Path) -> None:
    """The figure, with a palette that takes a third of the room."""
    curves_figure(drawn(found["recommended"]), FOUR).savefig(path, dpi=150)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(dither=Image.Dither.NONE).save(path, optimize=True)


CSV_HEADS: Final = (
    "preset",
    "recording",
    "muscle",
    "forces",
    "frames",
    "flat",
    "r2",
    "nrmse",
    "rmse_N",
    "rmse_over_maximum",
    "optimisation_within_interval",
    "other_necks_within_interval",
)


def csv_rows(found: Found) -> Iterable[tuple[object, ...]]:
    """Every muscle of every recording, for programs."""
    for preset, all_of in found.items():
        for one in all_of:
            held, other = coverage([one]), in_other_necks([one], MAXIMUM)
            for name, forces in (("central", one.central), ("mean", one.mean)):
                near = compared(one.exact, forces, one.counted, MAXIMUM)
                if near is None:
                    continue
                for k, muscle in enumerate(MUSCLES):
                    judged = (near.r2[k], near.nrmse[k]) if not near.flat[k] else ("", "")
                    yield (
                        *(preset, one.name, muscle, name, near.samples, int(near.flat[k])),
                        *judged,
                        *(near.rmse_n[k], near.share_of_maximum[k], held[k]),
                        "" if other is None else other.inside[k],
                    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=PEOPLE)
    parser.add_argument("--pattern", default=TRIALS, help="recordings within a person's folder")
    parser.add_argument("--subject", type=Path, help="measures of those without a person.toml")
    parser.add_argument("--csv", type=Path, help="write every muscle of every recording here")
    parser.add_argument("--figure", type=Path, help="draw the four muscles here (PNG)")
    parser.add_argument("--write", action="store_true", help="write the page in docs/")
    asked = parser.parse_args()
    if not asked.folder.is_dir():
        print(f"{asked.folder}: no such folder, so there is nothing to compare.")
        sys.exit(SKIPPED if asked.folder == PEOPLE else 2)
    try:
        found = computed(asked.folder, asked.pattern, asked.subject or PERSON)
    except NuchalError as error:
        sys.exit(f"{error}")
    text = page(found, known=asked.subject is not None or measured(asked.folder))
    print(text)
    if asked.csv:
        with asked.csv.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([CSV_HEADS, *csv_rows(found)])
    if asked.figure:
        draw(found, asked.figure)
    if asked.write:
        PAGE_FILE.write_text(text, "utf-8")
        RESULTS_FILE.write_text(results(found), "utf-8")
        draw(found, PICTURE)


if __name__ == "__main__":
    main()
