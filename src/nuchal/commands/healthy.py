"""Forces of a neck in the movement that is normal at an age."""

import dataclasses
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from nuchal.assessment.envelopes.geometry import Healthy
from nuchal.assessment.findings import HealthyForces
from nuchal.assessment.muscles.ratios import Exertion
from nuchal.assessment.ranges.norms import norm_of
from nuchal.commands.estimate import Plan, estimate_tracked
from nuchal.conventions import GRAVITY_M_S2
from nuchal.model.anatomy import Anatomy, beyond_range
from nuchal.model.clinical import head_angles_deg
from nuchal.model.kinematics import marker_positions
from nuchal.movements.examination import RATE_HZ, ideal_movement
from nuchal.records import Motion
from nuchal.tracking.pipeline import TrackedMotion

_SOURCE = Path("healthy movement")
_traces = eqx.filter_jit(jax.vmap(marker_positions, (None, 0)))


def healthy_movement(age_years: float | None) -> Healthy:
    """What an examiner would see of a healthy person of an age, or of any age."""
    norm = norm_of(age_years)
    motion = ideal_movement(np.radians(norm.mean_deg))
    return Healthy(norm=norm, motion=motion, angles_deg=head_angles_deg(motion.q))


def healthy_forces(plan: Plan, motion: Motion, whose: str) -> HealthyForces:
    """Forces of a plan's neck in a movement, found as those of the person's recordings are.

    Postures beyond the generic neck's range cannot be used there, and so not here either.
    """
    method = dataclasses.replace(plan.options, correct=False)
    done = estimate_tracked(_tracked(plan.anatomy, motion), plan._replace(options=method))
    forces = done.estimate.forces
    usable = np.asarray(done.estimate.quality) & ~beyond_range(plan.anatomy, motion.q)
    return HealthyForces(
        whose=whose,
        exertion=Exertion(np.asarray(forces.force), usable),
        activation=np.asarray(forces.activation),
    )


def _tracked(anatomy: Anatomy, motion: Motion) -> TrackedMotion:
    """A motion that nobody had to find."""
    frames = len(motion.time)
    return TrackedMotion(
        source=_SOURCE,
        rate_hz=RATE_HZ,
        motion=motion,
        markers=_traces(anatomy, motion.q),
        gravity=jnp.broadcast_to(jnp.array([0.0, -GRAVITY_M_S2, 0.0]), (frames, 3)),
        filled=jnp.zeros(frames, bool),
        cutoff_hz=RATE_HZ,
        assumptions=(),
    )
