"""Headings that drift apart, found wherever the head is held straight."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.findings import Assumed, Found, Warned
from nuchal.tracking.turned.doubt import ERRORS, drawn_turns
from nuchal.tracking.turned.drift import Drift, believed_drift, drift_findings, find_drift

RATE_HZ = 50.0


def _looks_about(deg_per_min: float, noise_deg: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A minute in which the head goes somewhere and comes back, six times, and rests between."""
    time = np.arange(3000) / RATE_HZ
    away = np.where(time % 10.0 > 4.0, np.sin(np.pi * (time % 10.0 - 4.0) / 6.0), 0.0)
    angles = np.stack([0.4 * away, 0.8 * away * np.sign(np.sin(time / 10.0)), -0.3 * away], axis=1)
    head = Rotation.from_rotvec(angles)
    left = np.radians(deg_per_min) * time / 60.0
    dice = np.random.default_rng(4)
    left = left + np.radians(noise_deg) * np.repeat(dice.normal(size=6), 500)
    drift = Rotation.from_rotvec(np.stack([0 * left, left, 0 * left], axis=1))
    return time, (drift * head).as_matrix()


@pytest.mark.parametrize("rate", [0.0, 4.0, -7.5])
def test_a_drift_is_found(rate: float) -> None:
    time, head = _looks_about(rate)
    found = find_drift(time, head, np.ones(len(time), bool), RATE_HZ)
    assert found is not None
    assert found.rate == pytest.approx(rate, abs=0.05)
    what = drift_findings(found, 60.0).what
    assert what is (Warned.HEADING_DRIFTS if abs(rate) > 3.0 else Found.HEADING_DRIFT)


def test_its_interval_holds_what_people_do_not_do_alike() -> None:
    """A head that is never held quite alike: no drift is warned of."""
    time, head = _looks_about(0.0, noise_deg=3.0)
    found = find_drift(time, head, np.ones(len(time), bool), RATE_HZ)
    assert found is not None
    assert found.low < 0.0 < found.high
    assert drift_findings(found, 60.0).what is Found.HEADING_DRIFT


def test_who_never_looks_ahead_twice_shows_none() -> None:
    time, head = _looks_about(4.0)
    short = slice(0, 300)
    assert find_drift(time[short], head[short], np.ones(300, bool), RATE_HZ) is None
    assert drift_findings(None, 6.0).what is Assumed.NO_DRIFT_KNOWN


PER_MINUTE = np.radians(1.0) / 60.0


def test_what_is_believed_lies_between_what_is_known_and_what_is_seen() -> None:
    """Two normal laws of the same number, by their precisions; 1e6 moments know their spread."""
    seen = Drift(rate=3.0, low=3.0 - 1.96 * 0.5, high=3.0 + 1.96 * 0.5, moments=1_000_000)
    mean, sd = believed_drift(seen, 1.0 * PER_MINUTE)
    assert mean / PER_MINUTE == pytest.approx(3.0 / 0.25 / (1.0 + 1.0 / 0.25), rel=1e-3)
    assert sd / PER_MINUTE == pytest.approx((1.0 + 1.0 / 0.25) ** -0.5, rel=1e-3)
    few, wide = believed_drift(seen._replace(moments=4), 1.0 * PER_MINUTE)
    assert 0.0 < few < mean
    assert sd < wide < 1.0 * PER_MINUTE
    assert believed_drift(None, PER_MINUTE) == (0.0, PER_MINUTE)
    assert believed_drift(seen, 0.0) == (0.0, 0.0)


@pytest.mark.parametrize("rate", [0.0, 2.0, -3.0])
def test_other_motions_are_turned_back_by_a_drift_that_was_seen(rate: float) -> None:
    time, head = _looks_about(rate)
    true = _looks_about(0.0)[1]
    found = find_drift(time, head, np.ones(len(time), bool), RATE_HZ)
    errors = ERRORS["inertial"]
    believed = believed_drift(found, errors.drift_rad_s)
    drawn, blind = (
        drawn_turns(head, time, 0.0, errors, trunk_seen=True, count=800, drift_rad_s=drift)
        for drift in (believed, None)
    )

    def left_deg(heads: np.ndarray) -> np.ndarray:
        turn = Rotation.from_matrix(heads[:, -1] @ true[-1].T).as_rotvec()
        return np.degrees(turn[:, 1])

    assert left_deg(drawn).mean() == pytest.approx(0.0, abs=0.35)
    assert left_deg(blind).mean() == pytest.approx(rate, abs=0.35)
    assert left_deg(drawn).std() < left_deg(blind).std()
