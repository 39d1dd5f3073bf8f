"""Forces on the head from outside, in numbers that another program can read."""

import numpy as np

from nuchal.arrays import Time
from nuchal.records import HeadForces
from nuchal.report.summaries.parts import Part


class HeadForceSummary(Part):
    """One force on the head over the whole recording.

    Attributes:
        impulse_Ns: Its size over time.
        place_m: Where it acts, in the skull frame, on average, weighted by its size.
    """

    peak_N: float
    peak_time_s: float
    mean_N: float
    impulse_Ns: float
    place_m: tuple[float, float, float]


def head_forces_summary(
    forces: HeadForces | None, time: Time
) -> dict[str, HeadForceSummary] | None:
    """Every force over frames at some times [s], by its name; None where none acts."""
    if forces is None:
        return None
    sizes = np.linalg.norm(forces.force, axis=2)
    return {
        name: HeadForceSummary(
            peak_N=float(size.max()),
            peak_time_s=float(time[size.argmax()]),
            mean_N=float(size.mean()),
            impulse_Ns=float(np.trapezoid(size, time)),
            place_m=_place(forces.point[:, k], size),
        )
        for k, (name, size) in enumerate(zip(forces.names, sizes.T, strict=True))
    }


def _place(point: np.ndarray, size: np.ndarray) -> tuple[float, float, float]:
    x, y, z = np.average(point, axis=0, weights=size + float(size.max() == 0.0))
    return float(x), float(y), float(z)
