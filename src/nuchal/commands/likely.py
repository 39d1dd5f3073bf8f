"""Intervals of forces from motions that are as likely as the one that was recorded."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import scipy

from nuchal.errors import Status
from nuchal.optimisation.simulate import Simulation
from nuchal.records import Intervals, Motion

COVERAGE: Final = 0.9
_UPPER: Final = 0.5 + 0.5 * COVERAGE


def with_likely(
    force: np.ndarray,
    likely: Sequence[Motion],
    forces_of: Callable[[Motion], Simulation],
    own: Intervals | None,
) -> Intervals:
    """Where true forces lie if any of the likely motions may be the true one.

    Args:
        force: of the recorded motion, shape (t, m) [N].
        likely: other motions.
        forces_of: the forces of a motion.
        own: what forces are in doubt by for other reasons; errors add up as squares.

    Returns:
        Intervals made to hold 90 % of forces, by Student's law: few motions know little of spreads.
    """
    total, count = np.zeros_like(force), np.zeros((len(force), 1))
    for motion in likely:
        found = forces_of(motion).forces
        usable = np.isin(found.status, (Status.OK, Status.BEYOND_RANGE))[:, None]
        total += np.where(usable, (np.asarray(found.force) - force) ** 2, 0.0)
        count += usable
    some = np.maximum(count, 1.0)
    half = scipy.stats.t.ppf(_UPPER, some) * np.sqrt(total / some)
    down = half if own is None else np.hypot(half, force - np.asarray(own.low))
    up = half if own is None else np.hypot(half, np.asarray(own.high) - force)
    return Intervals(
        low=np.maximum(force - down, 0.0),
        high=force + up,
        coverage=COVERAGE if own is None else own.coverage,
    )
