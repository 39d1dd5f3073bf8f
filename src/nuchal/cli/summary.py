"""What ``nuchal estimate`` says when it is done, from the ``summary.json`` that it wrote."""

import json
from pathlib import Path
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

_SIDES = ("right", "left")
_BALANCED_NM = 1e-6


def show_summary(out: Path, *, as_json: bool) -> None:
    """Print the summary of a folder of results.

    Args:
        out: The folder.
        as_json: Print ``summary.json`` itself, for a program, instead of words for people.
    """
    found = found_in(out / "summary.json", as_json=as_json)
    if found is None:
        return
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(_headline(found))
    console.print(f"Method: {found['method']}, {found['method_reason']}.")
    console.print(_peak_forces(found))
    for line in (*_tracking(found), *_balance(found), *_network(found), *_statuses(found)):
        console.print(line)
    show_end(console, found, out)


def found_in(path: Path, *, as_json: bool) -> dict[str, Any] | None:
    """What a file of results says; None where a program reads it, which it then was printed for."""
    text = path.read_text("utf-8")
    if as_json:
        typer.echo(text.rstrip())
        return None
    found: dict[str, Any] = json.loads(text)
    return found


def show_end(console: Console, found: dict[str, Any], out: Path) -> None:
    """What was assumed, which files there are, and what they are for."""
    console.print("\nFound and assumed:")
    for sentence in found["assumptions"]:
        console.print(Padding(f"- {sentence}", (0, 0, 0, 2)))
    files = sorted(file.name for file in out.iterdir() if file.is_file())
    console.print(f"\nWritten to {out}: {', '.join(files)}")
    console.print(found["notice"])


def _headline(found: dict[str, Any]) -> str:
    frames = found["frames"]
    rate = f" at {frames['rate_hz']:.4g} Hz" if frames["rate_hz"] else ""
    return (
        f"{found['recording']}: {frames['usable']} of {frames['count']} frames are usable "
        f"({frames['duration_s']:.4g} s{rate}); preset {found['preset']}, engine {found['engine']}."
    )


def _peak_forces(found: dict[str, Any]) -> Table:
    table = Table(title="Peak forces by muscle group", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("group")
    for side in _SIDES:
        table.add_column(f"{side} [N]", justify="right")
        table.add_column("at [s]", justify="right")
    for group, forces in found["groups"].items():
        cells = (
            _number(forces[side][key], digits)
            for side in _SIDES
            for key, digits in (("peak_N", 0), ("peak_time_s", 2))
        )
        table.add_row(group, *cells)
    return table


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _tracking(found: dict[str, Any]) -> list[str]:
    tracking = found["tracking"]
    if tracking is None:
        return []
    return [
        f"Markers: {tracking['residual_rms_mm']:.1f} mm off (rms), at most "
        f"{tracking['residual_max_mm']:.1f} mm; worst is {tracking['worst_marker']}."
    ]


def _balance(found: dict[str, Any]) -> list[str]:
    """The largest reserve, and the level that carries most."""
    lines = []
    reserves = {k: r for k, r in found["reserves"].items() if r["worst_Nm"] is not None}
    if reserves:
        name, worst = max(reserves.items(), key=lambda item: abs(item[1]["worst_Nm"]))
        lacking = abs(worst["worst_Nm"])
        where = f"({name}, {worst['worst_time_s']:.2f} s)"
        if lacking <= _BALANCED_NM:
            lines.append("Balance: the muscles supply every moment.")
        elif found["network"] is None:
            lines.append(f"Balance: the muscles lack {lacking:.3g} N m at most {where}.")
        else:
            lines.append(f"Balance: the forces make every moment within {lacking:.2g} N m {where}.")
    levels = {k: v for k, v in found["levels"].items() if v["peak_compression_N"] is not None}
    if levels:
        name, load = max(levels.items(), key=lambda item: item[1]["peak_compression_N"])
        lines.append(
            f"Joints: compression peaks at {load['peak_compression_N']:.0f} N "
            f"({name}, {load['peak_time_s']:.2f} s)."
        )
    return lines


def _network(found: dict[str, Any]) -> list[str]:
    """How sure a network's forces are, and what their correction changed."""
    network = found["network"]
    if network is None:
        return []
    lines, intervals = [], network["intervals"]
    if intervals["mean_width_N"] is not None:
        lines.append(
            f"Intervals: from forces_low.sto to forces_high.sto, made to hold "
            f"{100 * intervals['coverage']:.0f} % of the forces that the person's own rhythm "
            f"would give; {intervals['mean_width_N']:.2g} N wide on average."
        )
    moved = network["correction"]
    if moved is not None:
        lines.append(
            f"Correction: forces moved by {moved['rms_moved_N']:.2g} N (rms), at most "
            f"{moved['largest_moved_N']:.2g} N ({moved['largest_moved_muscle']}), in "
            f"{moved['newton_steps']:.1f} Newton steps a frame instead of "
            f"{moved['newton_steps_unaided']:.1f}."
        )
    return lines


def _statuses(found: dict[str, Any]) -> list[str]:
    """One line for every status that some frame has, but for the good one."""
    return [
        f"{name.upper()}, {status['count']} frames: {status['meaning']}"
        for name, status in found["frames"]["by_status"].items()
        if name != "ok" and status["count"]
    ]
