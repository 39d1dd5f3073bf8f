"""One take in several formats: the same angles of the head from each."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nuchal.io.orientations.read import read_orientations
from nuchal.model.generic import generic_anatomy
from nuchal.tracking.pipeline import TrackingSettings, track

X_AHEAD = {"up": "+Z", "forward": "+X"}
FILES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "xsens_mvn_upperbody.mvnx": ({}, {"forward": "+X"}),
    "derived_opensense_head_torso.sto": ({}, X_AHEAD),
    "derived_motive_rigid_bodies.csv": ({}, {"forward": "+Z"}),
    "derived_bids_motion.tsv": ({"rate_hz": 60.0}, X_AHEAD),
}


def _angles_deg(path: Path, reading: dict[str, Any], settings: dict[str, str]) -> np.ndarray:
    anatomy = generic_anatomy("living")
    found = track(
        read_orientations(path, **reading), anatomy, settings=TrackingSettings(**settings)
    )
    return found.head_angles_deg(anatomy)


def test_formats_of_one_take_agree_within_half_a_degree(shared: Path) -> None:
    folder = shared / "recordings" / "poses"
    if not folder.is_dir():
        pytest.skip("needs shared/recordings/poses")
    each = [_angles_deg(folder / name, *how) for name, how in FILES.items()]
    assert np.ptp(each[0], axis=0).max() > 20.0
    for other in each[1:]:
        assert np.sqrt(np.mean((other - each[0]) ** 2, axis=0)).max() < 0.01
    by_segments = _angles_deg(folder / "xsens_mvn_upperbody.mvnx", {}, {})
    assert np.sqrt(np.mean((by_segments - each[0]) ** 2)) < 1.0
