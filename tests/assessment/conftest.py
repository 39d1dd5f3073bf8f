"""Points in bodies whose volumes are known."""

from collections.abc import Callable

import numpy as np
import pytest


@pytest.fixture(scope="session")
def box() -> Callable[..., np.ndarray]:
    """Its corners, and points inside."""

    def made(a: float, b: float, c: float, inside: int = 300) -> np.ndarray:
        corners = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
        filling = np.random.default_rng(8).random((inside, 3))
        return np.concatenate([corners, filling]) * [a, b, c]

    return made


@pytest.fixture(scope="session")
def on_ball() -> Callable[..., np.ndarray]:
    """Points evenly spread on balls (Fibonacci's spiral), by a millionth off them."""

    def one(radius: float, count: int) -> np.ndarray:
        k = np.arange(count) + 0.5
        height, turn = 1.0 - 2.0 * k / count, np.pi * (1.0 + np.sqrt(5.0)) * k
        across = np.sqrt(1.0 - height**2)
        way = np.stack([across * np.cos(turn), across * np.sin(turn), height], axis=1)
        off = np.random.default_rng(9).uniform(-1e-6, 1e-6, (count, 1))
        return radius * (1.0 + off) * way

    def made(*radii: float, count: int = 3000) -> np.ndarray:
        return np.concatenate([one(radius, count) for radius in radii])

    return made
