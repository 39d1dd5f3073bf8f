"""Cells that were left away: markers that moved along, and markers that went out of sight."""

from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import RecordingError
from nuchal.io.recordings.moved import refuse_moved

PATH = Path("trial.trc")


@pytest.fixture
def positions() -> np.ndarray:
    """Five markers far apart, moving by a millimetre a frame, shape (4, 5, 3) [m]."""
    dice = np.random.default_rng(3)
    return dice.normal(0.0, 0.3, (1, 5, 3)) + 0.001 * np.arange(4)[:, None, None]


def test_markers_that_moved_along_are_refused(positions: np.ndarray) -> None:
    positions[2, 1:4] = positions[2, 2:]
    positions[2, 4] = np.nan
    with pytest.raises(RecordingError) as caught:
        refuse_moved(PATH, positions)
    assert caught.value.what == "recording.moved"


@pytest.mark.parametrize("hidden", [(), (0,), (1, 2), (3,), (0, 1, 2, 3)])
@pytest.mark.parametrize("when", [1, 2])
def test_markers_out_of_sight_are_not(
    positions: np.ndarray, hidden: tuple[int, ...], when: int
) -> None:
    """The last one is lost, while others come back or were lost as well."""
    positions[2, 4] = np.nan
    positions[when, list(hidden)] = np.nan
    refuse_moved(PATH, positions)
