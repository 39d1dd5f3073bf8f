"""A stream of a made-up person, who turns the head, and its page: phases are read line by line.

python tests/app/live_stream.py [PORT]

Prints where the page is. A line with the name of a phase changes to it; ``odd`` makes the movement
unlike the training.
"""

import sys
import threading
import time

import numpy as np

from nuchal.app.live_page import run_live_page
from nuchal.errors import Setting
from nuchal.findings import Found, Warned, finding
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import generic_anatomy
from nuchal.streaming.records import Board, Delay, LiveFrame, Phase, Said, Shown

ANATOMY = generic_anatomy()
MEND = {"neutral": Setting("neutral_window_s"), "static": Setting("static")}
SECONDS = 4.0
STEPS = 400
# A head that turns 50 degrees to both sides and nods a little.
TURN = np.sin(2.0 * np.pi * np.arange(STEPS) / STEPS)
NEUTRAL = np.asarray(ANATOMY.system.neutral)


class Person:
    """Posts a hundred moments a second."""

    def __init__(self) -> None:
        self.board = Board()
        self.phase, self.is_odd, self.frames, self.lost = Phase.WAITING, False, 0, 0
        self.frame: LiveFrame | None = None
        self.said: tuple[Said, ...] = ()
        self._q = NEUTRAL + np.outer(TURN, self._share())
        self._angles = head_angles_deg(ANATOMY, self._q)
        self._largest = np.asarray(ANATOMY.max_isometric_force)

    def _share(self) -> np.ndarray:
        low, high = np.asarray(ANATOMY.coordinate_range).T
        return 0.35 * np.minimum(high - NEUTRAL, NEUTRAL - low)

    def move(self) -> None:
        """Move until the stream has ended."""
        begun, done = time.monotonic(), False
        while not done:
            done = self.phase is Phase.ENDED
            now = time.monotonic() - begun
            if self.phase is Phase.RUNNING:
                self.frame, self.frames = self._moment(now), self.frames + 1
            elif self.phase is Phase.GAP:
                self.lost += 1
            self.board.post(self._shown())
            time.sleep(0.01)

    def _moment(self, now: float) -> LiveFrame:
        k = int(now / SECONDS * STEPS) % STEPS
        side = np.where(ANATOMY.system.left, -1.0, 1.0)
        wave = 1.0 + 0.6 * side * TURN[k] + 0.3 * np.sin(np.arange(72))
        activation = 0.04 * wave
        force = activation * self._largest
        return LiveFrame(
            time=1000.0 + now,
            q=self._q[k],
            angles_deg=self._angles[k],
            force=force,
            low=0.8 * force,
            high=1.3 * force + 1.0,
            activation=activation,
            missing=np.full(6, 0.012),
            like_training=not self.is_odd,
        )

    def _shown(self) -> Shown:
        some = self.frames > 0
        return Shown(
            phase=self.phase,
            frame=self.frame,
            delay=Delay(total=27.3, slow=31.2, work=0.8, slow_work=1.4) if some else None,
            rate_hz=100.0 if some else None,
            frames=self.frames,
            lost=self.lost,
            said=self.said,
        )

    def hear(self) -> None:
        """Do as the lines on standard input say."""
        for line in sys.stdin:
            if line.strip() == "odd":
                self.is_odd = True
                continue
            self.phase = Phase(line.strip())
            if self.phase is Phase.RUNNING:
                what = finding(Found.FACES, up="+z", forward="+x", by="stated")
                self.said = (*self.said, Said(time=1.0, what=what))
            if self.phase is Phase.GAP:
                what = finding(Warned.HEAD_DISPLACED, ahead_mm=31.0, above_mm=4.0, **MEND)
                self.said = (*self.said, Said(time=2.0, what=what))


if __name__ == "__main__":
    person = Person()
    threading.Thread(target=person.hear, daemon=True).start()
    threading.Thread(target=person.move, daemon=True).start()
    run_live_page(
        person.board,
        anatomy=ANATOMY,
        title="Optitrack <b>",
        port=int(sys.argv[1]) if sys.argv[1:] else 0,
        open_browser=False,
        announce=lambda text: print(text, flush=True),
        stopped=lambda: print("stopped", flush=True),
    )
    print("returned", flush=True)
