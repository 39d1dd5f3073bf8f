"""What ``nuchal emg`` says when it is done, from the ``agreement.json`` that it wrote."""

from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from nuchal.cli.summary import found_in, show_end


def show_agreement(out: Path, *, as_json: bool) -> None:
    """Print the agreement in a folder of results.

    Args:
        out: The folder.
        as_json: Print ``agreement.json`` itself, for a program, instead of words for people.
    """
    found = found_in(out / "agreement.json", as_json=as_json)
    if found is None:
        return
    console = Console(highlight=False, markup=False, emoji=False)
    mean = "none could be compared" if found["mean_r"] is None else f"mean r {found['mean_r']:.2f}"
    console.print(
        f"{found['recording']}: {len(found['channels'])} channels of EMG at "
        f"{found['emg_rate_hz']:g} Hz against the model's activations; {mean}."
    )
    console.print(_channels(found))
    for line in (*_pairs(found), *_lags(found)):
        console.print(line)
    show_end(console, found, out)


def _channels(found: dict[str, Any]) -> Table:
    table = Table(
        title="Measured against modelled",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("muscle", no_wrap=True)
    percent = f"{100 * found['coverage']:g} %"
    for name in ("r", percent, "lag [ms]", "RMSE [%]", "onset [ms]"):
        table.add_column(name, justify="right", no_wrap=True)
    for label, channel in found["channels"].items():
        table.add_row(
            label.replace("_", " ") if channel["site"] else label,
            _number(channel["r"], 2),
            "-" if channel["r"] is None else f"{channel['r_low']:.2f}…{channel['r_high']:.2f}",
            _number(channel["lag_s"], 0, 1e3),
            _number(channel["rmse"], 1, 1e2),
            _timing(channel["onsets"]),
        )
    return table


def _timing(onsets: dict[str, Any]) -> str:
    if not onsets["count"]:
        return "-"
    spread = "" if onsets["sd_s"] is None else f" ± {1e3 * onsets['sd_s']:.0f}"
    return f"{1e3 * onsets['mean_s']:.0f}{spread}"


def _number(value: float | None, digits: int, times: float = 1.0) -> str:
    return "-" if value is None else f"{times * value:.{digits}f}"


def _pairs(found: dict[str, Any]) -> list[str]:
    said = []
    for pair in found["co_contraction"]:
        if pair["emg"] is None or pair["model"] is None:
            continue
        both = " and ".join(pair[k].replace("_", " ") for k in ("first", "second"))
        said.append(
            f"Co-contraction of {both}: {pair['emg']:.2f}, by the model {pair['model']:.2f}."
        )
    return said


def _lags(found: dict[str, Any]) -> list[str]:
    if not found["channels"]:
        return []
    return ["Lag and onset: positive where the model comes later."]
