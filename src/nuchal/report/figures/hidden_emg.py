"""Hidden muscles over time: electrodes, groups of hidden muscles with intervals, joint moments."""

from typing import Any, Final

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.conventions import LEFT_SUFFIX
from nuchal.emg.hidden.courses import DeepEmg, TrialFindings
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.plain_text import plain_line
from nuchal.report.figures.style import INK, SIDE_LINES, heading, styled

DEEP_EMG_FIGURES: Final = ("deep_emg.png", "deep_emg.svg")
_ROW_IN: Final = 1.15
_MODEL: Final[dict[str, Any]] = {"color": "#00558C", "linewidth": 1.3}
_UNSEEN: Final[dict[str, Any]] = {"color": "#D55E00", "linewidth": 1.1, "linestyle": (0, (3, 1.4))}
_KNOWN: Final[dict[str, Any]] = {"color": INK, "linewidth": 1.1}


@styled
def deep_emg_figure(found: DeepEmg, trial: TrialFindings) -> Figure:
    """Channels, groups of hidden muscles [%] and moments [N m], two panels a row."""
    groups = _groups(found)
    counts = [len(found.labels), len(groups), len(found.coordinates)]
    rows = [(count + 1) // 2 for count in counts]
    height = 1.5 + _ROW_IN * sum(rows)
    figure = Figure(figsize=(11.0, height))
    _heading(figure, found, trial)
    grid = figure.add_gridspec(
        sum(rows), 2, left=0.07, right=0.985, top=1 - 0.95 / height, bottom=0.5 / height,
        hspace=0.62, wspace=0.14,
    )  # fmt: skip
    panels = [figure.add_subplot(grid[r, c]) for r in range(sum(rows)) for c in range(2)]
    first = [0, 2 * rows[0], 2 * (rows[0] + rows[1])]
    for c, label in enumerate(found.labels):
        _draw_channel(panels[c], label, c, trial)
    for g, (name, sides) in enumerate(groups.items()):
        _draw_group(panels[first[1] + g], name, sides, trial)
    for d, name in enumerate(found.coordinates):
        _draw_moment(panels[first[2] + d], name, d, trial)
    for k, axes in enumerate(panels):
        axes.set_xlim(trial.time[0], trial.time[-1])
        axes.tick_params(labelbottom=k >= len(panels) - 2)
        if k >= len(panels) - 2:
            axes.set_xlabel("Time [s]")
        if not axes.has_data():
            axes.set_axis_off()
    for start in first:
        panels[start].legend(
            loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=3, borderaxespad=0.0,
            fontsize=7.5, handlelength=1.8,
        )  # fmt: skip
    return figure


def _heading(figure: Figure, found: DeepEmg, trial: TrialFindings) -> None:
    kind = "not fitted" if trial.held_out else "fitted"
    load = f"  ·  {trial.load_kg:g} kg on the head" if trial.load_kg else ""
    said = f"{plain_line(trial.title)} ({kind}){load}  ·  {len(found.system.hidden)} hidden muscles"
    heading(figure, "Muscles that no electrode reaches", said)


def _groups(found: DeepEmg) -> dict[str, dict[str, list[int]]]:
    """Hidden muscles by group and side, in the model's order; one by one where it is no neck."""
    names = found.system.names
    if names != MUSCLES:
        return {names[i]: {"model": [i]} for i in found.system.hidden}
    groups: dict[str, dict[str, list[int]]] = {}
    for i in found.system.hidden:
        side = "left" if names[i].endswith(LEFT_SUFFIX) else "right"
        groups.setdefault(MUSCLE_GROUPS[i], {}).setdefault(side, []).append(i)
    return groups


def _line(axes: Axes, trial: TrialFindings, values: Float[np.ndarray, " t"], **style: Any) -> None:
    """A curve that breaks where the recording does."""
    step = float(np.median(np.diff(trial.time)))
    ends = np.flatnonzero(np.diff(trial.time) > 1.5 * step) + 1
    axes.plot(np.insert(trial.time, ends, np.nan), np.insert(values, ends, np.nan), **style)


def _draw_channel(axes: Axes, label: str, c: int, trial: TrialFindings) -> None:
    axes.set_title(_title(label.replace("_", " ")), parse_math=False)
    axes.set_gid(label)
    _line(axes, trial, 100 * trial.measured[:, c], label="measured", **_KNOWN)
    _line(axes, trial, 100 * trial.channels[:, c], label="model", **_MODEL)
    if trial.blind is not None:
        unseen = 100 * trial.blind[:, c]
        _line(axes, trial, unseen, label="unseen", **_UNSEEN)
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("% of MVC")


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _draw_group(axes: Axes, name: str, sides: dict[str, list[int]], trial: TrialFindings) -> None:
    count = max(len(muscles) for muscles in sides.values())
    mean = f", mean of {count}" if count > 1 else ""
    axes.set_title(f"{_title(name)}{mean}", parse_math=False)
    axes.set_gid(f"group-{name.replace(' ', '-')}")
    for side, muscles in sides.items():
        ends = (100 * trial.low[:, muscles].mean(axis=1), 100 * trial.high[:, muscles].mean(axis=1))
        style = SIDE_LINES.get(side, _MODEL)
        axes.fill_between(trial.time, *ends, color=style["color"], alpha=0.15, linewidth=0)
        _line(axes, trial, 100 * trial.excitation[:, muscles].mean(axis=1), label=side,
              **style)  # fmt: skip
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel("Excitation [%]")


def _draw_moment(axes: Axes, name: str, d: int, trial: TrialFindings) -> None:
    axes.set_title(name, parse_math=False)
    axes.set_gid(f"moment-{name}")
    _line(axes, trial, trial.moment[:, d], label="inverse dynamics", **_KNOWN)
    _line(axes, trial, trial.moment_model[:, d], label="muscles", **_MODEL)
    _line(axes, trial, trial.moment_by_synergies[:, d], label="synergy extrapolation", **_UNSEEN)
    axes.set_ylabel("Moment [N m]")
