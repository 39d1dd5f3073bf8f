"""Groups and sessions of a study side by side: ranges, curves with bands, effect sizes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import t as student

from nuchal.model.clinical import DIRECTIONS
from nuchal.report.figures.effects import contrasts, effects_figure
from nuchal.report.figures.study_cells import GRID, SIZE_IN, Cell, Rows, cells_of, key_of, rows_of
from nuchal.report.figures.study_curves import curves_figure, curves_of
from nuchal.report.figures.study_words import (
    curves_in_words,
    effects_in_words,
    ranges_in_words,
)
from nuchal.report.figures.style import SOFT, heading, styled
from nuchal.report.summaries.study import StudySummary
from nuchal.report.text import say

# The largest sidestep of a person's point, of the distance between cells.
_ASIDE: Final = 0.16
_MOST_CONTRASTS: Final = 12
# How much higher a panel is than what has to be seen in it.
_ROOM: Final = 1.25


class Pictured(NamedTuple):
    """A figure, what its files are called, what stands above and below it, and what it shows."""

    name: str
    figure: Figure
    title: str
    words: str
    in_words: str


def pictures_of(tables: Mapping[str, Rows], summary: StudySummary) -> list[Pictured]:
    """Every figure of a study."""
    cells = cells_of(summary)
    ranges = ranges_figure(tables["directions"], cells)
    made = [_picture("ranges", ranges, ranges_in_words(tables["directions"], cells))]
    for name, column in (("curves_angle", "angle_deg"), ("curves_force", "total_N")):
        curves = curves_of(tables["curves"], column)
        if curves:
            figure = curves_figure(curves, cells, name)
            made.append(_picture(name, figure, curves_in_words(curves, cells, name)))
    for k, (title, those) in enumerate(contrasts(summary)[:_MOST_CONTRASTS], start=1):
        for kind, figure in effects_figure(those, title):
            name = f"effects_{k}_{kind}"
            said = effects_in_words(those, kind, title)
            made.append(Pictured(name, figure, title, say("study.effects_words"), said))
    return made


def names_of_pictures() -> list[str]:
    """All names that the figures of a study can have."""
    numbers = range(1, _MOST_CONTRASTS + 1)
    effects = [f"effects_{k}_{kind}" for k in numbers for kind in ("directions", "muscles")]
    return ["ranges", "curves_angle", "curves_force", *effects]


def _picture(name: str, figure: Figure, said: str) -> Pictured:
    return Pictured(name, figure, say(f"study.{name}"), say(f"study.{name}_words"), said)


@styled
def ranges_figure(directions: Rows, cells: Sequence[Cell]) -> Figure:
    """How far each person's head went, a panel a direction; means with 95 % intervals."""
    figure = Figure(figsize=SIZE_IN)
    heading(figure, say("study.ranges"), say("study.ranges_beneath"))
    grid = figure.add_gridspec(3, 2, **GRID)
    rows = [row for row in directions if row["verdict"] != "not tested"]
    tops: list[list[Axes]] = [[], [], []]
    for k, way in enumerate(DIRECTIONS):
        axes = figure.add_subplot(grid[k // 2, k % 2])
        axes.set_title(way[0].upper() + way[1:])
        for place, cell in enumerate(cells):
            values = [row["reach_deg"] for row in rows_of(rows, cell) if row["direction"] == way]
            _draw_people(axes, place, np.array(values), cell)
        _norm(axes, [r["norm_mean_deg"] for r in directions if r["direction"] == way], len(cells))
        people = [sum(row["direction"] == way for row in rows_of(rows, one)) for one in cells]
        axes.set_xlim(-0.6, len(cells) - 0.4)
        axes.set_xticks(range(len(cells)), [f"n = {n}" for n in people], fontsize=8)
        axes.tick_params(axis="x", length=0)
        axes.grid(visible=False, axis="x")
        tops[k // 2].append(axes)
        if k % 2 == 0:
            axes.set_ylabel(say("study.reach_deg"))
    for k, pair in enumerate(tops):
        _to_top(pair, [r for r in directions if r["direction"] in DIRECTIONS[2 * k : 2 * k + 2]])
    key_of(figure, cells, lines=False)
    return figure


def _draw_people(axes: Axes, place: int, values: Float[np.ndarray, " n"], cell: Cell) -> None:
    """A point a person, and the mean with its interval where there are several."""
    if not len(values):
        return
    aside = _ASIDE * _sidesteps(values)
    look: dict[str, Any] = {"color": cell.colour, "marker": cell.marker, "linestyle": "none"}
    axes.plot(place + aside, values, markersize=4, alpha=0.55, markeredgewidth=0.0, **look)
    half = _half_interval(values)
    axes.errorbar(
        place + 0.3, values.mean(), yerr=None if half is None else [[half], [half]],
        markersize=6.5, capsize=3.5, elinewidth=1.4, **look,
    )  # fmt: skip


def _to_top(panels: Sequence[Axes], rows: Rows) -> None:
    """One axis for a plane, which shows all people; intervals of a few go beyond."""
    most = max([row["reach_deg"] for row in rows] + [row["norm_mean_deg"] or 0.0 for row in rows])
    for axes in panels:
        axes.set_ylim(0.0, _ROOM * most)


def _sidesteps(values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """-1 to 1, neighbours in size on different sides, the same every time."""
    steps = np.zeros(len(values))
    steps[np.argsort(values)] = np.resize([0.0, -1.0, 1.0, -0.5, 0.5], len(values))
    return steps if len(values) > 2 else np.zeros(len(values))


def _half_interval(values: Float[np.ndarray, " n"]) -> float | None:
    """Half of the 95 % confidence interval of a mean."""
    if len(values) < 2:
        return None
    error = values.std(ddof=1) / np.sqrt(len(values))
    return float(student.ppf(0.975, len(values) - 1) * error)


def _norm(axes: Axes, norms: Sequence[float | None], cells: int) -> None:
    """A line at the mean of people of that age, averaged over who is here."""
    known = [value for value in norms if value is not None]
    if known:
        axes.hlines(
            float(np.mean(known)), -0.6, cells - 0.4, colors=SOFT, linewidth=0.9, linestyles=":"
        )
