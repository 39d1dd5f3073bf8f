"""How well healthy people and patients are told apart, where the truth is known.

    python benchmarks/virtual_patients/run.py    # an hour and a half of one core

Virtual people go through recording, tracking, forces and assessment. Those who set the limits of
what is healthy are not among them. Writes results/virtual_patients.md with its figures. ``--keep``
names a folder in which finished people are kept, so that an interrupted run goes on; ``--page``
puts the tables into docs/virtual-patients.md too.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

from drawn import put_into_page
from figures import amount_figure, paper_figure, roc_figure
from people import Kept, jobs, kept
from tables import (
    by_amount,
    by_avoidance,
    by_muscle,
    by_trouble,
    by_way,
    by_weakness,
    of_papers_patient,
    overlaps,
)

RESULTS: Final = Path(__file__).parents[1] / "results"
PAGE: Final = Path(__file__).parents[2] / "docs/virtual-patients.md"
FIGURES: Final = {"roc": roc_figure, "amount": amount_figure, "paper": paper_figure}
_DPI: Final = 110


def all_people(keep: Path) -> dict[str, Kept]:
    """Everybody, made now where they are not there yet."""
    everything = list(jobs())
    found = {}
    for k, job in enumerate(everything):
        found[job[0]] = kept(keep, job)
        sys.stderr.write(f"\r{k + 1} of {len(everything)} recordings of people")
    sys.stderr.write("\n")
    return found


def sections(people: dict[str, Kept]) -> dict[str, list[str]]:
    """Tables by their titles."""
    return {
        "Overlap with the best match": overlaps(people),
        "Restrictions, by what is missing": by_amount(people),
        "Restrictions, by direction": by_way(people),
        "Restrictions in poor recordings": by_trouble(people),
        "Muscles": by_muscle(people),
        "Muscles of people who avoid sore ones": by_avoidance(people),
        "Weak muscles": by_weakness(people),
        "The paper's patient": of_papers_patient(people),
    }


def main() -> None:
    """Make the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, help="where finished people are kept")
    parser.add_argument("--page", action="store_true", help="write the tables into the docs too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        people = all_people(given.keep or Path(folder))
    found = sections(people)
    parts = [f"## {title}\n\n" + "\n".join(lines) for title, lines in found.items()]
    head = "# Virtual people and patients\n\n`benchmarks/virtual_patients/run.py`.\n\n"
    (RESULTS / "virtual_patients.md").write_text(head + "\n\n".join(parts) + "\n", "utf-8")
    for name, draw in FIGURES.items():
        draw(people).savefig(RESULTS / f"virtual_patients_{name}.png", dpi=_DPI)
    if given.page:
        put_into_page(found, PAGE)


if __name__ == "__main__":
    main()
