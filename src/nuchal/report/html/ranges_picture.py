"""How far the head went to every side, beside what is normal: the picture of the first page."""

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from nuchal.report.figures.style import INK, SOFT
from nuchal.report.html.svg import pictured
from nuchal.report.html.verdicts import Direction
from nuchal.report.text import Language, say

# What stands to the left and right of zero; the left of the page is the person's left.
_ROWS: Final = (
    ("sagittal", "flexion", "extension"),
    ("bending", "left bending", "right bending"),
    ("rotation", "left rotation", "right rotation"),
    ("forward", "left forward", "right forward"),
    ("backward", "left backward", "right backward"),
)
# Dark to light, so that they can be told apart in grey.
_BARS: Final[dict[str, dict[str, Any]]] = {
    "expected": {"facecolor": "#B5D3EA", "edgecolor": INK, "linewidth": 0.8},
    "less": {"facecolor": "#A8330A", "edgecolor": INK, "linewidth": 0.8},
    "borderline": {"facecolor": "#E89B74", "edgecolor": INK, "linewidth": 0.8},
    "not_tested": {"facecolor": "white", "edgecolor": INK, "linewidth": 0.8, "linestyle": ":"},
}
_KEYS: Final = {
    "expected": "reached",
    "less": "reached_less",
    "borderline": "reached_borderline",
    "not_tested": "not_tested",
}
_BAND: Final[dict[str, Any]] = {
    "facecolor": "#ececec",
    "edgecolor": "#8d8d8d",
    "hatch": "////",
    "linewidth": 0.5,
}
_WIDEST_DEG: Final = 110.0


@pictured
def ranges_figure(directions: Sequence[Direction], language: Language) -> Figure:
    """Bars from the neutral pose to how far the head went [degrees], on bands of healthy people."""
    figure = Figure(figsize=(7.2, 3.4))
    axes = figure.add_axes((0.2, 0.2, 0.785, 0.79))
    found = {one.way: one for one in directions}
    reach = max(max(one.found.reach_deg, one.band_deg[1]) for one in directions)
    widest = max(_WIDEST_DEG, reach + 22.0)
    for row, (_, *pair) in enumerate(_ROWS):
        for sign, way in zip((-1.0, 1.0), pair, strict=True):
            _draw(axes, found[way], row=row, sign=sign)
            _label(axes, found[way], row=row, end=sign * widest * 0.995, language=language)
    axes.axvline(0.0, color=INK, linewidth=1.0)
    axes.set_xlim(-widest, widest)
    axes.set_ylim(len(_ROWS) - 0.42, -0.55)
    axes.set_yticks(range(len(_ROWS)), [say(f"plane.{plane}", language) for plane, *_ in _ROWS])
    ticks = range(-90, 91, 30)
    axes.set_xticks(ticks, [f"{abs(x)}°" for x in ticks])
    axes.set_xlabel(say("first.angle", language))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    _key(figure, {one.standing for one in directions}, language)
    return figure


def _draw(axes: Axes, one: Direction, *, row: int, sign: float) -> None:
    low, high = one.band_deg
    band = Rectangle((sign * low, row - 0.27), sign * (high - low), 0.54, zorder=1, **_BAND)
    axes.add_patch(band)
    mean = sign * one.found.expected_deg
    axes.plot([mean, mean], [row - 0.27, row + 0.27], color=INK, lw=1.4, zorder=2)
    axes.barh(row, sign * one.found.reach_deg, 0.26, zorder=3, **_BARS[one.standing])


def _label(axes: Axes, one: Direction, *, row: int, end: float, language: Language) -> None:
    side = "left" if end < 0 else "right"
    mark = "" if one.standing == "expected" else f"{one.sign} "
    axes.text(
        end, row - 0.02, f"{mark}{one.found.reach_deg:.0f}°", ha=side, va="bottom", fontsize=9,
        fontweight="bold" if one.standing == "less" else "normal",
    )  # fmt: skip
    words = say(f"direction_end.{one.way}", language)
    axes.text(end, row + 0.05, words, ha=side, va="top", fontsize=7, color=SOFT)


def _key(figure: Figure, standings: set[str], language: Language) -> None:
    handles = [
        Patch(label=say(f"first.{_KEYS[kind]}", language), **look)
        for kind, look in _BARS.items()
        if kind in standings
    ]
    handles.append(Patch(label=say("first.band", language), **_BAND))
    figure.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, -0.005), ncols=len(handles),
        fontsize=7.2, handlelength=1.5, columnspacing=1.1, borderaxespad=0.2,
    )  # fmt: skip
