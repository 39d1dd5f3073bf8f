"""Every format of recordings that can be read; a new one is a module and a line here."""

from typing import Final

from nuchal.errors import RecordingError
from nuchal.io.recordings import c3d, opensim_storage, plain_csv, trc, vicon_csv
from nuchal.io.recordings.format import Format, Source

# In the order in which a file is tried; plain CSV takes all text that has no mark.
FORMATS: Final[tuple[Format, ...]] = (
    c3d.FORMAT,
    trc.FORMAT,
    vicon_csv.FORMAT,
    opensim_storage.FORMAT,
    plain_csv.FORMAT,
)


def format_of(source: Source) -> Format:
    """The format of a file by its content.

    Raises:
        RecordingError: It is of none.
    """
    named = [one for one in FORMATS if source.path.suffix.lower() in one.suffixes]
    try:
        return next(one for one in FORMATS if one.sniff(source))
    except RecordingError as error:
        if error.what == "file.not_text" and named and not any(one.is_text for one in named):
            raise _without_mark(source, named) from error
        raise


def refuse_misnamed(source: Source, found: Format) -> None:
    """Refuse a file whose name promises other formats than its content has.

    Raises:
        RecordingError: It does.
    """
    named = [one for one in FORMATS if source.path.suffix.lower() in one.suffixes]
    if not named or found in named:
        return
    if not found.has_mark:
        raise _without_mark(source, named)
    raise RecordingError(
        "recording.misnamed",
        source.path,
        suffix=source.path.suffix.lower(),
        format=found.name,
        right=found.suffixes[0],
    )


def _without_mark(source: Source, named: list[Format]) -> RecordingError:
    return RecordingError(
        "recording.no_mark",
        source.path,
        suffix=source.path.suffix.lower(),
        formats=[one.name for one in named],
    )
