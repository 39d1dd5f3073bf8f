"""The movement that is normal at an age, as if it had been recorded."""

from pathlib import Path
from typing import Final

import numpy as np

from nuchal.assessment.records import Healthy
from nuchal.conventions import GRAVITY_M_S2
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import head_angles_deg
from nuchal.model.norms import norm_of
from nuchal.movements.examination import RATE_HZ, ideal_movement
from nuchal.records import Motion
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.place.calibration import marker_traces

_SOURCE: Final = Path("healthy movement")


def healthy_movement(age_years: float | None, anatomy: Anatomy) -> Healthy:
    """What an examiner would see of a healthy person of an age, or of any age, with such a neck."""
    norm = norm_of(age_years)
    motion = ideal_movement(np.radians(norm.mean_deg), anatomy=anatomy)
    return Healthy(norm=norm, motion=motion, angles_deg=head_angles_deg(anatomy, motion.q))


def as_tracked(anatomy: Anatomy, motion: Motion) -> TrackedMotion:
    """The motion of a neck as tracking would give it, with an upright trunk."""
    frames = len(motion.time)
    return TrackedMotion(
        source=_SOURCE,
        rate_hz=RATE_HZ,
        motion=motion,
        markers=marker_traces(anatomy, motion.q),
        gravity=np.tile([0.0, -GRAVITY_M_S2, 0.0], (frames, 1)),
        filled=np.zeros(frames, bool),
        cutoff_hz=RATE_HZ,
        assumptions=(),
    )
