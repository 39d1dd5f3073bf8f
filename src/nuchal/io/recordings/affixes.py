"""People in marker names that are written without a colon: ``Anna_LFHD``, ``LFHD-1``, ``LFHD2``.

A prefix or suffix is taken for a person's where what is left of the names shows a head.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from nuchal.tracking.names.name_table import readings
from nuchal.tracking.names.naming import has_head

_MARKS = " _.:-"
_SEPARATOR = re.compile(r"[ _.:-]+")
_NUMBER_BEHIND = re.compile(r"[ _.:-]+\d+$")
_DIGITS_BEHIND = re.compile(r"\d{1,2}$")


@dataclass(frozen=True)
class Affix:
    """What stands before and behind the names of one person's markers, with separators."""

    before: str = ""
    behind: str = ""

    @property
    def person(self) -> str:
        """As the user would say it."""
        return f"{self.before.rstrip(_MARKS)}{self.behind}".strip(_MARKS)

    @property
    def parts(self) -> tuple[str, ...]:
        """The person's words in small letters."""
        return tuple(_SEPARATOR.split(self.person.casefold()))

    def has(self, label: str) -> bool:
        """Whether a label is a name with this around it."""
        longer = len(label) >= len(self.before) + len(self.behind)
        return longer and label.startswith(self.before) and label.endswith(self.behind)

    def name(self, label: str) -> str:
        """The label without it."""
        return label[len(self.before) : len(label) - len(self.behind)]


def people(labels: Sequence[str]) -> tuple[Affix, ...]:
    """The affixes under which heads are seen.

    Prefixes go before suffixes, and both before the two together; beside bare names that show a
    head only prefixes count. Where no head is whole, a prefix counts that all labels have and
    that hides names which we know.
    """
    prefixes = _prefixes(labels)
    others = [] if has_head(labels) else [_suffixes(labels), _both(labels), _start(labels)]
    for kind in (prefixes, *others):
        heads = [affix for affix in kind if _shows_head(affix, labels)]
        if heads:
            return tuple(a for a in heads if not any(_is_within(a, b) for b in heads))
    if any(map(readings, labels)):
        return ()
    shared = [affix for affix in prefixes if all(map(affix.has, labels))]
    return tuple(a for a in shared if any(readings(a.name(label)) for label in labels))[:1]


def _shows_head(affix: Affix, labels: Sequence[str]) -> bool:
    return has_head([affix.name(label) for label in labels if affix.has(label)])


def _is_within(shorter: Affix, longer: Affix) -> bool:
    """Whether one is a part of the other, as ``Sub1_`` is of ``Sub1_Anna_``."""
    return shorter != longer and (
        longer.before.startswith(shorter.before) and longer.behind.endswith(shorter.behind)
    )


def _prefixes(labels: Sequence[str]) -> list[Affix]:
    return list(dict.fromkeys(Affix(before) for label in labels for before in _fronts(label)))


def _suffixes(labels: Sequence[str]) -> list[Affix]:
    """Numbers behind a separator, and digits without, if every label ends with a person's."""
    marked = [match[0] for label in labels if (match := _NUMBER_BEHIND.search(label))]
    if marked:
        return [Affix("", behind) for behind in dict.fromkeys(marked)]
    runs = {match[0] for label in labels if (match := _DIGITS_BEHIND.search(label))}
    digits = [Affix("", part) for part in sorted({part for run in runs for part in (run, run[-1])})]
    persons = [affix for affix in digits if _shows_head(affix, labels)]
    return persons if all(any(one.has(label) for one in persons) for label in labels) else []


def _both(labels: Sequence[str]) -> list[Affix]:
    found = (
        Affix(before, match[0])
        for label in labels
        if (match := _NUMBER_BEHIND.search(label))
        for before in _fronts(label[: match.start()])
    )
    return list(dict.fromkeys(found))


def _start(labels: Sequence[str]) -> list[Affix]:
    """What all labels begin with, separator or not."""
    letters = zip(min(labels, default=""), max(labels, default=""), strict=False)
    start = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], letters))
    return [Affix(start)] if start else []


def _fronts(label: str) -> Iterator[str]:
    """What may be a prefix of a label: all up to and with each of its separators."""
    return (label[: match.end()] for match in _SEPARATOR.finditer(label) if match.start() > 0)
