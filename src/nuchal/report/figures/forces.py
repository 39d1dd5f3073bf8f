"""Forces by muscle group over time, right and left."""

from typing import Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from nuchal.model.clinical import SIDES, Side, doubtful_frames, group_force, members, usable_frames
from nuchal.records import Estimate
from nuchal.report.figures import timeline
from nuchal.report.figures.style import SIDE_LINES, SOFT, corner_note, key, labelled, styled

# Where the eleven groups stand; each row shares one force axis.
ROWS: Final = (
    ("Front and side", ("sternocleidomastoid", "scalenes", "longus")),
    ("Back, superficial", ("trapezius", "splenius", "levator scapulae")),
    ("Back, deep", ("semispinalis", "longissimus and iliocostalis", "suboccipitals")),
    ("Hyoid", ("suprahyoid", "infrahyoid")),
)

_NOTE: Final = (
    "Force: sum over the muscles of a group. Panels of a row share the force axis. "
    "Ticks on top: a muscle of the group is at full activation."
)


@styled
def forces_figure(estimate: Estimate) -> Figure:
    """Small multiples of the forces of the eleven muscle groups [N] under the movement [°]."""
    title = "Neck-muscle forces by group and side"
    figure = timeline.figure_of(estimate, title, (11.0, 9.2))
    grid = figure.add_gridspec(
        5, 3, height_ratios=[0.8, 1, 1, 1, 1],
        left=0.075, right=0.985, top=0.9, bottom=0.068, hspace=0.34, wspace=0.09,
    )  # fmt: skip
    strips = timeline.movement_row(figure, grid, estimate, 3)
    for column, strip in enumerate(strips):
        strip.set_gid(f"movement {column}")
    strips[0].set_title("Movement")
    timeline.movement_key(strips[1], 0.97)
    for row, (region, groups) in enumerate(ROWS, start=1):
        panels = [figure.add_subplot(grid[row, column]) for column in range(len(groups))]
        _draw_row(panels, groups, estimate)
        panels[0].set_ylabel(f"{region}\nForce [N]")
        for column, axes in enumerate(panels):
            lowest = row == len(ROWS) or (row == len(ROWS) - 1 and column == 2)
            timeline.time_axis(axes, estimate, label=lowest)
    _draw_key(figure.add_subplot(grid[4, 2]), figure.axes[3], estimate)
    figure.text(0.075, 0.0065, _NOTE, fontsize=7, color=SOFT, va="bottom")
    return figure


def _draw_row(panels: list[Axes], groups: tuple[str, ...], estimate: Estimate) -> None:
    """Draw groups side by side on one force axis."""
    tops = [draw_group(a, estimate, group) for a, group in zip(panels, groups, strict=True)]
    for column, axes in enumerate(panels):
        axes.set_ylim(0.0, 1.18 * max(1.0, *tops))
        axes.tick_params(labelleft=column == 0)


def draw_group(axes: Axes, estimate: Estimate, group: str) -> float:
    """Draw one group's two sides [N]; returns the height that shows them well.

    Doubtful frames and intervals may stand up to half as high again as usable forces; beyond that
    they are cut off, lest one of them flatten all the others.
    """
    timeline.shade_flagged(axes, estimate)
    axes.set_title(group[0].upper() + group[1:])
    axes.set_gid(group)
    usable = usable_frames(estimate)
    sides = [group_force(estimate.forces.force, group, side) for side in SIDES]
    bands = [_draw_band(axes, estimate, group, side) for side in SIDES]
    for side, force in zip(SIDES, sides, strict=True):
        timeline.draw_line(axes, estimate, force, label=side, **SIDE_LINES[side])
        _draw_passive(axes, estimate, group, side)
        _mark_saturation(axes, estimate, group, side)
    sure = float(np.max([force[usable] for force in sides], initial=0.0))
    doubtful = [float(np.max(f[doubtful_frames(estimate)], initial=0.0)) for f in sides]
    unsure = max(*doubtful, *bands)
    peaks = [f"{force[usable].max():.0f}" if usable.any() else "–" for force in sides]
    corner_note(axes, f"peak R {peaks[0]}  L {peaks[1]} N")
    return max(sure, min(unsure, 1.5 * sure) if usable.any() else unsure)


