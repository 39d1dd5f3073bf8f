"""What ``nuchal deep-emg`` says when it is done, from the ``deep_emg.json`` that it wrote."""

from pathlib import Path
from statistics import fmean, median
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from nuchal.cli.summary import found_in, show_end


def show_deep_emg(out: Path, *, as_json: bool) -> None:
    """Print what was found out about hidden muscles.

    Args:
        out: The folder of results.
        as_json: Print ``deep_emg.json`` itself, for a program, instead of words for people.
    """
    found = found_in(out / "deep_emg.json", as_json=as_json)
    if found is None:
        return
    console = Console(highlight=False, markup=False, emoji=False)
    fit = found["fit"]
    console.print(
        f"{len(found['hidden'])} muscles beneath no electrode, from {len(found['channels'])} "
        f"channels; {fit['fitted_s']:.0f} s fitted in {fit['seconds']['fit']:.0f} s, read in "
        f"{fit['seconds']['read']:.0f} s."
    )
    for name, recording in found["recordings"].items():
        console.print(_channels(name, recording))
        console.print(_recording(recording, found["hidden"]))
    if fit["relative_error"] is not None:
        console.print(
            "Unseen: by a model that was never told of the channel. It is off by "
            f"{fit['relative_error']:.0%} of the mean; expect that of hidden muscles."
        )
    show_end(console, found, out)


def _channels(name: str, part: dict[str, Any]) -> Table:
    table = Table(
        title=f"{name}, {'not fitted' if part['held_out'] else 'fitted'}, {part['known_s']:.1f} s",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("channel", no_wrap=True)
    for column in ("r", "RMSE [%]", "unseen: r", "RMSE [%]"):
        table.add_column(column, justify="right", no_wrap=True)
    for label, channel in part["channels"].items():
        table.add_row(
            label.replace("_", " "),
            _number(channel["r"], 2),
            _number(channel["rmse"], 1, 1e2),
            _number(channel["unseen_r"], 2),
            _number(channel["unseen_rmse"], 1, 1e2),
        )
    return table


def _recording(part: dict[str, Any], hidden: list[str]) -> str:
    moments = part["moments"].values()
    own = fmean(m["rmse_Nm"] for m in moments)
    other = fmean(m["synergies_rmse_Nm"] for m in moments)
    beyond = median(part["muscles"][muscle]["beyond_channels"] for muscle in hidden)
    return (
        f"Moments within {own:.3f} N m (synergy extrapolation: {other:.3f}). {beyond:.0%} of a "
        "hidden muscle's variance (median) is in no weighted sum of the channels."
    )


def _number(value: float | None, digits: int, times: float = 1.0) -> str:
    return "-" if value is None else f"{times * value:.{digits}f}"
