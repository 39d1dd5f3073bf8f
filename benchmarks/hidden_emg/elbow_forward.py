"""The elbow's motion integrated from excitations that were told, against the motion as measured.

With the upper arm still the elbow is one hinge, so its inertia is a number, and gravity, lengths
and moment arms are functions of the angle: OpenSim gives them at some angles, splines in between.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from arm import Arm, Lifted
from scipy.interpolate import make_interp_spline

from nuchal.emg.hidden.muscles import JointTask, fibre_forces, joint_moment, lagged, shaped
from nuchal.emg.hidden.records import Model

HORIZONS_S = (0.1, 0.25, 0.5, 1.0)
RESTART_S = 0.25
SMALL_S = 0.005
ANGLES_RAD = np.radians(np.linspace(-15.0, 145.0, 65))
SPRING_NM, DAMPER_NMS = 5.0, 1.0
"""Of the light hand that holds the elbow near its measured course in the second run."""


class Hinge:
    """One trial's elbow: what acts at an angle."""

    def __init__(self, folder: Path, shoulder: float, load_kg: float) -> None:
        arm = Arm(folder, Lifted(load_kg))
        gravity, length, arms = [], [], []
        for angle in ANGLES_RAD:
            arm.move(np.array([shoulder, angle]), np.zeros(2))
            length.append(arm.lengths())
            arms.append(arm.elbow_arms())
            gravity.append(arm.elbow_moment(np.zeros(2)))
        pushed = arm.elbow_moment(np.array([0.0, 1.0]))
        self.inertia = pushed - gravity[-1]
        self.gravity = make_interp_spline(ANGLES_RAD, gravity, k=5)
        self.length = make_interp_spline(ANGLES_RAD, np.array(length), k=5)
        self.arms = make_interp_spline(ANGLES_RAD, np.array(arms), k=5)


def drift(
    folder: Path, task: JointTask, model: Model, excitation: np.ndarray
) -> dict[str, list[float]]:
    """RMS error of the angle [deg] after each horizon: left alone, and lightly held."""
    value = jax.vmap(lambda u: lagged(u, step_s=task.step_s))(jnp.asarray(excitation))
    activation = np.asarray(shaped(value, model.muscles.shape))
    pull = jax.jit(lambda *x: _pull(model, *x))
    free, held = [], []
    for trial, motion in enumerate(np.asarray(task.motion)):
        hinge = Hinge(folder, motion[0, 0], motion[0, -1])
        time = np.asarray(task.time)[trial]
        course = make_interp_spline(time, activation[trial], k=1)
        angle = make_interp_spline(time, motion[:, 1], k=5)
        last = time[-1] - HORIZONS_S[-1]
        starts = np.arange(time[0] + RESTART_S, last, RESTART_S)
        free.append(_errors(hinge, course, angle, starts, pull, 0.0))
        held.append(_errors(hinge, course, angle, starts, pull, 1.0))
    return {
        "free": _rms(np.concatenate(free, axis=1)),
        "held": _rms(np.concatenate(held, axis=1)),
        "still": _rms(_still(task)),
    }


def _pull(model: Model, length, velocity, arms, activation):  # noqa: ANN001, ANN202
    forces = fibre_forces(model.muscles.system, length, velocity)
    return joint_moment(arms[:, None, :], forces, activation)[:, 0]


def _errors(hinge, course, angle, starts, pull, hand):  # noqa: ANN001, ANN202
    """Errors [deg], shape (horizons, starts), all restarts integrated side by side by Heun."""
    q, speed = angle(starts), angle(starts, 1)
    now, found, step = starts.copy(), [], SMALL_S

    def change(at, q, speed):  # noqa: ANN001, ANN202
        inside = np.clip(q, ANGLES_RAD[0], ANGLES_RAD[-1])
        arms = hinge.arms(inside)
        moment = np.asarray(pull(hinge.length(inside), -arms * speed[:, None], arms, course(at)))
        moment = moment + hand * (SPRING_NM * (angle(at) - q) + DAMPER_NMS * (angle(at, 1) - speed))
        return (moment - hinge.gravity(inside)) / hinge.inertia

    for count in range(1, round(HORIZONS_S[-1] / step) + 1):
        first = change(now, q, speed)
        guess = q + step * speed, speed + step * first
        second = change(now + step, *guess)
        q = q + 0.5 * step * (speed + guess[1])
        speed = speed + 0.5 * step * (first + second)
        now = now + step
        if any(abs(count * step - h) < 0.5 * step for h in HORIZONS_S):
            found.append(np.degrees(q - angle(now)))
    return np.array(found)


def _still(task: JointTask) -> np.ndarray:
    """What the error would be if the elbow just stayed where it was [deg]."""
    angle = np.degrees(np.asarray(task.motion)[..., 1])
    ahead = [round(h / task.step_s) for h in HORIZONS_S]
    starts = angle.shape[1] - ahead[-1]
    return np.array([(angle[:, k : k + starts] - angle[:, :starts]).ravel() for k in ahead])


def _rms(errors: np.ndarray) -> list[float]:
    return np.sqrt(np.mean(np.clip(errors, -180.0, 180.0) ** 2, axis=1)).tolist()
