"""Whose markers a file holds, and what they are called: people, prefixes, unseen copies."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Bool

from nuchal.errors import RecordingError, Setting, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.tracking.naming import has_head


def person_names(
    path: Path, labels: Sequence[str], seen: Bool[np.ndarray, " m"], person: str | None
) -> tuple[list[int], tuple[str, ...], tuple[Finding, ...]]:
    """Which columns belong to the person, their names without the prefix, and notes.

    Args:
        path: For the messages.
        labels: Of all columns.
        seen: Whether any frame shows them.
        person: Prefix that the user chose.

    Raises:
        RecordingError: Several people and no choice, an unknown choice, or no names.
    """
    chosen, notes = _prefix(path, labels, seen, person)
    keep, names, unlabelled = [], [], 0
    for column, label in enumerate(labels):
        prefix, colon, rest = label.partition(":")
        name = rest if colon else label
        if colon and prefix != chosen:
            continue
        if not name or name.startswith("*"):
            unlabelled += 1
            continue
        keep.append(column)
        names.append(name)
    if not names:
        raise RecordingError("recording.unlabelled", path)
    if unlabelled:
        notes.append(finding(Found.UNLABELLED_LEFT_OUT, count=unlabelled))
    keep, names = _without_unseen_copies(keep, names, seen)
    return keep, tuple(names), tuple(notes)


def _without_unseen_copies(
    columns: Sequence[int], names: Sequence[str], seen: Bool[np.ndarray, " m"]
) -> tuple[list[int], list[str]]:
    """Columns without those that share a name and that no frame shows, unless it shows none."""
    kept: dict[str, list[int]] = {}
    for column, name in zip(columns, names, strict=True):
        kept.setdefault(name, []).append(column)
    for name, copies in kept.items():
        kept[name] = [column for column in copies if seen[column]] or copies[:1]
    order = sorted((column, name) for name, copies in kept.items() for column in copies)
    return [column for column, _ in order], [name for _, name in order]


def _prefix(
    path: Path, labels: Sequence[str], seen: Bool[np.ndarray, " m"], person: str | None
) -> tuple[str | None, list[Finding]]:
    """The prefix of the person's markers, without its colon; None where names have none."""
    prefixes = list(dict.fromkeys(label.split(":")[0] for label in labels if ":" in label))
    chosen, notes = prefixes[0] if prefixes else None, []
    if person is not None:
        chosen = _given(path, prefixes, person)
    elif len(prefixes) > 1:
        shown = [label for label, is_seen in zip(labels, seen, strict=True) if is_seen]
        chosen = _with_a_head(path, prefixes, shown)
        others = [prefix for prefix in prefixes if prefix != chosen]
        notes.append(finding(Found.NO_HEAD_LEFT_OUT, prefixes=others))
    if chosen is not None:
        notes.append(finding(Found.PREFIX_REMOVED, prefix=f"{chosen}:"))
    return chosen, notes


def _with_a_head(path: Path, prefixes: Sequence[str], shown: Sequence[str]) -> str | None:
    """The one prefix under which head markers are seen; None where they are those without.

    Raises:
        RecordingError: There is none, or more than one.
    """
    heads = [prefix for prefix in prefixes if has_head([x for x in shown if _is_of(x, prefix)])]
    bare = has_head([label for label in shown if ":" not in label])
    if len(heads) + bare == 1:
        return heads[0] if heads else None
    example = Setting("person", (heads or prefixes)[-1])
    raise RecordingError(
        "recording.several_people",
        path,
        remedy=Setting("person"),
        count=len(prefixes),
        prefixes=prefixes,
        example=example,
    )


def _is_of(label: str, prefix: str) -> bool:
    return label.startswith(f"{prefix}:")


def _given(path: Path, prefixes: Sequence[str], person: str) -> str:
    """The prefix that the user chose.

    Raises:
        RecordingError: The file does not have it.
    """
    wanted = person.rstrip(":")
    matches = [prefix for prefix in prefixes if prefix.casefold() == wanted.casefold()]
    if matches:
        return matches[0]
    have = phrase("recording.has_prefixes", prefixes=prefixes)
    hint = phrase("recording.choose_person", setting=Setting("person"))
    close = difflib.get_close_matches(wanted, prefixes, n=1)
    if close:
        hint = phrase("recording.similar_person", name=close[0])
    if not prefixes:
        have = phrase("recording.has_no_prefixes")
        hint = phrase("recording.leave_out_person", setting=Setting("person"))
    raise RecordingError("recording.no_such_person", path, person=wanted, have=have, hint=hint)
