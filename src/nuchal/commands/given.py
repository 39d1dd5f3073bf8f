"""A movement that a file holds, for all necks of a dataset."""

from pathlib import Path

import numpy as np

from nuchal.errors import RecordingError, Setting
from nuchal.io.recordings.read import read_recording
from nuchal.model.generic import generic_anatomy
from nuchal.networks.training.records import GivenMovement
from nuchal.plain_text import file_name
from nuchal.records import CoordinateRecording
from nuchal.tracking.pipeline import TrackingSettings, track

# Of what a dataset keeps of it [rad].
_DECIMALS = 6


def given_movement(path: Path) -> GivenMovement:
    """The movement of a file of coordinates, as ``nuchal average`` and ``estimate`` write it.

    Raises:
        RecordingError: it cannot be read, holds markers, or no movement that a neck makes.
    """
    found = read_recording(path)
    if not isinstance(found, CoordinateRecording):
        raise RecordingError("recording.no_coordinates", path, remedy=Setting("motion"))
    track(found, generic_anatomy(), settings=TrackingSettings())
    rows = np.round(np.asarray(found.q, dtype=float), _DECIMALS).tolist()
    return GivenMovement(file_name(path), found.rate_hz, tuple(map(tuple, rows)))
