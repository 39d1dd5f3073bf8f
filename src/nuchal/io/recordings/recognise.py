"""Of which kind a file is: told by its content, and compared with what its name promises."""

from collections.abc import Sequence
from typing import Final, TypeVar

from nuchal.errors import RecordingError
from nuchal.io.recordings.format import Kind, Source

K = TypeVar("K", bound=Kind)
# A suffix that promises no kind.
_ANY_TEXT: Final = ".txt"


def kind_of(source: Source, kinds: Sequence[K]) -> K:
    """The first of some kinds that a file's content is of; the last takes all text.

    Raises:
        RecordingError: It is of none.
    """
    named = _named(source, kinds)
    try:
        return next(one for one in kinds if one.sniff(source))
    except RecordingError as error:
        if error.what == "file.not_text" and named and not any(one.is_text for one in named):
            raise _without_mark(source, named) from error
        raise


def refuse_misnamed(source: Source, found: Kind, kinds: Sequence[Kind]) -> None:
    """Refuse a file whose name promises other kinds than its content has.

    Raises:
        RecordingError: It does.
    """
    named, suffix = _named(source, kinds), source.path.suffix.lower()
    if not named or found in named:
        return
    if not found.has_mark:
        raise _without_mark(source, named)
    raise RecordingError(
        "recording.misnamed", source.path, suffix=suffix, format=found.name, right=found.suffixes[0]
    )


def _named(source: Source, kinds: Sequence[K]) -> list[K]:
    """The kinds that a file's name promises."""
    suffix = source.path.suffix.lower()
    return [] if suffix == _ANY_TEXT else [one for one in kinds if suffix in one.suffixes]


def _without_mark(source: Source, named: Sequence[Kind]) -> RecordingError:
    suffix, names = source.path.suffix.lower(), [one.name for one in named]
    return RecordingError("recording.no_mark", source.path, suffix=suffix, formats=names)
