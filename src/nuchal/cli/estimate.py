"""``nuchal estimate``: muscle forces from a recording."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from rich import box
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli import values
from nuchal.cli.flags import as_flag
from nuchal.cli.head_forces import HEAD_FORCE
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import number, show, show_end, table
from nuchal.errors import Status
from nuchal.report.text import status_meaning

if TYPE_CHECKING:
    from nuchal.commands.run import Result
    from nuchal.report.summaries.assisted import AssistanceSummary
    from nuchal.report.summaries.estimate import Summary

_SIDES: Final = ("right", "left")
_BALANCED_NM: Final = 1e-6
_MORE: Final = {
    "correct": setting(
        bool,
        "--correct",
        "Bring the network's forces into equilibrium with the exact solver.",
        default=False,
        rich_help_panel="The mechanics",
    ),
    "engine": setting(
        Literal["jax", "opensim"],
        "--engine",
        "Our mechanics, or OpenSim's tools on the exported neck.",
        default="jax",
        rich_help_panel="The mechanics",
    ),
    "emg": setting(
        Path | None,
        "--emg",
        "EMG that takes part in finding the forces, where it is not in the recording itself.",
        metavar="FILE",
        rich_help_panel="The EMG",
    ),
    "emg_weight": setting(
        float | None,
        "--emg-weight",
        "Weight of the squared difference from the measured activations; that of squared "
        "activation is 1.",
        min=0.0,
        max=1e6,
        metavar="NUMBER",
        rich_help_panel="The EMG",
    ),
    "weights": setting(
        list[str] | None,
        "--weight",
        "Weight of a term of the objective, e.g. symmetry=0 for none; repeatable.",
        metavar="TERM=NUMBER",
        read=values.weights,
        rich_help_panel="The mechanics",
    ),
}


@takes(
    _MORE, ask.DIAGNOSTICS, ask.FIGURES, ask.FORCES, HEAD_FORCE, ask.EMG, ask.DELAY,
    ask.EMG_FILE, ask.FILTERS, ask.RECORDING,
)  # fmt: skip
def estimate(
    recording: ask.RecordingFile,
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """Forces of all neck muscles from a recording of head markers.

    Example: nuchal estimate walk.trc --subject person.toml --out result
    """
    conditioning = ask.conditioning_of(given)
    options = nuchal.EstimateOptions(conditioning=conditioning, **given)
    with progress_bar(wanted=not as_json) as bar:
        result = nuchal.run_estimate(
            recording, subject=subject, out=out, options=options, progress=bar
        )
    show(result, tell, as_json=as_json)


def tell(console: Console, result: "Result[nuchal.Estimate, Summary]") -> None:
    """Print an estimate."""
    found = result.summary
    console.print(_headline(found))
    console.print(f"Method: {found.method}, {found.method_reason}.")
    console.print(_peak_forces(found))
    if found.emg is not None:
        console.print(_assisted(found.emg))
    lines = (_tracking, _balance, _intervals, _network, _statuses)
    for line in (line for part in lines for line in part(found)):
        console.print(line)
    show_end(console, result.found.assumptions, found.notice, result.out)


def _headline(found: "Summary") -> str:
    frames = found.frames
    rate = f" at {frames.rate_hz:.4g} Hz" if frames.rate_hz else ""
    return (
        f"{found.recording}: {frames.usable} of {frames.count} frames are usable "
        f"({frames.duration_s:.4g} s{rate}); preset {found.preset}, engine {found.engine}."
    )


def _peak_forces(found: "Summary") -> Table:
    table = Table(title="Peak forces by muscle group", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("group")
    for side in _SIDES:
        table.add_column(f"{side} [N]", justify="right")
        table.add_column("at [s]", justify="right")
    for group, forces in found.groups.items():
        both = (forces.right, forces.left)
        cells = [(number(one.peak_N, 0), number(one.peak_time_s, 2)) for one in both]
        table.add_row(group, *cells[0], *cells[1])
    return table


def _assisted(emg: "AssistanceSummary") -> Table:
    """Agreement of every channel without EMG in the objective and with it."""
    columns = ("r without", "with", "RMSE [%] without", "with")
    made = table(f"EMG, weight {emg.weight:g}, against the model's activations", "muscle", columns)
    for label, one in emg.channels.items():
        rs = (number(r, 2) for r in (one.r_without, one.r))
        made.add_row(
            label.replace("_", " ") if len(one.muscles) > 1 else label,
            *rs,
            *(number(rmse, 1, 1e2) for rmse in (one.rmse_without, one.rmse)),
        )
    return made


def _tracking(found: "Summary") -> list[str]:
    tracking = found.tracking
    if tracking is None:
        return []
    return [
        f"Markers: {tracking.residual_rms_mm:.1f} mm off (rms), at most "
        f"{tracking.residual_max_mm:.1f} mm; worst is {tracking.worst_marker}."
    ]


def _balance(found: "Summary") -> list[str]:
    """The largest reserve, and the level that carries most."""
    lines = []
    reserves = [
        (abs(one.worst_Nm), name, one.worst_time_s)
        for name, one in found.reserves.items()
        if one.worst_Nm is not None
    ]
    if reserves:
        lacking, name, time_s = max(reserves, key=lambda one: one[0])
        where = f"({name}, {time_s:.2f} s)"
        if lacking <= _BALANCED_NM:
            lines.append("Balance: the muscles supply every moment.")
        elif found.method == "optimisation":
            lines.append(f"Balance: the muscles lack {lacking:.3g} N m at most {where}.")
        else:
            lines.append(f"Balance: the forces make every moment within {lacking:.2g} N m {where}.")
    levels = [
        (one.peak_compression_N, name, one.peak_time_s)
        for name, one in found.levels.items()
        if one.peak_compression_N is not None
    ]
    if levels:
        load, name, time_s = max(levels, key=lambda one: one[0])
        lines.append(f"Joints: compression peaks at {load:.0f} N ({name}, {time_s:.2f} s).")
    return lines


def _intervals(found: "Summary") -> list[str]:
    """How sure the forces are, if intervals say."""
    within = found.intervals
    if within is None or within.mean_width_N is None:
        return []
    of_network = " that the person's own traits would give" if found.network else ""
    return [
        f"Intervals: from forces_low.sto to forces_high.sto, made to hold "
        f"{100 * within.coverage:.0f} % of the forces{of_network}; "
        f"{within.mean_width_N:.2g} N wide on average."
    ]


def _network(found: "Summary") -> list[str]:
    """What a correction of a network's forces changed."""
    if found.network is None:
        return []
    lines, moved = [], found.network.correction
    if moved is not None:
        lines.append(
            f"Correction: forces moved by {moved.rms_moved_N:.2g} N (rms), at most "
            f"{moved.largest_moved_N:.2g} N ({moved.largest_moved_muscle}), in "
            f"{moved.newton_steps:.1f} Newton steps a frame instead of "
            f"{moved.newton_steps_unaided:.1f}."
        )
    return lines


def _statuses(found: "Summary") -> list[str]:
    """One line for every status that some frame has, but for the good one."""
    return [
        f"{name.upper()}, {status.count} frames: "
        f"{status_meaning(Status[name.upper()], naming=as_flag)}"
        for name, status in found.frames.by_status.items()
        if name != "ok" and status.count
    ]
