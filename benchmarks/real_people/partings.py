"""Where forces by network and by optimisation part, and what is special about those frames."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from people import Both

from nuchal.errors import Status
from nuchal.networks.accuracy import Accuracy, accuracy
from nuchal.optimisation.simulate import Simulation

EDGES_N: Final = (0.0, 1e-3, 1e-2, 0.1, 1.0, np.inf)
"""Borders between classes of frames by the largest difference of their 72 forces [N]."""
ANGLES_DEG: Final = (0.0, 10.0, 20.0, 40.0, 90.0)
"""Borders between classes of frames by the head's farthest angle [degrees]."""
NORMAL_90: Final = 1.645
"""Half the width of a 90 % interval of a standard normal distribution."""
NEAR_S: Final = 0.25
"""How close to a frame another one counts as near [s]."""


class Kind(NamedTuple):
    """Frames of a kind."""

    name: str
    frames: int
    rms_n: float
    """Of all 72 forces' differences."""
    worst_n: float
    part: float
    """Of the squared differences of all frames."""
    missing_nm: float
    """Median of the largest moment that the network leaves open."""
    reserve_nm: float
    """The same by optimisation."""


class Class(NamedTuple):
    """Frames that differ about as much; medians over them."""

    low_n: float
    high_n: float
    frames: int
    counted: int
    unbalanced: float
    """Share that muscles cannot balance, by optimisation."""
    near: float
    """Share at most :data:`NEAR_S` from such a frame, those themselves not included."""
    multiplier: float
    """Largest of six [1/(N m)]."""
    saturated: float
    """Muscles at full activation."""
    missing_nm: float
    """Largest moment that the network leaves open."""


def compared(
    reference: np.ndarray, predicted: np.ndarray, kept: np.ndarray, maximum: np.ndarray
) -> Accuracy | None:
    """Accuracy over some of the frames; None without any."""
    if not kept.any():
        return None
    return accuracy(reference[kept], predicted[kept], maximal_force_n=maximum)


def near(flags: np.ndarray, time: np.ndarray, within_s: float = NEAR_S) -> np.ndarray:
    """Frames that are not flagged and have one that is at most ``within_s`` away."""
    if not flags.any():
        return np.zeros_like(flags)
    there = time[flags]
    after = np.searchsorted(there, time).clip(max=len(there) - 1)
    before = (after - 1).clip(min=0)
    away = np.minimum(np.abs(there[after] - time), np.abs(there[before] - time))
    return (away <= within_s + 1e-9) & ~flags


def largest_difference(both: Both) -> np.ndarray:
    """Of the 72 forces, central against exact (t,) [N]."""
    return np.abs(both.central - both.exact).max(axis=1)


def near_unable(both: Both) -> np.ndarray:
    """Frames near one that muscles cannot balance (t,)."""
    time = np.asarray(both.case.tracked.motion.time)
    return near(both.statuses[0] == Status.INFEASIBLE, time)


def kinds(recordings: Sequence[Both]) -> list[Kind]:
    """Frames by what either method says of them."""
    marks = [dict(_marks(one)) for one in recordings]
    square = np.concatenate([((one.central - one.exact) ** 2).mean(axis=1) for one in recordings])
    worst = np.concatenate([largest_difference(one) for one in recordings])
    known = np.concatenate([one.statuses[0] != Status.GAP for one in recordings])
    open_moments = [
        np.concatenate([_open_moment(getattr(one, which)) for one in recordings])
        for which in ("network", "optimised")
    ]
    found = []
    for name in marks[0]:
        flags = np.concatenate([one[name] for one in marks]) & known
        if not flags.any():
            continue
        part = square[flags].sum() / max(square[known].sum(), 1e-300)
        rms = float(np.sqrt(square[flags].mean()))
        left = [float(np.median(x[flags])) for x in open_moments]
        found.append(
            Kind(name, int(flags.sum()), rms, float(worst[flags].max()), float(part), *left)
        )
    return found


def _marks(both: Both) -> Iterator[tuple[str, np.ndarray]]:
    exact, network = both.statuses
    time = np.asarray(both.case.tracked.motion.time)
    unable, beyond = exact == Status.INFEASIBLE, exact == Status.BEYOND_RANGE
    good = both.counted
    close = near_unable(both)
    unlike = np.asarray(both.findings.distance).max(axis=1) > 1.0
    yield "counted", good
    yield "— near one that muscles cannot balance", good & close
    yield "— unlike the network's training", good & unlike
    gap = exact == Status.GAP
    edge = np.asarray(both.case.tracked.filled) | near(gap, time)
    yield "— in a bridged gap or at the edge of an open one", good & edge
    yield "beyond the generic range, balanced", beyond & ~np.isin(network, [Status.INFEASIBLE])
    yield "muscles cannot balance it, by both", unable & (network == Status.INFEASIBLE)
    yield "the same by optimisation alone", unable & (network != Status.INFEASIBLE)
    yield "the same by network alone", ~unable & (network == Status.INFEASIBLE)
    yield "optimisation did not converge", exact == Status.NOT_CONVERGED


