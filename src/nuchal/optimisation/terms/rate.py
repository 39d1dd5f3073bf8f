"""Rate: the change of active force from frame to frame, which ties frames together."""

from dataclasses import dataclass
from dataclasses import replace as replaced

import equinox as eqx
import jax.numpy as jnp

from nuchal.arrays import Array, Muscles, Scalar
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.terms.term import Frame, Part


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Squared change of active over maximal isometric force, over a whole recording.

    The term is the rate squared, ``weight (tau / dt)^2 (change of F / F_max)^2``.

    Attributes:
        time_s: What the rate is measured by: 30 ms, the geometric mean of activation (15 ms) and
            deactivation (60 ms). With a weight of 1, a change of force by F_max within this time
            costs as much as holding F_max.
    """

    weight: float = 1.0
    time_s: float = 0.03

    def part(self, frame: Frame) -> Part:  # noqa: ARG002
        """Nothing in a frame by itself."""
        return Part()

    def price(self, step_s: Scalar | float) -> Array:
        """Curvature that a change of F / F_max from one frame to the next costs."""
        return jnp.asarray(2.0 * self.weight * (self.time_s / step_s) ** 2)


@dataclass(frozen=True, kw_only=True)
class CausalRate(Rate):
    """The change against the frame before only, as live use needs it.

    Looking back frame by frame, the rate squared would lag the longer the more often one samples;
    ``weight (tau / dt) (change)^2`` lags by about ``weight tau`` at any rate.
    """

    def price(self, step_s: Scalar | float) -> Array:
        """As above; in proportion to the sampling rate."""
        return jnp.asarray(2.0 * self.weight * (self.time_s / step_s))


class Carried(eqx.Module):
    """What the frame before leaves to this one.

    Attributes:
        force: Active force over maximal isometric force.
        price: Of leaving it; zero where there was no frame before.
    """

    force: Muscles
    price: Scalar


def nothing_carried(muscles: int) -> Carried:
    """Before the first frame."""
    return Carried(jnp.zeros(muscles), jnp.zeros(()))


def with_rate(problem: RecruitmentProblem, share: Muscles, carried: Carried) -> RecruitmentProblem:
    """Add the cost of leaving the active forces of the frame before.

    ``share`` is F / F_max at full activation in this frame.
    """
    slope = carried.price * share
    return replaced(
        problem,
        curvature=problem.curvature + carried.price * share**2,
        slope=problem.slope - slope * carried.force,
    )
