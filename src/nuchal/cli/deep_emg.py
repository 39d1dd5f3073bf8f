"""``nuchal deep-emg``: the muscles that no electrode reaches."""

import dataclasses
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

import nuchal
from nuchal.cli import emg_options as emg_ask
from nuchal.cli import options as ask
from nuchal.cli.deep_emg_summary import show_deep_emg
from nuchal.cli.progress import progress_bar
from nuchal.cli.reading import reads_motion

_FIT: Final = "The fit"
Recordings: TypeAlias = Annotated[
    list[Path],
    typer.Argument(
        metavar="RECORDING...",
        help="Recordings of one person to fit: .c3d, .trc, .csv, .mot or .sto.",
    ),
]
HoldOut: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--hold-out",
        metavar="FILE",
        help="A recording to tell without fitting it, as a test; repeatable.",
        rich_help_panel=_FIT,
    ),
]
EmgFiles: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--emg",
        metavar="FILE",
        help="The EMG where recordings don't hold it: once for each, those of --hold-out last.",
        rich_help_panel=_FIT,
    ),
]
Loads: TypeAlias = Annotated[
    list[float] | None,
    typer.Option(
        "--load-kg",
        min=0.0,
        max=50.0,
        help="Mass on the head: once for all, or once for each, those of --hold-out last.",
        rich_help_panel=_FIT,
    ),
]
Delay: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--delay",
        metavar="SECONDS",
        help="How late the EMG's clock is; nuchal emg --delay auto finds it.",
        rich_help_panel=_FIT,
    ),
]
NoIntervals: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--no-intervals",
        help="Fit one model only: several times as fast, but nothing says how far to trust it.",
        rich_help_panel=_FIT,
    ),
]


@reads_motion
def deep_emg(
    recording: Recordings,
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    estimate: "nuchal.EstimateOptions",
    mvc: emg_ask.Mvc = None,
    hold_out: HoldOut = None,
    emg_file: EmgFiles = None,
    load_kg: Loads = None,
    channel: emg_ask.Channels = None,
    delay: Delay = None,
    no_intervals: NoIntervals = False,
    emg_rate_hz: emg_ask.EmgRateHz = None,
    emg_units: emg_ask.EmgUnits = None,
    band: emg_ask.Band = "20,450",
    lowpass_hz: emg_ask.LowpassHz = 10.0,
    notch: emg_ask.Notch = None,
    drift_window: emg_ask.DriftWindow = None,
    load_place: ask.LoadPlace = None,
    no_figures: ask.NoFigures = False,
    as_json: ask.AsJson = False,
) -> None:
    """Excitations of all 72 muscles from a few electrodes, with an error that is known.

    Example: nuchal deep-emg trial1.c3d trial2.c3d --subject person.toml --mvc mvc.c3d --out result
    """
    options = nuchal.DeepEmgOptions(
        mvc=tuple(mvc or ()), hold_out=tuple(hold_out or ()), emg=tuple(emg_file or ()),
        load_kg=tuple(load_kg or (0.0,)), delay_s=delay, intervals=not no_intervals,
        channels=ask.pairs(channel, option="--channel", form="OURS=THEIRS"),
        rate_hz=emg_rate_hz, units=emg_units,
        conditioning=emg_ask.conditioning(band, lowpass_hz, notch, drift_window),
        estimate=dataclasses.replace(
            estimate, load_place_m=ask.place(load_place), figures=not no_figures
        ),
    )  # fmt: skip
    with progress_bar(wanted=not as_json) as bar:
        nuchal.run_deep_emg(recording, subject=subject, out=out, options=options, progress=bar)
    show_deep_emg(out, as_json=as_json)
