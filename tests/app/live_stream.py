"""A stream of a made-up person, who turns the head, and its page.

python tests/app/live_stream.py [HOST]

Prints where the page is. A line with the name of a phase on standard input changes to it; ``odd``
makes the movement unlike the training.
"""

import sys
import threading
import time

import numpy as np

from nuchal.app.live_page import run_live_page
from nuchal.errors import Setting
from nuchal.findings import Finding, Found, Warned, finding
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import generic_anatomy
from nuchal.streaming.records import Board, Delay, LiveFrame, Phase, Said, Shown

ANATOMY = generic_anatomy()
DELAY = Delay(total=27.3, slow=31.2, work=0.84, slow_work=1.4)
TITLE = "Camera 3 <b>"
SECONDS, STEPS = 4.0, 400
NEUTRAL = np.asarray(ANATOMY.system.neutral)
LOW, HIGH = np.asarray(ANATOMY.coordinate_range).T
# To both sides a third of what the neck has room for.
TURN = np.sin(2.0 * np.pi * np.arange(STEPS) / STEPS)
Q = NEUTRAL + 0.35 * np.outer(TURN, np.minimum(HIGH - NEUTRAL, NEUTRAL - LOW))
ANGLES_DEG = head_angles_deg(ANATOMY, Q)
SAID = {
    Phase.RUNNING: finding(Found.FACES, up="+z", forward="+x", by="stated"),
    Phase.GAP: finding(
        Warned.HEAD_DISPLACED,
        ahead_mm=31.0,
        above_mm=4.0,
        neutral=Setting("neutral_window_s"),
        static=Setting("static"),
    ),
}


def moment(seconds: float, *, like_training: bool = True) -> LiveFrame:
    """What the person does at some time; the muscles of a side pull where the head turns to."""
    k = int(seconds / SECONDS * STEPS) % STEPS
    side = np.where(ANATOMY.system.left, -1.0, 1.0)
    activation = 0.04 * (1.0 + 0.6 * side * TURN[k] + 0.3 * np.sin(np.arange(len(side))))
    force = activation * np.asarray(ANATOMY.max_isometric_force)
    return LiveFrame(
        time=1000.0 + seconds,
        q=Q[k],
        angles_deg=ANGLES_DEG[k],
        force=force,
        low=0.8 * force,
        high=1.3 * force + 1.0,
        activation=activation,
        missing=np.full(6, 0.012),
        like_training=like_training,
    )


class Person:
    """Posts a hundred moments a second."""

    def __init__(self) -> None:
        self.board = Board()
        self.phase, self.is_odd = Phase.WAITING, False
        self.frame: LiveFrame | None = None
        self.frames = self.lost = 0
        self.said: tuple[Said, ...] = ()

    def move(self) -> None:
        """Move until the stream has ended."""
        begun, done = time.monotonic(), False
        while not done:
            done = self.phase is Phase.ENDED
            if self.phase is Phase.RUNNING:
                self.frame = moment(time.monotonic() - begun, like_training=not self.is_odd)
                self.frames += 1
            self.lost += self.phase is Phase.GAP
            self.board.post(self._shown())
            time.sleep(0.01)

    def hear(self) -> None:
        """Do as the lines on standard input say."""
        for line in sys.stdin:
            if line.strip() == "odd":
                self.is_odd = True
                continue
            self.phase = Phase(line.strip())
            if self.phase in SAID:
                self.say(SAID[self.phase])

    def say(self, what: Finding) -> None:
        self.said = (*self.said, Said(time=1.0 + len(self.said), what=what))

    def _shown(self) -> Shown:
        seen = self.frame is not None
        return Shown(
            phase=self.phase,
            frame=self.frame,
            delay=DELAY if seen else None,
            rate_hz=100.0 if seen else None,
            frames=self.frames,
            lost=self.lost,
            said=self.said,
        )


if __name__ == "__main__":
    person = Person()
    threading.Thread(target=person.hear, daemon=True).start()
    threading.Thread(target=person.move, daemon=True).start()
    run_live_page(
        person.board,
        anatomy=ANATOMY,
        title=TITLE,
        host=sys.argv[1] if sys.argv[1:] else "127.0.0.1",
        port=0,
        open_browser=False,
        announce=lambda text: print(text, flush=True),
        stopped=lambda: print("stopped", flush=True),
    )
    print("returned", flush=True)
