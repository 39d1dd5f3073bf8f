"""How every figure looks: fonts, colours that survive greyscale, flagged frames, sides.

Colours are those of Okabe and Ito (2008) or near them, told apart by people with any colour
vision; lightness and line style tell them apart in black and white.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec

import matplotlib as mpl
import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from nuchal.errors import Status
from nuchal.model.angles import head_angles_deg
from nuchal.model.clinical import doubtful_frames, frame_status, usable_frames
from nuchal.records import Estimate
from nuchal.report.summaries.parts import person_words
from nuchal.report.text import say
from nuchal.tracking.smoothing import segments

INK: Final = "#222222"
SOFT: Final = "#6b6b6b"
GRID: Final = "#e3e3e3"
SIDE_LINES: Final[dict[str, dict[str, Any]]] = {
    "right": {"color": "#00558C", "linestyle": "-", "linewidth": 1.8},
    "left": {"color": "#F08A3C", "linestyle": (0, (3.2, 1.4)), "linewidth": 1.6},
}
# Flexion, bending, rotation.
ANGLE_LINES: Final[tuple[dict[str, Any], ...]] = (
    {"color": "#222222", "linestyle": "-", "linewidth": 1.3},
    {"color": "#009E73", "linestyle": (0, (4, 1.4)), "linewidth": 1.3},
    {"color": "#CC79A7", "linestyle": (0, (1, 1)), "linewidth": 1.6},
)
_STATUS_FILL: Final[dict[Status, dict[str, Any]]] = {
    Status.GAP: {"facecolor": "#d0d0d0", "hatch": None},
    Status.BEYOND_RANGE: {"facecolor": "#f4edcf", "hatch": None},
    Status.INFEASIBLE: {"facecolor": "#f6ddd3", "hatch": "////"},
    Status.NOT_CONVERGED: {"facecolor": "#e4dcef", "hatch": "xxxx"},
    Status.OUTSIDE_TRAINING: {"facecolor": "#dfe9ef", "hatch": "...."},
}
_STYLE: Final[Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#9a9a9a",
    "axes.linewidth": 0.7,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 4,
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "hatch.linewidth": 0.5,
    "svg.hashsalt": "nuchal",
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}

_Args = ParamSpec("_Args")


def styled(build: Callable[_Args, Figure]) -> Callable[_Args, Figure]:
    """Build a figure in the house style and leave matplotlib's settings as they were."""

    @wraps(build)
    def inside(*args: _Args.args, **kwargs: _Args.kwargs) -> Figure:
        with mpl.rc_context(_STYLE):
            return build(*args, **kwargs)

    return inside


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write ``name.png`` (200 dpi) and ``name.svg`` into an existing folder."""
    paths = [folder / f"{name}.png", folder / f"{name}.svg"]
    with mpl.rc_context(_STYLE):
        figure.savefig(paths[0], dpi=200)
        figure.savefig(paths[1], metadata={"Date": None})
    return paths


def heading(figure: Figure, title: str, beneath: str) -> None:
    """Title above, a line beneath it, research use at the foot."""
    width, height = figure.get_size_inches()
    left = 0.16 / width
    figure.text(left, 1 - 0.13 / height, title, fontsize=12.5, fontweight="bold", va="top")
    figure.text(left, 1 - 0.38 / height, beneath, fontsize=8.5, color=SOFT, va="top")
    notice = say("report.notice")
    figure.text(1 - left, 0.06 / height, notice, fontsize=7, color=SOFT, ha="right", va="bottom")


def subtitle(estimate: Estimate) -> str:
    """One line: recording, person, preset, engine."""
    by = f"engine {estimate.engine}"
    if estimate.method == "network":
        by = "forces by network" + (", corrected" if corrected(estimate) else "")
    words = person_words(estimate.subject)
    return "  ·  ".join([estimate.source.name, *words, f"preset {estimate.preset}", by])


def corrected(estimate: Estimate) -> bool:
    """Whether a network's forces were brought into equilibrium."""
    return estimate.network is not None and estimate.network.correction is not None


