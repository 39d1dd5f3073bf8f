"""The person in the first samples: names, axes and the neutral pose, as in a recording.

What has come in is laid on evenly spaced frames and goes through the first stages of tracking,
again and again, until the person has held still. From then on only ``worn`` is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nuchal.conventions import Device
from nuchal.findings import Finding
from nuchal.orientations import OrientationRecording
from nuchal.records import Recording
from nuchal.streaming.feed import BodyFeed, Feed, MarkerFeed, Sample
from nuchal.streaming.worn import MarkerBody, MarkersWorn, Worn
from nuchal.tracking.location import Standing, stand
from nuchal.tracking.observation import Observation, TrackingSettings, observe
from nuchal.tracking.place.axes import axis_vector
from nuchal.tracking.rigid import shows_thorax_turning
from nuchal.tracking.turned.doubt import USUAL_DEVICE
from nuchal.tracking.turned.seen import see_turned


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A person who was found.

    Attributes:
        neutral_s: Middle of the neutral pose, by the time of the samples [s].
        is_quiet: Whether the person held still in it, or it was stated.
        trunk_seen: Whether the trunk's turn is measured.
        device: What measures orientations, and so errs; None of markers.
        findings: What was found and assumed.
    """

    worn: Worn
    neutral_s: float
    is_quiet: bool
    trunk_seen: bool
    device: Device | None
    findings: tuple[Finding, ...]


def settle(
    feed: Feed,
    samples: Sequence[Sample],
    settings: TrackingSettings,
    static: Recording | OrientationRecording | None = None,
) -> Settled:
    """Find the person in samples, or in a static trial.

    Args:
        feed: what they are of.
        samples: two or more, in the order of their times.
        settings: names, axes and neutral pose, as far as they are stated; times count from the
            first sample.
        static: of the same person and markers or sensors, in the neutral pose.

    Raises:
        RecordingError: names, axes or a neutral pose that cannot be told.
    """
    frames = as_recording(feed, samples)
    start = samples[0].time
    if isinstance(frames, Recording):
        assert static is None or isinstance(static, Recording)
        return _by_markers(frames, settings, static, start)
    assert static is None or isinstance(static, OrientationRecording)
    turned = see_turned(frames, settings, static)
    return Settled(
        worn=turned.worn,
        neutral_s=start + turned.neutral_s,
        is_quiet=turned.is_quiet,
        trunk_seen=turned.trunk_seen,
        device=settings.device or frames.device or USUAL_DEVICE,
        findings=turned.findings,
    )


def _by_markers(
    frames: Recording, settings: TrackingSettings, static: Recording | None, start: float
) -> Settled:
    seen = observe(frames, settings, static=static)
    standing, neutral = stand(seen, settings), seen.neutral
    worn = _worn(seen, standing, settings, frames.names)
    middle = frames.time[(neutral.first_frame + neutral.last_frame) // 2] if static is None else 0.0
    return Settled(
        worn=worn,
        neutral_s=start + float(middle),
        is_quiet=neutral.found.level == "found",
        trunk_seen=worn.trunk is not None,
        device=None,
        findings=(*seen.findings, *standing.findings),
    )


def _worn(
    seen: Observation, standing: Standing, settings: TrackingSettings, names: Sequence[str]
) -> MarkersWorn:
    of, axes = seen.markers.names, standing.axes
    thorax = seen.neutral.thorax @ axes.T

    def body(ours: Sequence[str], shape: Float[np.ndarray, "m 3"]) -> MarkerBody:
        in_file = of.files_names(ours)
        return MarkerBody(
            names=in_file, columns=tuple(names.index(name) for name in in_file), shape=shape
        )

    mirror = np.ones(3)
    if settings.mirror is not None:
        mirror -= 2.0 * np.abs(axis_vector(f"+{settings.mirror.strip('+-').upper()}"))
    return MarkersWorn(
        head=body(of.head, np.stack([standing.neutral_head[name] for name in of.head])),
        trunk=body(of.thorax, thorax) if shows_thorax_turning(thorax) else None,
        axes=axes,
        up=axes @ standing.laboratory.rotation[1],
        mirror=mirror,
    )


def as_recording(feed: Feed, samples: Sequence[Sample]) -> Recording | OrientationRecording:
    """Samples as a recording that begins at zero: frames that lack one are not known."""
    rate_hz = usual_rate(feed, samples)
    time = np.array([sample.time for sample in samples])
    place = np.rint((time - time[0]) * rate_hz).astype(int)
    count = int(place[-1]) + 1
    values, known = _laid_out(samples, place, count)
    even = np.arange(count) / rate_hz
    if isinstance(feed, MarkerFeed):
        return Recording(
            source=feed.source,
            names=feed.names,
            time=even,
            positions=np.where(known[..., None], values, 0.0),
            visible=known,
            rate_hz=rate_hz,
            units="m",
            vertical=feed.vertical,
        )
    return OrientationRecording(
        source=feed.source,
        time=even,
        rate_hz=rate_hz,
        names=feed.names,
        rotation=np.where(known[..., None, None], values, np.eye(3)),
        known=known,
        up=feed.up,
        device=feed.device,
        segments=feed.segments,
    )


def usual_rate(feed: MarkerFeed | BodyFeed, samples: Sequence[Sample]) -> float:
    """Samples a second, as they come [Hz]: a stated rate may be wrong."""
    steps = np.diff([sample.time for sample in samples])
    found = 1.0 / max(float(np.median(steps)), 1e-4)
    if feed.rate_hz and abs(found / feed.rate_hz - 1.0) < 0.02:
        return feed.rate_hz
    return found


def _laid_out(
    samples: Sequence[Sample], place: np.ndarray, count: int
) -> tuple[np.ndarray, Bool[np.ndarray, "t n"]]:
    values = np.zeros((count, *samples[0].values.shape))
    known = np.zeros((count, len(samples[0].known)), dtype=bool)
    for k, sample in zip(place, samples, strict=True):
        values[k], known[k] = sample.values, sample.known
    return values, known
