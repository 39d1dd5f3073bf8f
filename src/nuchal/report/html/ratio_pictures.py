"""Ratios of forces, actual over healthy: of all muscles by group, and left against right."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from nuchal.assessment.muscles.limits import Flag, Limits
from nuchal.assessment.muscles.ratios import Ratios
from nuchal.model.clinical import GROUPS, MusclePair, muscle_pairs
from nuchal.report.figures.style import INK, SIDE_LINES, SOFT
from nuchal.report.html.svg import pictured
from nuchal.report.text import muscle_name

_BAND: Final[dict[str, Any]] = {
    "facecolor": "#ececec",
    "edgecolor": "#a8a8a8",
    "hatch": "/////",
    "linewidth": 0.0,
}
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "right": {"marker": "o", "color": SIDE_LINES["right"]["color"], "dy": 0.16},
    "left": {"marker": "s", "color": SIDE_LINES["left"]["color"], "dy": -0.16},
}
_TICKS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
_NAMED: Final = 5


@pictured
def ratios_figure(ratios: Ratios, limits: Limits, flags: tuple[Flag, ...]) -> Figure:
    """Ratios of peak forces of every muscle, right and left, on bands of healthy people."""
    figure = Figure(figsize=(7.2, 7.9))
    axes = figure.add_axes((0.375, 0.085, 0.61, 0.9))
    shown, flagged = ratios.defined & (ratios.peak > 0.0), {one.muscle for one in flags}
    low, high = limits.range
    left, right = _ends(ratios.peak[shown], np.concatenate([low, high]))
    row, labels, rows = 0.0, [], []
    for group in GROUPS:
        members = [one for one in muscle_pairs() if one.group == group]
        axes.text(
            -0.58, row + 0.5 * (len(members) - 1), _short(group), fontsize=7.6, fontweight="bold",
            transform=axes.get_yaxis_transform(), va="center",
        )  # fmt: skip
        for one in members:
            _draw_band(axes, row, low, high, one)
            for side, m in (("right", one.right), ("left", one.left)):
                if shown[m]:
                    _draw_point(axes, row, side, float(ratios.peak[m]), m in flagged)
            labels.append(muscle_name(one.name))
            rows.append(row)
            row += 1.0
        axes.axhline(row - 0.25, color="#c4c4c4", linewidth=0.6)
        row += 0.5
    axes.axvline(1.0, color=INK, linewidth=0.9, zorder=1.5)
    axes.set_yticks(rows, labels, fontsize=7.2)
    axes.set_ylim(row - 0.9, -0.8)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("Peak force in these recordings over peak force in the healthy movement [–]")
    _logarithmic(axes, left, right)
    _key(figure)
    return figure


def _short(group: str) -> str:
    return "long. and iliocost." if group.startswith("longissimus") else group


def _ends(values: np.ndarray, limits: np.ndarray) -> tuple[float, float]:
    every = np.concatenate([values, limits])
    return max(0.01, min(0.45, 0.85 * float(every.min()))), min(
        60.0, max(2.2, 1.18 * float(every.max()))
    )


def _draw_band(axes: Axes, row: float, low: np.ndarray, high: np.ndarray, one: MusclePair) -> None:
    for side, m in (("right", one.right), ("left", one.left)):
        bottom = row - 0.36 if side == "left" else row
        box = Rectangle((low[m], bottom), high[m] - low[m], 0.36, zorder=1, **_BAND)
        axes.add_patch(box)


def _draw_point(axes: Axes, row: float, side: str, ratio: float, flagged: bool) -> None:
    look = _LOOKS[side]
    axes.plot(
        [min(max(ratio, 0.0105), 58.0)], [row + float(look["dy"])], look["marker"],
        markersize=5.4 if flagged else 4.2, markerfacecolor=look["color"] if flagged else "white",
        markeredgecolor=INK if flagged else look["color"], markeredgewidth=0.9, zorder=3,
    )  # fmt: skip


def _logarithmic(axes: Axes, low: float, high: float) -> None:
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())


def _key(figure: Figure) -> None:
    handles: list[Line2D | Patch] = []
    for side, look in _LOOKS.items():
        for words, face, edge in (
            (f"{side}, stands out", look["color"], INK),
            (f"{side}", "white", look["color"]),
        ):
            handles.append(
                Line2D(
                    [], [], linestyle="", marker=str(look["marker"]), markersize=5, label=words,
                    markerfacecolor=str(face), markeredgecolor=str(edge),
                )
            )  # fmt: skip
    handles.append(Patch(label="95 % of healthy", **_BAND))
    figure.legend(
        handles=handles, loc="lower center", ncols=5, bbox_to_anchor=(0.5, 0.0), fontsize=7.2,
        handletextpad=0.4, columnspacing=1.2,
    )  # fmt: skip


@pictured
def sides_figure(ratios: Ratios) -> Figure:
    """Every muscle's ratio on the left against that on the right."""
    figure = Figure(figsize=(5.2, 4.7))
    axes = figure.add_axes((0.125, 0.11, 0.86, 0.87))
    some = ratios.defined & (ratios.peak > 0.0)
    pairs = [one for one in muscle_pairs() if some[one.right] and some[one.left]]
    right, left = (
        ratios.peak[np.array([getattr(one, side) for one in pairs], dtype=int)]
        for side in ("right", "left")
    )
    ends = _ends(np.concatenate([right, left]), np.array([0.8, 1.2]))
    axes.plot(ends, ends, color=INK, linewidth=0.8)
    axes.scatter(right, left, s=18, facecolor="white", edgecolor="#00558C", linewidth=1.0, zorder=3)
    for k in np.argsort(-np.abs(np.log(left / right)))[:_NAMED]:
        above = left[k] > right[k]
        name = muscle_name(pairs[k].name)
        axes.annotate(
            name, (right[k], left[k]), (-5 if above else 5, 4 if above else -9),
            textcoords="offset points", fontsize=7, ha="right" if above else "left",
        )  # fmt: skip
    for words, place, align in (
        ("left higher", (0.03, 0.97), "left"),
        ("right higher", (0.97, 0.03), "right"),
    ):
        axes.text(
            *place, words, transform=axes.transAxes, ha=align, color=SOFT,
            va="top" if align == "left" else "bottom",
        )  # fmt: skip
    _logarithmic(axes, *ends)
    axes.set_yscale("log")
    axes.set_ylim(*ends)
    axes.yaxis.set_major_locator(FixedLocator(_TICKS))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("Right side: peak force, actual over healthy [–]")
    axes.set_ylabel("Left side: peak force, actual over healthy [–]")
    return figure
