"""Generate the demonstration's two inertial sensors: nobody wore them.

The neck of ``make_demo`` keeps still, nods, keeps still again and makes the parts of the standard
movement, less far; a sensor on the head and one on the sternum sit anyhow, in a room with Z up, in
which the person sits turned by 20 degrees. Both are wrong by as much as such sensors are, and their
headings drift apart. Run it from the repository:

    python examples/make_sensors.py
"""

from pathlib import Path

import jax
import numpy as np
from make_demo import FORWARD, SUBJECT, UP
from scipy.spatial.transform import Rotation

from nuchal.model.scaling import personalise
from nuchal.movements.standard import LESS_FAR, PART_S, PARTS, posture_at
from nuchal.tracking.place.calibration import marker_traces
from nuchal.tracking.rigid import fit_poses

FOLDER = Path(__file__).parent
RATE_HZ = 50.0
STILL_S, NOD_S, REST_S = 1.5, 2.0, 1.0
NOD_RAD = np.radians(30.0)
TILT_RAD, DRIFT_RAD_S = np.radians(0.7), np.radians(1.5) / 60.0
LABELS = ("torso_imu", "head_imu")


def main() -> None:
    """Write the recording beside this script."""
    dice = np.random.default_rng(7)
    head, torso = person(dice)
    axes = np.stack([FORWARD, UP, np.cross(FORWARD, UP)])
    seats = Rotation.random(2, random_state=11).as_matrix()
    turned = axes.T @ np.stack([torso, torso @ head], axis=1) @ axes @ seats
    time = np.arange(len(head)) / RATE_HZ
    drift = Rotation.from_rotvec(np.outer(DRIFT_RAD_S * time, UP)).as_matrix()
    turned[:, 1] = drift @ turned[:, 1]
    write(FOLDER / "demo_sensors.sto", time, turned)


def person(dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rotations of the head on the torso, with errors, and of the torso."""
    neck = personalise(SUBJECT, form="living")
    course = jax.jit(jax.vmap(lambda t: posture_at(t, neck, LESS_FAR)))
    q = np.asarray(course(steps(PART_S * len(PARTS))))
    traces = np.asarray(marker_traces(neck, q))
    neutral = np.asarray(marker_traces(neck, np.zeros((1, 6))))[0]
    moving = fit_poses(neutral, traces).rotation
    nod = np.zeros((round(NOD_S * RATE_HZ), 3))
    nod[:, 2] = -NOD_RAD * np.sin(np.pi * steps(NOD_S) / NOD_S) ** 2
    still, rest = (np.tile(np.eye(3), (round(s * RATE_HZ), 1, 1)) for s in (STILL_S, REST_S))
    nodding = Rotation.from_rotvec(nod).as_matrix()
    head = np.concatenate([still, nodding, rest, moving, rest])
    time = np.arange(len(head)) / RATE_HZ
    off = TILT_RAD * np.sin(time[:, None] * [0.31, 0.23, 0.41] + dice.uniform(0.0, 6.0, 3))
    sway = np.radians([1.0, 2.0, 1.5]) * np.sin(time[:, None] * [0.5, 0.4, 0.3])
    return (
        Rotation.from_rotvec(off - off[0]).as_matrix() @ head,
        Rotation.from_rotvec(sway).as_matrix(),
    )


def steps(duration_s: float) -> np.ndarray:
    """Times of the frames of a part [s]."""
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def write(path: Path, time: np.ndarray, turned: np.ndarray) -> None:
    """A table of quaternions, w first, as OpenSense has them."""
    quaternions = Rotation.from_matrix(turned.reshape(-1, 3, 3)).as_quat(
        canonical=True, scalar_first=True
    )
    rows = quaternions.reshape(len(time), len(LABELS), 4)
    lines = [
        f"DataRate={RATE_HZ:f}",
        "DataType=Quaternion",
        "version=3",
        "OpenSimVersion=4.6",
        "made=by examples/make_sensors.py, not measured",
        "endheader",
        "\t".join(("time", *LABELS)),
        *(
            "\t".join((f"{t:.2f}", *(",".join(f"{x:.6f}" for x in one) for one in row)))
            for t, row in zip(time, rows, strict=True)
        ),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
