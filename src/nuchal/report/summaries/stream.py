"""What became of a live stream: one document."""

from pathlib import Path

from nuchal.plain_text import file_name
from nuchal.report.summaries.parts import Document, Part
from nuchal.report.text import sentence
from nuchal.streaming.records import Shown


class DelaySummary(Part):
    """How long after a moment its forces were there, over the last 500 frames.

    Attributes:
        median_ms: From the moment by the source's clock to its forces.
        slowest_of_hundred_ms: The same, 99th percentile.
        work_ms: Of it our own arithmetic, median.
        work_slowest_of_hundred_ms: The same, 99th percentile.
    """

    median_ms: float
    slowest_of_hundred_ms: float
    work_ms: float
    work_slowest_of_hundred_ms: float


class Event(Part):
    """Something that happened, and when by the clock of the source."""

    time_s: float
    text: str


class StreamSummary(Document):
    """What became of a stream.

    Attributes:
        frames: With forces.
        lost: Hundredths of a second without forces, from the first frame to the last.
        missed: Frames of the source that never came.
        rate_hz: At which frames came in at the end.
        delay: None where there were no forces.
        events: The last of them.
        out: The file with the forces, if there is one.
    """

    source: str
    frames: int
    lost: int
    missed: int
    rate_hz: float | None
    delay: DelaySummary | None
    events: tuple[Event, ...]
    out: str | None


def summarise_stream(source: str, shown: Shown, out: Path | None) -> StreamSummary:
    """The summary of a stream that has ended."""
    delay = shown.delay
    return StreamSummary(
        source=source,
        frames=shown.frames,
        lost=shown.lost,
        missed=shown.missed,
        rate_hz=shown.rate_hz,
        delay=None
        if delay is None
        else DelaySummary(
            median_ms=delay.total,
            slowest_of_hundred_ms=delay.slow,
            work_ms=delay.work,
            work_slowest_of_hundred_ms=delay.slow_work,
        ),
        events=tuple(Event(time_s=one.time, text=sentence(one.what)) for one in shown.said),
        out=None if out is None or not shown.frames else file_name(out),
    )
