"""A recording frame by frame against the same recording as a whole: two ways through the code."""

from pathlib import Path

import numpy as np
import pytest

from nuchal.commands.forces import estimate_recording
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import Plan, network_person, plan_of
from nuchal.commands.tracked import read_any
from nuchal.io.subject import read_subject
from nuchal.model.person import traits_in_doubt
from nuchal.records import CoordinateRecording, Estimate
from nuchal.streaming.flow import Flow, Wearer
from nuchal.streaming.records import LiveFrame
from nuchal.streaming.replay import feed_of, samples_of
from nuchal.streaming.step import Whose, stepper
from nuchal.tracking.turned.doubt import LIKELY


def streamed(path: Path, plan: Plan, count: int) -> list[LiveFrame]:
    recording = read_any(path, plan.options)
    assert not isinstance(recording, CoordinateRecording)
    assert plan.network is not None
    whose = Whose(plan.network.network, plan.settings, network_person(plan))
    doubt = traits_in_doubt(plan.person, plan.anatomy)
    step, first = stepper(whose, doubt=doubt, count=count)
    wearer = Wearer(step=step, first=first, settings=plan.options)
    now = [0.0]
    flow, frames = Flow(feed_of(recording), wearer, lambda: now[0]), []
    for sample in samples_of(recording):
        now[0] = sample.time
        frames += list(flow.take(sample))
    assert flow.shown.lost == 0
    return frames


def beside(frames: list[LiveFrame], whole: Estimate) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Live values and the recording's at the same moments, where these can be used."""
    at, time = np.array([frame.time for frame in frames]), np.asarray(whole.motion.time)
    good = np.interp(at, time, np.asarray(whole.quality).astype(float)) > 0.99

    def then(values: object) -> np.ndarray:
        return np.stack([np.interp(at[good], time, column) for column in np.asarray(values).T], 1)

    found = {
        "angles_deg": then(whole.head_angles_deg),
        "force": then(whole.forces.force),
        "activation": then(whole.forces.activation),
        "q": then(whole.motion.q),
    }
    return {
        name: (np.array([getattr(one, name) for one in frames])[good], true)
        for name, true in found.items()
    }


def test_markers_live_are_the_markers_of_the_recording(root: Path) -> None:
    person = read_subject(root / "examples/person.toml")
    plan = plan_of(person, ForceOptions(method="network"))
    path = root / "examples/demo_recording.trc"
    frames = streamed(path, plan, 0)
    pairs = beside(frames, estimate_recording(path, plan).estimate)
    angles, whole = pairs["angles_deg"]
    assert len(angles) > 600
    assert np.sqrt(np.mean((angles - whole) ** 2, axis=0)).max() < 0.15
    assert np.ptp(whole, axis=0).min() > 40.0
    live, true = (x.sum(axis=1) for x in pairs["force"])
    assert np.corrcoef(live, true)[0, 1] > 0.97
    assert live.mean() == pytest.approx(true.mean(), rel=0.03)
    low, high = (np.array([getattr(f, name) for f in frames]) for name in ("low", "high"))
    force = np.array([f.force for f in frames])
    assert (low <= force + 1e-6).all()
    assert (force <= high + 1e-6).all()


@pytest.mark.slow
def test_sensors_live_are_the_sensors_of_the_recording(root: Path) -> None:
    person = read_subject(root / "examples/person.toml")
    options = ForceOptions(method="network", up="+Z", nod_window_s=(1.0, 4.0))
    plan = plan_of(person, options)
    path = root / "examples/demo_sensors.sto"
    frames = streamed(path, plan, LIKELY)
    whole = estimate_recording(path, plan).estimate
    pairs = beside(frames, whole)
    angles, true = pairs["angles_deg"]
    assert np.sqrt(np.mean((angles - true) ** 2, axis=0)).max() < 0.05
    live, true = (x.sum(axis=1) for x in pairs["force"])
    assert np.corrcoef(live, true)[0, 1] > 0.999
    # intervals hold what the sensors may be wrong by, as those of the recording do
    widths = np.array([f.high - f.low for f in frames]).mean(axis=0)
    assert whole.intervals is not None
    theirs = (np.asarray(whole.intervals.high) - np.asarray(whole.intervals.low)).mean(axis=0)
    assert widths.sum() == pytest.approx(theirs.sum(), rel=0.35)
    assert np.corrcoef(widths, theirs)[0, 1] > 0.9
