"""How near forces from orientations are to those from markers, on real people.

    python benchmarks/sensors/run.py           # about fifteen minutes

Head and torso of the recordings in ``shared/recordings/vicon_neck`` become orientations: exact
ones, which tell what is lost with the places of markers, and orientations with errors as each kind
of sensor has them. These are not drawn as the intervals suppose: an error is a steady half and a
sine of 7 to 40 s about each axis, with the standard deviations of published comparisons, a straight
drift, a torso that faces elsewhere, and the trunk of the recording itself where headset and camera
do not see it. Writes benchmarks/results/sensors.md.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, get_args

import numpy as np
from scipy.spatial.transform import Rotation

from nuchal.commands.forces import estimate_tracked
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import Plan, plan_of
from nuchal.commands.tracked import read_and_track
from nuchal.conventions import Device
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import MUSCLE_GROUPS
from nuchal.orientations import OrientationRecording, SegmentAxes
from nuchal.records import Estimate, Subject
from nuchal.tracking.location import Standing
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.observation import Observation, TrackingSettings
from nuchal.tracking.rigid import fit_poses
from nuchal.tracking.turned.doubt import ERRORS, TurnErrors
from nuchal.tracking.turned.pipeline import track_turned

RESULTS: Final = Path(__file__).parents[1] / "results" / "sensors.md"
FOLDER: Final = Path(__file__).parents[3] / "shared" / "recordings" / "vicon_neck"
SKIPPED: Final = 77
"""Exit status where the recordings are missing."""
PERSON: Final = Subject(neck_length_m=0.1073, shoulder_width_m=0.3992, head_and_neck_mass_kg=6.4)
SEGMENTS: Final = SegmentAxes(forward="+X", up="+Z")
SEAT: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]).T
"""Axes of such a segment (forward, left, up) in those of the neck (forward, up, right)."""
NOTHING: Final = TurnErrors(tilt_rad=0.0, heading_rad=0.0)
ALONE: Final = ("headset", "camera")
"""Kinds that do not see the torso."""
PERIODS_S: Final = (7.0, 40.0)
HOLDS: Final = 1.645
"""Half of an interval that holds 90 %, in standard deviations."""


class Trial(NamedTuple):
    """A recording, as markers show it."""

    name: str
    tracked: TrackedMotion
    estimate: Estimate


class Scores(NamedTuple):
    """Of one recording by one kind of sensor."""

    angle_deg: np.ndarray
    """RMS errors of flexion, bending and rotation."""
    angles_held: float
    force: np.ndarray
    """RMS error of each muscle over its maximal force."""
    held: np.ndarray
    """Share of frames within the interval, of each muscle."""
    width: np.ndarray
    """Mean width of the interval over maximal force, of each muscle."""
    r: float
    """Of the sum of all forces."""


def trials_of(plan: Plan) -> Iterator[Trial]:
    """Every recording by its markers, with forces of optimisation."""
    for person in sorted(FOLDER.glob("subject_*")):
        options = ForceOptions(static=person / "Static.csv", method="optimisation")
        for path in sorted(person.glob("trial_*/data_marker.csv")):
            tracked = read_and_track(path, PERSON, plan.anatomy, options)
            name = f"{person.name}/{path.parent.name}"
            yield Trial(name, tracked, estimate_tracked(tracked, plan).estimate)


def head_and_trunk(seen: Observation, standing: Standing) -> tuple[np.ndarray, np.ndarray]:
    """Their rotations against the neutral pose, in the axes of the neck, by markers."""
    axes = standing.axes
    head = fit_poses(seen.neutral.head, seen.markers.head.positions).rotation
    return axes @ head @ axes.T, axes @ standing.thorax.rotation @ axes.T


def by_sensors(
    trial: Trial, plan: Plan, device: Device, errors: TurnErrors, seed: int
) -> TrackedMotion:
    """The recording as segments of somebody with such sensors, in axes forward, left and up."""
    seen, place = trial.tracked.observation, trial.tracked.location
    assert seen is not None
    assert place is not None
    time = np.asarray(seen.markers.time)
    head, trunk = head_and_trunk(seen, place.standing)
    dice = np.random.default_rng([41, seed])
    wrong = trunk @ _wrong(time, errors, dice) @ np.swapaxes(trunk, 1, 2) @ head
    names = ("Head",) if device in ALONE else ("Head", "T8")
    bodies = np.stack([wrong, trunk], axis=1)[:, : len(names)]
    elsewhere = Rotation.from_rotvec([0.0, errors.facing_rad * dice.normal(), 0.0]).as_matrix()

    def recorded(times: np.ndarray, turned: np.ndarray, known: np.ndarray) -> OrientationRecording:
        return OrientationRecording(
            source=trial.tracked.source,
            time=times,
            rate_hz=trial.tracked.rate_hz,
            names=names,
            rotation=SEAT.T @ turned @ elsewhere @ SEAT,
            known=np.tile(known[:, None], (1, len(names))),
            up="+Z",
            device=device,
            segments=SEGMENTS,
        )

    moved = recorded(time, bodies, seen.markers.known)
    frames = round(trial.tracked.rate_hz)
    upright = np.tile(np.eye(3), (frames, len(names), 1, 1))
    still = recorded(np.arange(frames) / frames, upright, np.ones(frames, bool))
    return track_turned(moved, plan.anatomy, TrackingSettings(), still)


def _wrong(time: np.ndarray, errors: TurnErrors, dice: np.random.Generator) -> np.ndarray:
    """Half of each variance steady and half a sine, and a drift from the start on."""
    sds = np.array([errors.tilt_rad, errors.heading_rad, errors.tilt_rad]) / np.sqrt(2.0)
    period = np.exp(dice.uniform(*np.log(PERIODS_S), 3))
    phase = dice.uniform(0.0, 2.0 * np.pi, 3)
    off = sds * dice.normal(size=3) + np.sqrt(2.0) * sds * np.sin(
        2.0 * np.pi * time[:, None] / period + phase
    )
    off[:, 1] += errors.drift_rad_s * dice.normal() * time
    return np.asarray(Rotation.from_rotvec(off).as_matrix())


def scores_of(trial: Trial, plan: Plan, tracked: TrackedMotion) -> Scores:
    """Angles and forces against those of the markers."""
    truth, found = trial.estimate, estimate_tracked(tracked, plan).estimate
    good = np.asarray(truth.quality) & np.asarray(found.quality)
    angles = [head_angles_deg(plan.anatomy, one.q)[good] for one in tracked.likely]
    told, true = found.head_angles_deg[good], truth.head_angles_deg[good]
    spread = np.sqrt(np.mean((np.asarray(angles) - told) ** 2, axis=0))
    force, right = (np.asarray(one.forces.force)[good] for one in (found, truth))
    strength = np.asarray(plan.anatomy.max_isometric_force)
    assert found.intervals is not None
    low, high = (np.asarray(x)[good] for x in (found.intervals.low, found.intervals.high))
    return Scores(
        angle_deg=np.sqrt(np.mean((told - true) ** 2, axis=0)),
        angles_held=float(np.mean(np.abs(told - true) <= HOLDS * spread)),
        force=np.sqrt(np.mean((force - right) ** 2, axis=0)) / strength,
        held=np.mean((low <= right) & (right <= high), axis=0),
        width=np.mean(high - low, axis=0) / strength,
        r=float(np.corrcoef(force.sum(axis=1), right.sum(axis=1))[0, 1]),
    )


def report(found: dict[str, list[Scores]], trials: int) -> str:
    """The page."""
    lines = [
        f"# Forces from orientations: {trials} recordings of three people",
        "",
        "Written by `benchmarks/sensors/run.py`. Against forces and angles from markers, by "
        "optimisation, preset recommended; one neck of stated measures for all. *Exact* is",
        "without errors of sensors: what is lost with the places of markers. Errors of all kinds "
        "have the standard deviations of [sensors](../../docs/sensors.md), but not the course",
        "that intervals suppose; headset and camera see no torso, which moves as it did.",
        "",
        "## Kinds of sensors",
        "",
        "RMS error of flexion, bending and rotation [degrees]; RMSE of forces over maximal force, "
        "a mean over muscles; r of the sum of all forces.",
        "",
        "| kind | angles | held by intervals of 90 % | forces | held | least, of a muscle "
        "| width | r |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, scores in found.items():
        angle = np.sqrt(np.mean([s.angle_deg**2 for s in scores], axis=0))
        held, width = (np.mean([getattr(s, x) for s in scores], axis=0) for x in ("held", "width"))
        force, r = np.mean([s.force.mean() for s in scores]), np.mean([s.r for s in scores])
        angles = f"{angle[0]:.2f}, {angle[1]:.2f}, {angle[2]:.2f}"
        inside = f"{np.mean([s.angles_held for s in scores]):.0%}" if kind != "exact" else ""
        lines.append(
            f"| {kind} | {angles} | {inside} | {force:.4f} | {held.mean():.0%} | {held.min():.0%} "
            f"| {width.mean():.4f} | {r:.3f} |"
        )
    return "\n".join([*lines, "", *_muscles(found)]) + "\n"


def _muscles(found: dict[str, list[Scores]]) -> list[str]:
    kinds = [kind for kind in found if kind != "exact"]
    groups = list(dict.fromkeys(MUSCLE_GROUPS))
    lines = [
        "## Each group of muscles",
        "",
        "RMSE of forces over maximal force, in thousandths, and what intervals hold.",
        "",
        f"| group | {' | '.join(kinds)} |",
        "| --- " + "| ---: " * len(kinds) + "|",
    ]
    for group in groups:
        mine = [k for k, name in enumerate(MUSCLE_GROUPS) if name == group]
        cells = []
        for kind in kinds:
            error = np.mean([s.force[mine].mean() for s in found[kind]])
            held = np.mean([s.held[mine].mean() for s in found[kind]])
            cells.append(f"{1e3 * error:.0f}, {held:.0%}")
        lines.append(f"| {group} | {' | '.join(cells)} |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--draws", type=int, default=2, help="of errors, for each recording")
    parser.add_argument("--trials", type=int, help="so many recordings, and no page is written")
    given = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"{FOLDER}: no such folder, and it has the recordings.")
        return SKIPPED
    plan = plan_of(PERSON, ForceOptions(method="optimisation"))
    found: dict[str, list[Scores]] = {"exact": [], **{kind: [] for kind in get_args(Device)}}
    count = 0
    for count, trial in enumerate(trials_of(plan), 1):
        exact = by_sensors(trial, plan, "rigid bodies", NOTHING, 0)
        found["exact"].append(scores_of(trial, plan, exact))
        for kind in get_args(Device):
            for draw in range(given.draws):
                seed = 1000 * count + 10 * get_args(Device).index(kind) + draw
                told = by_sensors(trial, plan, kind, ERRORS[kind], seed)
                found[kind].append(scores_of(trial, plan, told))
        print(
            trial.name, *(f"{k} {s[-1].angle_deg.round(2)}" for k, s in found.items()), flush=True
        )
        if count == given.trials:
            break
    if given.trials is not None:
        print(report(found, count))
    else:
        RESULTS.write_text(report(found, count), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
