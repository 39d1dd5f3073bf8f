"""A recording as if it came in now."""

from collections.abc import Iterator

import numpy as np

from nuchal.orientations import OrientationRecording
from nuchal.records import Recording
from nuchal.streaming.feed import BodyFeed, Feed, MarkerFeed, Sample


def feed_of(recording: Recording | OrientationRecording) -> Feed:
    """What samples of a recording are of."""
    if isinstance(recording, Recording):
        return MarkerFeed(
            source=recording.source,
            names=recording.names,
            rate_hz=recording.rate_hz,
            vertical=recording.vertical,
        )
    return BodyFeed(
        source=recording.source,
        names=recording.names,
        rate_hz=recording.rate_hz,
        up=recording.up,
        device=recording.device,
        segments=recording.segments,
    )


def samples_of(recording: Recording | OrientationRecording) -> Iterator[Sample]:
    """Its frames one after another, at the recording's times."""
    time = np.asarray(recording.time)
    if isinstance(recording, Recording):
        values, known = np.asarray(recording.positions), np.asarray(recording.visible)
    else:
        values, known = np.asarray(recording.rotation), np.asarray(recording.known)
    for k in range(len(time)):
        yield Sample(float(time[k]), values[k], known[k])