def _draw_band(axes: Axes, estimate: Estimate, group: str, side: Side) -> float:
    """The muscles' intervals added up, as an area with a fine edge; returns its height [N]."""
    within = estimate.intervals
    if within is None:
        return 0.0
    known = timeline.known_frames(estimate)
    low, high = (
        np.ma.array(group_force(ends, group, side), mask=~known)
        for ends in (within.low, within.high)
    )
    colour = SIDE_LINES[side]["color"]
    axes.fill_between(
        np.asarray(estimate.motion.time), low, high, where=known,
        facecolor=to_rgba(colour, 0.2), edgecolor=to_rgba(colour, 0.45), linewidth=0.5,
        linestyle=SIDE_LINES[side]["linestyle"], zorder=1.6, label=f"_interval {side}",
    )  # fmt: skip
    return float(np.max(np.ma.getdata(high)[usable_frames(estimate)], initial=0.0))


def area_patches(estimate: Estimate) -> list[Patch]:
    """Legend entries for the areas of a force curve: intervals, and the passive part."""
    if estimate.intervals is None:
        return passive_patch(estimate)
    percent = 100 * estimate.intervals.coverage
    words = f"the muscles' {percent:g} % intervals, added up"
    band = Patch(facecolor="#cfd4d8", edgecolor="#8a8f94", linewidth=0.5, label=words)
    return [band, *passive_patch(estimate)]


def _draw_passive(axes: Axes, estimate: Estimate, group: str, side: Side) -> None:
    """The part of the force that stretched fibres make of their own accord, as an area."""
    passive = group_force(estimate.forces.passive, group, side)
    known = timeline.known_frames(estimate)
    if not np.any(passive[known]):
        return
    axes.fill_between(
        np.asarray(estimate.motion.time), 0.0, np.ma.array(passive, mask=~known), where=known,
        color=SIDE_LINES[side]["color"], alpha=0.22, linewidth=0, zorder=1.5,
        label=f"_passive {side}",
    )  # fmt: skip


def passive_patch(estimate: Estimate) -> list[Patch]:
    """Legend entry for the passive part, where there is one."""
    known = timeline.known_frames(estimate)
    if not np.any(np.asarray(estimate.forces.passive)[known]):
        return []
    return [Patch(facecolor="#8a8f94", alpha=0.4, linewidth=0, label="of it passive, by stretch")]


def _mark_saturation(axes: Axes, estimate: Estimate, group: str, side: Side) -> None:
    """A row of ticks at the top where a muscle of the group is at full activation."""
    full = np.asarray(estimate.forces.saturated)[:, members(group, side)].any(axis=1)
    full &= timeline.known_frames(estimate)
    if not full.any():
        return
    time, height = np.asarray(estimate.motion.time), 0.97 if side == "right" else 0.92
    axes.plot(
        time[full], np.full(full.sum(), height), "|", transform=axes.get_xaxis_transform(),
        color=SIDE_LINES[side]["color"], markersize=4.5, label=f"_full activation {side}",
    )  # fmt: skip


def _draw_key(axes: Axes, panel: Axes, estimate: Estimate) -> None:
    axes.set_axis_off()
    key(
        axes, sides_shown(panel), [*area_patches(estimate), *timeline.flag_patches(estimate)],
        loc="upper left", bbox_to_anchor=(0.0, 0.92), borderaxespad=0.0, handlelength=2.6,
    )  # fmt: skip


def sides_shown(panel: Axes) -> dict[str, Artist]:
    """The lines of a group's two sides, by their words in a legend."""
    return {f"{name} side": line for name, line in labelled(panel).items()}
