"""Looking for the person in what has come in so far, until they have held still."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Warned, finding
from nuchal.networks.equilibrium.window import angle_noise
from nuchal.orientations import OrientationRecording
from nuchal.records import Recording
from nuchal.streaming.feed import Feed, Sample
from nuchal.streaming.grid import Grid
from nuchal.streaming.settle import Settled, settle, usual_rate
from nuchal.streaming.watch import Watch
from nuchal.streaming.worn import Turn, turn_of
from nuchal.tracking.observation import TrackingSettings

# The person is looked for every so often, from when so much has come in; what cannot be told by
# then is not waited for any longer [s].
_LOOK_S: Final = 0.25
LEAST_S: Final = 1.0
PATIENCE_S: Final = 6.0
# As much is looked at, where the user states no window [s].
_LONGEST_S: Final = 30.0
# After such a gap one looks anew [s]; and at no more samples than that.
_TORN_S: Final = 1.0
_MOST: Final = 60_000


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person who was found in a stream.

    Attributes:
        rate_hz: At which samples come.
        noise_rad: White noise of the head's angles at the ticks of the grid.
    """

    settled: Settled
    rate_hz: float
    noise_rad: float


class Search:
    """Samples in, the person out."""

    def __init__(
        self,
        feed: Feed,
        settings: TrackingSettings,
        static: Recording | OrientationRecording | None,
        watch: Watch,
    ) -> None:
        self._feed, self._settings, self._static, self._watch = feed, settings, static, watch
        self._samples: list[Sample] = []
        self._looked_s = -np.inf
        self._problem: RecordingError | None = None

    def begin_anew(self) -> None:
        """Forget what has come in."""
        self._samples.clear()
        self._looked_s = -np.inf

    def take(self, sample: Sample) -> Person | None:
        """Look at one sample more; None as long as nobody was found.

        Raises:
            RecordingError: who it is cannot be told, however long one waits.
        """
        if self._samples and sample.time - self._samples[-1].time > _TORN_S:
            self.begin_anew()
        self._samples.append(sample)
        stated, since = self._stated_s(), sample.time - self._samples[0].time
        if len(self._samples) > _MOST or (stated == 0.0 and since > _LONGEST_S):
            del self._samples[: len(self._samples) // 2]
        due = sample.time - self._looked_s >= _LOOK_S
        if not due or since < max(LEAST_S, stated):
            return None
        self._looked_s = sample.time
        return self._look(since, stated)

    def refuse_nobody(self) -> None:
        """Say why nobody was found.

        Raises:
            RecordingError: always.
        """
        nobody = RecordingError(
            "stream.nobody", self._feed.source, least_s=LEAST_S, static=Setting("static")
        )
        raise self._problem or nobody

    def _look(self, since: float, stated: float) -> Person | None:
        try:
            found = settle(self._feed, self._samples, self._settings, self._static)
        except RecordingError as problem:
            if since > max(PATIENCE_S, stated + _LOOK_S):
                raise
            self._problem = problem
            return None
        self._problem = None
        if found.is_quiet:
            rate_hz = usual_rate(self._feed, self._samples)
            return Person(settled=found, rate_hz=rate_hz, noise_rad=self._noise_rad(found))
        if since > PATIENCE_S:
            self._watch.say(finding(Warned.LIVE_MOVING))
        return None

    def _stated_s(self) -> float:
        """Until when there is something to wait for, from the first sample on [s]."""
        neutral = None if self._static else self._settings.neutral_window_s
        windows = (self._settings.nod_window_s, neutral)
        return max((window[1] for window in windows if window), default=0.0)

    def _noise_rad(self, found: Settled) -> float:
        grid, heads = Grid(self._settings.max_gap_s), []
        for sample in self._samples:
            turn = turn_of(found.worn, self._feed.names, sample)
            if isinstance(turn, Turn):
                heads += [tick.head for tick in grid.ticks(turn)]
        return angle_noise(Rotation.from_matrix(heads).as_euler("ZXY")) if heads else 0.0
