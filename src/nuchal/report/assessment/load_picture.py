"""Loads of the joints between vertebrae, level by level."""

import numpy as np
from matplotlib.figure import Figure

from nuchal.conventions import LEVELS
from nuchal.report.assessment.loads import LevelLoad
from nuchal.report.assessment.svg import pictured
from nuchal.report.style import INK


@pictured
def loads_figure(loads: tuple[LevelLoad, ...]) -> Figure:
    """Peak and mean compression, and the extremes of both shears, at the eight levels [N]."""
    figure = Figure(figsize=(7.2, 2.9))
    heights = np.arange(len(LEVELS))
    panels = figure.subplots(1, 3, sharey=True, width_ratios=[1.35, 1, 1])
    figure.subplots_adjust(left=0.08, right=0.99, top=0.9, bottom=0.2, wspace=0.08)
    peak = [one.compression_peak_n for one in loads]
    mean = [one.compression_mean_n for one in loads]
    panels[0].barh(
        heights, peak, 0.62, facecolor="#dbe6ef", edgecolor="#00558C", hatch="....", linewidth=0.8
    )
    panels[0].plot(mean, heights, "D", color=INK, markersize=4)
    panels[0].set_title("Compression: bar peak, ◆ mean")
    panels[0].set_yticks(heights, LEVELS)
    panels[0].set_ylabel("Level")
    for axes, title, ends in (
        (panels[1], "Shear: − back, + forward", [one.anterior_n for one in loads]),
        (panels[2], "Shear: − left, + right", [one.right_n for one in loads]),
    ):
        low, high = np.array(ends).T
        axes.barh(
            heights, high - low, 0.4, left=low, facecolor="#efe3d3", edgecolor="#9a5a10",
            linewidth=0.8,
        )  # fmt: skip
        axes.axvline(0.0, color=INK, linewidth=0.9)
        axes.set_title(title)
    for axes in panels:
        axes.set_xlabel("Force [N]")
    return figure
