"""Head markers whose names say nothing and that were given for places where they don't sit.

Names such as ``M2`` tell no place, so that a wrong ``--marker LH=M2`` shows in nothing but where
the markers sit on the head and how it turns.
"""

from collections.abc import Collection, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from nuchal.errors import RecordingError, Setting
from nuchal.tracking.names.marker_sets import SIDES, MarkerNames, is_at_a_side
from nuchal.tracking.names.name_table import readings
from nuchal.tracking.place.landmarks import Seen
from nuchal.tracking.place.upright import likeliest

# Other places have to be so much likelier than those that were given.
_CLEAR = float(np.log(5.0))
_MIDDLE = ("FOREHEAD", "INION")
_TWIN = {**dict(SIDES), **{right: left for left, right in SIDES}}


def refuse_misnamed(seen: Seen, names: MarkerNames, given: Collection[str], source: Path) -> None:
    """Refuse nameless markers given for a left and a right that sit and move as others do.

    Args:
        seen: the head.
        names: of the markers in the file.
        given: those of ours that the user named.
        source: the recording, for messages.

    Raises:
        RecordingError: two of them have exchanged places, or one sits in the middle plane.
    """
    said = {ours.upper() for ours in given}
    open_to_doubt = [k for k in seen.names if k in said and not readings(names.in_file[k])]
    if not any(set(pair) <= set(open_to_doubt) for pair in SIDES):
        return
    others = _other_places(seen.names, open_to_doubt)
    best = max(likeliest(seen._replace(names=places)) for places in others)
    if best - likeliest(seen) > _CLEAR:
        facts: dict[str, Any] = {"names": names.files_names(open_to_doubt), "ours": open_to_doubt}
        facts |= {"up": Setting("up"), "forward": Setting("forward")}
        raise RecordingError("markers.misnamed", source, remedy=Setting("markers"), **facts)


def _other_places(names: tuple[str, ...], free: list[str]) -> Iterator[tuple[str, ...]]:
    """Names that the markers may have instead; left and right alone are not exchanged."""
    for one, other in combinations(free, 2):
        if (one, other) not in SIDES:
            swap = {one: other, other: one}
            yield tuple(swap.get(name, name) for name in names)
    for side in filter(is_at_a_side, free):
        for middle in _MIDDLE:
            if middle not in names:
                alone = tuple(middle if name == side else name for name in names)
                yield alone
                yield tuple(_TWIN.get(name, name) for name in alone)
