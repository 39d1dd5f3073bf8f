"""Which marker of a file is which: by the table of sets, an explicit mapping first."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from nuchal.errors import RecordingError, Setting, phrase
from nuchal.plain_text import plain_line
from nuchal.tracking.names.marker_sets import (
    HEAD,
    SHOULDERS,
    SIDES,
    THORAX,
    TRUNK,
    MarkerNames,
    is_at_a_side,
    marker_setting,
)
from nuchal.tracking.names.name_advice import too_few_head_markers
from nuchal.tracking.names.name_table import KnownName, key_of, known_names, readings, set_names

_OTHER_SIDE: Mapping[str, str] = MappingProxyType(
    {a: b for pair in (*SIDES, SHOULDERS) for a, b in (pair, pair[::-1])}
)
# So few markers show how a head turns.
_FEWEST_ON_HEAD = 3
_SEPARATORS = ":_.- "

# Which labels of a file spell a name of the table.
_Spelt: TypeAlias = Mapping[KnownName, Sequence[str]]


def recognise(
    names: Sequence[str],
    *,
    source: Path,
    explicit: Mapping[str, str] = MappingProxyType({}),
    swap_sides: bool = False,
    unseen: Sequence[str] = (),
) -> MarkerNames:
    """Find the head and torso markers among a file's marker names.

    The names of one set go together: of the sets in the table the one with the most names in the
    file goes first, for head and torso apart, and the others fill up what it lacks.

    Args:
        names: in the file.
        source: the recording, for messages.
        explicit: our names to the file's; goes first.
        swap_sides: exchange left and right of what was found.
        unseen: names in the file whose markers no frame shows, for messages.

    Raises:
        RecordingError: fewer than three head markers, a mapped name that the file lacks or that
            means another place, or two persons in one file.
    """
    found = _explicit_names(names, explicit, source)
    spelt = _spelt(names)
    head_first = _sets_by_count(spelt, HEAD)
    torso_first = _sets_by_count(spelt, THORAX, ties_to=head_first[0])
    for places, sets in ((HEAD, head_first), (THORAX, torso_first)):
        for ours in places:
            if ours not in found:
                match = _find(ours, spelt, sets, set(found.values()), source)
                if match is not None:
                    found[ours] = match
    if "T10" in found:
        found.pop("T8", None)
    if swap_sides:
        found = {_OTHER_SIDE.get(ours, ours): name for ours, name in found.items()}
    head = tuple(name for name in HEAD if name in found)
    if len(head) < _FEWEST_ON_HEAD:
        raise too_few_head_markers(source, names, found, unseen)
    return MarkerNames(in_file=found, head=head, thorax=_torso_set(found))


def has_head(names: Sequence[str]) -> bool:
    """Whether enough head markers are among a file's names."""
    places = {
        known.ours[0]
        for name in names
        for known in readings(name)
        if known.ours[0] in HEAD and len(known.ours) == 1 and not known.only_in_set
    }
    return len(places) >= _FEWEST_ON_HEAD


def closest(name: str, names: Sequence[str], *, cutoff: float = 0.5) -> tuple[str, ...]:
    """Up to three of a file's names that look like a name that it lacks.

    ``cutoff`` is the least share of letters in common, as ``difflib`` counts them.
    """
    by_key = {key_of(n): n for n in names}
    keys = difflib.get_close_matches(key_of(name), by_key, n=3, cutoff=cutoff)
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
        match = _in_file(plain_line(name), names)
        if match is None:
            raise _not_in_file(name, ours, names, source)
        if match in found.values():
            twin, mend = next(k for k, v in found.items() if v == match), Setting("markers")
            raise RecordingError(
                "markers.given_twice", source, remedy=mend, name=match, one=twin, other=ours
            )
        found[ours] = match
    for ours, match in found.items():
        _refuse_other_place(match, ours, source)
    return found


def _not_in_file(name: str, ours: str, names: Sequence[str], source: Path) -> RecordingError:
    near, mend = closest(name, names), marker_setting(ours)
    others = phrase("markers.file_has", names=tuple(names))
    if near:
        others = phrase("markers.nearest", names=near)
    return RecordingError(
        "markers.not_in_file", source, remedy=mend, name=name, ours=ours, others=others
    )


def _refuse_other_place(name: str, ours: str, source: Path) -> None:
    """Refuse a name of the middle plane that is given for a side of the head, or the reverse.

    Left and right may be crossed on purpose, and places of the middle plane stand in for one
    another; but such a mapping turns the head by tens of degrees.
    """
    places = {one for known in readings(name) for one in known.ours if one in HEAD}
    if ours in HEAD and places and all(is_at_a_side(one) != is_at_a_side(ours) for one in places):
        mend = Setting("markers", {sorted(places)[0]: name})
        what = "markers.middle_for_side" if is_at_a_side(ours) else "markers.side_for_middle"
        raise RecordingError(what, source, remedy=mend, name=name, ours=ours)


def _in_file(name: str, names: Sequence[str]) -> str | None:
    """The file's name that was meant: as it stands, or with a prefix or suffix that was removed."""
    if name in names:
        return name
    matches = [n for n in names if key_of(n) == key_of(name)]
    if not matches:
        matches = [n for n in names if _is_with_affix(name, n)]
    return matches[0] if len(matches) == 1 else None


def _is_with_affix(given: str, name: str) -> bool:
    """Whether what was given is a file's name with something before or behind a separator."""
    return any(given.endswith(mark + name) or given.startswith(name + mark) for mark in _SEPARATORS)


def _spelt(names: Sequence[str]) -> _Spelt:
    spelt: dict[KnownName, list[str]] = {}
    for name in names:
        for known in readings(name):
            spelt.setdefault(known, []).append(name)
    return spelt


def _sets_by_count(spelt: _Spelt, places: Sequence[str], ties_to: str = "") -> list[str]:
    """The sets, those first that have most names for these places in the file."""
    count = _counts(spelt, places)
    return sorted(set_names(), key=lambda one: (-count.get(one, 0), one != ties_to))


def _counts(spelt: _Spelt, places: Sequence[str]) -> dict[str, int]:
    there: dict[str, set[str]] = {}
    for known in spelt:
        if len(known.ours) == 1 and known.ours[0] in places:
            there.setdefault(known.set_name, set()).add(known.ours[0])
    return {one: len(ours) for one, ours in there.items()}


def _find(
    ours: str, spelt: _Spelt, sets: Sequence[str], taken: set[str], source: Path
) -> str | None:
    on_head = _counts(spelt, HEAD)
    for one in sets:
        for known in known_names():
            if known.set_name != one or known.ours != (ours,):
                continue
            if known.only_in_set and on_head.get(one, 0) < _FEWEST_ON_HEAD:
                continue
            matches = tuple(name for name in spelt.get(known, ()) if name not in taken)
            if len(matches) == 1:
                return matches[0]
            if matches:
                raise RecordingError(
                    "markers.ambiguous",
                    source,
                    remedy=marker_setting(ours),
                    names=matches,
                    ours=ours,
                )
    return None


def _torso_set(found: Mapping[str, str]) -> tuple[str, ...]:
    """Spine and sternum where three of them are there: the shoulders move against the thorax."""
    trunk = tuple(name for name in TRUNK if name in found)
    return trunk if len(trunk) >= 3 else tuple(name for name in THORAX if name in found)
