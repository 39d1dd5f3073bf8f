"""The part of ``assessment.json`` on places not reached: which muscles reaching them asks for."""

from nuchal.assessment.envelopes.records import MuscleThere
from nuchal.assessment.records import Assessment
from nuchal.model.clinical import Side, side_of
from nuchal.model.generic import MUSCLES
from nuchal.report.summaries.parts import Part
from nuchal.report.text import muscle_name


class AskedThere(Part):
    """What the healthy movement asks of one muscle beyond the person's reach.

    Attributes:
        carried: Its share of the net moment about the direction's axes, of all muscles that pull as
            that moment points, 0 to 1.
        share_of_maximum: Of its maximal isometric force, on average there.
        more_share_of_maximum: By how much that is more than at the end of the person's own range;
            ``null`` where the healthy movement does not pass there.
    """

    muscle: str
    name: str
    side: Side
    carried: float
    mean_N: float
    share_of_maximum: float
    more_share_of_maximum: float | None


class NotReachedPart(Part):
    """A direction in which healthy heads of the person's age go farther.

    Attributes:
        beyond_deg: By how much.
        asks_for: The muscles that carry four fifths of the moment there, the first most. That is
            what reaching needs, and not what is impaired.
    """

    beyond_deg: float
    asks_for: list[AskedThere]


def not_reached_parts(found: Assessment) -> dict[str, NotReachedPart]:
    """Every direction in which places are not reached."""
    return {
        one.direction: NotReachedPart(
            beyond_deg=one.beyond_deg, asks_for=[_asked(x) for x in one.muscles]
        )
        for one in found.reaching
    }


def _asked(one: MuscleThere) -> AskedThere:
    name = MUSCLES[one.muscle]
    return AskedThere(
        muscle=name,
        name=muscle_name(name),
        side=side_of(name),
        carried=one.carried,
        mean_N=one.force_n,
        share_of_maximum=one.share,
        more_share_of_maximum=one.more,
    )
