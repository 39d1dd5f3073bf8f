"""Angles of the head on the thorax and of the two parts of the neck, and the tracking error."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import part_angles_deg, range_deg
from nuchal.model.clinical import tracked_frames
from nuchal.records import Estimate
from nuchal.report.figures import timeline
from nuchal.report.figures.style import INK, SOFT, key, labelled, styled, zero_line

NAMES: Final = ("Flexion +, extension −", "Bending: right +, left −", "Rotation: right +, left −")
PARTS: Final = ("head on thorax", "upper neck", "lower neck")
_LINES: Final[tuple[dict[str, Any], ...]] = (
    {"color": INK, "linestyle": "-", "linewidth": 1.7},
    {"color": "#D55E00", "linestyle": (0, (1, 1)), "linewidth": 1.6},
    {"color": "#0072B2", "linestyle": (0, (5, 1.6)), "linewidth": 1.4},
)
_BAND: Final = "#e6eef4"


@styled
def angles_figure(estimate: Estimate, anatomy: Anatomy) -> Figure:
    """Clinical angles over time and the range they covered [°]; tracking residual [mm]."""
    tracked = estimate.tracking is not None
    size_in = (11.0, 8.6 if tracked else 7.4)
    figure = timeline.figure_of(estimate, "Head and neck angles", size_in)
    grid = figure.add_gridspec(
        3 + tracked, 2, height_ratios=[1, 1, 1, 0.45][: 3 + tracked],
        width_ratios=[5.2, 1], left=0.075, right=0.985, top=0.9, bottom=0.1,
        hspace=0.16, wspace=0.05,
    )  # fmt: skip
    values = np.concatenate([estimate.head_angles_deg[None], part_angles_deg(estimate.motion.q)])
    bounds = range_deg(anatomy.coordinate_range)
    for angle in range(3):
        axes = figure.add_subplot(grid[angle, 0])
        beside = figure.add_subplot(grid[angle, 1])
        _draw_angle(axes, estimate, values[:, :, angle], bounds[0, angle])
        axes.set_ylabel(f"{NAMES[angle]} [°]")
        timeline.time_axis(axes, estimate, label=angle == 2 and not tracked)
        _draw_ranges(beside, values[:, tracked_frames(estimate), angle], bounds[:, angle])
        beside.set_ylim(axes.get_ylim())
        beside.set_title("Range covered" if angle == 0 else "", loc="center", pad=12)
        beside.tick_params(labelbottom=angle == 2)
    if tracked:
        _draw_residual(figure.add_subplot(grid[3, 0]), estimate)
    _draw_key(figure, figure.axes[0], estimate)
    return figure


def _draw_angle(axes: Axes, estimate: Estimate, values: np.ndarray, bounds: np.ndarray) -> None:
    axes.axhspan(*map(float, bounds), color=_BAND, zorder=0.2, label="range of the generic neck")
    timeline.shade_flagged(axes, estimate)
    zero_line(axes)
    for part in (1, 2, 0):
        timeline.draw_tracked(axes, estimate, values[part], label=PARTS[part], **_LINES[part])
    reach = max(20.0, float(np.abs(values).max()), float(np.abs(bounds).max())) * 1.08
    axes.set_ylim(-reach, reach)
    axes.set_yticks([t for t in range(-120, 121, 30) if abs(t) <= reach])


def _draw_ranges(axes: Axes, values: np.ndarray, bounds: np.ndarray) -> None:
    """Generic range as a wide pale bar, covered range as a narrow dark one."""
    for part in range(3):
        low, high = map(float, bounds[part])
        axes.bar(part, high - low, bottom=low, width=0.62, color=_BAND, zorder=1)
        if not values.shape[1]:
            continue
        least, most = float(values[part].min()), float(values[part].max())
        axes.bar(part, most - least, bottom=least, width=0.2, color=_LINES[part]["color"], zorder=2)
        for value, va, shift in ((most, "bottom", 2), (least, "top", -2)):
            axes.annotate(
                f"{value:+.0f}".replace("-", "−"), (part, value), (0, shift),
                textcoords="offset points", ha="center", va=va, fontsize=7.5,
            )  # fmt: skip
    zero_line(axes)
    axes.set_xlim(-0.6, 2.6)
    axes.set_xticks(range(3), ["head", "upper", "lower"])
    axes.tick_params(labelleft=False, left=False, bottom=False)
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)


def _draw_residual(axes: Axes, estimate: Estimate) -> None:
    tracking = estimate.tracking
    if tracking is None:
        return
    millimetres = 1e3 * np.asarray(tracking.residual)
    timeline.shade_flagged(axes, estimate)
    timeline.draw_tracked(axes, estimate, millimetres, color=INK, linewidth=1.1, label="residual")
    axes.set_gid("residual")
    known = millimetres[tracked_frames(estimate)]
    axes.set_ylim(0.0, max(1.0, 1.25 * float(known.max(initial=0.0))))
    axes.set_ylabel("Marker\nresidual [mm]")
    if known.size:
        axes.text(
            1.03, 0.5,
            f"rms {np.sqrt(np.mean(known**2)):.1f} mm\nmax {known.max():.1f} mm\n"
            f"worst marker {tracking.worst_marker}",
            transform=axes.transAxes, va="center", fontsize=8, color=SOFT,
        )  # fmt: skip
    timeline.time_axis(axes, estimate, label=True)


def _draw_key(figure: Figure, panel: Axes, estimate: Estimate) -> None:
    drawn = labelled(panel)
    shown = {name: drawn[name] for name in (*PARTS, "range of the generic neck")}
    key(
        figure, shown, timeline.flag_patches(estimate), loc="lower left",
        bbox_to_anchor=(0.065, 0.004), ncols=4, handlelength=2.6, columnspacing=1.6,
    )  # fmt: skip
