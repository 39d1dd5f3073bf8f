"""Ticks against the closed form of the movement that the samples are of."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.streaming.grid import Grid
from nuchal.streaming.worn import Turn


def head_at(time: float) -> np.ndarray:
    turn = [0.3 * np.sin(3.0 * time), 0.8 * np.sin(2.0 * time + 0.3), 0.5 * np.cos(2.5 * time)]
    return Rotation.from_rotvec(turn).as_matrix()


def turn_at(time: float) -> Turn:
    return Turn(time, head_at(time), np.array([np.sin(time), -9.8, 0.0]))


def off_rad(tick: Turn) -> float:
    return float(Rotation.from_matrix(head_at(tick.time).T @ tick.head).magnitude())


def ticks_of(times) -> list[Turn]:
    grid = Grid(0.25)
    return [tick for time in times for tick in grid.ticks(turn_at(float(time)))]


@pytest.mark.parametrize(
    ("rate_hz", "most_rad"), [(50, 1e-4), (60, 6e-5), (120, 4e-6), (148.15, 2e-6), (250, 4e-7)]
)
def test_ticks_lie_on_the_movement_whatever_the_rate(rate_hz, most_rad) -> None:
    made = ticks_of(1.0 + np.arange(0.0, 4.0, 1.0 / rate_hz))
    assert np.diff([tick.time for tick in made]) == pytest.approx(0.01, abs=1e-9)
    # the first few have no four samples yet
    assert max(off_rad(tick) for tick in made[10:]) < most_rad
    assert max(abs(tick.gravity[0] - np.sin(tick.time)) for tick in made[10:]) < 1e-4


def test_samples_at_a_hundred_a_second_are_the_ticks() -> None:
    made = ticks_of(np.arange(300) / 100.0)
    assert len(made) == 300
    assert max(off_rad(tick) for tick in made) < 1e-7


def test_uneven_samples_do_not_matter() -> None:
    dice = np.random.default_rng(5)
    times = np.arange(0.0, 4.0, 1 / 120) + dice.uniform(-0.002, 0.002, 480)
    made = ticks_of(times)
    assert max(off_rad(tick) for tick in made[10:]) < 1e-4


def test_a_lost_sample_is_bridged_and_costs_little() -> None:
    times = np.delete(np.arange(300) / 100.0, [100, 200, 201])
    made = ticks_of(times)
    assert len(made) == 300
    assert max(off_rad(tick) for tick in made) < 2e-3


def test_no_tick_waits_for_more_than_the_sample_after_it() -> None:
    grid = Grid(0.25)
    for time in np.arange(0.0, 2.0, 1 / 75):
        for tick in grid.ticks(turn_at(float(time))):
            assert time - 1 / 75 - 1e-9 <= tick.time <= time + 1e-5


def test_a_longer_gap_is_no_bridge_and_ticks_begin_anew() -> None:
    grid = Grid(0.1)
    list(grid.ticks(turn_at(1.0)))
    assert grid.is_bridged(turn_at(1.1))
    assert not grid.is_bridged(turn_at(1.12))
    grid.restart()
    assert [tick.time for tick in grid.ticks(turn_at(5.003))] == [5.003]
