"""The first paper's figures beside ours, as ``nuchal reproduce`` finds them.

    python benchmarks/reproduction/run.py                # writes results/reproduction.md
    python benchmarks/reproduction/run.py --run DIR      # of a run that is there

Up to two hours. ``--quick`` runs the quick form, and prints only.
"""

import argparse
import csv
import tempfile
from pathlib import Path

import nuchal
from nuchal.report.text import say

RESULTS = Path(__file__).parents[1] / "results" / "reproduction.md"


def rows(path: Path) -> list[dict[str, str]]:
    """A table of the run."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def page(run: Path) -> str:
    """What stands beside what."""
    glance = [
        f"| {one['what']} | {one['paper']} | {one['here'].replace('; ', '<br>')} | {one['why']} |"
        for one in rows(run / "at_a_glance.csv")
    ]
    parts = [
        f"| {say('way.' + one['way'])} | {_spread(one, 'healthy')} | {_spread(one, 'patients')} | "
        f"{float(one['p']):.3f} |"
        for one in rows(run / "parts.csv")
    ]
    people = len(list((run / "parts").glob("healthy_*.json")))
    return REPORT.format(glance="\n".join(glance), parts="\n".join(parts), people=people)


def _spread(row: dict[str, str], kind: str) -> str:
    return f"{float(row[kind]):.3f} ± {float(row[f'{kind}_sd']):.3f}"


REPORT = """# The first paper beside ours

`benchmarks/reproduction/run.py`: `nuchal reproduce`, whole. The people are made ones.

| what | paper | here | what differs, and why |
| --- | --- | --- | --- |
{glance}

## What the overlap is made of

{people} healthy people and {people} patients who lack 25 degrees to the right forward and right
backward; mean IoU of three markers, mean and standard deviation over people, p of Welch's t-test.

| compared with | healthy | patients | p |
| --- | --- | --- | --- |
{parts}
"""


def main() -> None:
    """Run, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--run", type=Path)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = chosen.run or Path(folder) / "run"
        if chosen.run is None:
            options = nuchal.ReproduceOptions(quick=chosen.quick)
            nuchal.run_reproduce(run, options=options)
        text = page(run)
    print(text)
    if not chosen.quick:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
