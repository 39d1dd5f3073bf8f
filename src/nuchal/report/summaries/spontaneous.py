"""What spontaneous movement adds to the tasks: space, overlap with healthy necks, and range."""

from typing import Final

from nuchal.assessment.envelopes.records import Apart, MarkerEnvelopes, MarkerName
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.assessment.records import Geometry
from nuchal.report.summaries.parts import Part
from nuchal.report.text import listed, say

# So much farther is worth saying [degrees].
_FARTHER_DEG: Final = 1.0


class AddedPart(Part):
    """Of one marker's motion envelope; overlaps are with the best match of all recordings."""

    volume_cm3: float
    volume_of_tasks_cm3: float
    iou_match: float | None
    iou_match_of_tasks: float | None


class SpontaneousPart(Part):
    """Recordings of spontaneous movement, which count in the envelopes like all others.

    Attributes:
        said: Whether somebody said that they are; else they go in several planes, and others in
            one.
        envelopes: With and without them.
        farther_deg: Directions in which the head went farther than in the tasks, by how much.
    """

    recordings: list[str]
    said: bool
    envelopes: dict[MarkerName, AddedPart]
    farther_deg: dict[str, float]
    text: str


def spontaneous_part(geometry: Geometry) -> SpontaneousPart | None:
    """None where there are no such recordings, or no others."""
    apart = geometry.apart
    if apart is None:
        return None
    both = zip(geometry.envelopes, apart.tasks, strict=True)
    farther = {
        way: float(more)
        for way, more in zip(ALL_DIRECTIONS, apart.farther_deg, strict=True)
        if more >= _FARTHER_DEG
    }
    return SpontaneousPart(
        recordings=list(apart.names),
        said=apart.said,
        envelopes={one.marker: _added(one, tasks) for one, tasks in both},
        farther_deg=farther,
        text=_sentences(apart, farther),
    )


def _added(whole: MarkerEnvelopes, tasks: MarkerEnvelopes) -> AddedPart:
    return AddedPart(
        volume_cm3=1e6 * whole.person.volume_m3,
        volume_of_tasks_cm3=1e6 * tasks.person.volume_m3,
        iou_match=whole.with_match.iou,
        iou_match_of_tasks=tasks.with_match.iou,
    )


def _sentences(apart: Apart, farther: dict[str, float]) -> str:
    which = say(f"spontaneous.{'said' if apart.said else 'found'}", names=listed(apart.names))
    if not farther:
        return f"{which} {say('spontaneous.no_farther')}"
    ways = listed([say("spontaneous.way", way=way, more_deg=x) for way, x in farther.items()])
    return f"{which} {say('spontaneous.farther', ways=ways)}"
