"""Samples of any rate on even ticks, a hundredth of a second apart: the windows of the networks.

Between the last two samples the head's turn is read off the cubic through the last four (in the
rotation vectors from the latest), for straight lines between samples would have jerks that are not
there. No tick waits for more than the sample after it.
"""

from collections import deque
from collections.abc import Iterator
from typing import Final

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from nuchal.networks.equilibrium.window import WINDOW_RATE_HZ
from nuchal.streaming.worn import Turn

# Samples that a tick is read off.
_NODES: Final = 4
# The cubic is taken where its samples span no more than that many of their last steps: across a
# gap it would swing.
_EVEN: Final = 3.0 * 1.5
# Beyond the last tick's time by rounding [s].
_SLACK_S: Final = 1e-6


class Grid:
    """Turns in, turns at even ticks out."""

    def __init__(self, max_gap_s: float) -> None:
        """Start with nothing.

        Args:
            max_gap_s: the longest time between samples that is bridged [s].
        """
        self._max_gap_s = max_gap_s
        self._nodes: deque[Turn] = deque(maxlen=_NODES)
        self._next_s = 0.0

    def restart(self) -> None:
        """Forget what came: ticks begin anew with the next sample."""
        self._nodes.clear()

    def is_bridged(self, turn: Turn) -> bool:
        """Whether ticks go on from the last sample to this one."""
        return bool(self._nodes) and turn.time - self._nodes[-1].time <= self._max_gap_s + _SLACK_S

    def ticks(self, turn: Turn) -> Iterator[Turn]:
        """Take a sample later than the last; give the ticks up to it."""
        if not self._nodes:
            self._next_s = turn.time
        self._nodes.append(turn)
        if turn.time < self._next_s - _SLACK_S:
            return
        nodes = tuple(self._nodes)
        while self._next_s <= turn.time + _SLACK_S:
            yield _between(nodes, self._next_s)
            self._next_s += 1.0 / WINDOW_RATE_HZ


def _between(nodes: tuple[Turn, ...], time: float) -> Turn:
    """The turn at a time between the last two samples."""
    latest = nodes[-1]
    if len(nodes) == 1 or abs(time - latest.time) <= _SLACK_S:
        return latest._replace(time=time)
    used = nodes if _is_even(nodes) else nodes[-2:]
    weights = _lagrange(np.array([node.time for node in used]), time)
    away = Rotation.from_matrix([latest.head.T @ node.head for node in used]).as_rotvec()
    turned = latest.head @ Rotation.from_rotvec(weights @ away).as_matrix()
    gravity = weights @ np.array([node.gravity for node in used])
    return Turn(time, turned, gravity)


def _is_even(nodes: tuple[Turn, ...]) -> bool:
    steps = np.diff([node.time for node in nodes])
    return len(nodes) == _NODES and float(steps.sum()) <= _EVEN * float(np.median(steps))


def _lagrange(nodes: Float[np.ndarray, " n"], time: float) -> Float[np.ndarray, " n"]:
    """Weights of values at some times for the value at another, by the polynomial through them."""
    off = time - nodes
    apart = nodes[:, None] - nodes[None, :]
    np.fill_diagonal(apart, 1.0)
    others = np.where(np.eye(len(nodes), dtype=bool), 1.0, off[None, :])
    return np.asarray((others / apart).prod(axis=1))
