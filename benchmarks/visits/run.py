"""How well changes between two visits are found: drawn people, recorded ones, and real ones.

    python benchmarks/visits/run.py --keep build/visits --write    # half an hour of one core

``--keep`` names a folder in which recorded people are kept, so that an interrupted run goes on.
``--write`` writes results/visits.md. Needs ``../shared/reference/range_of_motion`` for the people
who were really measured.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

import drawn
import recorded
import sheets

RESULTS: Final = Path(__file__).parents[1] / "results" / "visits.md"
SHEET: Final = Path(__file__).parents[3] / "shared/reference/range_of_motion/PartB.xlsx"


def sections(keep: Path) -> dict[str, list[str]]:
    """Tables by their titles."""
    return {
        "Found by standard error": list(drawn.at_each_error()),
        "Where errors are others": list(drawn.where_wrong()),
        "Recorded virtual people": recorded.told(keep),
        "People measured twice": sheets.told(SHEET),
    }


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, help="where recorded people are kept")
    parser.add_argument("--write", action="store_true", help="write the results too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = sections(given.keep or Path(folder))
    parts = [f"## {title}\n\n" + "\n".join(lines) for title, lines in found.items()]
    head = "# Changes between two visits\n\n`benchmarks/visits/run.py --write`.\n\n"
    text = head + "\n\n".join(parts) + "\n"
    sys.stdout.write(text)
    if given.write:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
