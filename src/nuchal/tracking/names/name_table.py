"""What laboratories call the markers: the table of sets, and which of its names a label spells."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from nuchal.model import tables

# How a side is written, and words that say nothing.
_SIDE_WORDS = {"l": "left", "lt": "left", "r": "right", "rt": "right"}
_EMPTY_WORDS = frozenset({"of", "the", "marker"})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, kw_only=True)
class KnownName:
    """A name of one set of markers.

    Attributes:
        ours: Our name of the place; two where the name leaves the side open.
        only_in_set: Whether it means another place elsewhere.
        keys: How it is written without case and separators.
        words: What it says, whatever the order.
    """

    set_name: str
    ours: tuple[str, ...]
    name: str
    only_in_set: bool
    keys: frozenset[str]
    words: frozenset[str]


def key_of(label: str) -> str:
    """Small letters and digits alone, without a prefix that ends in a colon."""
    return re.sub(r"[^a-z0-9]", "", label.rsplit(":", 1)[-1].lower())


def words_of(label: str) -> frozenset[str]:
    """The words of a label in small letters, with sides written out."""
    words = (word.lower() for word in _WORD.findall(label.rsplit(":", 1)[-1]))
    return frozenset(_SIDE_WORDS.get(word, word) for word in words) - _EMPTY_WORDS


@cache
def known_names() -> tuple[KnownName, ...]:
    """The whole table, in its order."""
    return tuple(
        KnownName(
            set_name=row["set"],
            ours=tuple(row["ours"].split()),
            name=row["name"],
            only_in_set=row["only_in_set"] == "yes",
            keys=_keys(row["name"]),
            words=words_of(row["name"]),
        )
        for row in tables.rows("marker_names", room="tracking")
    )


@lru_cache(maxsize=4096)
def readings(label: str) -> tuple[KnownName, ...]:
    """The names of the table that a label spells, apart from a prefix with a colon."""
    key, words = key_of(label), words_of(label)
    return tuple(one for one in known_names() if key in one.keys or words == one.words)


def set_names() -> tuple[str, ...]:
    """The sets, in the table's order."""
    return tuple(dict.fromkeys(known.set_name for known in known_names()))


def _keys(name: str) -> frozenset[str]:
    """A name's keys: a side that is written out may be a letter too, in front or behind."""
    keys = {key_of(name)}
    for side in ("Left", "Right"):
        if name.startswith(f"{side} "):
            rest = key_of(name.removeprefix(side))
            letter = side[0].lower()
            keys |= {letter + rest, rest + letter, rest + side.lower()}
    return frozenset(keys)
