"""What ``nuchal assess`` says when it is done, from the ``assessment.json`` that it wrote."""

from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from nuchal.cli.summary import found_in

# Muscles that are named; the report has them all.
_NAMED: Final = 6


def show_assessment(out: Path, *, as_json: bool) -> None:
    """Print the findings of a folder of results.

    Args:
        out: the folder.
        as_json: print ``assessment.json`` itself, for a program, instead of words for people.
    """
    found = found_in(out / "assessment.json", as_json=as_json)
    if found is None:
        return
    console = Console(highlight=False, markup=False, emoji=False)
    for trial in found["trials"]:
        console.print(
            f"{trial['recording']}: {trial['mainly'] or 'hardly any movement'}, "
            f"{trial['duration_s']:.1f} s, {trial['usable_frames']} of {trial['frames']} frames "
            "are usable."
        )
    console.print(_directions(found))
    console.print(_muscles(found))
    console.print(f"\nRead {out / 'report.html'} in a browser; numbers are in assessment.json.")
    console.print(found["notice"])


def _directions(found: dict[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="Range of motion")
    for name in ("direction", "reached", "expected", "missing"):
        table.add_column(name, justify="left" if name == "direction" else "right")
    table.add_column("")
    for way, one in found["directions"].items():
        expected = f"{one['expected_deg']:.0f} ± {one['expected_sd_deg']:.0f}°"
        missing = f"{100.0 * one['missing_share']:.0f} % of volume"
        finding = "" if one["verdict"] == "not restricted" else one["verdict"]
        table.add_row(way, f"{one['reach_deg']:.0f}°", expected, missing, finding)
    return table


def _muscles(found: dict[str, Any]) -> str:
    words = []
    for finding in ("reduced", "compensating"):
        those = [one for one in found["muscles"].values() if one["finding"] == finding]
        those.sort(key=lambda one: float(one["q"]))
        named = [f"{x['name']} {x['side']} ({x['peak_ratio']:.2f})" for x in those[:_NAMED]]
        if len(those) > _NAMED:
            named.append(f"and {len(those) - _NAMED} more")
        words.append(f"Muscles {finding}: {', '.join(named) if named else 'none'}.")
    return "\n".join(words)
