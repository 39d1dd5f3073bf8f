"""Forces over time beside those of the healthy movement."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from nuchal.conventions import LEFT_SUFFIX
from nuchal.model.clinical import SIDES, Side
from nuchal.model.generic import MUSCLES
from nuchal.report.figures.style import INK, SIDE_LINES, SOFT
from nuchal.report.html.curves import DOUBTFUL, USABLE, Curves
from nuchal.report.html.svg import pictured
from nuchal.report.text import muscle_name

# The four muscles whose curves He, Liu and Li 2026 show.
SHOWN: Final = ("stern_mast", "trap_cl", "long_cap_sklc4", "semi_cap_sklc5")
# Between recordings on one axis.
_GAP_S: Final = 0.8
# That fit above the recordings' axes.
_LETTERS: Final = 80


@pictured
def curves_figure(actual: Sequence[tuple[str, Curves]], healthy: Curves) -> Figure:
    """Four muscles: the person's recordings one after another, and the healthy movement."""
    figure = Figure(figsize=(7.2, 4.9))
    spans = [_span(one) for _, one in actual]
    whole = sum(spans) + _GAP_S * (len(spans) - 1)
    share = max(0.5, min(0.74, whole / (whole + _span(healthy))))
    grid = GridSpec(
        len(SHOWN), 2, figure=figure, width_ratios=[share, 1.0 - share],
        left=0.085, right=0.99, top=0.93, bottom=0.135, hspace=0.42, wspace=0.035,
    )  # fmt: skip
    for row, muscle in enumerate(SHOWN):
        left, right = (figure.add_subplot(grid[row, k]) for k in range(2))
        _draw_recordings(left, actual, muscle, label=row == 0)
        _draw_sides(right, healthy, muscle, shift_s=-healthy.start_s)
        top = 1.08 * highest([one for _, one in actual], healthy, muscle)
        for axes in (left, right):
            axes.set_ylim(0.0, top)
            axes.tick_params(labelbottom=row == len(SHOWN) - 1)
        left.set_title(muscle_name(muscle), pad=14 if row == 0 else 4)
        left.set_ylabel("Force [N]")
        right.tick_params(labelleft=False)
        right.set_xlim(0.0, _span(healthy))
        if row == 0:
            right.set_title("healthy movement", fontweight="normal", pad=14)
    left.set_xlabel("Time, recordings one after another [s]")
    right.set_xlabel("Time [s]")
    _key(figure, banded=any(one.low is not None for _, one in actual))
    return figure


def highest(actual: Sequence[Curves], healthy: Curves, muscle: str) -> float:
    """A height that shows usable forces well; intervals may stand half as high again [N].

    Beyond that they are cut off, lest one of them flatten all curves.
    """
    both = [MUSCLES.index(muscle), MUSCLES.index(muscle + LEFT_SUFFIX)]
    sure, unsure = 1.0, 0.0
    for one in (*actual, healthy):
        usable = one.kind == USABLE
        sure = max(sure, float(np.max(one.ends[usable][:, :, both], initial=0.0)))
        if one.high is not None:
            unsure = max(unsure, float(np.max(one.high[usable][:, both], initial=0.0)))
    return max(sure, min(unsure, 1.5 * sure))


def _span(one: Curves) -> float:
    return one.step_s * len(one.kind)


def _draw_recordings(
    axes: Axes, actual: Sequence[tuple[str, Curves]], muscle: str, *, label: bool
) -> None:
    start, whole = 0.0, sum(_span(one) + _GAP_S for _, one in actual)
    for k, (name, one) in enumerate(actual):
        _draw_sides(axes, one, muscle, shift_s=start - one.start_s)
        if k:
            axes.axvline(start - 0.5 * _GAP_S, color=SOFT, linewidth=0.8, linestyle=":")
        if label:
            words = name if _span(one) * _LETTERS >= len(name) * whole else name.split()[0]
            axes.annotate(
                words, (start, 1.0), (0, 3), xycoords=("data", "axes fraction"),
                textcoords="offset points", fontsize=7, color=SOFT,
            )  # fmt: skip
        start += _span(one) + _GAP_S
    axes.set_xlim(0.0, start - _GAP_S)


def _draw_sides(axes: Axes, one: Curves, muscle: str, *, shift_s: float) -> None:
    time = (one.time_s + shift_s).ravel()
    for side in SIDES:
        m = MUSCLES.index(muscle + (LEFT_SUFFIX if side == "left" else ""))
        look: dict[str, Any] = {**SIDE_LINES[side], "linewidth": 1.1}
        _draw_band(axes, one, m, side, shift_s=shift_s)
        for kind, how in ((USABLE, {}), (DOUBTFUL, {"alpha": 0.45, "linewidth": 0.6})):
            hidden = np.repeat(one.kind != kind, 2)
            axes.plot(time, np.where(hidden, np.nan, one.ends[:, :, m].ravel()), **{**look, **how})


def _draw_band(axes: Axes, one: Curves, m: int, side: Side, *, shift_s: float) -> None:
    if one.low is None or one.high is None:
        return
    axes.fill_between(
        one.time_s.mean(axis=1) + shift_s,
        one.low[:, m],
        one.high[:, m],
        where=one.kind == USABLE,
        facecolor=to_rgba(SIDE_LINES[side]["color"], 0.16),
        linewidth=0.0,
    )


def _key(figure: Figure, *, banded: bool) -> None:
    handles: list[Line2D | Patch] = [
        Line2D([], [], label=f"{side} side", **SIDE_LINES[side]) for side in SIDES
    ]
    handles.append(Line2D([], [], color=INK, linewidth=0.6, alpha=0.6, label="frames in doubt"))
    if banded:
        handles.append(Patch(facecolor="#cfd4d8", label="interval of the network"))
    figure.legend(
        handles=handles, loc="lower center", ncols=len(handles), bbox_to_anchor=(0.5, 0.0),
        fontsize=7.5,
    )  # fmt: skip
