"""Figures 5 to 7 of the paper, of our people."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.spatial import ConvexHull

from nuchal.assessment.envelopes.records import MarkerEnvelopes
from nuchal.assessment.muscles.ratios import Ratio
from nuchal.model.clinical import MusclePair, muscle_pairs
from nuchal.report.figures.style import GRID, INK, SIDE_LINES, heading, styled
from nuchal.report.text import muscle_name

_PERSON: Final = "#00558C"
_REFERENCE: Final = "#9a9a9a"
# Of the thorax frame: forward, up, right.
_VIEWS: Final = (("from above", 2, 0), ("from behind", 2, 1), ("from the right", 0, 1))
_AXES: Final = ("forward [mm]", "up [mm]", "right [mm]")
_LEAST, _MOST = 0.25, 4.0


@styled
def envelopes_figure(envelopes: Sequence[MarkerEnvelopes], whose: str) -> Figure:
    """Where the three markers went, and where the best match takes them, from three sides."""
    figure = Figure(figsize=(9.6, 4.4))
    heading(figure, f"Motion envelopes: {whose}", "outlines of the envelopes of TP, LH and RH")
    for k, (title, across, up) in enumerate(_VIEWS):
        panel = figure.add_subplot(1, 3, k + 1)
        for one in envelopes:
            outlines = (
                (one.matched, _REFERENCE, "--", "best match"),
                (one.person, _PERSON, "-", whose),
            )
            for envelope, colour, dash, label in outlines:
                points = 1e3 * np.asarray(envelope.points)[:, [across, up]]
                edge = points[ConvexHull(points).vertices]
                closed = np.concatenate([edge, edge[:1]])
                named = label if one is envelopes[0] else None
                panel.plot(*closed.T, color=colour, linestyle=dash, label=named)
        panel.set_aspect("equal")
        panel.set(title=title, xlabel=_AXES[across], ylabel=_AXES[up])
        panel.grid(color=GRID)
    lines, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(lines, names, loc="lower left", ncols=2, fontsize=8)
    figure.tight_layout(rect=(0.0, 0.07, 1.0, 0.86))
    return figure


@styled
def ratios_figure(ratios: dict[str, Ratio]) -> Figure:
    """Largest force on the own movement over that of the best match, muscle by muscle."""
    pairs = muscle_pairs()
    figure = Figure(figsize=(9.6, 1.4 + 0.19 * len(pairs)))
    heading(figure, "Peak forces over those of the best match", "below 1 reduced, above 1 raised")
    for k, (whose, ratio) in enumerate(ratios.items()):
        panel = figure.add_subplot(1, len(ratios), k + 1)
        _dots(panel, ratio, pairs)
        panel.set_title(whose)
        if k:
            panel.set_yticklabels([])
    figure.tight_layout(rect=(0.0, 0.02, 1.0, 0.93))
    return figure


def _dots(panel: Axes, ratio: Ratio, pairs: Sequence[MusclePair]) -> None:
    """Right and left side by side, out of range at the edge."""
    value = np.clip(ratio.value, _LEAST, _MOST)
    right, left = ([getattr(pair, side) for pair in pairs] for side in ("right", "left"))
    for side, muscles, marker in (("right", right, "o"), ("left", left, "D")):
        rows = [(row, muscle) for row, muscle in enumerate(muscles) if ratio.defined[muscle]]
        look: dict[str, Any] = {"color": SIDE_LINES[side]["color"], "marker": marker}
        at = [value[muscle] for _, muscle in rows]
        panel.plot(
            at, [row for row, _ in rows], linestyle="none", markersize=3.5, label=side, **look
        )
    panel.axvline(1.0, color=INK, linewidth=0.8)
    panel.set_xscale("log", base=2)
    panel.set_xlim(_LEAST / 1.1, _MOST * 1.1)
    panel.set_xticks([0.25, 0.5, 1.0, 2.0, 4.0], ["0.25", "0.5", "1", "2", "4"])
    panel.set_ylim(len(pairs) - 0.5, -0.5)
    panel.set_yticks(range(len(pairs)), [muscle_name(pair.name) for pair in pairs])
    panel.tick_params(axis="y", labelsize=6.5)
    panel.grid(axis="x", color=GRID)
    panel.legend(loc="upper left", fontsize=7, numpoints=1)
