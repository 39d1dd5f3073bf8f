"""Effect sizes with their intervals, one under the other: a forest plot of each comparison."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nuchal.model.clinical import SIDES, muscle_pairs, side_of
from nuchal.model.generic import MUSCLES
from nuchal.report.figures.style import INK, SOFT, heading, styled
from nuchal.report.summaries.study import Comparison, StudySummary
from nuchal.report.text import muscle_name, say

ALPHA: Final = 0.05
_MEASURES: Final = ("reach_deg", "peak_speed_deg_s", "smoothness")
_ROW_IN: Final = 0.27
_MUSCLE_IN: Final = 0.2
_FRAME_IN: Final = 1.75
# Beyond so large an effect intervals are cut off.
_FARTHEST: Final = 5.0


def contrasts(summary: StudySummary) -> list[tuple[str, list[Comparison]]]:
    """Comparisons of two, by what is compared, each with its title."""
    found: dict[tuple[str, str, str, str], list[Comparison]] = {}
    for one in summary.statistics:
        if one.comparison != "all groups":
            where = one.comparison, one.within, one.first, one.second
            found.setdefault(where, []).append(one)
    return [(title_of(those[0]), those) for those in found.values()]


def title_of(one: Comparison) -> str:
    """What is compared, in words."""
    what = say(
        f"study.{one.comparison.replace(' ', '_')}",
        first=one.first,
        second=one.second,
        within=one.within,
    )
    if one.within == "all" or one.comparison == "change between groups":
        return what
    inside = "study.in_session" if one.comparison == "groups" else "study.in_group"
    return say(inside, what=what, within=one.within)


def effects_figure(those: Sequence[Comparison], title: str) -> Iterator[tuple[str, Figure]]:
    """Forest plots of one contrast: of directions, and of muscles, where there are any."""
    moved = [one for one in those if one.quantity in _MEASURES]
    muscles = [one for one in those if one.quantity == "common_ratio"]
    if moved:
        yield "directions", _directions(moved, title)
    if muscles:
        yield "muscles", _muscles(muscles, title)


@styled
def _directions(those: Sequence[Comparison], title: str) -> Figure:
    names = list(dict.fromkeys(one.of for one in those))
    figure, height = _figure(those, title, len(names) * _ROW_IN)
    grid = figure.add_gridspec(
        1, 3, left=0.19, right=0.985, top=1 - 1.0 / height, bottom=0.95 / height, wspace=0.08
    )
    for k, quantity in enumerate(_MEASURES):
        axes = figure.add_subplot(grid[0, k])
        axes.set_title(say(f"study.{quantity}"))
        of = {one.of: one for one in those if one.quantity == quantity}
        _draw(axes, [of.get(name) for name in names])
        _rows(axes, names if k == 0 else [""] * len(names))
        axes.set_xlabel(those[0].effect)
    _limits(figure.axes, those)
    return figure


@styled
def _muscles(those: Sequence[Comparison], title: str) -> Figure:
    pairs = muscle_pairs()
    figure, height = _figure(those, title, len(pairs) * _MUSCLE_IN)
    grid = figure.add_gridspec(
        1, 2, left=0.25, right=0.985, top=1 - 1.0 / height, bottom=0.95 / height, wspace=0.06
    )
    of = {one.of: one for one in those}
    for k, side in enumerate(SIDES):
        axes = figure.add_subplot(grid[0, k])
        axes.set_title(say("study.common_ratio_of", side=side))
        places = [getattr(pair, side) for pair in pairs]
        assert all(side_of(MUSCLES[m]) == side for m in places)
        _draw(axes, [of.get(MUSCLES[m]) for m in places])
        names = [muscle_name(MUSCLES[m]) for m in places]
        _rows(axes, names if k == 0 else [""] * len(names), size=7.5)
        axes.set_xlabel(those[0].effect)
    _limits(figure.axes, those)
    return figure


def _figure(those: Sequence[Comparison], title: str, rows_in: float) -> tuple[Figure, float]:
    """An empty figure with title and key, and its height."""
    height = rows_in + _FRAME_IN + 0.25
    figure = Figure(figsize=(9.6, height))
    one = those[0]
    beneath = say("study.effects_beneath", effect=one.effect, first=one.first, second=one.second)
    heading(figure, title, beneath)
    look: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 5, "color": INK}
    handles = [Line2D([], [], **look), Line2D([], [], markerfacecolor="white", **look)]
    words = [say("study.sure", correction=one.correction), say("study.unsure")]
    figure.legend(handles, words, loc="lower left", bbox_to_anchor=(0.01, 0.0), ncols=2, fontsize=8)
    return figure, height


def _draw(axes: Axes, those: Sequence[Comparison | None]) -> None:
    """A point with its interval in each row; filled where the corrected p value is low."""
    axes.axvline(0.0, color=SOFT, linewidth=0.8, zorder=1)
    for row, one in enumerate(those):
        if one is None:
            continue
        sure = one.p_corrected is not None and one.p_corrected < ALPHA
        if one.effect_low is not None and one.effect_high is not None:
            axes.hlines(row, one.effect_low, one.effect_high, colors=INK, linewidth=1.2)
        face = INK if sure else "white"
        place = min(max(one.effect_size, -_FARTHEST), _FARTHEST)
        axes.plot(place, row, "o", markersize=4.6, color=INK, markerfacecolor=face, zorder=3)


def _rows(axes: Axes, names: Sequence[str], size: float = 8.5) -> None:
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), names, fontsize=size)
    axes.grid(visible=True, axis="x")
    axes.tick_params(axis="y", length=0)


def _limits(panels: Sequence[Axes], those: Sequence[Comparison]) -> None:
    """One scale for all panels."""
    ends = [abs(x) for o in those for x in (o.effect_low, o.effect_high, o.effect_size) if x]
    most = min(1.05 * max(ends, default=1.0), _FARTHEST)
    for axes in panels:
        axes.set_xlim(-most, most)
