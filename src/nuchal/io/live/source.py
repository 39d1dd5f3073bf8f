"""Where samples come from: whoever gives them, and whoever has a clock."""

import time
from collections.abc import Iterator
from typing import Final, Protocol, runtime_checkable

from nuchal.orientations import OrientationRecording
from nuchal.records import Recording
from nuchal.streaming.feed import Feed, Sample
from nuchal.streaming.replay import feed_of, samples_of

# A source says at least so often that nothing came [s].
PATIENCE_S: Final = 0.05


@runtime_checkable
class Live(Protocol):
    """A source of samples."""

    @property
    def feed(self) -> Feed:
        """What they are of."""

    def now(self) -> float:
        """The time, by the clock of the samples [s]."""

    def batches(self) -> Iterator[list[Sample]]:
        """Samples as they come; nothing after a while without any; ends when there is no more."""


class Replay:
    """A recording in real time."""

    def __init__(self, recording: Recording | OrientationRecording) -> None:
        """Begin with the first frame when asked for it.

        Args:
            recording: of markers or orientations.
        """
        self._recording = recording
        self._start_s: float | None = None

    @property
    def feed(self) -> Feed:
        """What the recording is of."""
        return feed_of(self._recording)

    def now(self) -> float:
        """The recording's time that is now [s]."""
        first = float(self._recording.time[0])
        if self._start_s is None:
            return first
        return first + time.monotonic() - self._start_s

    def batches(self) -> Iterator[list[Sample]]:
        """Frames when they are due."""
        self._start_s = time.monotonic()
        for sample in samples_of(self._recording):
            while (left_s := sample.time - self.now()) > PATIENCE_S:
                time.sleep(PATIENCE_S)
                yield []
            if left_s > 0.0:
                time.sleep(left_s)
            yield [sample]
