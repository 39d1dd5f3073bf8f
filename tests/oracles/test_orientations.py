"""OpenSim reads the files of three makers of sensors, too, and finds the same rotations in them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import opensim
import pytest
from scipy.spatial.transform import Rotation
from tests.io.orientations import turned
from tests.io.orientations.turned import take

from nuchal.io.orientations.read import read_orientations

ONE = take(lose=False)


Theirs = tuple[Path, dict[str, np.ndarray]]
"""A file, and the rotations that OpenSim finds in it."""


def rotations(table: Any) -> dict[str, np.ndarray]:
    """Copied while what the table belongs to is still alive."""
    found: dict[str, np.ndarray] = {}
    rows = [table.getRowAtIndex(k) for k in range(table.getNumRows())]
    for column, name in enumerate(table.getColumnLabels()):
        wxyz = np.array([[row.getElt(0, column).get(k) for k in range(4)] for row in rows])
        found[name] = Rotation.from_quat(wxyz[:, [1, 2, 3, 0]]).as_matrix()
    return found


def by_opensense(folder: Path) -> Theirs:
    path = folder / "a.sto"
    path.write_text(turned.opensense(ONE), "utf-8")
    table = opensim.TimeSeriesTableQuaternion(str(path))
    return path, rotations(table)


def by_xsens(folder: Path) -> Theirs:
    path = folder / "trial_Head.txt"
    path.write_text(turned.mt_manager(ONE), "utf-8")
    settings = opensim.XsensDataReaderSettings()
    settings.set_trial_prefix("trial_")
    settings.append_ExperimentalSensors(opensim.ExperimentalSensor("Head", "trial_Head"))
    reader = opensim.XsensDataReader(settings)
    tables = reader.read(f"{folder}/")
    return path, rotations(reader.getOrientationsTable(tables))


def by_apdm(folder: Path) -> Theirs:
    path = folder / "a.csv"
    path.write_text(turned.apdm(ONE), "utf-8")
    settings = opensim.APDMDataReaderSettings()
    for name in ONE.names:
        settings.append_ExperimentalSensors(opensim.ExperimentalSensor(name, name))
    reader = opensim.APDMDataReader(settings)
    tables = reader.read(str(path))
    return path, rotations(reader.getOrientationsTable(tables))


@pytest.mark.parametrize("written", [by_opensense, by_xsens, by_apdm])
def test_opensim_finds_the_same_rotations(
    tmp_path: Path, written: Callable[[Path], Theirs]
) -> None:
    path, theirs = written(tmp_path)
    found = read_orientations(path)
    assert set(theirs) == set(found.names)
    for k, name in enumerate(found.names):
        assert theirs[name].shape == found.rotation[:, k].shape
        assert np.abs(found.rotation[:, k] - theirs[name]).max() < 1e-7