def classes(recordings: Sequence[Both]) -> list[Class]:
    """Frames by how far the two methods part."""
    rows = [np.stack(_traits(one)) for one in recordings]
    difference, known, counted, unable, close, multiplier, full, missing = np.concatenate(
        rows, axis=1
    )
    found = []
    for low, high in pairwise(EDGES_N):
        here = (difference >= low) & (difference < high) & (known > 0.0)
        if not here.any():
            continue
        found.append(
            Class(
                low,
                high,
                int(here.sum()),
                int(counted[here].sum()),
                float(unable[here].mean()),
                float(close[here].mean()),
                float(np.median(multiplier[here])),
                float(np.median(full[here])),
                float(np.median(missing[here])),
            )
        )
    return found


def _traits(both: Both) -> list[np.ndarray]:
    exact = both.statuses[0]
    traits = (
        largest_difference(both),
        exact != Status.GAP,
        both.counted,
        exact == Status.INFEASIBLE,
        near_unable(both),
        np.abs(both.multiplier).max(axis=1),
        np.asarray(both.optimised.forces.saturated).sum(axis=1),
        _open_moment(both.network),
    )
    return [np.asarray(x, float) for x in traits]


def _open_moment(found: Simulation) -> np.ndarray:
    return np.abs(np.asarray(found.forces.reserve)).max(axis=1)


class Held(NamedTuple):
    """How intervals, mean and central forces fare against forces in other necks."""

    inside: np.ndarray
    """Share within the intervals, by muscle."""
    mean: Accuracy
    central: Accuracy
    solved: float
    """Share of the frames that muscles can still balance in the other neck."""


def in_other_necks(recordings: Sequence[Both], maximum: np.ndarray) -> Held | None:
    """Counted frames, had each person's neck traits that are left in doubt."""
    true, mean, central, inside, solved = [], [], [], [], []
    for one in recordings:
        frame = one.others.frame
        good = one.counted[frame]
        low, high = (
            np.asarray(x)[frame] for x in (one.findings.intervals.low, one.findings.intervals.high)
        )
        for force, able in zip(one.others.force, one.others.solved, strict=True):
            kept = good & able
            true.append(force[kept])
            mean.append(one.mean[frame][kept])
            central.append(one.central[frame][kept])
            inside.append(((force >= low) & (force <= high))[kept])
            solved.append(able[good])
    forces = np.concatenate(true)
    if not len(forces):
        return None
    return Held(
        np.concatenate(inside).mean(axis=0),
        accuracy(forces, np.concatenate(mean), maximal_force_n=maximum),
        accuracy(forces, np.concatenate(central), maximal_force_n=maximum),
        float(np.concatenate(solved).mean()),
    )


class Width(NamedTuple):
    """What is in doubt at some angle from the neutral pose, as shares of maximal force."""

    low_deg: float
    high_deg: float
    frames: int
    spread: float
    """Standard deviation of exact forces over the necks drawn."""
    shift: float
    """Of the network's mean from its central forces."""
    interval: float
    """Standard deviation of a normal distribution whose 90 % interval is as wide."""


def widths(recordings: Sequence[Both], maximum: np.ndarray) -> list[Width]:
    """Doubt by angle, over the counted frames that muscles balance in all necks drawn."""
    rows = np.concatenate([_doubt_by_frame(one, maximum) for one in recordings], axis=1)
    found = []
    for low, high in pairwise(ANGLES_DEG):
        here = rows[1:, (rows[0] >= low) & (rows[0] < high)]
        if here.shape[1]:
            found.append(Width(low, high, here.shape[1], *np.sqrt(here.mean(axis=1))))
    return found


def _doubt_by_frame(both: Both, maximum: np.ndarray) -> np.ndarray:
    """Farthest angle [degrees] and three mean squares, a column a frame."""
    frame = both.others.frame
    kept = both.counted[frame] & both.others.solved.all(axis=0)
    q = np.degrees(np.asarray(both.case.tracked.motion.q))[frame][kept]
    within = both.findings.intervals
    width = np.asarray(within.high) - np.asarray(within.low)
    shares = (
        both.others.force[:, kept].std(axis=0, ddof=1),
        (both.mean - both.central)[frame][kept],
        width[frame][kept] / (2.0 * NORMAL_90),
    )
    squares = [((share / maximum) ** 2).mean(axis=1) for share in shares]
    return np.stack([np.abs(q[:, :3] + q[:, 3:]).max(axis=1), *squares])


def coverage(recordings: Sequence[Both]) -> np.ndarray:
    """Share of the optimisation's forces within the intervals, by muscle, in counted frames."""
    inside = [
        ((one.exact >= one.findings.intervals.low) & (one.exact <= one.findings.intervals.high))[
            one.counted
        ]
        for one in recordings
    ]
    return np.concatenate(inside).mean(axis=0)
