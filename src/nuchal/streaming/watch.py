"""What happens to a stream on its way, said once and not in every frame."""

from collections import deque
from collections.abc import Callable, Collection
from typing import Final

import numpy as np

from nuchal.findings import Finding, Found, Warned, finding
from nuchal.streaming.records import Delay, Said

# Things said that are kept.
_KEPT: Final = 40
# Time over which samples are counted, and silence after which a source counts as gone [s].
_SECOND_S: Final = 1.0
SILENT_S: Final = 0.5
# A rate wavers where a second has so many samples more or fewer, as a share.
_WAVERS: Final = 0.1
# Said again only after this time [s].
_AGAIN_S: Final = 10.0
# Frames over which delays, and likeness to training, are summed up.
_FRAMES: Final = 500
_UNLIKE_FRAMES: Final = 200
_UNLIKE: Final = 0.2


class Watch:
    """Counts samples and frames, and notes what goes wrong.

    Args:
        clock: the time now, by the clock of the samples [s].
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.said: deque[Said] = deque(maxlen=_KEPT)
        self._new: list[Said] = []
        self._arrived: deque[float] = deque()
        self._last_s: float | None = None
        self._silent = False
        self._usual_hz: float | None = None
        self._gone: dict[str, float] = {}
        self._gone_said: set[str] = set()
        self.missed = 0
        self._said_s: dict[object, float] = {}
        self._total: deque[float] = deque(maxlen=_FRAMES)
        self._work: deque[float] = deque(maxlen=_FRAMES)
        self._unlike: deque[bool] = deque(maxlen=_UNLIKE_FRAMES)
        self._is_unlike = False

    def say(self, what: Finding) -> None:
        """Note something, unless the like was said a short time ago."""
        now = self.clock()
        before = self._said_s.get(what.what)
        if before is not None and now - before < _AGAIN_S:
            return
        self._said_s[what.what] = now
        one = Said(time=now, what=what)
        self.said.append(one)
        self._new.append(one)

    def news(self) -> list[Said]:
        """What was said since this was asked last."""
        new, self._new = self._new, []
        return new

    @property
    def is_silent(self) -> bool:
        """Whether nothing has come in for a while."""
        return self._silent

    @property
    def rate_hz(self) -> float | None:
        """Samples in the last second; None before there was a whole one."""
        times = self._arrived
        if len(times) < 2 or times[-1] - times[0] < 0.8 * _SECOND_S:
            return None
        return (len(times) - 1) / (times[-1] - times[0])

    def expect(self, rate_hz: float) -> None:
        """Say from now on where samples come at another rate."""
        self._usual_hz = rate_hz

    def arrived(self, time: float) -> None:
        """A sample of a time came in."""
        if self._silent:
            self.say(finding(Found.LIVE_RETURNED))
        elif self._last_s is not None and self._usual_hz is not None:
            self._count_missed(time - self._last_s, self._usual_hz)
        if self._silent or (self._last_s is not None and time < self._last_s):
            self._arrived.clear()
        self._silent, self._last_s = False, time
        self._arrived.append(time)
        while time - self._arrived[0] > _SECOND_S:
            self._arrived.popleft()
        rate, usual = self.rate_hz, self._usual_hz
        if rate is not None and usual is not None and abs(rate / usual - 1.0) > _WAVERS:
            self.say(finding(Warned.LIVE_RATE_WAVERS, rate_hz=rate, usual_hz=usual))

    def _count_missed(self, step_s: float, usual_hz: float) -> None:
        """Frames that would have come in a step."""
        count = round(step_s * usual_hz) - 1
        if count > 0 and step_s < SILENT_S:
            self.missed += count
            self.say(finding(Warned.LIVE_FRAMES_MISSED, count=self.missed))

    def seen(self, time: float, unseen: Collection[str]) -> None:
        """Of the markers that are used, some are not seen now; say who is gone, and who is back."""
        for name in unseen:
            since = self._gone.setdefault(name, time)
            if time - since > SILENT_S and name not in self._gone_said:
                self._gone_said.add(name)
                self.say(finding(Warned.LIVE_MARKER_GONE, names=tuple(sorted(self._gone_said))))
        for name in [name for name in self._gone if name not in unseen]:
            del self._gone[name]
            if name in self._gone_said:
                self._gone_said.discard(name)
                self.say(finding(Found.LIVE_MARKER_BACK, name=name))

    def nothing_came(self) -> None:
        """Look whether the source has gone."""
        if self._silent or self._last_s is None:
            return
        if self.clock() - self._last_s > SILENT_S:
            self._silent = True
            self.say(finding(Warned.LIVE_SILENT, silent_s=SILENT_S))

    def made(self, time: float, work_s: float, *, like_training: bool) -> None:
        """Forces of a moment are there."""
        self._total.append(1e3 * (self.clock() - time))
        self._work.append(1e3 * work_s)
        self._unlike.append(not like_training)
        share = sum(self._unlike) / _UNLIKE_FRAMES
        if share > _UNLIKE and not self._is_unlike:
            self.say(finding(Warned.LIVE_UNLIKE))
        if self._is_unlike and share == 0.0:
            self.say(finding(Found.LIVE_LIKE))
        self._is_unlike = share > _UNLIKE or (self._is_unlike and share > 0.0)

    @property
    def delay(self) -> Delay | None:
        """Over the last frames; None before there is any."""
        if not self._total:
            return None
        total, work = np.array(self._total), np.array(self._work)
        return Delay(
            total=float(np.median(total)),
            slow=float(np.quantile(total, 0.99)),
            work=float(np.median(work)),
            slow_work=float(np.quantile(work, 0.99)),
        )
