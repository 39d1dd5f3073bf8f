"""Measured linear envelopes and modelled activations on one axis."""

from typing import Any, Final

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.emg.records import EmgComparison
from nuchal.emg.sites import SIDES
from nuchal.records import Estimate
from nuchal.report.figures import timeline
from nuchal.report.figures.style import SIDE_LINES, SOFT, corner_note, key, labelled, styled
from nuchal.report.summaries.readings import reading_words

EMG_FIGURES: Final = ("emg.png", "emg.svg")
_EMG: Final[dict[str, Any]] = {"color": "#3a3a3a", "linestyle": "-", "linewidth": 1.1}
_ROW_IN: Final = 1.55


@styled
def emg_figure(found: EmgComparison, estimate: Estimate) -> Figure:
    """A panel a channel, right beside left, under the movement [°]; both curves in percent."""
    rows = _rows(found)
    height = 1.9 + _ROW_IN * (len(rows) + 0.8)
    title = "Measured EMG and modelled activation"
    figure = timeline.figure_of(estimate, title, (11.0, height))
    grid = figure.add_gridspec(
        len(rows) + 1, 2, height_ratios=[0.8] + [1.0] * len(rows), left=0.075, right=0.985,
        top=1.0 - 0.85 / height, bottom=0.72 / height, hspace=0.42, wspace=0.09,
    )  # fmt: skip
    strips = timeline.movement_row(figure, grid, estimate, 2)
    strips[0].set_title("Movement")
    strips[1].legend(
        loc="lower right", bbox_to_anchor=(1.0, 0.97), ncols=3, borderaxespad=0.0,
        fontsize=7.5, columnspacing=1.2, handlelength=1.8,
    )  # fmt: skip
    drawn = []
    for row, channels in enumerate(rows, start=1):
        panels = [figure.add_subplot(grid[row, side]) for side in range(2)]
        drawn += _draw_row(panels, channels, found, estimate, last=row == len(rows))
    _legend(figure, drawn[0], found, estimate)
    return figure


def _rows(found: EmgComparison) -> list[list[int | None]]:
    """Channels in rows: a site's right and left side, or single muscles."""
    rows: dict[str, list[int | None]] = {}
    for c, m in enumerate(found.mapped):
        key = m.site or m.label
        rows.setdefault(key, [None, None])[SIDES.index(m.side)] = c
    return list(rows.values())


def _draw_row(
    panels: list[Axes],
    channels: list[int | None],
    found: EmgComparison,
    estimate: Estimate,
    *,
    last: bool,
) -> list[Axes]:
    """One row on one axis, from zero; returns the panels that hold a channel."""
    drawn = []
    tops = [10.0]
    for axes, c in zip(panels, channels, strict=True):
        if c is None:
            axes.set_axis_off()
            continue
        tops.append(_draw_channel(axes, c, found, estimate))
        timeline.time_axis(axes, estimate, label=last)
        drawn.append(axes)
    for axes in drawn:
        axes.set_ylim(0.0, 1.12 * max(tops))
        axes.tick_params(labelleft=axes is drawn[0])
    of = "MVC" if found.maxima.origin == "mvc" else "own maximum"
    drawn[0].set_ylabel(f"EMG [% of {of}]\nActivation [%]")
    return drawn


def _draw_channel(axes: Axes, c: int, found: EmgComparison, estimate: Estimate) -> float:
    """Both curves [%]; returns the height that they need."""
    m, tracks = found.mapped[c], found.tracks
    timeline.shade_flagged(axes, estimate)
    name = m.site.replace("_", " ") if m.site else m.label
    axes.set_title(f"{m.side.capitalize()} {name}" if m.site else name)
    if found.readings and found.readings[c].found:
        _say_reading(axes, reading_words(found.readings[c]))
    axes.set_gid(m.label)
    emg = np.ma.array(100.0 * tracks.emg[:, c], mask=~tracks.known[:, c])
    axes.fill_between(tracks.time, 0.0, emg, color="#c9c9c9", alpha=0.55, linewidth=0)
    axes.plot(tracks.time, emg, label="EMG", **_EMG)
    model = 100.0 * tracks.model[:, c]
    timeline.draw_line(axes, estimate, model, label="model", **SIDE_LINES[m.side])
    corner_note(axes, _note(found, c))
    compared = tracks.compared[:, c]
    return max(_top(100.0 * tracks.emg[compared, c]), _top(model[compared]))


def _say_reading(axes: Axes, words: str) -> None:
    """In the upper left corner of a panel."""
    axes.annotate(
        words, (0.0, 1.0), (6, -6), xycoords="axes fraction", textcoords="offset points",
        va="top", fontsize=8.5, fontweight="bold",
    )  # fmt: skip


def _top(values: Float[np.ndarray, " k"]) -> float:
    return float(values.max(initial=0.0))


def _note(found: EmgComparison, c: int) -> str:
    a = found.agreement[c]
    if a.correlation is None or a.lag is None or a.rmse is None:
        return "not comparable"
    r = a.correlation
    return (
        f"r {r.r:.2f} ({r.low:.2f} to {r.high:.2f})   lag {1e3 * a.lag.lag_s:+.0f} ms   "
        f"RMSE {100.0 * a.rmse:.1f} %"
    )


def _legend(figure: Figure, panel: Axes, found: EmgComparison, estimate: Estimate) -> None:
    band, low = found.conditioning.band_hz, found.conditioning.lowpass_hz
    emg = f"EMG: {band[0]:g}-{band[1]:g} Hz, rectified, {low:g} Hz"
    wording = {"EMG": emg, "model": "model: activation of the muscles beneath"}
    shown = {wording[name]: line for name, line in labelled(panel).items()}
    height = figure.get_size_inches()[1]
    place = (0.07, 0.05 / height)
    patches = timeline.flag_patches(estimate)
    key(figure, shown, patches, loc="lower left", bbox_to_anchor=place, ncols=4, fontsize=7.5)
    note = "Lag: positive where the model comes later."
    figure.text(0.075, 0.3 / height, note, fontsize=7, color=SOFT, va="bottom")
