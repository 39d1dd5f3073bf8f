"""The nouns of motion envelopes: how they are laid on one another, matched, and what is missing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from nuchal.assessment.envelopes.envelope import Envelope
from nuchal.assessment.envelopes.overlap import Overlap

MarkerName = Literal["TP", "LH", "RH"]
Border = Literal["longest", "shortest"]


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """How markers and neck are laid on one another.

    Attributes:
        skull_offset_m: Of the markers on the skull, in its frame.
        thorax_offset_m: Of the neck's foot, in the thorax frame.
        before_m: Root mean square distance of model and measured markers with no offsets.
        after_m: With them.
        neck: Scale of the neck's length that the recording would choose.
        neck_sd: Standard deviation of that.
    """

    skull_offset_m: Float[np.ndarray, "3"]
    thorax_offset_m: Float[np.ndarray, "3"]
    before_m: float
    after_m: float
    neck: float
    neck_sd: float


@dataclass(frozen=True, kw_only=True)
class Match:
    """The best of many necks.

    Attributes:
        index: Which of them.
        neck: Its scale of the neck's length.
        iou: Of TP, LH, RH; zero where there is no envelope to compare.
        missed_by: No neck's sum is higher by more than this.
        evaluations: Overlaps that had to be worked out, three markers each.
        border: Whether it is one of the longest or the shortest necks of all, beyond which a better
            one may lie: the envelopes then do not tell the length.
    """

    index: int
    neck: float
    iou: tuple[float, float, float]
    missed_by: float
    evaluations: int
    border: Border | None

    @property
    def total(self) -> float:
        """Sum of the three."""
        return sum(self.iou)


@dataclass(frozen=True, kw_only=True)
class MissingVolume:
    """Of one direction.

    Attributes:
        direction: One of ``ALL_DIRECTIONS``.
        normal_m3: Volume of the healthy envelopes there, by marker.
        missing_m3: What the person's envelopes lack of it.
    """

    direction: str
    normal_m3: Float[np.ndarray, " m"]
    missing_m3: Float[np.ndarray, " m"]

    @property
    def share(self) -> float:
        """Of the healthy volume there, all markers together; zero where there is none."""
        normal = float(self.normal_m3.sum())
        return float(self.missing_m3.sum()) / normal if normal > 0.0 else 0.0


@dataclass(frozen=True, kw_only=True)
class MissingPlaces:
    """Of one marker, places evenly spread over what is missing.

    Attributes:
        points: In the thorax frame [m].
        direction: Of each, an index of ``ALL_DIRECTIONS``.
    """

    points: Float[np.ndarray, "n 3"]
    direction: Int[np.ndarray, " n"]


@dataclass(frozen=True, kw_only=True)
class MuscleThere:
    """What the healthy movement asks of one muscle beyond a person's reach.

    Attributes:
        muscle: Its index.
        carried: Its share of the net moment about the direction's axes, of all that pull that way.
        force_n: Mean there [N].
        share: Of its maximal isometric force.
        more: By how much that is more than at the end of the person's own range; None where the
            healthy movement does not pass there.
    """

    muscle: int
    carried: float
    force_n: float
    share: float
    more: float | None


@dataclass(frozen=True, kw_only=True)
class Reaching:
    """What reaching farther into one direction asks for.

    Attributes:
        direction: One of ``ALL_DIRECTIONS``.
        beyond_deg: By how much the healthy movement goes farther than the person.
        muscles: That carry the net moment there, the one that carries most first.
    """

    direction: str
    beyond_deg: float
    muscles: tuple[MuscleThere, ...]


@dataclass(frozen=True, kw_only=True)
class MarkerEnvelopes:
    """Of one marker.

    Attributes:
        person: Of all trials together.
        matched: Of the best match in the healthy movement.
        own: Of the person's own neck in the same movement.
    """

    marker: MarkerName
    person: Envelope
    matched: Envelope
    own: Envelope
    with_match: Overlap
    with_own: Overlap


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Recordings of spontaneous movement, which count in the envelope, and the tasks without them.

    Attributes:
        names: Of the recordings.
        said: Whether somebody said so; else they go in several planes, beside others that do not.
        tasks: Envelopes of the other recordings alone, with the same match.
        reach_deg: How far the head went in those, to each of ``ALL_DIRECTIONS``.
        farther_deg: How much farther in all recordings.
    """

    names: tuple[str, ...]
    said: bool
    tasks: tuple[MarkerEnvelopes, ...]
    reach_deg: Float[np.ndarray, "10"]
    farther_deg: Float[np.ndarray, "10"]
