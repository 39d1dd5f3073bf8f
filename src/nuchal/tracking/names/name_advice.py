"""What to say where a file's names don't show three head markers; never a wrong suggestion."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nuchal.errors import Phrase, RecordingError, Setting, phrase
from nuchal.tracking.names.marker_sets import BAND, HEAD, is_at_a_side, marker_setting
from nuchal.tracking.names.name_table import KnownName, key_of, known_names, readings, words_of

# Share of letters in common, as ``difflib`` counts them, that makes a name a misspelling of
# another, and the length from which on letters tell that much.
_ALIKE = 0.75
_SHORTEST = 5
# Words of things that are on no head, however much they look like one.
_ELSEWHERE = re.compile(
    r"hand|heel|hip|knee|elbow|wrist|finger|thumb|foot|toe|ankle|thigh|shank|arm|should|chest|neck"
)
_NUMBERED = re.compile(r"(.*?)[ _.:-]*(\d+|[A-Da-d])")
_HEAD_THING = re.compile(r".*(head|helmet|skull|crani).*|cap|hat|hmd|hd")
_ANY_THING = re.compile(r"m|mk|mrk|marker|rb|rigidbody|cluster|clus|p|point|")
_MOST_ON_ONE_THING = 12
_SIDES = frozenset({"left", "right"})


def too_few_head_markers(
    source: Path, names: Sequence[str], found: Mapping[str, str], unseen: Sequence[str]
) -> RecordingError:
    """Why a file is refused whose names show fewer than three head markers.

    Args:
        source: the recording.
        names: of its markers that are seen.
        found: our names to those that were recognised.
        unseen: names of markers that no frame shows.
    """
    if not names:
        return RecordingError("markers.no_markers", source)
    head = tuple(name for name in HEAD if name in found)
    free = [name for name in names if name not in found.values()]
    cluster = head_cluster(source, free)
    if cluster is not None:
        return cluster
    not_seen = {k.ours[0]: name for name in unseen for k in readings(name) if k.ours[0] in HEAD}
    wanted = BAND if {*head, *not_seen} & set(BAND) else HEAD[:3]
    missing = [name for name in wanted if name not in head]
    hidden = tuple(not_seen[name] for name in HEAD if name in not_seen)
    return RecordingError(
        "markers.too_few",
        source,
        remedy=marker_setting(*missing),
        found=_recognised(head),
        names=tuple(names),
        unseen=phrase("markers.unseen", names=hidden, count=len(hidden)) if hidden else None,
        guess=_guess(free, head),
        known=HEAD,
    )


def head_cluster(source: Path, names: Sequence[str]) -> RecordingError | None:
    """Why markers are refused that are numbered, not named, on one thing that may be a head.

    There are three of them or more, and their common name says head or helmet, or says nothing
    and nothing else is numbered so. None where there are no such markers.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        match = _NUMBERED.fullmatch(name)
        if match:
            groups.setdefault(key_of(match[1].replace(":", "")), []).append(name)
    groups = {k: group for k, group in groups.items() if 3 <= len(group) <= _MOST_ON_ONE_THING}
    things = [base for base in groups if _HEAD_THING.fullmatch(base)]
    things = things or [base for base in groups if _ANY_THING.fullmatch(base)]
    if len(things) != 1:
        return None
    group, mend = tuple(groups[things[0]]), marker_setting(*HEAD[:3])
    return RecordingError(
        "markers.cluster", source, remedy=mend, names=group, count=len(group), known=HEAD
    )


def _recognised(head: Sequence[str]) -> Phrase:
    if not head:
        return phrase("markers.none_found")
    return phrase("markers.only_found", names=head, count=len(head))


def _guess(free: Sequence[str], head: Sequence[str]) -> Phrase | None:
    """What markers may be meant, where the name tells place and side, or all but the side."""
    near = dict(_misspelt(free, head))
    if near:
        return phrase("markers.perhaps", guess=Setting("markers", near))
    for name in free:
        for known in readings(name):
            if len(known.ours) == 2 and not set(known.ours) & set(head):
                one, other = (Setting("markers", {ours: name}) for ours in known.ours)
                return phrase("markers.either_side", name=name, left=one, right=other)
    return None


def _misspelt(free: Sequence[str], head: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Head markers that are lacking and names that must be a misspelling of theirs."""
    given: set[str] = set(head)
    for name in free:
        known = _likest(name)
        if known is not None and known.ours[0] not in given:
            given.add(known.ours[0])
            yield known.ours[0], name


def _likest(name: str) -> KnownName | None:
    """The one known name of a place on the head that a name looks most like, of the same side."""
    key = key_of(name)
    if len(key) < _SHORTEST or _ELSEWHERE.search(key) or readings(name):
        return None
    likeness = {
        known: max(difflib.SequenceMatcher(None, key, one).ratio() for one in known.keys)
        for known in known_names()
    }
    best = max(likeness, key=likeness.__getitem__)
    usable = len(best.ours) == 1 and best.ours[0] in HEAD and _same_side(name, best.ours[0])
    return best if usable and likeness[best] >= _ALIKE else None


def _same_side(name: str, ours: str) -> bool:
    """Whether a name says the side of a place of ours, and no side if that has none."""
    said = words_of(name) & _SIDES
    if not is_at_a_side(ours):
        return not said
    side = "left" if ours.startswith("L") else "right"
    return said == {side} if said else key_of(name).startswith(side[0])
