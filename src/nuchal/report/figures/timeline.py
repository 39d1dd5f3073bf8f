"""What figures of an estimate share: its title, time, flagged frames and movement."""

from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.patches import Patch

from nuchal.errors import Status
from nuchal.model.clinical import doubtful_frames, frame_status, usable_frames
from nuchal.plain_text import file_name
from nuchal.records import Estimate
from nuchal.report.figures.style import ANGLE_LINES, heading, zero_line
from nuchal.report.summaries.parts import person_words
from nuchal.report.text import say
from nuchal.tracking.smoothing import segments

_STATUS_FILL: Final[dict[Status, dict[str, Any]]] = {
    Status.GAP: {"facecolor": "#d0d0d0", "hatch": None},
    Status.BEYOND_RANGE: {"facecolor": "#f4edcf", "hatch": None},
    Status.INFEASIBLE: {"facecolor": "#f6ddd3", "hatch": "////"},
    Status.NOT_CONVERGED: {"facecolor": "#e4dcef", "hatch": "xxxx"},
    Status.OUTSIDE_TRAINING: {"facecolor": "#dfe9ef", "hatch": "...."},
}
_FILL_EDGE: Final[dict[str, Any]] = {"linewidth": 0, "edgecolor": "#c9a392"}
_MOVEMENTS: Final = (
    "flexion +, extension −",
    "bending, right +, left −",
    "rotation, right +, left −",
)


def figure_of(estimate: Estimate, title: str, size_in: tuple[float, float]) -> Figure:
    """An empty figure with a title, and beneath it recording, person, preset and engine."""
    figure = Figure(figsize=size_in)
    by = f"engine {estimate.engine}"
    if estimate.method == "network":
        by = "forces by network" + (", corrected" if corrected(estimate) else "")
    if estimate.method == "paper":
        by = "forces by the paper's networks"
    words = person_words(estimate.subject)
    if estimate.assistance is not None:
        by += f", EMG-assisted (weight {estimate.assistance.weight:g})"
    if estimate.head_forces is not None:
        by += ", head forces"
    beneath = "  ·  ".join([file_name(estimate.source), *words, f"preset {estimate.preset}", by])
    heading(figure, title, beneath)
    return figure


def corrected(estimate: Estimate) -> bool:
    """Whether a network's forces were brought into equilibrium."""
    return estimate.network is not None and estimate.network.correction is not None


def unbalanced(estimate: Estimate) -> bool:
    """Whether forces are a network's as they came, so that moments are left over."""
    return estimate.method != "optimisation" and not corrected(estimate)


def known_frames(estimate: Estimate) -> Bool[np.ndarray, " t"]:
    """Frames that have forces, usable or doubtful."""
    return np.asarray(usable_frames(estimate) | doubtful_frames(estimate))


def draw_line(axes: Axes, estimate: Estimate, values: Float[np.ndarray, " t"], **line: Any) -> None:
    """Draw values over time: full where usable, faint where doubtful, absent elsewhere."""
    time = np.asarray(estimate.motion.time)
    usable, doubtful = usable_frames(estimate), doubtful_frames(estimate)
    # The faint line reaches one frame into its usable neighbours, so that it joins on.
    reach = doubtful | (usable & (_shift(doubtful, 1) | _shift(doubtful, -1)))
    faint = {**line, "label": "_doubtful", "linewidth": 0.8, "alpha": 0.6}
    axes.plot(time, np.where(reach, values, np.nan), **faint)
    axes.plot(time, np.where(usable, values, np.nan), **{"label": "_full", **line})


def draw_tracked(
    axes: Axes, estimate: Estimate, values: Float[np.ndarray, " t"], **line: Any
) -> None:
    """Draw values over time wherever the posture is known, nothing in gaps."""
    gap = frame_status(estimate) == Status.GAP
    axes.plot(np.asarray(estimate.motion.time), np.where(gap, np.nan, values), **line)


def shade_flagged(axes: Axes, estimate: Estimate) -> None:
    """Shade the frames that cannot be used, one tint per status."""
    edges, status = _frame_edges(np.asarray(estimate.motion.time)), frame_status(estimate)
    for member, look in _STATUS_FILL.items():
        for start, stop in segments(status == member):
            axes.axvspan(edges[start], edges[stop], zorder=0.5, **_FILL_EDGE, **look)


def flag_patches(estimate: Estimate) -> list[Patch]:
    """Legend entries for the statuses that occur, with their share of the frames."""
    status = frame_status(estimate)
    shares = {member: float(np.mean(status == member)) for member in _STATUS_FILL}
    words = {member: f"status_short.{member.name.lower()}" for member in _STATUS_FILL}
    return [
        Patch(label=say(words[member], share=_percent(share)), **_FILL_EDGE, **_STATUS_FILL[member])
        for member, share in shares.items()
        if share
    ]


def _percent(share: float) -> str:
    return "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def _frame_edges(time: Float[np.ndarray, " t"]) -> Float[np.ndarray, " t+1"]:
    """Borders between frames: half-way to the neighbours [s]."""
    if time.size == 1:
        return np.array([time[0] - 0.5, time[0] + 0.5])
    middle = (time[1:] + time[:-1]) / 2
    return np.concatenate([time[:1], middle, time[-1:]])


def time_axis(axes: Axes, estimate: Estimate, *, label: bool) -> None:
    """Limits and label of a time axis [s]."""
    edges = _frame_edges(np.asarray(estimate.motion.time))
    axes.set_xlim(edges[0], edges[-1])
    axes.tick_params(labelbottom=label)
    if label:
        axes.set_xlabel("Time [s]")


def _shift(flags: Bool[np.ndarray, " t"], by: int) -> Bool[np.ndarray, " t"]:
    moved = np.roll(flags, by)
    moved[0 if by > 0 else -1] = False
    return moved


def draw_movement(axes: Axes, estimate: Estimate, *, label: bool = True) -> None:
    """Flexion, lateral bending and axial rotation of the head on the thorax [degrees]."""
    angles = estimate.head_angles_deg
    shade_flagged(axes, estimate)
    zero_line(axes)
    for k, (name, line) in enumerate(zip(_MOVEMENTS, ANGLE_LINES, strict=True)):
        draw_tracked(axes, estimate, angles[:, k], label=name, **line)
    reach = max(15.0, 1.08 * float(np.max(np.abs(angles))))
    axes.set_ylim(-reach, reach)
    step = 60 if reach > 60 else 30 if reach > 30 else 15
    axes.set_yticks([-step, 0, step])
    time_axis(axes, estimate, label=False)
    if label:
        axes.set_ylabel("Head on\nthorax [°]")
    else:
        axes.tick_params(labelleft=False)


def movement_row(figure: Figure, grid: GridSpec, estimate: Estimate, columns: int) -> list[Axes]:
    """The movement in each column of a grid's first row, its axis labelled once."""
    strips = [figure.add_subplot(grid[0, column]) for column in range(columns)]
    for column, strip in enumerate(strips):
        draw_movement(strip, estimate, label=column == 0)
    return strips


def movement_key(strip: Axes, height: float) -> None:
    """Name the three angles above a strip, at a height as a share of its own."""
    strip.legend(loc="lower left", bbox_to_anchor=(-0.01, height), ncols=3, borderaxespad=0.0)
