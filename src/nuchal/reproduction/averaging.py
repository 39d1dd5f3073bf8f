"""The averaged movement of the six people, whole and in as many frames as the paper labels."""

from pathlib import Path
from typing import Final

import numpy as np

from nuchal.commands.average import AverageOptions, run_average
from nuchal.commands.given import given_movement
from nuchal.conventions import COORDINATES
from nuchal.io.opensim.storage import write_storage
from nuchal.movements.standard import FRAMES
from nuchal.networks.training.moves import motion_of
from nuchal.records import Motion
from nuchal.reproduction.keeping import made_once

AVERAGED: Final = "movement.mot"
THINNED: Final = "movement_600.mot"


def average(out: Path) -> None:
    """Average the recordings of the six, as ``nuchal average`` does."""
    folders = sorted((out / "people").glob("reference_*"))
    options = AverageOptions(preset="paper")
    made_once(out / AVERAGED, lambda place: run_average(folders, out=place, options=options))
    made_once(out / THINNED, lambda place: _thin(out / AVERAGED, place))


def averaged_motion(out: Path) -> Motion:
    """The averaged movement with its derivatives."""
    return motion_of(given_movement(out / AVERAGED))


def _thin(movement: Path, place: Path) -> None:
    given = given_movement(movement)
    q = np.array(given.q)
    time = np.arange(len(q)) / given.rate_hz
    at = np.linspace(0.0, time[-1], FRAMES)
    write_storage(
        place,
        name=place.stem,
        labels=COORDINATES,
        time=np.round(at, 6),
        data=np.degrees(np.stack([np.interp(at, time, column) for column in q.T], axis=1)),
        in_degrees=True,
    )
