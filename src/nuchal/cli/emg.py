"""``nuchal emg``: measured muscle activity beside the model's."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import number, show, show_end, table

if TYPE_CHECKING:
    from nuchal.commands.emg_signals import Compared
    from nuchal.commands.run import Result
    from nuchal.report.summaries.emg import Agreement, TimingPart

_MORE: Final = {
    "emg": setting(
        Path | None,
        "--emg",
        "The EMG, as .c3d, .csv, .mot or .sto, where it is not in the recording itself.",
        metavar="FILE",
        rich_help_panel="The EMG",
    ),
}


@takes(_MORE, ask.EMG, ask.DELAY, ask.EMG_FILE, ask.FILTERS, ask.FIGURES, ask.FORCES, ask.RECORDING)
def emg(
    recording: ask.RecordingFile,
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """Surface EMG beside the activations that the model finds for the same movement.

    Example: nuchal emg trial.c3d --subject person.toml --mvc mvc.c3d --out result
    """
    conditioning = ask.conditioning_of(given)
    options = nuchal.EmgOptions(conditioning=conditioning, **given)
    with progress_bar(wanted=not as_json) as bar:
        result = nuchal.run_emg(recording, subject=subject, out=out, options=options, progress=bar)
    show(result, tell, as_json=as_json)


def tell(console: Console, result: "Result[Compared, Agreement]") -> None:
    """Print how well EMG and model agree."""
    found = result.summary
    mean = "none could be compared" if found.mean_r is None else f"mean r {found.mean_r:.2f}"
    console.print(
        f"{found.recording}: {len(found.channels)} channels of EMG at {found.emg_rate_hz:g} Hz "
        f"against the model's activations; {mean}."
    )
    console.print(_channels(found))
    for reading in found.readings.values():
        console.print(reading.text)
    for line in _pairs(found):
        console.print(line)
    if found.channels:
        console.print("Lag and onset: positive where the model comes later.")
    show_end(console, result.found.comparison.assumptions, found.notice, result.out)


def _channels(found: "Agreement") -> Table:
    columns = ("r", f"{100 * found.coverage:g} %", "lag [ms]", "RMSE [%]", "onset [ms]")
    made = table("Measured against modelled", "muscle", columns)
    for label, channel in found.channels.items():
        made.add_row(
            label.replace("_", " ") if channel.site else label,
            number(channel.r, 2),
            "-" if channel.r is None else f"{channel.r_low:.2f}…{channel.r_high:.2f}",
            number(channel.lag_s, 0, 1e3),
            number(channel.rmse, 1, 1e2),
            _timing(channel.onsets),
        )
    return made


def _timing(onsets: "TimingPart") -> str:
    if onsets.mean_s is None:
        return "-"
    spread = "" if onsets.sd_s is None else f" ± {1e3 * onsets.sd_s:.0f}"
    return f"{1e3 * onsets.mean_s:.0f}{spread}"


def _pairs(found: "Agreement") -> list[str]:
    return [
        f"Co-contraction of {pair.first.replace('_', ' ')} and {pair.second.replace('_', ' ')}: "
        f"{pair.emg:.2f}, by the model {pair.model:.2f}."
        for pair in found.co_contraction
        if pair.emg is not None and pair.model is not None
    ]
