"""What a stream gives, frame by frame, and how it fares."""

from dataclasses import dataclass
from enum import StrEnum

from jaxtyping import Float

from nuchal.arrays import Array, Muscles, Vec3
from nuchal.findings import Finding


class Phase(StrEnum):
    """What a stream is doing.

    Attributes:
        WAITING: Nothing has come in yet.
        SETTLING: The person is looked for: names, axes, the neutral pose.
        GAP: Head or trunk were not seen, or were only now: a window is filling.
        SILENT: Nothing comes in any more; the stream goes on when it does.
    """

    WAITING = "waiting"
    SETTLING = "settling"
    RUNNING = "running"
    GAP = "gap"
    SILENT = "silent"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class LiveFrame:
    """Posture and forces at one moment.

    Attributes:
        time: By the clock of the source [s].
        q: Coordinates [rad].
        angles_deg: Of the head on the thorax: flexion, right bending, right rotation [degrees].
        force: Of the muscles [N].
        low: Where the true force lies with 90 % from here [N].
        high: To here [N].
        activation: Active part of the force over maximal isometric force.
        missing: Moment that the muscles leave unbalanced [N m].
        like_training: Whether the networks were trained on people and movements like this.
    """

    time: float
    q: Float[Array, "6"]
    angles_deg: Vec3
    force: Muscles
    low: Muscles
    high: Muscles
    activation: Muscles
    missing: Float[Array, "6"]
    like_training: bool


@dataclass(frozen=True, kw_only=True)
class Delay:
    """How long after a moment its forces were there, over the last frames [ms].

    Attributes:
        total: From the moment by the source's clock to its forces; median.
        slow: The same, 99th percentile.
        work: Of it our own arithmetic, median.
        slow_work: The same, 99th percentile.
    """

    total: float
    slow: float
    work: float
    slow_work: float


@dataclass(frozen=True, kw_only=True)
class Said:
    """Something that happened, and when by the clock of the source [s]."""

    time: float
    what: Finding


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How a stream stands.

    Attributes:
        frame: The latest; None before there is any.
        delay: None before there is any.
        rate_hz: At which frames come in, over the last second; None before it is known.
        frames: Frames with forces so far.
        lost: Ticks without forces since the person was found.
        missed: Frames of the source that never came.
        said: What happened, the latest last; the oldest are dropped.
    """

    phase: Phase
    frame: LiveFrame | None = None
    delay: Delay | None = None
    rate_hz: float | None = None
    frames: int = 0
    lost: int = 0
    missed: int = 0
    said: tuple[Said, ...] = ()


class Board:
    """Where a stream writes how it stands, and others look: from any thread."""

    def __init__(self) -> None:
        self._shown = Shown(phase=Phase.WAITING)

    def post(self, shown: Shown) -> None:
        """Put up what stands now."""
        self._shown = shown

    @property
    def latest(self) -> Shown:
        """What was put up last."""
        return self._shown
