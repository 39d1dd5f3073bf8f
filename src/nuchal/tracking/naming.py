"""Which marker of a file is which: common sets by name, an explicit mapping first."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from nuchal.errors import Phrase, RecordingError, Setting, phrase
from nuchal.tracking.marker_sets import (
    ALIASES,
    BAND,
    HEAD,
    SHOULDERS,
    SIDES,
    THORAX,
    TRUNK,
    MarkerNames,
    marker_setting,
)

_OTHER_SIDE: Mapping[str, str] = MappingProxyType(
    {a: b for pair in (*SIDES, SHOULDERS) for a, b in (pair, pair[::-1])}
)
# So few markers show how a head turns.
_FEWEST_ON_HEAD = 3


def recognise(
    names: Sequence[str],
    *,
    source: Path,
    explicit: Mapping[str, str] = MappingProxyType({}),
    swap_sides: bool = False,
    unseen: Sequence[str] = (),
) -> MarkerNames:
    """Find the head and torso markers among a file's marker names.

    Common names are recognised whatever their case, separators or subject prefix (``Sub1:LFHD``).

    Args:
        names: in the file.
        source: the recording, for messages.
        explicit: our names to the file's; goes first.
        swap_sides: exchange left and right of what was found.
        unseen: names in the file whose markers no frame shows, for messages.

    Raises:
        RecordingError: fewer than three head markers, a mapped name that the file lacks, or
            two persons in one file.
    """
    found = _explicit_names(names, explicit, source)
    for ours in (*HEAD, *THORAX):
        if ours not in found:
            match = _find(ours, names, set(found.values()), source)
            if match is not None:
                found[ours] = match
    if swap_sides:
        found = {_OTHER_SIDE.get(ours, ours): name for ours, name in found.items()}
    head = tuple(name for name in HEAD if name in found)
    if len(head) < _FEWEST_ON_HEAD:
        raise _too_few_head_markers(source, names, head, found, unseen)
    return MarkerNames(in_file=found, head=head, thorax=_torso_set(found))


def has_head(names: Sequence[str]) -> bool:
    """Whether enough head markers are among a file's names."""
    keys = {_key(name) for name in names}
    return sum(not keys.isdisjoint(_keys(ours)) for ours in HEAD) >= _FEWEST_ON_HEAD


def closest(name: str, names: Sequence[str], *, cutoff: float = 0.5) -> tuple[str, ...]:
    """Up to three of a file's names that look like a name that it lacks.

    ``cutoff`` is the least share of letters in common, as ``difflib`` counts them.
    """
    by_key = {_key(n): n for n in names}
    keys = difflib.get_close_matches(_key(name), by_key, n=3, cutoff=cutoff)
    return tuple(by_key[k] for k in keys)


def _explicit_names(
    names: Sequence[str], explicit: Mapping[str, str], source: Path
) -> dict[str, str]:
    known = {ours.upper(): ours for ours in (*HEAD, *THORAX)}
    found: dict[str, str] = {}
    for given, name in explicit.items():
        ours = known.get(given.upper())
        if ours is None:
            wrong = Setting("markers", {given: name})
            raise RecordingError(
                "markers.unknown", source, remedy=wrong, given=given, known=tuple(known.values())
            )
        match = _in_file(name, names)
        if match is None:
            near, mend = closest(name, names), marker_setting(ours)
            others = phrase("markers.file_has", names=tuple(names))
            if near:
                others = phrase("markers.nearest", names=near)
            raise RecordingError(
                "markers.not_in_file", source, remedy=mend, name=name, ours=ours, others=others
            )
        if match in found.values():
            twin, mend = next(k for k, v in found.items() if v == match), Setting("markers")
            raise RecordingError(
                "markers.given_twice", source, remedy=mend, name=match, one=twin, other=ours
            )
        found[ours] = match
    return found


def _in_file(name: str, names: Sequence[str]) -> str | None:
    if name in names:
        return name
    matches = [n for n in names if _key(n) == _key(name) or _key(n, prefix=True) == _key(name)]
    return matches[0] if len(matches) == 1 else None


def _find(ours: str, names: Sequence[str], taken: set[str], source: Path) -> str | None:
    for key in _keys(ours):
        matches = tuple(n for n in names if _key(n) == key and n not in taken)
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise RecordingError(
                "markers.ambiguous", source, remedy=marker_setting(ours), names=matches, ours=ours
            )
    return None


def _torso_set(found: Mapping[str, str]) -> tuple[str, ...]:
    """Spine and sternum where three of them are there: the shoulders move against the thorax."""
    trunk = tuple(name for name in TRUNK if name in found)
    return trunk if len(trunk) >= 3 else tuple(name for name in THORAX if name in found)


def _keys(ours: str) -> tuple[str, ...]:
    return (_key(ours), *ALIASES[ours])


def _key(name: str, *, prefix: bool = False) -> str:
    bare = name if prefix else name.rsplit(":", 1)[-1]
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def _too_few_head_markers(
    source: Path,
    names: Sequence[str],
    head: tuple[str, ...],
    found: Mapping[str, str],
    unseen: Sequence[str],
) -> RecordingError:
    if not names:
        return RecordingError("markers.no_markers", source)
    not_seen = {ours: name for ours in HEAD for name in unseen if _key(name) in _keys(ours)}
    wanted = BAND if {*head, *not_seen} & set(BAND) else HEAD[:3]
    missing = [name for name in wanted if name not in head]
    hidden = tuple(not_seen[name] for name in missing if name in not_seen)
    near = dict(_guesses(missing, names, found, cutoff=0.5 if head else 0.75))
    recognised: Phrase = phrase("markers.none_found")
    if head:
        recognised = phrase("markers.only_found", names=head, count=len(head))
    return RecordingError(
        "markers.too_few",
        source,
        remedy=marker_setting(*missing),
        found=recognised,
        names=tuple(names),
        unseen=phrase("markers.unseen", names=hidden, count=len(hidden)) if hidden else None,
        guess=phrase("markers.perhaps", guess=Setting("markers", near)) if near else None,
    )


def _guesses(
    missing: Sequence[str], names: Sequence[str], found: Mapping[str, str], *, cutoff: float
) -> Iterator[tuple[str, str]]:
    """Markers in the file that may be the missing ones: by likeness, or by being left over.

    A file that shows no head marker at all may be of another part of the body, so that only
    names that are much alike should be suggested there.
    """
    free = [name for name in names if name not in found.values()]
    lacking = []
    for wanted in missing:
        alike = (closest(key, free, cutoff=cutoff)[:1] for key in _keys(wanted))
        match = next((names[0] for names in alike if names), None)
        if match is None:
            lacking.append(wanted)
        else:
            free.remove(match)
            yield wanted, match
    if len(free) == len(lacking) == 1:
        yield lacking[0], free[0]
