"""A recording whose forces are known, as an assessment sees it."""

import numpy as np

from nuchal.assessment.muscles.ratios import Exertion
from nuchal.assessment.records import Trial
from nuchal.model.angles import head_angles_deg
from nuchal.records import Estimate
from nuchal.tracking.pipeline import TrackedMotion, smoothed_markers


def trial_of(name: str, estimate: Estimate, tracked: TrackedMotion) -> Trial:
    """A recording whose forces are known, as an assessment sees it."""
    markers, known = smoothed_markers(tracked)
    return Trial(
        name=name,
        rate_hz=tracked.rate_hz,
        q=estimate.motion.q,
        angles_deg=head_angles_deg(estimate.motion.q),
        markers=markers,
        known=known,
        exertion=Exertion(np.asarray(estimate.forces.force), np.asarray(estimate.quality)),
    )
