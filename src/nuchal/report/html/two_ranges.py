"""How far the head went in two visits, side by side: the picture of a comparison."""

from collections.abc import Mapping
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from nuchal.report.figures.style import INK, SOFT
from nuchal.report.html.svg import pictured
from nuchal.report.summaries.comparison import ChangePart
from nuchal.report.text import say

_BEFORE: Final[dict[str, Any]] = {
    "marker": "o", "markersize": 7, "markerfacecolor": "white", "markeredgecolor": INK,
    "markeredgewidth": 1.4, "linestyle": "none",
}  # fmt: skip
_AFTER: Final[dict[str, Any]] = {
    "marker": "D", "markersize": 7, "markerfacecolor": "#00558C", "markeredgecolor": INK,
    "markeredgewidth": 0.8, "linestyle": "none",
}  # fmt: skip
_BAND: Final[dict[str, Any]] = {"facecolor": "#e4e4e4", "edgecolor": "#9a9a9a", "linewidth": 0.5}
_LINES: Final = {"worse": "#A8330A", "better": "#00734F"}


@pictured
def two_ranges_figure(
    directions: Mapping[str, ChangePart], names: tuple[str, str], *, banded: bool
) -> Figure:
    """Marks of both visits for every direction [degrees].

    Args:
        directions: what was found of them.
        names: of both visits.
        banded: whether to show what an unchanged person stays within.
    """
    figure = Figure(figsize=(7.2, 3.3))
    axes = figure.add_axes((0.17, 0.27, 0.81, 0.71))
    for row, (way, one) in enumerate(directions.items()):
        _draw(axes, one, row, banded=banded)
        axes.text(-1.5, row, way.capitalize(), ha="right", va="center", fontsize=9)
    axes.set_ylim(len(directions) - 0.5, -0.5)
    axes.set_xlim(left=0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"{say('compare.angle')} [°]")
    handles: list[Any] = [
        Line2D([], [], label=name, **look)
        for name, look in zip(names, (_BEFORE, _AFTER), strict=True)
    ]
    if banded:
        handles.append(Patch(label=say("compare.within"), **_BAND))
    figure.legend(
        handles=handles, loc="lower center", ncols=len(handles), fontsize=8, bbox_to_anchor=(0.5, 0)
    )
    return figure


def _draw(axes: Axes, one: ChangePart, row: int, *, banded: bool) -> None:
    if one.before_deg is None or one.after_deg is None:
        axes.text(1.0, row, say("compare.not tested"), va="center", fontsize=8, color=SOFT)
        return
    if banded and one.smallest_detectable_deg is not None:
        low = max(0.0, one.before_deg - one.smallest_detectable_deg)
        wide = one.before_deg + one.smallest_detectable_deg - low
        axes.barh(row, wide, 0.5, left=low, zorder=1, **_BAND)
    colour = _LINES.get(one.verdict or "", INK)
    thick = 2.6 if one.verdict in _LINES else 1.2
    axes.plot([one.before_deg, one.after_deg], [row, row], color=colour, lw=thick, zorder=2)
    axes.plot(one.before_deg, row, zorder=3, **_BEFORE)
    axes.plot(one.after_deg, row, zorder=4, **_AFTER)