def draw_line(
    axes: Axes, estimate: Estimate, values: Float[np.ndarray, " t"], **line: Any
) -> tuple[Line2D, Line2D]:
    """Draw values over time: full where usable, faint where doubtful, absent elsewhere."""
    time = np.asarray(estimate.motion.time)
    usable, doubtful = usable_frames(estimate), doubtful_frames(estimate)
    # The faint line reaches one frame into its usable neighbours, so that it joins on.
    reach = doubtful | (usable & (_shift(doubtful, 1) | _shift(doubtful, -1)))
    label = line.pop("label", "_full")
    (faint,) = axes.plot(
        time, np.ma.array(values, mask=~reach), **{**line, "linewidth": 0.8, "alpha": 0.6}
    )
    faint.set_label("_doubtful")
    (full,) = axes.plot(time, np.ma.array(values, mask=~usable), label=label, **line)
    return full, faint


def draw_tracked(
    axes: Axes, estimate: Estimate, values: Float[np.ndarray, " t"], **line: Any
) -> Line2D:
    """Draw values over time wherever the posture is known, nothing in gaps."""
    gap = frame_status(estimate) == Status.GAP
    (drawn,) = axes.plot(np.asarray(estimate.motion.time), np.ma.array(values, mask=gap), **line)
    return drawn


def shade_flagged(axes: Axes, estimate: Estimate) -> None:
    """Shade the frames that cannot be used, one tint per status."""
    edges, status = frame_edges(np.asarray(estimate.motion.time)), frame_status(estimate)
    for member, look in _STATUS_FILL.items():
        for start, stop in segments(status == member):
            axes.axvspan(
                edges[start], edges[stop], zorder=0.5, linewidth=0, edgecolor="#c9a392", **look
            )


def flag_patches(estimate: Estimate) -> list[Patch]:
    """Legend entries for the statuses that occur, with their share of the frames."""
    status = frame_status(estimate)
    shares = {member: float(np.mean(status == member)) for member in _STATUS_FILL}
    return [
        Patch(
            label=say(f"status_short.{member.name.lower()}", share=_percent(share)),
            linewidth=0,
            edgecolor="#c9a392",
            **_STATUS_FILL[member],
        )
        for member, share in shares.items()
        if share
    ]


def _percent(share: float) -> str:
    return "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def frame_edges(time: Float[np.ndarray, " t"]) -> Float[np.ndarray, " t+1"]:
    """Borders between frames: half-way to the neighbours [s]."""
    if time.size == 1:
        return np.array([time[0] - 0.5, time[0] + 0.5])
    middle = (time[1:] + time[:-1]) / 2
    return np.concatenate([time[:1], middle, time[-1:]])


def time_axis(axes: Axes, estimate: Estimate, *, label: bool) -> None:
    """Limits and label of a time axis [s]."""
    edges = frame_edges(np.asarray(estimate.motion.time))
    axes.set_xlim(edges[0], edges[-1])
    axes.tick_params(labelbottom=label)
    if label:
        axes.set_xlabel("Time [s]")


def _shift(flags: Bool[np.ndarray, " t"], by: int) -> Bool[np.ndarray, " t"]:
    moved = np.roll(flags, by)
    moved[0 if by > 0 else -1] = False
    return moved


NAMES = ("flexion +, extension −", "bending, right +, left −", "rotation, right +, left −")


def draw_movement(axes: Axes, estimate: Estimate, *, label: bool = True) -> None:
    """Flexion, lateral bending and axial rotation of the head on the thorax [degrees]."""
    angles = head_angles_deg(estimate.motion.q)
    shade_flagged(axes, estimate)
    axes.axhline(0.0, color="#9a9a9a", linewidth=0.7, zorder=1)
    for k, (name, line) in enumerate(zip(NAMES, ANGLE_LINES, strict=True)):
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
