"""Ratios of forces, actual over healthy: of all muscles by group, and left against right."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from nuchal.assessment.muscles.flags import NAMING, Flag
from nuchal.assessment.muscles.limits import Limits
from nuchal.assessment.muscles.ratios import KINDS, Kind, Ratio, Ratios
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
_FINE_TICKS: Final = (0.5, 0.7, 1.0, 1.4, 2.0)
_TICKS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
_NAMED: Final = 5
# Left end and width of each panel, as shares of the figure.
_PANELS: Final[dict[Kind, tuple[float, float]]] = {
    "common": (0.375, 0.25),
    "whole": (0.645, 0.165),
    "end": (0.83, 0.16),
}
_TITLES: Final[dict[Kind, str]] = {
    "common": "Common range\n(mean)",
    "whole": "Whole movement\n(mean)",
    "end": "End of range\n(peak)",
}


@pictured
def ratios_figure(ratios: Ratios, limits: Mapping[Kind, Limits], flags: tuple[Flag, ...]) -> Figure:
    """Ratios of every muscle, right and left, on bands of healthy people: a panel a kind."""
    figure = Figure(figsize=(7.2, 7.9))
    figure.text(0.6, 0.036, "Force in these recordings over force in the healthy movement [–]",
                fontsize=8.0, ha="center")  # fmt: skip
    rows = _rows()
    for kind in KINDS:
        axes = figure.add_axes((_PANELS[kind][0], 0.095, _PANELS[kind][1], 0.855))
        flagged = {one.muscle for one in flags} if kind == NAMING else set()
        _draw_kind(axes, rows, ratios.of(kind), limits[kind], flagged)
        axes.set_title(_TITLES[kind], fontsize=8.0, pad=4.0, loc="center")
        if kind == KINDS[0]:
            _name_rows(axes, rows)
        else:
            axes.set_yticks([])
    _key(figure)
    return figure


def _rows() -> list[tuple[float, MusclePair]]:
    """Places of all muscles from above, a gap after each group."""
    found, row = [], 0.0
    for group in GROUPS:
        for one in muscle_pairs():
            if one.group == group:
                found.append((row, one))
                row += 1.0
        row += 0.5
    return found


def _draw_kind(
    axes: Axes,
    rows: list[tuple[float, MusclePair]],
    ratio: Ratio | None,
    limits: Limits,
    flagged: set[int],
) -> None:
    low, high = limits.range
    value = np.ones(len(low)) if ratio is None else ratio.value
    shown = np.zeros(len(low), bool) if ratio is None else ratio.defined & (value > 0.0)
    _draw_bands(axes, rows, low, high)
    for side, look in _LOOKS.items():
        placed = [(getattr(one, side), row + look["dy"]) for row, one in rows]
        for stands_out in (False, True):
            some = [(m, y) for m, y in placed if shown[m] and (m in flagged) == stands_out]
            _draw_points(axes, look, [(float(value[m]), y) for m, y in some], stands_out)
    for (row, one), (below, other) in pairwise(rows):
        if one.group != other.group:
            axes.axhline(0.5 * (row + below), color="#c4c4c4", linewidth=0.6)
    axes.axvline(1.0, color=INK, linewidth=0.9, zorder=1.5)
    axes.set_ylim(rows[-1][0] + 0.6, -0.8)
    axes.grid(axis="y", visible=False)
    _logarithmic(axes, *_ends(value[shown], np.concatenate([low, high])))


def _name_rows(axes: Axes, rows: list[tuple[float, MusclePair]]) -> None:
    axes.set_yticks([row for row, _ in rows], [muscle_name(x.name) for _, x in rows], fontsize=7.2)
    axes.tick_params(axis="y", length=0)
    for group in GROUPS:
        middle = float(np.mean([row for row, one in rows if one.group == group]))
        axes.text(
            -0.375 / _PANELS[KINDS[0]][1] + 0.02, middle, short_group(group), fontsize=7.6,
            fontweight="bold", transform=axes.get_yaxis_transform(), va="center",
        )  # fmt: skip


def short_group(group: str) -> str:
    """Its name where there is little room."""
    return "long. and iliocost." if group.startswith("longissimus") else group


def _ends(values: np.ndarray, limits: np.ndarray) -> tuple[float, float]:
    every = np.concatenate([values, limits])
    low, high = 0.92 * float(every.min()), 1.08 * float(every.max())
    return max(0.01, min(0.65, low)), min(60.0, max(1.5, high))


def _draw_bands(
    axes: Axes, rows: list[tuple[float, MusclePair]], low: np.ndarray, high: np.ndarray
) -> None:
    """One shape for all of them, for a shape each takes a third of a second."""
    boxes = []
    for row, one in rows:
        for bottom, m in ((row, one.right), (row - 0.36, one.left)):
            x, y = (
                (low[m], high[m], high[m], low[m]),
                (bottom, bottom, bottom + 0.36, bottom + 0.36),
            )
            boxes.append(Path([*zip(x, y, strict=True), (x[0], y[0])], closed=True))
    axes.add_patch(PathPatch(Path.make_compound_path(*boxes), zorder=1, **_BAND))


def _draw_points(
    axes: Axes, look: dict[str, Any], points: list[tuple[float, float]], stands_out: bool
) -> None:
    """Ratios of some muscles of one side, and their rows."""
    axes.plot(
        [min(max(ratio, 0.0105), 58.0) for ratio, _ in points], [row for _, row in points],
        look["marker"], markersize=5.4 if stands_out else 4.2, markeredgewidth=0.9, zorder=3,
        markerfacecolor=look["color"] if stands_out else "white",
        markeredgecolor=INK if stands_out else look["color"],
    )  # fmt: skip


def _logarithmic(axes: Axes, low: float, high: float) -> None:
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator(_ticks(low, high)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())


def _ticks(low: float, high: float) -> tuple[float, ...]:
    return _FINE_TICKS if high < 5.0 * low else _TICKS


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
def sides_figure(ratio: Ratio) -> Figure:
    """Every muscle's ratio on the left against that on the right."""
    figure = Figure(figsize=(5.2, 4.7))
    axes = figure.add_axes((0.125, 0.11, 0.86, 0.87))
    some = ratio.defined & (ratio.value > 0.0)
    pairs = [one for one in muscle_pairs() if some[one.right] and some[one.left]]
    right, left = (
        ratio.value[np.array([getattr(one, side) for one in pairs], dtype=int)]
        for side in ("right", "left")
    )
    ends = _ends(np.concatenate([right, left]), np.array([0.8, 1.2]))
    axes.plot(ends, ends, color=INK, linewidth=0.8)
    axes.scatter(right, left, s=18, facecolor="white", edgecolor="#00558C", linewidth=1.0, zorder=3)
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
    axes.yaxis.set_major_locator(FixedLocator(_ticks(*ends)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    far = np.argsort(-np.abs(np.log(left / right)))[:_NAMED]
    names = [muscle_name(pairs[k].name) for k in far]
    _name_points(axes, names, np.stack([right, left], axis=1)[far])
    axes.set_xlabel("Right side: force in the common range, actual over healthy [–]")
    axes.set_ylabel("Left side: force in the common range, actual over healthy [–]")
    return figure


def _name_points(axes: Axes, names: list[str], places: np.ndarray) -> None:
    """Beside them, towards the middle, and below one another where they are close."""
    points = 72.0 / axes.figure.dpi
    x, y = (axes.transData.transform(places) * points).T if names else np.zeros((2, 0))
    middle, free = axes.get_window_extent().x0 * points + 150.0, np.inf
    for k in np.argsort(-y):
        at = min(float(y[k]), free)
        right = x[k] < middle
        axes.annotate(
            names[k], tuple(places[k]), (7 if right else -7, at - float(y[k]) - 2.5),
            textcoords="offset points", fontsize=7, ha="left" if right else "right",
        )  # fmt: skip
        free = at - 9.0
