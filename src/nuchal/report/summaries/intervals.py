"""Intervals of forces in summaries: how wide, and where a muscle peaks."""

import numpy as np

from nuchal.optimisation.own_strength import neck_of
from nuchal.records import Estimate
from nuchal.report.summaries.parts import Part


class IntervalSummary(Part):
    """Intervals of every muscle and frame, in ``forces_low.sto`` and ``forces_high.sto``.

    Attributes:
        coverage: Share of forces that they are made to hold: of a network those that the person's
            own traits would give, of orientations those of other motions that are as likely.
        mean_width_of_strength: The same over maximal isometric force.
    """

    coverage: float
    mean_width_N: float | None
    mean_width_of_strength: float | None


def interval_summary(estimate: Estimate) -> IntervalSummary | None:
    """How wide intervals are in usable frames; None without any."""
    within, usable = estimate.intervals, np.asarray(estimate.quality)
    if within is None:
        return None
    width = (np.asarray(within.high) - np.asarray(within.low))[usable]
    strength = np.asarray(neck_of(estimate.subject, estimate.preset).max_isometric_force)
    return IntervalSummary(
        coverage=within.coverage,
        mean_width_N=float(width.mean()) if width.size else None,
        mean_width_of_strength=float((width / strength).mean()) if width.size else None,
    )


def peak_interval(estimate: Estimate, m: int) -> tuple[float, float] | None:
    """Lower and upper end of a muscle's interval where its force peaks [N]."""
    usable, within = np.asarray(estimate.quality), estimate.intervals
    if within is None or not usable.any():
        return None
    force = np.asarray(estimate.forces.force)[:, m]
    highest = int(np.argmax(np.where(usable, force, -np.inf)))
    return float(within.low[highest, m]), float(within.high[highest, m])
