"""Plays a recording of markers or orientations as a stream of the lab streaming layer.

    python examples/replay_over_lsl.py examples/demo_recording.trc

Meanwhile, in another terminal: nuchal stream --source lsl --subject examples/person.toml

A stand-in for a camera system or sensors: so that all of the way can be tried without them.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pylsl
from scipy.spatial.transform import Rotation

from nuchal.commands.options import RecordingOptions
from nuchal.commands.tracked import read_any
from nuchal.orientations import OrientationRecording
from nuchal.records import CoordinateRecording, Recording

CHUNK_S = 0.005


def numbers_of(
    recording: Recording | OrientationRecording,
) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """One row a frame, NaN where nothing is seen; name and unit of every column."""
    parts: tuple[str, ...]
    if isinstance(recording, Recording):
        seen = np.asarray(recording.visible)[..., None]
        values = np.where(seen, np.asarray(recording.positions), np.nan)
        parts, unit = ("x", "y", "z"), "m"
    else:
        turned = np.asarray(recording.rotation)
        quaternions = Rotation.from_matrix(turned.reshape(-1, 3, 3)).as_quat()
        seen = np.asarray(recording.known)[..., None]
        values = np.where(seen, quaternions.reshape(*turned.shape[:2], 4), np.nan)
        parts, unit = ("qx", "qy", "qz", "qw"), "1"
    channels = [(f"{name}_{part}", unit) for name in recording.names for part in parts]
    return values.reshape(len(values), -1), channels


def outlet_of(name: str, channels: list[tuple[str, str]], rate_hz: float) -> pylsl.StreamOutlet:
    """A stream whose channels say what they are."""
    info = pylsl.StreamInfo(name, "MoCap", len(channels), rate_hz, pylsl.cf_float32, name)
    listed = info.desc().append_child("channels")
    for label, unit in channels:
        channel = listed.append_child("channel")
        channel.append_child_value("label", label)
        channel.append_child_value("unit", unit)
    return pylsl.StreamOutlet(info)


def play(recording: Recording | OrientationRecording, name: str, *, times: int) -> None:
    """Push every frame when it is due, again from the start as often as asked."""
    values, channels = numbers_of(recording)
    outlet = outlet_of(name, channels, recording.rate_hz)
    start = pylsl.local_clock()
    for k in range(times * len(values)):
        due = start + k / recording.rate_hz
        while (left := due - pylsl.local_clock()) > 0.0:
            time.sleep(min(left, CHUNK_S))
        outlet.push_sample(values[k % len(values)], due)


def main() -> None:
    """Play what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("recording", type=Path)
    parser.add_argument("--name", default="replay", help="of the stream")
    parser.add_argument("--times", type=int, default=1_000_000, help="from start to end")
    given = parser.parse_args()
    pylsl.set_config_content("[multicast]\nResolveScope = machine\n[log]\nlevel = -2\n")
    recording = read_any(given.recording, RecordingOptions())
    if isinstance(recording, CoordinateRecording):
        parser.error("a recording of markers or orientations, please")
    sys.stdout.write(f"{given.recording.name}: {recording.rate_hz:g} frames a second\n")
    sys.stdout.flush()
    play(recording, given.name, times=given.times)


if __name__ == "__main__":
    main()
