"""How near forces of a live stream are to those of the whole recording, and how late they come.

    python benchmarks/stream/run.py            # about six minutes
    python benchmarks/stream/run.py --seconds 5 --recordings 2

The recordings of real people in ``shared/recordings/vicon_neck`` go through the stream frame by
frame, as markers and as orientations of head and torso (made from the markers, without errors), and
are set beside the forces of optimisation on the whole recording, which looks ahead. The delay is
taken over loopback: a process plays a recording into the lab streaming layer in real time, and this
one follows it. Writes benchmarks/results/stream.md when nothing was cut short.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from nuchal.commands.forces import estimate_tracked
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import Plan, network_person, plan_of
from nuchal.commands.stream import Onlooker, StreamOptions, run_stream
from nuchal.commands.tracked import read_and_track, read_static
from nuchal.model.person import traits_in_doubt
from nuchal.orientations import OrientationRecording, SegmentAxes
from nuchal.records import Estimate, Recording, Subject
from nuchal.report.summaries.stream import StreamSummary
from nuchal.streaming.flow import Flow, Wearer
from nuchal.streaming.records import LiveFrame
from nuchal.streaming.replay import feed_of, samples_of
from nuchal.streaming.step import Carry, Step, Whose, stepper
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.observation import TrackingSettings
from nuchal.tracking.rigid import fit_poses
from nuchal.tracking.turned.doubt import LIKELY

ROOT: Final = Path(__file__).parents[2]
RESULTS: Final = ROOT / "benchmarks" / "results" / "stream.md"
FOLDER: Final = ROOT.parent / "shared" / "recordings" / "vicon_neck"
SKIPPED: Final = 77
"""Exit status where the recordings are missing."""
PERSON: Final = Subject(neck_length_m=0.1073, shoulder_width_m=0.3992, head_and_neck_mass_kg=6.4)
SEAT: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]).T
"""Axes of a segment (forward, left, up) in those of the neck (forward, up, right)."""
LATE_S: Final = 0.02
PLAYED: Final = {
    "markers, 100 Hz": ("demo_recording.trc", {}),
    "orientations, 50 Hz": (
        "demo_sensors.sto",
        {"up": "+Y", "forward": "+X", "head_name": "head_imu", "torso_name": "torso_imu"},
    ),
}
"""Examples that are played over loopback, and what is stated of them."""


class Scores(NamedTuple):
    """Of one recording."""

    angle_deg: np.ndarray
    """RMS difference of flexion, bending and rotation."""
    force: float
    """RMS difference of all muscles over maximal isometric force."""
    r: float
    """Of the sum of all forces."""
    held: float
    """Share of the whole recording's forces in the live intervals."""
    width: float
    """Mean width of the intervals over maximal isometric force."""
    lost: float
    """Share of ticks without forces once the person was found."""


def steps_of(plan: Plan) -> dict[int, tuple[Step, Carry]]:
    """The arithmetic of frames, for markers and for orientations."""
    assert plan.network is not None
    whose = Whose(plan.network.network, plan.settings, network_person(plan))
    doubt = traits_in_doubt(plan.person, plan.anatomy)
    return {count: stepper(whose, doubt=doubt, count=count) for count in (0, LIKELY)}


def streamed(
    recording: Recording | OrientationRecording,
    made: tuple[Step, Carry],
    static: Recording | OrientationRecording,
) -> tuple[list[LiveFrame], float]:
    """Frames of a stream, and the share of ticks that it has no forces of."""
    now = [0.0]
    wearer = Wearer(step=made[0], first=made[1], settings=TrackingSettings(), static=static)
    flow = Flow(feed_of(recording), wearer, lambda: now[0])
    frames = []
    for sample in samples_of(recording):
        now[0] = sample.time
        frames += list(flow.take(sample))
    shown = flow.shown
    return frames, shown.lost / max(1, shown.frames + shown.lost)


def scores_of(frames: list[LiveFrame], lost: float, truth: Estimate, plan: Plan) -> Scores:
    """Live forces against those of the whole recording."""
    time, good = np.asarray(truth.motion.time), np.asarray(truth.quality)
    at = np.array([frame.time for frame in frames])
    near = np.clip(np.searchsorted(time, at), 1, len(time) - 1)
    usable = good[near] & good[near - 1]
    kept = [frame for frame, use in zip(frames, usable, strict=True) if use]

    def then(values: object) -> np.ndarray:
        columns = np.asarray(values).T
        return np.stack([np.interp(at[usable], time, column) for column in columns], axis=1)

    force, low, high = (
        np.array([getattr(one, name) for one in kept]) for name in ("force", "low", "high")
    )
    angles = np.array([one.angles_deg for one in kept])
    true, strength = then(truth.forces.force), np.asarray(plan.anatomy.max_isometric_force)
    return Scores(
        angle_deg=np.sqrt(np.mean((angles - then(truth.head_angles_deg)) ** 2, axis=0)),
        force=float(np.sqrt(np.mean(((force - true) / strength) ** 2))),
        r=float(np.corrcoef(force.sum(axis=1), true.sum(axis=1))[0, 1]),
        held=float(((true >= low) & (true <= high)).mean()),
        width=float(((high - low) / strength).mean()),
        lost=lost,
    )


