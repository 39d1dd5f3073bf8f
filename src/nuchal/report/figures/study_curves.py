"""Mean curves of a study's groups over each movement, out and back, with bands."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.model.clinical import DIRECTIONS
from nuchal.report.figures.study_cells import GRID, SIZE_IN, Cell, Rows, key_of
from nuchal.report.figures.style import heading, styled, zero_line
from nuchal.report.text import say

# How dark all bands of a panel are where they lie on one another.
_BANDS: Final = 0.36


def curves_of(
    curves: Rows, column: str
) -> dict[tuple[str, str, str], dict[str, Float[np.ndarray, " p"]]]:
    """Mean curves of each person over the attempts, out and back in one row.

    Returns:
        By direction, group and session, by person: the way out, then back.
    """
    every: dict[tuple[str, str, str], dict[str, dict[tuple[Any, str], list[float]]]] = {}
    for row in curves:
        value = np.nan if row[column] is None else row[column]
        cell = every.setdefault((row["direction"], row["group"], row["session"]), {})
        attempt = (row["recording"], row["attempt"]), row["way"]
        cell.setdefault(row["person"], {}).setdefault(attempt, []).append(value)
    found: dict[tuple[str, str, str], dict[str, Float[np.ndarray, " p"]]] = {}
    for cell_name, people in every.items():
        for person, ways in people.items():
            both = [_mean([v for (_, way), v in ways.items() if way == w]) for w in ("out", "back")]
            if all(one is not None for one in both):
                found.setdefault(cell_name, {})[person] = np.concatenate(both)  # type: ignore[arg-type]
    return found


def _mean(curves: Sequence[Sequence[float]]) -> Float[np.ndarray, " p"] | None:
    """Of the curves that are known from end to end."""
    whole = [one for one in map(np.asarray, curves) if np.isfinite(one).all()]
    return np.mean(whole, axis=0) if whole else None


@styled
def curves_figure(
    curves: Mapping[tuple[str, str, str], Mapping[str, Float[np.ndarray, " p"]]],
    cells: Sequence[Cell],
    name: str,
) -> Figure:
    """Mean curves of the cells with bands of one standard deviation, a panel a direction."""
    figure = Figure(figsize=SIZE_IN)
    heading(figure, say(f"study.{name}"), say("study.curves_beneath"))
    grid = figure.add_gridspec(3, 2, **GRID)
    for k, way in enumerate(DIRECTIONS):
        beside = figure.axes[-1] if k % 2 else None
        axes = figure.add_subplot(grid[k // 2, k % 2], sharey=beside)
        axes.set_title(way[0].upper() + way[1:])
        for cell in cells:
            people = curves.get((way, cell.group, cell.session), {})
            if people:
                _draw_curves(axes, np.array(list(people.values())), cell, _BANDS / len(cells))
        _ways_axis(axes, labelled=k >= 4)
        if name == "curves_angle":
            zero_line(axes)
        elif beside is not None:  # both of the row are drawn
            axes.set_ylim(0.0, None)
        if beside is None:
            axes.set_ylabel(say(f"study.{name}_axis"))
    key_of(figure, cells, lines=True)
    return figure


def _draw_curves(axes: Axes, values: Float[np.ndarray, "n p"], cell: Cell, alpha: float) -> None:
    half = values.shape[1] // 2
    along = np.concatenate([np.linspace(0, 100, half), np.linspace(100, 200, half)])
    mean = values.mean(axis=0)
    axes.plot(along, mean, color=cell.colour, linestyle=cell.line, linewidth=1.6)
    if len(values) > 1:
        spread = values.std(axis=0, ddof=1)
        axes.fill_between(
            along, mean - spread, mean + spread, color=cell.colour, alpha=alpha, linewidth=0.0
        )


def _ways_axis(axes: Axes, *, labelled: bool) -> None:
    axes.set_xlim(0.0, 200.0)
    axes.axvline(100.0, color="#9a9a9a", linewidth=0.7, zorder=1)
    axes.set_xticks([0, 50, 100, 150, 200], ["0", "50", say("study.farthest"), "50", "100"])
    if labelled:
        axes.set_xlabel(say("study.curves_axis"))
