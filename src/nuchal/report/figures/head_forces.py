"""Forces on the head from outside over time, in the skull's axes."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.records import Estimate, HeadForces
from nuchal.report.figures import timeline
from nuchal.report.figures.style import INK, key, labelled, styled, zero_line

_AXES: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("forward", {"color": "#D55E00", "linestyle": "-"}),
    ("up", {"color": "#0072B2", "linestyle": (0, (5, 1.6))}),
    ("to the right", {"color": "#009E73", "linestyle": (0, (1, 1))}),
)
_MOST: Final = 4


@styled
def head_forces_figure(estimate: Estimate, forces: HeadForces) -> Figure:
    """Each force over time [N], the first few of them, under the movement [°]."""
    shown = min(len(forces.names), _MOST)
    height = 3.2 + 2.0 * shown
    figure = timeline.figure_of(estimate, "Forces on the head from outside", (9.6, height))
    grid = figure.add_gridspec(
        1 + shown, 1, height_ratios=[0.7, *[1.0] * shown],
        left=0.085, right=0.98, top=1.0 - 0.95 / height, bottom=0.75 / height, hspace=0.4,
    )  # fmt: skip
    timeline.movement_key(timeline.movement_row(figure, grid, estimate, 1)[0], 1.0)
    for k in range(shown):
        axes = figure.add_subplot(grid[1 + k, 0])
        _draw(axes, estimate, forces.force[:, k])
        axes.set_title(forces.names[k])
        axes.set_ylabel("Force [N]")
        timeline.time_axis(axes, estimate, label=k == shown - 1)
    key(
        figure, labelled(axes), timeline.flag_patches(estimate), loc="lower left",
        bbox_to_anchor=(0.075, 0.004), ncols=4, handlelength=2.4,
    )  # fmt: skip
    return figure


def _draw(axes: Axes, estimate: Estimate, force: np.ndarray) -> None:
    timeline.shade_flagged(axes, estimate)
    zero_line(axes)
    size = np.linalg.norm(force, axis=1)
    timeline.draw_tracked(axes, estimate, size, label="size", color=INK, linewidth=1.6)
    for component, (label, line) in zip(force.T, _AXES, strict=True):
        timeline.draw_tracked(axes, estimate, component, label=label, linewidth=1.2, **line)