def turned(tracked: TrackedMotion) -> tuple[OrientationRecording, OrientationRecording]:
    """A recording of markers as orientations of segments, and the same held in the neutral pose."""
    seen, place = tracked.observation, tracked.location
    assert seen is not None
    assert place is not None
    axes, standing = place.standing.axes, place.standing
    head = axes @ fit_poses(seen.neutral.head, seen.markers.head.positions).rotation @ axes.T
    trunk = axes @ standing.thorax.rotation @ axes.T
    both = SEAT.T @ np.stack([head, trunk], axis=1) @ SEAT

    def recorded(rotation: np.ndarray, known: np.ndarray) -> OrientationRecording:
        return OrientationRecording(
            source=tracked.source,
            time=np.arange(len(rotation)) / tracked.rate_hz,
            rate_hz=tracked.rate_hz,
            names=("Head", "T8"),
            rotation=rotation,
            known=np.tile(known[:, None], (1, 2)),
            up="+Z",
            device="rigid bodies",
            segments=SegmentAxes(forward="+X", up="+Z"),
        )

    frames = round(tracked.rate_hz)
    still = recorded(np.tile(np.eye(3), (frames, 2, 1, 1)), np.ones(frames, bool))
    return recorded(both, np.asarray(seen.markers.known)), still


def every_recording(most: int | None) -> Iterator[tuple[str, Scores, Scores]]:
    """Scores by markers and by orientations, recording by recording."""
    plan = plan_of(PERSON, ForceOptions(method="network"))
    exact = plan_of(PERSON, ForceOptions(method="optimisation"))
    made = steps_of(plan)
    paths = sorted(FOLDER.glob("subject_*/trial_*/data_marker.csv"))[:most]
    for path in paths:
        person = path.parents[1]
        options = ForceOptions(static=person / "Static.csv", method="optimisation")
        tracked = read_and_track(path, PERSON, plan.anatomy, options)
        truth = estimate_tracked(tracked, exact).estimate
        assert tracked.observation is not None
        assert options.static is not None
        markers, static = tracked.observation.recording, read_static(options.static, options)
        by_markers = scores_of(*streamed(markers, made[0], static), truth, plan)
        bodies, still = turned(tracked)
        by_bodies = scores_of(*streamed(bodies, made[LIKELY], still), truth, plan)
        name = f"{person.name}/{path.parent.name}"
        print(name, by_markers, by_bodies, flush=True)
        yield name, by_markers, by_bodies


def over_loopback(file: str, stated: dict[str, str], seconds: float) -> StreamSummary:
    """A recording that another process plays, followed for so long."""
    examples, name = ROOT / "examples", f"benchmark {os.getpid()}"
    player = [sys.executable, examples / "replay_over_lsl.py", examples / file, "--name", name]
    with subprocess.Popen([*map(str, player)], stdout=subprocess.DEVNULL) as playing:
        try:
            options = StreamOptions(
                stream_name=name, wait_s=30.0, publish=True, longest_s=seconds, **stated
            )
            return run_stream(
                "lsl", subject=examples / "person.toml", options=options, onlooker=Onlooker()
            )
        finally:
            playing.kill()


def page(rows: list[tuple[str, Scores, Scores]], delays: dict[str, StreamSummary]) -> str:
    """The page of results."""
    lines = [
        "# A live stream beside the whole recording",
        "",
        f"`benchmarks/stream/run.py`, {len(rows)} recordings of real people, frame by frame as "
        "markers and as orientations of head and torso without errors, against optimisation on "
        "the whole recording, whose smoothing looks ahead. Preset recommended, a person of mean "
        'measures. "Held" is the share of the whole recording\'s forces in the live intervals, '
        "which are made to hold 90 %; those of orientations hold what rigid bodies err by, too.",
        "",
        "| recording | by | flexion, bending, rotation apart [deg rms] | forces apart [% of "
        "maximal force, rms] | r of total force | held | width [%] | ticks lost |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, *both in rows:
        lines += [_row(name, how, one) for how, one in zip(_WAYS, both, strict=True)]
    for k, how in enumerate(_WAYS):
        mean = Scores(*(np.mean([row[1 + k][i] for row in rows], axis=0) for i in range(6)))
        lines.append(_row("mean", how, mean))
    lines += [
        "",
        "Over loopback, on this machine: a process plays an example into the lab streaming layer, "
        "another follows it and gives its forces out again. The delay is from the moment of a "
        "frame to its forces, 20 ms of window included; over the last 500 frames.",
        "",
        "| source | frames | lost | delay [ms] | slowest of a hundred [ms] | arithmetic [ms] | "
        "slowest of a hundred [ms] |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, found in delays.items():
        delay = found.delay
        assert delay is not None
        lines.append(
            f"| {name} | {found.frames} | {found.lost} | {delay.median_ms:.1f} | "
            f"{delay.slowest_of_hundred_ms:.1f} | {delay.work_ms:.2f} | "
            f"{delay.work_slowest_of_hundred_ms:.2f} |"
        )
    return "\n".join([*lines, ""])


_WAYS: Final = ("markers", "orientations")


def _row(name: str, how: str, one: Scores) -> str:
    angles = ", ".join(f"{x:.2f}" for x in one.angle_deg)
    return (
        f"| {name} | {how} | {angles} | {100 * one.force:.2f} | {one.r:.3f} | "
        f"{100 * one.held:.0f} % | {100 * one.width:.1f} | {100 * one.lost:.1f} % |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--recordings", type=int, help="the first so many only")
    parser.add_argument("--seconds", type=float, default=25.0, help="of every example")
    given = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"{FOLDER}: no such folder, and it holds the recordings.")
        return SKIPPED
    delays = {name: over_loopback(*one, given.seconds) for name, one in PLAYED.items()}
    for name, found in delays.items():
        print(name, found.delay, found.frames, found.lost, [one.text for one in found.events])
    text = page(list(every_recording(given.recordings)), delays)
    if given.recordings is None:
        RESULTS.write_text(text, "utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
