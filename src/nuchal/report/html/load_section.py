"""The section on loads: compression and shear at the eight levels."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from nuchal.assessment.records import Assessment
from nuchal.conventions import LEVELS
from nuchal.report.figures.style import INK
from nuchal.report.html.page import Page, Section, filled, number
from nuchal.report.html.svg import inline_svg, pictured
from nuchal.report.text import say


@dataclass(frozen=True, kw_only=True)
class LevelLoad:
    """Of one level, over all frames of all recordings that can be used [N].

    Attributes:
        shear_peak_n: Of forward and sideways shear together.
        anterior_n: Least and greatest; positive where the upper body is pushed forward.
        right_n: Positive where it is pushed to the right.
    """

    level: str
    compression_peak_n: float
    compression_mean_n: float
    shear_peak_n: float
    anterior_n: tuple[float, float]
    right_n: tuple[float, float]


def loads(page: Page) -> Section:
    """Loads by level."""
    found = level_loads(page.found)
    picture = None
    if found:
        picture = inline_svg(loads_figure(found), key="loads-picture", words=_in_words(found))
    return Section("loads", filled("loads.html", loads=found, picture=picture))


def level_loads(found: Assessment) -> tuple[LevelLoad, ...]:
    """From C7-T1 up; none where no frame can be used."""
    usable = [np.asarray(one.quality) for one in found.estimates]
    if not any(one.any() for one in usable):
        return ()
    names = ("compression", "anterior_shear", "right_shear")
    down, ahead, right = (
        np.concatenate(
            [
                np.asarray(getattr(one.reactions, name))[keep]
                for one, keep in zip(found.estimates, usable, strict=True)
            ]
        )
        for name in names
    )
    return tuple(
        LevelLoad(
            level=level,
            compression_peak_n=float(down[:, k].max()),
            compression_mean_n=float(down[:, k].mean()),
            shear_peak_n=float(np.hypot(ahead[:, k], right[:, k]).max()),
            anterior_n=(float(ahead[:, k].min()), float(ahead[:, k].max())),
            right_n=(float(right[:, k].min()), float(right[:, k].max())),
        )
        for k, level in enumerate(LEVELS)
    )


def _in_words(loads: tuple[LevelLoad, ...]) -> str:
    """The picture of loads for those who do not see it."""
    by_compression = sorted(loads, key=lambda one: one.compression_peak_n)
    least, most = by_compression[0], by_compression[-1]
    farthest = max(loads, key=lambda one: one.shear_peak_n)
    return say(
        "picture.loads",
        least=least.level,
        low=number(least.compression_peak_n, 0),
        most=most.level,
        high=number(most.compression_peak_n, 0),
        farthest=farthest.level,
        shear=number(farthest.shear_peak_n, 0),
    )


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
