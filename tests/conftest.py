"""Hostile numerics for every test, the companion data where they are present, and compiled code
that all processes of a run share."""

import os
from pathlib import Path

import jax
import numpy as np
import pytest

from nuchal.surrogate.domain import Domain
from nuchal.surrogate.inference import NeckNetwork
from nuchal.surrogate.proposal import fresh_network
from nuchal.surrogate.spread import SITUATIONS, SPREAD_INPUTS, Spread

ROOT = Path(__file__).resolve().parents[1]
COMPILED = ROOT / ".pytest_cache" / "compiled"

os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(COMPILED))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.5")
jax.config.update("jax_compilation_cache_dir", os.environ["JAX_COMPILATION_CACHE_DIR"])
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.5)
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_debug_nans", False)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Companion data beside the repository: recordings and reference models."""
    folder = ROOT.parent / "shared"
    if not (folder / "reference").is_dir():
        pytest.skip(f"the companion data are not here: {folder}")
    return folder


@pytest.fixture(scope="session")
def neck_network() -> NeckNetwork:
    """Networks that have learnt nothing: small, random, of plausible scales, with real filters."""
    dice = np.random.default_rng(11)
    seen = dice.normal(
        [0.0] * 24 + [1.0] * 3, [0.3] * 6 + [1.0] * 6 + [3.0] * 12 + [0.1] * 3, (200, 27)
    )
    spread_inputs = dice.normal(0.0, 0.5, (200, SPREAD_INPUTS))
    keys = jax.random.split(jax.random.key(3), 2)
    frames = np.arange(16) - 15.0
    return NeckNetwork(
        proposal=fresh_network(keys[0], seen, np.full(6, 0.02), (8, 7)),
        spread=Spread(
            fresh_network(keys[1], spread_inputs, np.ones(72), (9,)),
            dice.uniform(1.0, 3.0, (2, len(SITUATIONS), 72)).astype(np.float32),
        ),
        filters=_parabolas(frames / 100.0),
        filter_errors=np.geomspace(0.02, 3.0, 7).astype(np.float32),
        domain=Domain(
            dice.normal(0.0, 0.1, (5, 4)).astype(np.float32),
            dice.normal(0.0, 0.5, (5, 4, 4)).astype(np.float32),
        ),
    )


def _parabolas(time: np.ndarray) -> np.ndarray:
    """Angle, rate and acceleration at the end of a parabola through ever more of a window."""
    filters = np.zeros((7, 3, len(time)), np.float32)
    for level, frames in enumerate((4, 5, 6, 8, 10, 13, 16)):
        fit = np.linalg.pinv(np.vander(time[-frames:], 3, increasing=True))
        filters[level, :, -frames:] = fit * [[1.0], [1.0], [2.0]]
    return filters
