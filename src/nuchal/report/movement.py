"""The movement strip: what the head did, above what the muscles did."""

import numpy as np
from matplotlib.axes import Axes

from nuchal.records import Estimate
from nuchal.report.clinic import head_angles_deg
from nuchal.report.style import ANGLE_LINES, draw_tracked, shade_flagged, time_axis

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
