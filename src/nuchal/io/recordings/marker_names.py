"""Whose markers a file holds, and what they are called: people, prefixes, unseen copies."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Bool

from nuchal.errors import RecordingError, Setting, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.affixes import Affix, people
from nuchal.tracking.names.name_advice import head_cluster
from nuchal.tracking.names.naming import has_head


def person_names(
    path: Path, labels: Sequence[str], seen: Bool[np.ndarray, " m"], person: str | None
) -> tuple[list[int], tuple[str, ...], tuple[Finding, ...]]:
    """Which columns belong to the person, their names without prefix and suffix, and notes.

    What stands before a colon is a prefix whatever follows; other prefixes, and suffixes, are
    known by the head that they leave.

    Args:
        path: For the messages.
        labels: Of all columns.
        seen: Whether any frame shows them.
        person: Prefix or suffix that the user chose.

    Raises:
        RecordingError: Several people and no choice, an unknown choice, or no names.
    """
    colons = list(dict.fromkeys(Affix(f"{x.split(':')[0]}:") for x in labels if ":" in x))
    asked = _of_person(colons, person)
    if person is not None and asked is None and len(colons) > 1:
        raise _no_such_person(path, person, colons)
    mine, notes = (asked, []) if asked else _by_colon(path, labels, seen, colons)
    named = _names_of(dict(enumerate(labels)), mine, colons, alone=asked is not None)
    there = {k: name for k, name in named.items() if name and not name.startswith("*")}
    if not there:
        raise RecordingError("recording.unlabelled", path)
    notes += _removed(mine)
    if len(there) < len(named):
        notes.append(finding(Found.UNLABELLED_LEFT_OUT, count=len(named) - len(there)))
    names = list(there.values())
    spelt = people([name for k, name in there.items() if seen[k]]) or people(names)
    wanted = None if asked else person
    mine = _by_spelling(path, names, spelt, wanted, colons)
    there = _names_of(there, mine, spelt, alone=wanted is not None)
    keep, names = _without_unseen_copies(there, seen)
    return keep, tuple(names), (*notes, *_removed(mine))


def _names_of(
    labels: Mapping[int, str], mine: Affix | None, everyone: Sequence[Affix], *, alone: bool
) -> dict[int, str]:
    """The columns that are not another's, and their names without the affix.

    Names without any affix stay; ``alone`` leaves out those that stand with it too.
    """
    own = {k: mine.name(label) for k, label in labels.items() if mine and mine.has(label)}
    others = [affix for affix in everyone if affix != mine]
    twice = set(own.values()) if alone else set()
    bare = {
        k: label
        for k, label in labels.items()
        if k not in own and label not in twice and not any(other.has(label) for other in others)
    }
    return dict(sorted({**own, **bare}.items()))


def _removed(affix: Affix | None) -> list[Finding]:
    notes = []
    if affix is not None and affix.before:
        notes.append(finding(Found.PREFIX_REMOVED, prefix=affix.before))
    if affix is not None and affix.behind:
        notes.append(finding(Found.SUFFIX_REMOVED, suffix=affix.behind))
    return notes


def _without_unseen_copies(
    named: Mapping[int, str], seen: Bool[np.ndarray, " m"]
) -> tuple[list[int], list[str]]:
    """Columns without those that share a name and that no frame shows, unless it shows none."""
    kept: dict[str, list[int]] = {}
    for column, name in named.items():
        kept.setdefault(name, []).append(column)
    for name, copies in kept.items():
        kept[name] = [column for column in copies if seen[column]] or copies[:1]
    order = sorted((column, name) for name, copies in kept.items() for column in copies)
    return [column for column, _ in order], [name for _, name in order]


def _by_colon(
    path: Path, labels: Sequence[str], seen: Bool[np.ndarray, " m"], colons: Sequence[Affix]
) -> tuple[Affix | None, list[Finding]]:
    """The only prefix with a colon, or the one with a head, or None for the names without."""
    if len(colons) < 2:
        return (colons[0] if colons else None), []
    shown = [label for label, is_seen in zip(labels, seen, strict=True) if is_seen]
    chosen = _with_a_head(path, colons, shown)
    others = [affix.person for affix in colons if affix != chosen]
    return chosen, [finding(Found.NO_HEAD_LEFT_OUT, prefixes=others)]


def _with_a_head(path: Path, colons: Sequence[Affix], shown: Sequence[str]) -> Affix | None:
    """The one prefix under which head markers are seen; None where they are those without.

    Raises:
        RecordingError: There is none, or more than one.
    """
    heads = [one for one in colons if _shows_head([one.name(x) for x in shown if one.has(x)])]
    bare = _shows_head([label for label in shown if ":" not in label])
    if len(heads) + bare == 1:
        return heads[0] if heads else None
    cluster = None if heads else head_cluster(path, shown)
    raise cluster or _several_people(path, colons, heads or colons)


def _shows_head(names: Sequence[str]) -> bool:
    return has_head(names) or bool(people(names))


def _several_people(
    path: Path, everyone: Sequence[Affix], likely: Sequence[Affix]
) -> RecordingError:
    return RecordingError(
        "recording.several_people",
        path,
        remedy=Setting("person"),
        count=len(everyone),
        prefixes=[affix.person for affix in everyone],
        example=Setting("person", likely[-1].person),
    )


def _by_spelling(
    path: Path,
    names: Sequence[str],
    spelt: Sequence[Affix],
    person: str | None,
    colons: Sequence[Affix],
) -> Affix | None:
    """The prefix or suffix without a colon that the user chose, or the only one, or none.

    Where bare names show a head, those with a prefix are as a rule copies of them.

    Raises:
        RecordingError: There are several and no choice, or the choice is unknown.
    """
    if person is not None:
        asked = _of_person(spelt, person)
        if asked is None:
            raise _no_such_person(path, person, [*colons, *spelt])
        return asked
    if has_head([name for name in names if not any(one.has(name) for one in spelt)]):
        return None
    if len(spelt) > 1:
        raise _several_people(path, spelt, spelt)
    return spelt[0] if spelt else None


def _of_person(affixes: Sequence[Affix], person: str | None) -> Affix | None:
    """The affix that the user chose, however separated, in any case of letters, or a part of it."""
    wanted = Affix(person or "").person.casefold()
    whole = [affix for affix in affixes if affix.person.casefold() == wanted]
    parts = [affix for affix in affixes if wanted and wanted in affix.parts]
    return whole[0] if whole else parts[0] if len(parts) == 1 else None


def _no_such_person(path: Path, person: str, affixes: Sequence[Affix]) -> RecordingError:
    wanted, prefixes = Affix(person).person, [affix.person for affix in affixes]
    have = phrase("recording.has_prefixes", prefixes=prefixes)
    hint = phrase("recording.choose_person", setting=Setting("person"))
    close = difflib.get_close_matches(wanted, prefixes, n=1)
    if close:
        hint = phrase("recording.similar_person", name=close[0])
    if not prefixes:
        have = phrase("recording.has_no_prefixes")
        hint = phrase("recording.leave_out_person", setting=Setting("person"))
    return RecordingError("recording.no_such_person", path, person=wanted, have=have, hint=hint)
