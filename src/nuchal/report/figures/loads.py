"""Compression and shear at the eight levels, over time and as profiles along the neck."""

from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.conventions import LEVELS
from nuchal.model.clinical import usable_frames
from nuchal.records import Estimate
from nuchal.report.figures import timeline
from nuchal.report.figures.style import INK, key, labelled, styled, zero_line

# Components of ``JointReactions``: how the upper body loads the lower one.
LOADS: Final = (
    ("compression", "Compression"),
    ("anterior_shear", "Shear: forward +, backward −"),
    ("right_shear", "Shear: to the right +, to the left −"),
)


def level_lines() -> list[dict[str, Any]]:
    """Dark and thick low in the neck, lighter and thinner towards the skull."""
    shades = mpl.colormaps["viridis"](np.linspace(0.0, 0.86, len(LEVELS)))
    return [
        {"color": tuple(shade), "linewidth": width}
        for shade, width in zip(shades, np.linspace(1.9, 1.0, len(LEVELS)), strict=True)
    ]


@styled
def loads_figure(estimate: Estimate) -> Figure:
    """Joint loads over time (left) and mean and extremes by level (right) [N]."""
    figure = timeline.figure_of(estimate, "Loads on the cervical joints", (11.0, 9.0))
    grid = figure.add_gridspec(
        4, 2, height_ratios=[0.62, 1.25, 1, 1], width_ratios=[2.6, 1],
        left=0.08, right=0.985, top=0.885, bottom=0.1, hspace=0.3, wspace=0.16,
    )  # fmt: skip
    timeline.movement_key(timeline.movement_row(figure, grid, estimate, 1)[0], 1.0)
    _draw_level_key(figure.add_subplot(grid[0, 1]))
    for row, (name, label) in enumerate(LOADS, start=1):
        values = np.asarray(getattr(estimate.reactions, name))
        axes = figure.add_subplot(grid[row, 0])
        _draw_levels(axes, estimate, values)
        axes.set_gid(name)
        axes.set_title(label)
        axes.set_ylabel("Force [N]")
        timeline.time_axis(axes, estimate, label=row == 3)
        beside = figure.add_subplot(grid[row, 1])
        _draw_profile(beside, values[usable_frames(estimate)])
        beside.set_gid(f"{name} profile")
        beside.set_xlabel("Force [N]" if row == 3 else "")
    key(
        figure.axes[3], labelled(figure.axes[3]), [], loc="lower left", bbox_to_anchor=(-0.02, 1.0),
        ncols=2, borderaxespad=0.0, handlelength=1.4,
    )  # fmt: skip
    patches = timeline.flag_patches(estimate)
    figure.legend(handles=patches, loc="lower left", bbox_to_anchor=(0.07, 0.004), ncols=2)
    return figure


def _draw_levels(axes: Axes, estimate: Estimate, values: np.ndarray) -> None:
    timeline.shade_flagged(axes, estimate)
    zero_line(axes)
    for level, line in enumerate(level_lines()):
        timeline.draw_line(axes, estimate, values[:, level], label=LEVELS[level], **line)
    if np.all(values[usable_frames(estimate)] >= 0):
        axes.set_ylim(bottom=0.0)


def _draw_level_key(axes: Axes) -> None:
    """A small neck: one stroke per level, from C7-T1 at the bottom to C0-C1 at the top."""
    axes.set_axis_off()
    handles = [
        axes.plot([], [], label=name, **line)[0]
        for name, line in zip(LEVELS, level_lines(), strict=True)
    ]
    axes.legend(
        handles=handles[::-1], loc="center left", bbox_to_anchor=(0.0, 0.5), ncols=2, title="Level",
        title_fontsize=8.5, alignment="left", handlelength=2.4, borderaxespad=0.0,
    )  # fmt: skip


def _draw_profile(axes: Axes, values: np.ndarray) -> None:
    heights = np.arange(len(LEVELS))
    axes.axvline(0.0, color="#9a9a9a", linewidth=0.7, zorder=1)
    axes.set_yticks(heights, LEVELS)
    axes.set_ylim(-0.6, len(LEVELS) - 0.4)
    if not values.size:
        return
    low, mean, high = values.min(axis=0), values.mean(axis=0), values.max(axis=0)
    axes.hlines(heights, low, high, color="#b9c4cf", linewidth=5, label="least to most", zorder=2)
    axes.plot(mean, heights, "-", color=INK, linewidth=0.8, zorder=3)
    axes.plot(mean, heights, "o", color=INK, markersize=4.2, label="mean", zorder=4)
    for ends, ha, shift in ((high, "left", 3), (low, "right", -3)):
        for height, value in zip(heights, ends, strict=True):
            axes.annotate(
                f"{round(float(value))}".replace("-", "−"), (value, height), (shift, 0),
                textcoords="offset points", ha=ha, va="center", fontsize=7.2,
            )  # fmt: skip
    axes.margins(x=0.2)
