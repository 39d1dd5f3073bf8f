"""A stream from its first sample to its last: find the person, then forces of every tick."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Found, Warned, finding
from nuchal.networks.equilibrium.window import (
    LATENCY_FRAMES,
    OUTPUT_FRAME,
    WINDOW_FRAMES,
    WINDOW_RATE_HZ,
    angle_noise,
    level_of,
)
from nuchal.orientations import OrientationRecording
from nuchal.records import Recording
from nuchal.streaming.feed import Feed, Sample
from nuchal.streaming.grid import Grid
from nuchal.streaming.records import LiveFrame, Phase, Shown
from nuchal.streaming.settle import Settled, settle, usual_rate
from nuchal.streaming.step import Carry, Step, Window
from nuchal.streaming.watch import Watch
from nuchal.streaming.worn import Turn, Unseen, turn_of, unseen_of
from nuchal.tracking.observation import TrackingSettings
from nuchal.tracking.turned.doubt import ERRORS, Wrong, drawn_wrong

# The person is looked for every so often, from when so much has come in; what cannot be told by
# then is not waited for any longer [s].
_LOOK_S: Final = 0.25
_LEAST_S: Final = 1.0
_PATIENCE_S: Final = 6.0
# As much is looked at, where the user states no window [s].
_LONGEST_S: Final = 30.0
# After such a gap one looks anew [s]; and at no more samples than that.
_TORN_S: Final = 1.0
_MOST: Final = 60_000
# Nobody turns the head faster [rad/s]; after so many samples it is believed all the same.
_FASTEST_RAD_S: Final = 25.0
_MOST_LEAPS: Final = 3
# A clock that goes back by more has begun anew [s].
_BACK_S: Final = 0.5
# Forces that would come later than this are left out, to catch up [s].
LATEST_S: Final = 0.3


@dataclass(frozen=True, kw_only=True)
class Wearer:
    """Whose forces, and how they are found.

    Attributes:
        step: The arithmetic of a frame, with as many turns beside the one that was measured as
            ``first`` has.
        first: What the first frame is told.
        settings: What is stated of names, axes, gaps and the neutral pose.
        static: A static trial, if there is one.
    """

    step: Step
    first: Carry
    settings: TrackingSettings
    static: Recording | OrientationRecording | None = None


class Flow:
    """Samples in, frames out."""

    def __init__(self, feed: Feed, wearer: Wearer, clock: Callable[[], float]) -> None:
        """Wait for the first sample.

        Args:
            feed: what samples are of.
            wearer: whose forces.
            clock: the time now, by the clock of the samples [s].
        """
        self.feed, self.wearer, self.watch = feed, wearer, Watch(clock)
        self.settled: Settled | None = None
        self.latest: LiveFrame | None = None
        self.frames = 0
        self._buffer: list[Sample] = []
        self._looked_s = -np.inf
        self._last_s = -np.inf
        self._told_s: float | None = None
        self._lost = 0
        self._shift_s = 0.0
        self._ended = False
        self._problem: RecordingError | None = None
        self._grid = Grid(wearer.settings.max_gap_s)
        self._window: deque[tuple[Float[np.ndarray, "n 3 3"], Turn]] = deque(maxlen=WINDOW_FRAMES)
        self._leaps = 0
        self._turn: Turn | None = None
        self._is_gap = True
        self._wrong: Wrong | None = None
        self._at_neutral = np.zeros((0, 1, 3))
        self._level = 0
        self._work_since = 0.0
        self._carry = wearer.first

    @property
    def phase(self) -> Phase:
        """What the stream is doing."""
        if self._ended:
            return Phase.ENDED
        if self._last_s == -np.inf:
            return Phase.WAITING
        if self.watch.is_silent:
            return Phase.SILENT
        if self.settled is None:
            return Phase.SETTLING
        return Phase.GAP if self._is_gap else Phase.RUNNING

    @property
    def shown(self) -> Shown:
        """How the stream stands."""
        waiting = 0
        if self._told_s is not None:
            ticks = round((self._last_s - self._told_s) * WINDOW_RATE_HZ)
            waiting = max(0, ticks - LATENCY_FRAMES - 1)
        return Shown(
            phase=self.phase,
            frame=self.latest,
            delay=self.watch.delay,
            rate_hz=self.watch.rate_hz,
            frames=self.frames,
            lost=self._lost + waiting,
            missed=self.watch.missed,
            said=tuple(self.watch.said),
        )

    def take(self, sample: Sample) -> Iterator[LiveFrame]:
        """Forces that a sample makes known; none before the person is found.

        Raises:
            RecordingError: the stream does not tell who is in it, however long one waits.
        """
        self._work_since = time.perf_counter()
        if not np.isfinite(sample.time):
            return
        if sample.time <= self._last_s:
            if sample.time > self._last_s - _BACK_S:
                return
            self.watch.say(finding(Warned.LIVE_CLOCK_BACK))
            self._begin_anew(sample.time)
        self._last_s = sample.time
        self.watch.arrived(sample.time)
        if self.settled is None:
            self._look(sample)
            return
        turn = turn_of(self.settled.worn, self.feed.names, sample)
        if isinstance(turn, Unseen):
            self._unseen(turn, sample.time)
            return
        self.watch.seen(sample.time, unseen_of(self.settled.worn, sample))
        if not self._leapt(turn):
            yield from self._frames(turn)

    def nothing_came(self) -> None:
        """The source had nothing to give for a moment."""
        self.watch.nothing_came()

    def end(self) -> None:
        """The stream is over."""
        self._ended = True

    def refuse_nobody(self) -> None:
        """Say why nobody was found in a source that has come to its end.

        Raises:
            RecordingError: nobody was.
        """
        if self.settled is None:
            nobody = RecordingError(
                "stream.nobody", self.feed.source, least_s=_LEAST_S, static=Setting("static")
            )
            raise self._problem or nobody

    def _begin_anew(self, now: float) -> None:
        """Forget what is bound to the clock, but not the person, nor what sensors have drifted."""
        self._grid.restart()
        self._window.clear()
        self._buffer.clear()
        self._shift_s += self._last_s - now
        self._turn, self._told_s, self._looked_s = None, None, -np.inf

    def _look(self, sample: Sample) -> None:
        """Look for the person in what has come in so far."""
        if self._buffer and sample.time - self._buffer[-1].time > _TORN_S:
            self._buffer.clear()
        self._buffer.append(sample)
        first, stated = self._buffer[0].time, self._stated_s()
        since = sample.time - first
        if len(self._buffer) > _MOST or (stated == 0.0 and since > _LONGEST_S):
            del self._buffer[: len(self._buffer) // 2]
        due = sample.time - self._looked_s >= _LOOK_S
        if not due or since < max(_LEAST_S, stated):
            return
        self._looked_s = sample.time
        try:
            found = settle(self.feed, self._buffer, self.wearer.settings, self.wearer.static)
        except RecordingError as problem:
            if since > max(_PATIENCE_S, stated + _LOOK_S):
                raise
            self._problem = problem
            return
        self._problem = None
        if found.is_quiet:
            self._settle(found)
        elif since > _PATIENCE_S:
            self.watch.say(finding(Warned.LIVE_MOVING))

    def _stated_s(self) -> float:
        """Until when there is something to wait for, from the first sample on [s]."""
        settings = self.wearer.settings
        windows = (settings.nod_window_s, None if self.wearer.static else settings.neutral_window_s)
        return max((window[1] for window in windows if window), default=0.0)

    def _settle(self, found: Settled) -> None:
        self.settled = found
        rate_hz = usual_rate(self.feed, self._buffer)
        self.watch.expect(rate_hz)
        if found.device is not None:
            self._wrong = drawn_wrong(
                ERRORS[found.device],
                trunk_seen=found.trunk_seen,
                count=len(self.wearer.first.active),
            )
            self._at_neutral = self._wrong.at(np.array([found.neutral_s + self._shift_s]))
        self._level = level_of(self._noise_rad(found))
        self._buffer.clear()
        self.watch.say(finding(Found.LIVE_SETTLED, rate_hz=rate_hz))

    def _noise_rad(self, found: Settled) -> float:
        """White noise of the head's angles, in ticks of what has come in."""
        grid, heads = Grid(self.wearer.settings.max_gap_s), []
        for sample in self._buffer:
            turn = turn_of(found.worn, self.feed.names, sample)
            if isinstance(turn, Turn):
                heads += [tick.head for tick in grid.ticks(turn)]
        return angle_noise(Rotation.from_matrix(heads).as_euler("ZXY")) if heads else 0.0

    def _unseen(self, unseen: Unseen, now: float) -> None:
        """Say what is not seen, once it is too long to be bridged."""
        if self._turn is None or now - self._turn.time > self.wearer.settings.max_gap_s:
            self._is_gap = True
            self.watch.say(finding(Warned.LIVE_UNSEEN, names=unseen.names))

    def _leapt(self, turn: Turn) -> bool:
        """Whether the head would have to turn too fast to get there, and is not there for long."""
        before = self._turn
        if before is not None and self._grid.is_bridged(turn):
            cosine = 0.5 * (np.sum(before.head * turn.head) - 1.0)
            speed = np.arccos(np.clip(cosine, -1.0, 1.0)) / (turn.time - before.time)
            if speed > _FASTEST_RAD_S and self._leaps < _MOST_LEAPS:
                self._leaps += 1
                self.watch.say(finding(Warned.LIVE_LEAPT))
                return True
            if self._leaps >= _MOST_LEAPS:
                self._grid.restart()
        self._leaps = 0
        return False

    def _frames(self, turn: Turn) -> Iterator[LiveFrame]:
        """Forces of all ticks up to a turn."""
        if not self._grid.is_bridged(turn):
            self._grid.restart()
            self._window.clear()
            self._carry = self.wearer.first
        self._turn = turn
        for tick in self._grid.ticks(turn):
            self._window.append((self._likely(tick), tick))
            if len(self._window) < WINDOW_FRAMES:
                continue
            if self.watch.clock() - tick.time > LATEST_S:
                self.watch.say(finding(Warned.LIVE_LATE, late_s=LATEST_S))
                continue
            yield self._forces()

    def _likely(self, tick: Turn) -> Float[np.ndarray, "n 3 3"]:
        """The head's turn as measured, and those that are as likely."""
        if self._wrong is None:
            return tick.head[None]
        then = np.array([tick.time + self._shift_s])
        others = self._wrong.turned(tick.head[None], then, self._at_neutral)
        return np.concatenate([tick.head[None], others[:, 0]])

    def _forces(self) -> LiveFrame:
        middle = self._window[OUTPUT_FRAME][1]
        heads = np.stack([heads for heads, _ in self._window], axis=1)
        found, self._carry = self.wearer.step(
            Window(heads, self._level, middle.gravity), self._carry
        )
        frame = replace(found, time=middle.time)
        self._is_gap, self.latest = False, frame
        self.frames += 1
        if self._told_s is not None:
            self._lost += round((frame.time - self._told_s) * WINDOW_RATE_HZ) - 1
        self._told_s = frame.time
        done = time.perf_counter()
        work_s, self._work_since = done - self._work_since, done
        self.watch.made(frame.time, work_s, like_training=frame.like_training)
        return frame
