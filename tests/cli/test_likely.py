"""Intervals of forces from motions that are as likely: against normal errors drawn by hand."""

from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest

from nuchal.commands.likely import with_likely
from nuchal.errors import Status
from nuchal.records import Intervals, Motion


def _drawn(count: int, *, sd: float) -> tuple[np.ndarray, list[Mock]]:
    """Forces of motions that are as likely as a true one, and the true ones."""
    dice = np.random.default_rng(6)
    recorded, truth = dice.normal(size=(2, 400, 5))
    others = [
        Mock(spec=Motion, off=dice.normal(size=(400, 5)), status=Status.OK) for _ in range(count)
    ]
    for other in others:
        other.force = 50.0 + sd * (recorded + other.off)
    return np.stack([50.0 + sd * recorded, 50.0 + sd * (recorded + truth)]), others


def _forces_of(motion: Mock) -> SimpleNamespace:
    status = np.full(len(motion.force), motion.status)
    return SimpleNamespace(forces=SimpleNamespace(force=motion.force, status=status))


@pytest.mark.parametrize("sd", [1.0, 4.0])
def test_they_hold_nine_of_ten(sd: float) -> None:
    (force, true), others = _drawn(12, sd=sd)
    found = with_likely(force, others, _forces_of, None)
    held = np.mean((found.low <= true) & (true <= found.high))
    assert held == pytest.approx(0.9, abs=0.02)
    assert found.coverage == 0.9


def test_other_doubts_add_as_squares_and_no_force_is_negative() -> None:
    force = np.array([[10.0], [1.0]])
    other = Mock(spec=Motion, force=force + 2.0, status=Status.OK)
    alone = with_likely(force, [other] * 12, _forces_of, None)
    own = Intervals(low=force - 3.0, high=force + 5.0, coverage=0.9)
    found = with_likely(force, [other] * 12, _forces_of, own)
    half = (alone.high - force)[0, 0]
    assert half == pytest.approx(1.782 * 2.0, rel=1e-3)
    assert found.high[0, 0] == pytest.approx(10.0 + np.hypot(half, 5.0))
    assert found.low[0, 0] == pytest.approx(10.0 - np.hypot(half, 3.0))
    assert found.low[1, 0] == 0.0


def test_motions_that_have_no_forces_do_not_count() -> None:
    force = np.full((3, 1), 10.0)
    fine = Mock(spec=Motion, force=force + 2.0, status=Status.OK)
    lost = Mock(spec=Motion, force=force + 1e9, status=Status.NOT_CONVERGED)
    found = with_likely(force, [fine, lost, fine], _forces_of, None)
    assert np.all(found.high < 17.0)
