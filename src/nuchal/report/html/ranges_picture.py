"""How far the head went to every side, beside what is normal: the picture of the first page."""

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from nuchal.report.figures.style import INK, SOFT
from nuchal.report.html.svg import pictured
from nuchal.report.html.words import WayFinding

# What stands to the left and right of zero; the left of the page is the person's left.
_ROWS: Final = (
    ("Forward, backward", "flexion", "extension"),
    ("Side-bending", "left bending", "right bending"),
    ("Turning", "left rotation", "right rotation"),
    ("Forward and sideways", "left forward", "right forward"),
    ("Backward and sideways", "left backward", "right backward"),
)
_ENDS: Final = {
    "flexion": "forward",
    "extension": "backward",
    "left bending": "to the left",
    "right bending": "to the right",
    "left rotation": "to the left",
    "right rotation": "to the right",
    "left forward": "forward left",
    "right forward": "forward right",
    "left backward": "back left",
    "right backward": "back right",
}
# Dark to light, so that they can be told apart in grey.
_FILL: Final = {"less": "#A8330A", "borderline": "#E89B74", "expected": "#B5D3EA"}
_WIDEST_DEG: Final = 110.0


@pictured
def ranges_figure(ways: Sequence[WayFinding]) -> Figure:
    """Bars from the neutral pose to how far the head went [degrees], on bands of healthy people."""
    figure = Figure(figsize=(7.2, 3.4))
    axes = figure.add_axes((0.2, 0.2, 0.785, 0.79))
    found = {one.way: one for one in ways}
    reach = max(max(one.reach_deg, one.band_deg[1]) for one in ways)
    widest = max(_WIDEST_DEG, reach + 22.0)
    for row, (_, *pair) in enumerate(_ROWS):
        for sign, way in zip((-1.0, 1.0), pair, strict=True):
            _draw(axes, found[way], row=row, sign=sign, widest=widest)
    axes.axvline(0.0, color=INK, linewidth=1.0)
    axes.set_xlim(-widest, widest)
    axes.set_ylim(len(_ROWS) - 0.42, -0.55)
    axes.set_yticks(range(len(_ROWS)), [name for name, *_ in _ROWS])
    ticks = range(-90, 91, 30)
    axes.set_xticks(ticks, [f"{abs(x)}°" for x in ticks])
    axes.set_xlabel("Angle of the head from the neutral pose [degrees]")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    _key(figure, {one.standing for one in ways})
    return figure


def _draw(axes: Axes, one: WayFinding, *, row: int, sign: float, widest: float) -> None:
    low, high = one.band_deg
    axes.add_patch(
        Rectangle(
            (sign * low, row - 0.27), sign * (high - low), 0.54, facecolor="#ececec",
            edgecolor="#8d8d8d", linewidth=0.5, hatch="////", zorder=1,
        )
    )  # fmt: skip
    axes.plot([sign * one.normal_deg] * 2, [row - 0.27, row + 0.27], color=INK, lw=1.4, zorder=2)
    if one.standing == "not tested":
        axes.barh(
            row, sign * one.reach_deg, 0.26, facecolor="white", edgecolor=INK, linewidth=0.8,
            linestyle=":", zorder=3,
        )  # fmt: skip
    else:
        axes.barh(
            row, sign * one.reach_deg, 0.26, facecolor=_FILL[one.standing], edgecolor=INK,
            linewidth=0.8, zorder=3,
        )  # fmt: skip
    bold = "bold" if one.standing == "less" else "normal"
    mark = "" if one.standing == "expected" else f"{one.sign} "
    axes.text(
        sign * widest * 0.995, row - 0.02, f"{mark}{one.reach_deg:.0f}°",
        ha="left" if sign < 0 else "right", va="bottom", fontsize=9, fontweight=bold,
    )  # fmt: skip
    axes.text(
        sign * widest * 0.995, row + 0.05, _ENDS[one.way], ha="left" if sign < 0 else "right",
        va="top", fontsize=7, color=SOFT,
    )  # fmt: skip


def _key(figure: Figure, standings: set[str]) -> None:
    bars = (
        ("expected", "reached"),
        ("less", "▼ reached, less than expected"),
        ("borderline", "▽ reached, borderline"),
    )
    handles = [
        Patch(facecolor=_FILL[kind], edgecolor=INK, linewidth=0.8, label=label)
        for kind, label in bars
        if kind in standings
    ]
    if "not tested" in standings:
        handles.append(Patch(facecolor="white", edgecolor=INK, linestyle=":", label="– not tested"))
    handles.append(
        Patch(
            facecolor="#ececec", edgecolor="#8d8d8d", hatch="////", linewidth=0.5,
            label="expected (95 % of healthy people; line: mean)",
        )
    )  # fmt: skip
    figure.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, -0.005), ncols=len(handles),
        fontsize=7.2, handlelength=1.5, columnspacing=1.1, borderaxespad=0.2,
    )  # fmt: skip
