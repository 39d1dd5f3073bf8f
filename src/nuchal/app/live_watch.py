"""What a live page shows of a stream, looked up on its board: the neck now, and what was said."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import equinox as eqx
import numpy as np
from scipy.spatial.transform import Rotation

from nuchal.app.labels import on_the_page
from nuchal.app.live_words import has_forces, note_of
from nuchal.findings import Level
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import head_angles_deg
from nuchal.model.kinematics import body_poses
from nuchal.report.html.packing import packed_numbers
from nuchal.report.scene.neck_motion import NeckMovement, neck_document
from nuchal.report.text import sentence
from nuchal.streaming.records import Board, LiveFrame, Phase, Said, Shown

_poses = eqx.filter_jit(body_poses)
# Of what was said.
_KEPT: Final = 50


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Something that a stream said.

    Attributes:
        clock: When it was heard here, as hours, minutes and seconds.
        text: A sentence.
    """

    clock: str
    level: Level
    text: str


class Watch:
    """Looks at the board of one stream for all pages of a server."""

    def __init__(self, board: Board, anatomy: Anatomy) -> None:
        """Look at a board, and have everything compiled that a picture takes.

        Args:
            board: of the stream.
            anatomy: the person's neck.
        """
        self._board, self._anatomy = board, anatomy
        self._rest = _at_rest(anatomy)
        self._drawn: tuple[LiveFrame | None, Phase] | None = None
        self._moment: Mapping[str, Any] = {}
        self._said: tuple[Said, ...] = ()
        self._heard: tuple[Heard, ...] = ()
        self._ended: float | None = None
        self.moment()

    @property
    def shown(self) -> Shown:
        """How the stream stands."""
        return self._board.latest

    @property
    def heard(self) -> tuple[Heard, ...]:
        """What the stream said, the latest first."""
        return self._heard

    @property
    def ended_s(self) -> float:
        """For how long it has been over [s]; 0 while it is not."""
        return 0.0 if self._ended is None else time.monotonic() - self._ended

    def document(self, title: str) -> dict[str, Any]:
        """The neck at rest, as the scene takes it before anything is pushed."""
        anatomy, rest = self._anatomy, self._rest
        nothing = np.zeros((1, anatomy.system.size))
        still = NeckMovement(
            name="Now",
            time=np.zeros(1),
            q=rest.q[None],
            force=nothing,
            activation=nothing,
            known=np.zeros(1, bool),
            solved=np.zeros(1, bool),
        )
        return neck_document(anatomy, [still], title=title)

    def moment(self) -> Mapping[str, Any]:
        """What is now, as the scene takes it; the same object until something changes."""
        shown = self.shown
        now = shown.frame, shown.phase
        if self._drawn is None or now[0] is not self._drawn[0] or now[1] is not self._drawn[1]:
            self._drawn = now
            self._moment = self._picture(shown)
        return self._moment

    def listen(self) -> None:
        """Note what was said since, and whether it is over."""
        shown = self.shown
        if shown.phase is Phase.ENDED and self._ended is None:
            self._ended = time.monotonic()
        if shown.said is self._said:
            return
        old = {_told(one) for one in self._said}
        news = [one for one in shown.said if _told(one) not in old]
        self._said = shown.said
        clock = time.strftime("%H:%M:%S")
        fresh = (Heard(clock=clock, level=one.what.level, text=_told(one)[1]) for one in news[::-1])
        self._heard = (*fresh, *self._heard)[:_KEPT]

    def _picture(self, shown: Shown) -> Mapping[str, Any]:
        frame = shown.frame or self._rest
        there = has_forces(shown)
        poses = _poses(self._anatomy, np.asarray(frame.q, float))
        turned = Rotation.from_matrix(np.asarray(poses.rotation)).as_quat()
        share = np.clip(np.round(255 * np.asarray(frame.activation)), 0, 255)
        numbers = {
            "quaternions": packed_numbers(turned, "f4"),
            "origins": packed_numbers(np.asarray(poses.origin), "f4"),
            "angles_deg": packed_numbers(np.asarray(frame.angles_deg), "f4"),
            "force_N": packed_numbers(np.asarray(frame.force) * there, "f4"),
            "activation": packed_numbers(share * there, "u1"),
        }
        known = packed_numbers(np.array([there]), "u1")
        return {**numbers, "known": known, "solved": known, "note": note_of(shown)}


def _at_rest(anatomy: Anatomy) -> LiveFrame:
    """The neutral posture, and no forces."""
    q = np.asarray(anatomy.system.neutral, float)
    nothing = np.zeros(anatomy.system.size)
    return LiveFrame(
        time=0.0,
        q=q,
        angles_deg=head_angles_deg(anatomy, q[None])[0],
        force=nothing,
        low=nothing,
        high=nothing,
        activation=nothing,
        missing=np.zeros(6),
        like_training=True,
    )


def _told(one: Said) -> tuple[float, str]:
    return one.time, sentence(one.what, naming=on_the_page)
