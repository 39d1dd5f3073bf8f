"""People made of numbers: recordings whose coordinates are known."""

from collections.abc import Callable
from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import marker_positions, skull_points
from nuchal.records import Recording

# C7 where the generic neck has it: 15 mm behind the trapezius' origin on its spinous process.
TORSO = {
    "C7": [-0.06954, 0.024655, 0.0],
    "CLAV": [0.06, -0.05, 0.0],
    "STRN": [0.11, -0.19, 0.0],
    "T10": [-0.11, -0.25, 0.0],
    "LSHO": [-0.02, -0.02, -0.19],
    "RSHO": [-0.02, -0.02, 0.19],
}
BAND = {
    "LFHD": [0.070, 0.075, -0.055],
    "RFHD": [0.070, 0.075, 0.055],
    "LBHD": [-0.065, 0.045, -0.078],
    "RBHD": [-0.065, 0.045, 0.078],
}
AXES = {
    "+X": [1, 0, 0],
    "-X": [-1, 0, 0],
    "+Y": [0, 1, 0],
    "-Y": [0, -1, 0],
    "+Z": [0, 0, 1],
    "-Z": [0, 0, -1],
}


def laboratory_axes(up: str, forward: str, heading_rad: float = 0.0) -> np.ndarray:
    """Rows forward, up, right of a person turned to the left by the heading."""
    u, f = np.array(AXES[up], float), np.array(AXES[forward], float)
    ahead = Rotation.from_rotvec(heading_rad * u).apply(f)
    return np.stack([ahead, u, np.cross(ahead, u)])


Make = Callable[..., Recording]


@pytest.fixture(scope="session")
def make(anatomy: Anatomy) -> Make:
    """Build a recording from coordinates: forward kinematics, trunk poses, laboratory axes."""

    traced = eqx.filter_jit(jax.vmap(skull_points, (None, 0, None)))

    def build(
        q: np.ndarray,
        *,
        head: str = "TP LH RH",
        torso: str = "C7 CLAV STRN T10",
        axes: np.ndarray | None = None,
        trunk: Rotation | None = None,
        rate_hz: float = 100.0,
        noise_m: float = 0.0,
        scale: float = 1.0,
        hidden: dict[str, slice] | None = None,
        rename: dict[str, str] | None = None,
    ) -> Recording:
        model = dict(zip(("TP", "LH", "RH"), np.asarray(anatomy.markers), strict=True)) | BAND
        names = [*head.split(), *torso.split()]
        local = np.array([model[name] for name in head.split()], float)
        moving = np.asarray(traced(anatomy, q, local))
        fixed = np.array([TORSO[name] for name in torso.split()], float).reshape(-1, 3)
        points = np.concatenate([moving, np.broadcast_to(fixed, (len(q), *fixed.shape))], axis=1)
        if trunk is not None:
            points = np.einsum("tab,tmb->tma", trunk.as_matrix(), points)
        rows = laboratory_axes("+Y", "+X") if axes is None else axes
        points = points @ rows + np.array([0.3, -0.2, 1.1])
        points = points + noise_m * np.random.default_rng(3).standard_normal(points.shape)
        visible = np.ones(points.shape[:2], dtype=bool)
        for name, frames in (hidden or {}).items():
            visible[frames, names.index(name)] = False
        points = np.where(visible[..., None], points * scale, 0.0)
        return Recording(
            source=Path("made.trc"),
            names=tuple((rename or {}).get(name, name) for name in names),
            time=np.arange(len(q)) / rate_hz,
            positions=points,
            visible=visible,
            rate_hz=rate_hz,
            units="mm",
        )

    return build


@pytest.fixture(scope="session")
def head_places(anatomy: Anatomy) -> dict[str, np.ndarray]:
    """TP, LH, RH of the generic neck in the neutral pose."""
    places = np.asarray(marker_positions(anatomy, np.zeros(6)))
    return dict(zip(("TP", "LH", "RH"), places, strict=True))


CUBE_SAMPLE = [("+Z", "-Y", 0.3), ("+Y", "+X", 0.0), ("-X", "+Z", -0.6), ("+Z", "+X", 0.7)]
