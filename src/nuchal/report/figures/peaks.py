"""Peak forces on a drawing of the neck, and all of them as a list."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from nuchal.model.anatomy import Anatomy
from nuchal.model.clinical import GROUPS, SIDES, muscle_pairs, usable_frames
from nuchal.records import Estimate
from nuchal.report.figures import timeline
from nuchal.report.figures.bones import View
from nuchal.report.figures.drawing import (
    ForceScale,
    Scene,
    draw_neck,
    label_strongest,
    neck_scene,
    peak_forces,
)
from nuchal.report.figures.style import GRID, SIDE_LINES, SOFT, styled
from nuchal.report.text import muscle_name

_PLACES: Final[dict[View, tuple[float, float, float, float]]] = {
    "right side": (0.088, 0.51, 0.205, 0.41),
    "left side": (0.447, 0.51, 0.205, 0.41),
    "back": (0.015, 0.075, 0.335, 0.41),
    "front": (0.37, 0.075, 0.335, 0.41),
}


@styled
def peaks_figure(estimate: Estimate, anatomy: Anatomy) -> Figure:
    """Four views of the neck with the peak force of every muscle [N], and a chart of all."""
    figure = timeline.figure_of(estimate, "Peak muscle forces", (12.0, 9.4))
    peak = peak_forces(estimate.forces.force, usable_frames(estimate))
    scene = neck_scene(anatomy, peak)
    for view, place in _PLACES.items():
        draw_view(figure.add_axes(place), scene, view)
    colour_bar(figure, scene.scale, (0.25, 0.035, 0.22, 0.011))
    _draw_chart(figure.add_axes((0.865, 0.075, 0.12, 0.84)), scene)
    return figure


def draw_view(axes: Axes, scene: Scene, view: View) -> None:
    """One view of the neck with its title, and its strongest muscles or its sides named."""
    draw_neck(axes, scene, view)
    axes.set_title(view.capitalize(), loc="center", pad=2)
    if view.endswith("side"):
        label_strongest(axes, scene, view, count=4)
        return
    names = ("left", "right") if view == "back" else ("right", "left")
    for x, name, align in ((0.06, names[0], "left"), (0.94, names[1], "right")):
        axes.text(x, 0.38, name, transform=axes.transAxes, ha=align, fontsize=8, color=SOFT)


def colour_bar(figure: Figure, scale: ForceScale, place: tuple[float, float, float, float]) -> None:
    """The scale of colours [N]."""
    axes = figure.add_axes(place)
    axes.set_gid("colour bar")
    shades = ScalarMappable(scale.norm, scale.colours)
    bar = figure.colorbar(shades, cax=axes, orientation="horizontal")
    bar.outline.set_visible(False)
    axes.grid(visible=False)
    title = "Peak muscle force over usable frames [N]"
    axes.set_title(title, fontsize=8, fontweight="normal", loc="center", pad=3)


def _draw_chart(axes: Axes, scene: Scene) -> None:
    """Every pair of muscles in one row: a filled dot for the right, an open one for the left."""
    axes.set_gid("chart")
    pairs, heights, height = muscle_pairs(), [], 0.0
    for group in GROUPS:
        height += 0.8
        axes.text(
            -0.03, height, group[0].upper() + group[1:], transform=axes.get_yaxis_transform(),
            ha="right", va="center", fontsize=7.5, fontweight="bold",
        )  # fmt: skip
        for _ in (one for one in pairs if one.group == group):
            height += 1.0
            heights.append(height)
        height += 0.5
    right, left = (scene.peak[[getattr(one, side) for one in pairs]] for side in SIDES)
    blue, red = SIDE_LINES["right"]["color"], SIDE_LINES["left"]["color"]
    axes.hlines(heights, np.minimum(left, right), np.maximum(left, right), color="#999999", lw=1.0)
    axes.plot(right, heights, "o", color=blue, markersize=4.2, label="right")
    axes.plot(left, heights, "o", color=red, mfc="none", markersize=6.4, mew=1.2, label="left")
    axes.set_xlim(-0.02 * scene.scale.top, 1.04 * scene.scale.top)
    axes.set_ylim(height, 0.0)
    axes.set_yticks(heights, [muscle_name(one.name) for one in pairs], fontsize=7.2)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=GRID, linewidth=0.4)
    axes.set_xlabel("Peak force [N]")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.1, 1.0), ncols=2, borderaxespad=0.0,
                handletextpad=0.1, columnspacing=0.8)  # fmt: skip
