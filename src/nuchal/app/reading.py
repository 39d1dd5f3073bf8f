"""How each file is to be read: by the choices that concern what it holds, and by no others."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from nuchal.app.choices import Choices
from nuchal.commands.options import RecordingOptions
from nuchal.commands.tracked import AnyRecording, read_any, with_effect
from nuchal.errors import RecordingError
from nuchal.io.orientations.read import holds_orientations, settings_left
from nuchal.io.recordings.csv_header import read_header
from nuchal.io.recordings.format import Source
from nuchal.io.text import read_bytes
from nuchal.orientations import OrientationRecording
from nuchal.records import Recording

# What a file of orientations may leave to the user, and any other says itself.
_OF_TABLES: Final = ("quaternion", "euler", "in_degrees", "left_handed", "columns")
_DEFAULT: Final = RecordingOptions()


class Opened(NamedTuple):
    """A recording, and the choices that have an effect on it, but for times and static trial."""

    read: AnyRecording
    options: RecordingOptions


class Unread(NamedTuple):
    """A file before it is read.

    Attributes:
        is_turns: Whether it says how bodies are turned.
        left: Settings of rotations that it leaves to the user.
    """

    path: Path
    is_turns: bool
    left: frozenset[str]
    options: RecordingOptions


def about(path: Path, choices: Choices) -> Unread:
    """What a file holds as far as its name and first lines tell.

    Raises:
        RecordingError: it cannot be opened.
    """
    source = Source(path, read_bytes(path))
    columns = choices.turns.columns
    if not (holds_orientations(source) or _begins_so(source, columns)):
        return Unread(path, False, frozenset(), choices.reading)
    left = settings_left(source)
    said = {name: getattr(_DEFAULT, name) for name in _OF_TABLES if name not in left}
    options = dataclasses.replace(choices.reading_turns, **said)
    return Unread(path, True, left, options)


def opened(unread: Unread, *, still: bool = False) -> Opened:
    """Read a file.

    Args:
        unread: it, and how it is to be read.
        still: whether a single frame will do.

    Raises:
        NuchalError: it cannot be read.
    """
    read = read_any(unread.path, unread.options, still=still)
    return Opened(read, with_effect(read, unread.options))


def settled(one: Opened, choices: Choices, static: Opened | None) -> RecordingOptions:
    """All options of a recording: with its times, and the static trial if that is of its kind.

    Raises:
        NuchalError: a time that ends before it starts.
    """
    read, name = one.read, one.read.source.name
    if isinstance(read, Recording):
        rest = None if static is None or _is_turns(static) else static.read.source
        return dataclasses.replace(one.options, static=rest, neutral_window_s=choices.neutral_s)
    if isinstance(read, OrientationRecording):
        rest = None if static is None or isinstance(static.read, Recording) else static.read.source
        return dataclasses.replace(
            one.options,
            static=rest,
            neutral_window_s=choices.turns.neutral_s(name if rest is None else rest.name),
            nod_window_s=choices.turns.nod_s(name),
        )
    return one.options


def _is_turns(one: Opened) -> bool:
    return isinstance(one.read, OrientationRecording)


def _begins_so(source: Source, columns: Mapping[str, str]) -> bool:
    """Whether a table has columns that start as was said."""
    if not columns:
        return False
    try:
        labels = read_header(source.sheet).labels
    except RecordingError:
        return False
    begins = tuple(text.lower() for text in columns.values())
    return any(label.lower().startswith(begins) for label in labels)
