"""Recordings made by hand, whose answers are known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nuchal.emg.signals import EmgRecording

RATE_HZ = 2000.0


@pytest.fixture(scope="session")
def recorded() -> Callable[..., EmgRecording]:
    """A recording of given columns; NaN is what is not known."""

    def make(*columns: np.ndarray, rate_hz: float = RATE_HZ, **more) -> EmgRecording:
        table = np.stack(columns, axis=1).astype(float)
        known = np.isfinite(table)
        defaults = {"source": Path("trial.c3d"), "units": ("uV",) * table.shape[1]}
        return EmgRecording(
            names=tuple(f"EMG{k + 1}" for k in range(table.shape[1])),
            values=np.where(known, table, 0.0),
            known=known,
            rate_hz=rate_hz,
            **{**defaults, **more},
        )

    return make


def bursts(duration_s: float, channels: int, seed: int, *, rate_hz: float = 100.0):
    """Activations that come and go, and their times."""
    dice = np.random.default_rng(seed)
    time = np.arange(round(duration_s * rate_hz)) / rate_hz
    level = np.full((len(time), channels), 0.01)
    for k in range(channels):
        for _ in range(max(2, int(duration_s / 3))):
            start, width, height = dice.uniform((0, 0.5, 0.1), (duration_s - 1.5, 1.5, 0.6))
            on = (time >= start) & (time < start + width)
            shape = height * np.sin(np.pi * (time[on] - start) / width) ** 2
            level[on, k] = np.maximum(level[on, k], shape)
    return time, level


@pytest.fixture(scope="session")
def activations():
    return bursts
