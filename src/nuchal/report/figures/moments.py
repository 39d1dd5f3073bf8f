"""Net joint moments with their passive and external parts, and what the muscles cannot supply."""

from typing import Any, Final

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nuchal.conventions import COORDINATES
from nuchal.errors import Status
from nuchal.model.clinical import frame_status
from nuchal.records import Estimate
from nuchal.report.figures import timeline
from nuchal.report.figures.style import INK, SOFT, key, labelled, styled, zero_line

# What a positive and a negative moment does, for pitch, roll and yaw.
SIGNS: Final = (
    ("Extension +, flexion −", "extension", "flexion"),
    ("Right bending +, left −", "right", "left"),
    ("Left rotation +, right −", "left", "right"),
)
PARTS: Final = ("Upper neck (C2 to skull)", "Lower neck (T1 to C2)")
_NET: Final[dict[str, Any]] = {"color": INK, "linestyle": "-", "linewidth": 1.6}
_PASSIVE: Final[dict[str, Any]] = {"color": "#009E73", "linestyle": (0, (5, 1.6)), "linewidth": 1.3}
_DASHES: Final = (0, (6, 1, 1, 1))
_STRETCHED: Final[dict[str, Any]] = {"color": "#CC79A7", "linestyle": _DASHES, "linewidth": 1.3}
_EXTERNAL: Final[dict[str, Any]] = {"color": "#0072B2", "linestyle": (0, (1, 1)), "linewidth": 1.6}
_SHOWN_NM: Final = 1e-4
_RESERVE_COLOUR: Final = "#D55E00"


@styled
def moments_figure(estimate: Estimate) -> Figure:
    """Moments about the six coordinates over time [N m] under the movement [°]."""
    figure = timeline.figure_of(estimate, "Net joint moments", (11.0, 8.6))
    grid = figure.add_gridspec(
        4, 2, height_ratios=[0.7, 1, 1, 1],
        left=0.075, right=0.985, top=0.875, bottom=0.13, hspace=0.27, wspace=0.07,
    )  # fmt: skip
    strips = timeline.movement_row(figure, grid, estimate, 2)
    for strip, part_name in zip(strips, PARTS, strict=True):
        strip.set_title(part_name, pad=22)
    timeline.movement_key(strips[0], 0.97)
    for angle in range(3):
        panels = [figure.add_subplot(grid[1 + angle, part]) for part in range(2)]
        for part, axes in enumerate(panels):
            _draw_moment(axes, estimate, 3 * part + angle)
            timeline.time_axis(axes, estimate, label=angle == 2)
        _share_scale(panels, SIGNS[angle])
    _draw_key(figure, panels[0], estimate)
    return figure


def _draw_moment(axes: Axes, estimate: Estimate, k: int) -> None:
    timeline.shade_flagged(axes, estimate)
    axes.set_gid(COORDINATES[k])
    zero_line(axes)
    moments = estimate.moments
    timeline.draw_line(
        axes, estimate, np.asarray(moments.passive)[:, k], label="passive", **_PASSIVE
    )
    stretched = stretched_moment(estimate, k)
    if np.any(stretched):
        timeline.draw_line(axes, estimate, stretched, label="stretched", **_STRETCHED)
    if np.any(np.asarray(moments.external)):
        timeline.draw_line(
            axes, estimate, np.asarray(moments.external)[:, k], label="external", **_EXTERNAL
        )
    timeline.draw_line(axes, estimate, np.asarray(moments.net)[:, k], label="net", **_NET)
    _draw_reserve(axes, estimate, k)


def stretched_moment(estimate: Estimate, k: int) -> Float[np.ndarray, " t"]:
    """Moment of passive fibre force about one coordinate, frame by frame [N m].

    It is part of what the muscles supply, and where it points against the net moment the active
    muscles have to make up for it.
    """
    arms, passive = np.asarray(estimate.moment_arms)[:, k], np.asarray(estimate.forces.passive)
    return np.asarray((arms * passive).sum(axis=1))


def _draw_reserve(axes: Axes, estimate: Estimate, k: int) -> None:
    """The missing moment as a hatched area from zero, and its worst value in words."""
    known = timeline.known_frames(estimate)
    reserve = np.asarray(estimate.forces.reserve)[:, k]
    axes.fill_between(
        np.asarray(estimate.motion.time), 0.0, np.ma.array(reserve, mask=~known),
        where=known & (np.abs(reserve) > _SHOWN_NM),
        facecolor="#f3c4ab", edgecolor=_RESERVE_COLOUR, hatch="//////", linewidth=0.8,
        label="reserve", zorder=1.8,
    )  # fmt: skip
    worst = float(np.max(np.abs(reserve[known]), initial=0.0))
    found, none = ("worst reserve", "no reserve needed")
    if timeline.unbalanced(estimate):
        found, none = ("off by up to", "balanced")
    words = f"{found} {worst:.2f} N m" if worst >= 0.005 else none
    axes.text(
        0.995, 0.97, words, transform=axes.transAxes, ha="right", va="top", fontsize=7.5, color=SOFT
    )


def _share_scale(panels: list[Axes], sign: tuple[str, str, str]) -> None:
    bounds = np.array([axes.get_ylim() for axes in panels])
    low, high = float(bounds[:, 0].min()), float(bounds[:, 1].max())
    room = max(high - low, 0.2)
    for axes in panels:
        axes.set_ylim(low - 0.02 * room, high + 0.12 * room)
    panels[1].tick_params(labelleft=False)
    panels[0].set_ylabel(f"{sign[0]}\nMoment [N m]")


def _draw_key(figure: Figure, panel: Axes, estimate: Estimate) -> None:
    words = {
        "net": "net: what the muscles have to supply",
        "passive": "passive: ligaments and discs on the neck",
        "stretched": "stretched muscles: their passive share of the net moment",
        "external": "external: what is on the head",
        "reserve": "reserve: what the muscles could not supply",
    }
    if timeline.unbalanced(estimate):
        words["reserve"] = "left over: what the forces do not make"
    drawn = labelled(panel)
    key(
        figure, {words[name]: drawn[name] for name in words if name in drawn},
        timeline.flag_patches(estimate), loc="lower left", bbox_to_anchor=(0.065, 0.004), ncols=3,
        handlelength=2.6, columnspacing=1.6,
    )  # fmt: skip
    if np.all(frame_status(estimate) == Status.GAP):
        panel.text(0.5, 0.5, "no frame could be solved", transform=panel.transAxes, ha="center")
