"""Assess the made patients who come with nuchal, and lay what is found beside what is true of them.

Run it from the repository; it takes about half a minute a patient:

    python examples/judge_patients.py

Writes an assessment of each into ``demo-patients``, or where ``--out`` says, and prints a table.
``--write`` writes the table into ``benchmarks/results/demo_patients.md`` and
``docs/virtual-patients.md`` too.

A muscle is to be found if its true force in the common range is below 0.75 or above 1.33 of the
healthy twin's. It is named wrongly if neither that nor the whole movement nor the peak is so.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nuchal
from nuchal.conventions import PRESETS

ROOT = Path(__file__).parents[1]
PATIENTS = nuchal.example_patient().parent
RESULTS = ROOT / "benchmarks" / "results" / "demo_patients.md"
PAGE = ROOT / "docs" / "virtual-patients.md"
MARK = "Patients of the demo"
# What an assessment says of a muscle.
SAID = {"reduced": "less", "compensating": "more", "less": "less", "more": "more"}
HEAD = (
    "| patient | what ails them | found | missed | named wrongly |",
    "| --- | --- | --- | --- | --- |",
)


class Judged(NamedTuple):
    """Directions and muscles of one patient, in words."""

    found: list[str]
    missed: list[str]
    wrong: list[str]


def main() -> None:
    """Assess all patients, and print and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--preset", choices=PRESETS, default=nuchal.AssessOptions().preset)
    parser.add_argument("--out", type=Path, default=ROOT / "demo-patients")
    parser.add_argument("--write", action="store_true", help="write results and docs too")
    given = parser.parse_args()
    options = nuchal.AssessOptions(preset=given.preset, tables=False)
    rows = []
    for folder in sorted(PATIENTS.iterdir(), key=lambda one: int(one.name)):
        sys.stderr.write(f"assessing patient {folder.name}\n")
        assess(folder, given.out / folder.name, options)
        rows.append(row_of(folder, given.out / folder.name))
    lines = [*HEAD, *rows, "", f"By preset `{given.preset}`."]
    sys.stdout.write("\n".join([*lines, ""]))
    if given.write:
        write(lines)


def assess(folder: Path, out: Path, options: nuchal.AssessOptions) -> None:
    """One patient's assessment, as ``nuchal assess`` writes it."""
    recordings = sorted(folder.glob("*.trc"))
    nuchal.run_assess(recordings, subject=folder / "person.toml", out=out, options=options)


def row_of(folder: Path, out: Path) -> str:
    """A patient's row of the table."""
    truth = tomllib.loads((folder / "truth.toml").read_text("utf-8"))
    said = json.loads((out / "assessment.json").read_text("utf-8"))
    cells = ["; ".join(cell) or "–" for cell in judged(said, truth)]
    return f"| {folder.name} | {ailing(truth['fault'])} | " + " | ".join(cells) + " |"


def judged(said: Mapping[str, Any], truth: Mapping[str, Any]) -> Judged:
    """What an assessment found of the truth.

    Args:
        said: ``assessment.json``.
        truth: ``truth.toml``.
    """
    restricted = {k for k, one in said["directions"].items() if one["verdict"] == "restricted"}
    lost = set(truth.get("lost_deg", {}))
    named = {(k, SAID[one["finding"]]) for k, one in said["muscles"].items() if one["finding"]}
    asked = {name: _asked(ratios) for name, ratios in truth.get("asked", {}).items()}
    common = asked.get("common", set())

    def words(ways: set[str], muscles: set[tuple[str, str]]) -> list[str]:
        return [*(k for k in said["directions"] if k in ways), *_muscles(said["muscles"], muscles)]

    return Judged(
        found=words(restricted & lost, named & common),
        missed=words(lost - restricted, common - named),
        wrong=words(restricted - lost, named.difference(*asked.values())),
    )


def ailing(fault: Mapping[str, Any]) -> str:
    """What ails a patient, in words."""
    said = [f"{less:.0f}° less of {way}" for way, less in fault.get("less_deg", {}).items()]
    if "sore" in fault:
        said.append(f"avoids {_place(fault['sore'])}")
    elif fault["slowness"] > 1.0:
        said.append(f"moves take {fault['slowness']:.1f} times as long")
    if "weak" in fault:
        said.append(f"{_place(fault['weak'])} with {100 * fault['strength']:.0f} % of its strength")
    return "; ".join(said) or "nothing"


def _place(muscles: Mapping[str, str]) -> str:
    return f"{muscles['side']} {muscles['group']}"


def _asked(ratios: Mapping[str, float]) -> set[tuple[str, str]]:
    return {(muscle, "less" if ratio < 1.0 else "more") for muscle, ratio in ratios.items()}


def _muscles(known: Mapping[str, Mapping[str, str]], which: set[tuple[str, str]]) -> Iterator[str]:
    """As ``less: Longus capitis left, Levator scapulae right``."""
    for sign in ("less", "more"):
        names = [f"{one['name']} {one['side']}" for k, one in known.items() if (k, sign) in which]
        if names:
            yield f"{sign}: " + ", ".join(names)


def write(lines: Sequence[str]) -> None:
    """Write the table into the results, and into the page between its marks."""
    RESULTS.write_text(
        "\n".join(["# Patients of the demo", "", "`examples/judge_patients.py`.", "", *lines, ""]),
        "utf-8",
    )
    block = "\n".join([f"<!-- {MARK} -->", "", *lines, "", "<!-- end -->"])
    page = PAGE.read_text("utf-8")
    pattern = f"<!-- {MARK} -->\n.*?<!-- end -->"
    PAGE.write_text(re.sub(pattern, lambda _: block, page, flags=re.S), "utf-8")


if __name__ == "__main__":
    main()
