"""One picture of a recording: the neck, the movement, the strongest groups before and behind."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.model.anatomy import Anatomy
from nuchal.model.clinical import SIDES, group_force, usable_frames
from nuchal.records import Estimate
from nuchal.report.figures import timeline
from nuchal.report.figures.bones import View
from nuchal.report.figures.drawing import neck_scene, peak_forces
from nuchal.report.figures.forces import ROWS, area_patches, draw_group, sides_shown
from nuchal.report.figures.peaks import colour_bar, draw_view
from nuchal.report.figures.style import key, styled

_PLACES: Final[dict[View, tuple[float, float, float, float]]] = {
    "right side": (0.125, 0.485, 0.245, 0.43),
    "back": (0.545, 0.485, 0.4, 0.43),
}
# Antagonists side by side: muscles before and beside the spine, muscles behind it. The hyoid
# muscles, whose work is to swallow and to speak, stand in ``forces_figure``.
_COLUMNS: Final = (
    ("sternocleidomastoid", "scalenes", "longus"),
    tuple(group for _, groups in ROWS[1:3] for group in groups),
)
_SHOWN: Final = 2


@styled
def overview_figure(estimate: Estimate, anatomy: Anatomy) -> Figure:
    """Peak forces on the neck [N] above the movement [°] and the strongest antagonists [N]."""
    peak = peak_forces(estimate.forces.force, usable_frames(estimate))
    figure = timeline.figure_of(estimate, f"Forces of the {len(peak)} neck muscles", (9.6, 9.0))
    scene = neck_scene(anatomy, peak)
    for view, place in _PLACES.items():
        draw_view(figure.add_axes(place), scene, view)
    colour_bar(figure, scene.scale, (0.36, 0.478, 0.25, 0.011))
    _draw_strongest(figure, estimate)
    return figure


def strongest_groups(estimate: Estimate, groups: tuple[str, ...], count: int) -> list[str]:
    """Those of some groups with the highest force on either side, strongest first."""
    usable = usable_frames(estimate)

    def highest(group: str) -> float:
        forces = [group_force(estimate.forces.force, group, side)[usable] for side in SIDES]
        return float(np.max(forces, initial=0.0))

    return sorted(groups, key=highest, reverse=True)[:count]


def _draw_strongest(figure: Figure, estimate: Estimate) -> None:
    grid = figure.add_gridspec(
        3, 2, height_ratios=[0.85, 1, 1],
        left=0.085, right=0.98, top=0.408, bottom=0.1, hspace=0.42, wspace=0.08,
    )  # fmt: skip
    timeline.movement_key(timeline.movement_row(figure, grid, estimate, 2)[0], 1.0)
    panels: list[Axes] = []
    highest = 1.0
    for column, groups in enumerate(_COLUMNS):
        for row, group in enumerate(strongest_groups(estimate, groups, _SHOWN)):
            axes = figure.add_subplot(grid[1 + row, column])
            highest = max(highest, draw_group(axes, estimate, group))
            timeline.time_axis(axes, estimate, label=row == _SHOWN - 1)
            axes.tick_params(labelleft=column == 0)
            axes.set_ylabel("" if column else "Force [N]")
            panels.append(axes)
    for axes in panels:
        axes.set_ylim(0.0, 1.12 * highest)
    key(
        figure, sides_shown(panels[0]),
        [*area_patches(estimate), *timeline.flag_patches(estimate)], loc="lower left",
        bbox_to_anchor=(0.075, 0.013), ncols=4, handlelength=2.2, columnspacing=1.4,
    )  # fmt: skip
