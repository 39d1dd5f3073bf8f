"""``nuchal deep-emg``: the muscles that no electrode reaches."""

from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli import values
from nuchal.cli.head_forces import HEAD_FORCE
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import number, show, show_end, table

if TYPE_CHECKING:
    from nuchal.commands.run import Result
    from nuchal.emg.hidden.courses import DeepEmg
    from nuchal.report.summaries.hidden_emg import DeepEmgSummary, RecordingPart

_FIT: Final = "The fit"
Recordings = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="RECORDING...",
        help="Recordings of one person's neck to fit: .c3d, .trc, .csv, .mot or .sto.",
        show_default=False,
    ),
]
SubjectFile = Annotated[
    Path | None,
    typer.Option(
        "--subject", metavar="TOML", help="The person's measures: person.toml; for the neck."
    ),
]
JointFolder = Annotated[
    Path | None,
    typer.Option(
        "--joint",
        metavar="FOLDER",
        help="Any joint in place of the neck: OpenSim's lengths, moment arms and moments, EMG, "
        "muscles.csv or a model, and channels.csv.",
    ),
]
_MORE: Final = {
    "hold_out": setting(
        list[Path] | None,
        "--hold-out",
        "A recording, or with --joint a trial's name, to read without fitting it, as a test; "
        "repeatable.",
        metavar="FILE",
        read=values.files,
        rich_help_panel=_FIT,
    ),
    "emg": setting(
        list[Path] | None,
        "--emg",
        "The EMG where recordings don't hold it: once for each, those of --hold-out last.",
        metavar="FILE",
        read=values.files,
        rich_help_panel=_FIT,
    ),
    "load_kg": setting(
        list[float] | None,
        "--load-kg",
        "Mass on the head: once for all, or once for each, those of --hold-out last.",
        min=0.0,
        max=50.0,
        read=lambda loads: tuple(loads or (0.0,)),
        rich_help_panel=_FIT,
    ),
    "delay_s": setting(
        float | None,
        "--delay",
        "How late the EMG's clock is; nuchal emg --delay auto finds it.",
        metavar="SECONDS",
        rich_help_panel=_FIT,
    ),
    "intervals": setting(
        bool,
        " /--no-intervals",
        "Fit one model only: several times as fast, but nothing says how far to trust it.",
        default=True,
        show_default=False,
        rich_help_panel=_FIT,
    ),
}
_OUTSIDE: Final = {
    **HEAD_FORCE,
    "force": setting(
        list[Path] | None,
        "--force",
        "A table of forces on the head over time, or none: once for each recording, those of "
        "--hold-out last.",
        metavar="FILE",
        read=values.files_or_none,
        rich_help_panel="Forces from outside",
    ),
}


@takes(
    ask.EMG, _MORE, ask.EMG_FILE, ask.FILTERS, ask.LOAD_PLACE, _OUTSIDE, ask.FIGURES,
    ask.RECORDING,
)  # fmt: skip
def deep_emg(
    out: ask.OutFolder,
    recording: Recordings = None,
    subject: SubjectFile = None,
    joint: JointFolder = None,
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """Excitations of all muscles from a few electrodes, with an error that is known.

    Needs the extra hidden-emg.

    Example: nuchal deep-emg trial1.c3d trial2.c3d --subject person.toml --mvc mvc.c3d --out result

    Any joint: nuchal deep-emg --joint elbow --hold-out trial3 --out result
    """
    conditioning = ask.conditioning_of(given)
    options = nuchal.DeepEmgOptions(conditioning=conditioning, **given)
    with progress_bar(wanted=not as_json) as bar:
        if joint is None:
            result = nuchal.run_deep_emg(
                recording or [], subject=subject, out=out, options=options, progress=bar
            )
        else:
            of_joint = nuchal.JointEmgOptions.of_neck(
                options, recordings=recording or [], subject=subject
            )
            result = nuchal.run_joint_emg(joint, out=out, options=of_joint, progress=bar)
    show(result, tell, as_json=as_json)


def tell(console: Console, result: "Result[DeepEmg, DeepEmgSummary]") -> None:
    """Print what was found out about hidden muscles."""
    found, fit = result.summary, result.summary.fit
    console.print(
        f"{len(found.hidden)} muscles beneath no electrode, from {len(found.channels)} "
        f"channels; {fit.fitted_s:.0f} s fitted in {fit.seconds['fit']:.0f} s, read in "
        f"{fit.seconds['read']:.0f} s."
    )
    for name, recording in found.recordings.items():
        console.print(_channels(name, recording))
        console.print(_recording(recording, found.hidden))
    if fit.relative_error is not None:
        console.print(
            "Unseen: by a model that was never told of the channel. It is off by "
            f"{fit.relative_error:.0%} of the mean; expect that of hidden muscles."
        )
    show_end(console, result.found.assumptions, found.notice, result.out)


def _channels(name: str, part: "RecordingPart") -> Table:
    made = table(
        f"{name}, {'not fitted' if part.held_out else 'fitted'}, {part.known_s:.1f} s",
        "channel",
        ("r", "RMSE [%]", "unseen: r", "RMSE [%]"),
    )
    for label, channel in part.channels.items():
        made.add_row(
            label.replace("_", " "),
            number(channel.r, 2),
            number(channel.rmse, 1, 1e2),
            number(channel.unseen_r, 2),
            number(channel.unseen_rmse, 1, 1e2),
        )
    return made


def _recording(part: "RecordingPart", hidden: list[str]) -> str:
    moments = part.moments.values()
    own, other = fmean(m.rmse_Nm for m in moments), fmean(m.synergies_rmse_Nm for m in moments)
    said = f"Moments within {own:.3f} N m (synergy extrapolation: {other:.3f})."
    if hidden:
        beyond = median(part.muscles[muscle].beyond_channels for muscle in hidden)
        said += (
            f" {beyond:.0%} of a hidden muscle's variance (median) is in no weighted sum of the "
            "channels."
        )
    return said + _joints(part)


def _joints(part: "RecordingPart") -> str:
    """The level that carries most, where there are levels."""
    if not part.levels:
        return ""
    name, most = max(part.levels.items(), key=lambda level: level[1].peak_compression_N)
    ends = most.peak_interval_N
    between = f", {ends[0]:.0f} to {ends[1]:.0f} N" if ends else ""
    return (
        f" Compression peaks at {most.peak_compression_N:.0f} N ({name}, "
        f"{most.peak_time_s:.2f} s{between})."
    )
