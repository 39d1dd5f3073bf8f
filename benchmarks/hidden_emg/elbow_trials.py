"""Trials of the elbow: what virtual people are asked to do, and what they do then."""

from pathlib import Path

import numpy as np
from arm import Lifted, elbow_task
from controllers import low_pass
from lives import live
from people import Truth, VirtualPerson
from scipy.interpolate import make_interp_spline

from nuchal.emg.hidden.muscles import JointTask, stack_trials

STEP_S = 0.02
FRAMES = 250
RANGE_RAD = np.radians([10.0, 95.0])
HEAVIEST_KG = 4.0
FITTED = tuple(("cycle", load, shoulder) for load in (0.0, 2.0, 4.0) for shoulder in (0, 60, 120))
"""Flexion and extension in cycles, load [kg], upper arm's elevation [deg]."""
HELD_OUT = tuple(("free", load, shoulder) for load in (1.0, 3.0) for shoulder in (15, 40, 100))
"""From posture to posture, with loads and at elevations that were not fitted."""
Plan = tuple[tuple[str, float, int], ...]


def elbow_trials(
    folder: Path, person: VirtualPerson, plan: Plan, seed: int
) -> tuple[JointTask, Truth]:
    """A person's trials, and what nobody measured of them."""
    dice = np.random.default_rng([5, person.seed, seed])
    time = np.arange(FRAMES) * STEP_S
    known, actual = [], []
    for kind, load, shoulder in plan:
        q, qd, qdd = _movement(time, kind, np.radians(shoulder), dice)
        strap = Lifted(load, person.strap_kg, person.segment_scale)
        known.append(elbow_task(folder, time, q, qd, qdd, Lifted(load)))
        actual.append(elbow_task(folder, time, q, qd, qdd, strap))
    loads = np.array([load for _, load, _ in plan]) / HEAVIEST_KG
    return live(person, stack_trials(actual), stack_trials(known), loads, seed)


def _movement(
    time: np.ndarray, kind: str, shoulder: float, dice: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    fine = np.arange(-20, 4 * len(time) + 20) * STEP_S / 4
    angle = _cycles(fine, dice) if kind == "cycle" else _postures(fine, time[-1], dice)
    smooth = low_pass(angle[None, :, None], STEP_S / 4, 6.0)[0, :, 0]
    curve = make_interp_spline(fine, smooth, k=5)
    still = np.full_like(time, shoulder)
    return (
        np.stack([still, curve(time)], axis=1),
        np.stack([0.0 * still, curve(time, 1)], axis=1),
        np.stack([0.0 * still, curve(time, 2)], axis=1),
    )


def _cycles(time: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    low, high = RANGE_RAD
    pace, phase = dice.uniform(0.25, 0.55), dice.uniform(0.0, 2.0 * np.pi)
    swell = 1.0 + 0.08 * np.sin(2.0 * np.pi * 0.21 * time + phase)
    size = 0.5 * 0.85 * (high - low)
    return 0.5 * (low + high) + size * swell * np.sin(2.0 * np.pi * pace * time + phase)


def _postures(time: np.ndarray, end: float, dice: np.random.Generator) -> np.ndarray:
    low, high = RANGE_RAD
    angle = np.full_like(time, dice.uniform(low, high))
    posture, start = angle[0], 0.0
    while start < end + 1.0:
        following, duration = dice.uniform(low, high), dice.uniform(0.7, 1.6)
        x = np.clip((time - start) / duration, 0.0, 1.0)
        angle = angle + (following - posture) * x**3 * (10.0 + x * (6.0 * x - 15.0))
        posture, start = following, start + duration + dice.uniform(0.0, 0.5)
    return angle
