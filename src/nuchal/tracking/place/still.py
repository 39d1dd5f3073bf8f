"""A static trial of a frame or a few, as programs cut it: the person holds that pose."""

from dataclasses import replace

import numpy as np

from nuchal.findings import Found, finding
from nuchal.records import Recording
from nuchal.tracking.place.neutral import NeutralPose
from nuchal.tracking.smoothing import MIN_FRAMES


def held(recording: Recording) -> Recording:
    """A recording whose frames, if they are too few for one, are each repeated."""
    frames = len(recording.time)
    if frames == 0 or frames >= MIN_FRAMES:
        return recording
    times = -(-MIN_FRAMES // frames)
    start = float(np.asarray(recording.time)[0])
    return replace(
        recording,
        time=start + np.arange(frames * times) / recording.rate_hz,
        positions=np.repeat(np.asarray(recording.positions), times, axis=0),
        visible=np.repeat(np.asarray(recording.visible), times, axis=0),
    )


def as_recorded(neutral: NeutralPose, static: Recording) -> NeutralPose:
    """The neutral pose of a recording that was held, said of the frames that it really has."""
    frames = len(static.time)
    if frames >= MIN_FRAMES:
        return neutral
    found = finding(Found.NEUTRAL_STILL, frames=frames, file=static.source.name)
    return replace(neutral, first_frame=0, last_frame=frames - 1, found=found)
