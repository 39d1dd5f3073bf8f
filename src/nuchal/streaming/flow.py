"""A stream from its first sample to its last: find the person, then forces of every tick."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.findings import Found, Warned, finding
from nuchal.networks.equilibrium.window import (
    LATENCY_FRAMES,
    OUTPUT_FRAME,
    WINDOW_FRAMES,
    WINDOW_RATE_HZ,
    level_of,
)
from nuchal.orientations import OrientationRecording
from nuchal.records import Recording
from nuchal.streaming.feed import Feed, Sample
from nuchal.streaming.grid import Grid
from nuchal.streaming.records import LiveFrame, Phase, Shown
from nuchal.streaming.search import Person, Search
from nuchal.streaming.settle import Settled
from nuchal.streaming.step import Carry, Step, Window
from nuchal.streaming.watch import Watch
from nuchal.streaming.worn import Turn, Unseen, turn_of, unseen_of
from nuchal.tracking.observation import TrackingSettings
from nuchal.tracking.rigid import turn_between
from nuchal.tracking.turned.doubt import ERRORS, Wrong, drawn_wrong

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
        self._search = Search(feed, wearer.settings, wearer.static, self.watch)
        self._last_s = -np.inf
        self._told_s: float | None = None
        self._lost = 0
        self._shift_s = 0.0
        self._ended = False
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
            found = self._search.take(sample)
            if found is not None:
                self._settle(found)
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
            self._search.refuse_nobody()

    def _begin_anew(self, now: float) -> None:
        """Forget what is bound to the clock, but not the person, nor what sensors have drifted."""
        self._grid.restart()
        self._window.clear()
        self._search.begin_anew()
        self._shift_s += self._last_s - now
        self._turn, self._told_s = None, None

    def _settle(self, found: Person) -> None:
        """What is known from now on."""
        settled = self.settled = found.settled
        self.watch.expect(found.rate_hz)
        if settled.device is not None:
            self._wrong = drawn_wrong(
                ERRORS[settled.device],
                trunk_seen=settled.trunk_seen,
                count=len(self.wearer.first.active),
            )
            neutral = np.array([settled.neutral_s + self._shift_s])
            self._at_neutral = self._wrong.at(neutral)
        self._level = level_of(found.noise_rad)
        self.watch.say(finding(Found.LIVE_SETTLED, rate_hz=found.rate_hz))

    def _unseen(self, unseen: Unseen, now: float) -> None:
        """Say what is not seen, once it is too long to be bridged."""
        if self._turn is None or now - self._turn.time > self.wearer.settings.max_gap_s:
            self._is_gap = True
            self.watch.say(finding(Warned.LIVE_UNSEEN, names=unseen.names))

    def _leapt(self, turn: Turn) -> bool:
        """Whether the head would have to turn too fast to get there, and is not there for long."""
        before = self._turn
        if before is not None and self._grid.is_bridged(turn):
            speed = float(turn_between(before.head, turn.head)) / (turn.time - before.time)
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
