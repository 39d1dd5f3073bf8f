"""Forces of a few muscles over one recording: optimisation, network, and its intervals."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from people import Both

from nuchal.model.generic import MUSCLES
from nuchal.records import Estimate
from nuchal.report.figures.style import SOFT, styled
from nuchal.report.figures.timeline import (
    draw_line,
    draw_movement,
    flag_patches,
    shade_flagged,
    time_axis,
)
from nuchal.report.text import muscle_name, say

_EXACT: Final[dict[str, Any]] = {"color": "#7FB6DD", "linestyle": "-", "linewidth": 3.2}
_CENTRAL: Final[dict[str, Any]] = {
    "color": "#12324A",
    "linestyle": (0, (3.0, 1.6)),
    "linewidth": 1.1,
}


@styled
def curves_figure(both: Both, muscles: tuple[str, ...]) -> Figure:
    """The movement [degrees] above the forces of some muscles [N], all over time [s]."""
    estimate = _as_estimate(both)
    figure = Figure(figsize=(9.6, 2.2 + 1.75 * len(muscles)))
    height = figure.get_size_inches()[1]
    figure.text(
        0.016, 1 - 0.13 / height, "Muscle forces of a real recording: network and optimisation",
        fontsize=12.5, fontweight="bold", va="top",
    )  # fmt: skip
    what = f"person {both.name} movement  ·  preset {estimate.preset}  ·  muscles of the right side"
    figure.text(0.016, 1 - 0.38 / height, what, fontsize=8.5, color=SOFT, va="top")
    figure.text(0.984, 0.06 / height, say("report.notice"), fontsize=7, color=SOFT, ha="right")
    panels = figure.subplots(len(muscles) + 1, 1, sharex=True)
    draw_movement(panels[0], estimate)
    panels[0].legend(loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=3, borderaxespad=0.0)
    for axes, name in zip(panels[1:], muscles, strict=True):
        _draw_muscle(axes, both, estimate, name)
        time_axis(axes, estimate, label=axes is panels[-1])
    handles, labels = panels[1].get_legend_handles_labels()
    patches = flag_patches(estimate)
    figure.legend(
        [*handles, *patches], [*labels, *(str(p.get_label()) for p in patches)],
        loc="upper left", bbox_to_anchor=(0.07, 1 - 0.58 / height), ncols=3, handlelength=3.2,
    )  # fmt: skip
    figure.subplots_adjust(
        left=0.075, right=0.984, top=1 - 1.3 / height, bottom=0.5 / height, hspace=0.34
    )
    return figure


def _draw_muscle(axes: Axes, both: Both, estimate: Estimate, name: str) -> None:
    k = MUSCLES.index(name)
    time, within = np.asarray(estimate.motion.time), both.findings.intervals
    shade_flagged(axes, estimate)
    good = both.counted
    axes.fill_between(
        time, np.asarray(within.low)[:, k], np.asarray(within.high)[:, k], where=good,
        facecolor="#d9d9d9", edgecolor="#8c8c8c", linewidth=0.6, zorder=1.5,
        label=f"network, {within.coverage:.0%} interval",
    )  # fmt: skip
    draw_line(axes, estimate, both.exact[:, k], label="optimisation", zorder=2.0, **_EXACT)
    draw_line(
        axes,
        estimate,
        both.central[:, k],
        label="network, likeliest neck",
        zorder=2.2,
        **_CENTRAL,
    )
    axes.set_title(f"{name}  ({muscle_name(name)})", fontweight="normal")
    axes.set_ylabel("Force [N]")
    seen = np.stack([np.asarray(within.high)[:, k], both.exact[:, k]])
    axes.set_ylim(0.0, 1.06 * max(1.0, float(np.max(seen[:, good], initial=0.0))))


def _as_estimate(both: Both) -> Estimate:
    """The recording by optimisation, in the form that figures are drawn from."""
    found, case = both.optimised, both.case
    return Estimate(
        source=case.tracked.source,
        subject=case.subject,
        preset=case.options.preset,
        engine=case.options.engine,
        motion=case.tracked.motion,
        head_angles_deg=case.tracked.head_angles_deg(case.plan.anatomy),
        moments=found.moments,
        forces=found.forces,
        reactions=found.reactions,
        length=found.length,
        moment_arms=found.moment_arms,
        tracking=case.tracked.tracking,
        assumptions=(),
        quality=both.counted,
    )
