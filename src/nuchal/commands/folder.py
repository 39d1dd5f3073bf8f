"""A folder of recordings of one person."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from nuchal.errors import RecordingError, Setting
from nuchal.io.recordings.read import FORMATS

PERSON_FILE: Final = "person.toml"


def recordings_in(
    folder: Path, pattern: str | None = None, *, without: Collection[str | None] = ()
) -> tuple[Path, ...]:
    """The recordings of a folder and of those in it, by name.

    Args:
        folder: it has to be one.
        pattern: which files are recordings, like ``trial_*/markers.csv``; all that have the suffix
            of a recording if not given.
        without: names of files that are none: the person, static trials.
    """
    paths = [path for path in sorted(folder.rglob(pattern or "*")) if path.is_file()]
    if pattern is None:
        endings = {suffix for one in FORMATS for suffix in one.suffixes}
        paths = [path for path in paths if path.suffix.lower() in endings]
    return tuple(path for path in paths if path.name not in without)


def some_recordings_in(
    folder: Path, pattern: str | None, *, static: str | None = None
) -> tuple[Path, ...]:
    """The same beside a ``person.toml``, at least one.

    Raises:
        RecordingError: there is none.
    """
    found = recordings_in(folder, pattern, without=(static, PERSON_FILE))
    if not found:
        raise RecordingError("recording.none_in_folder", folder, remedy=Setting("pattern"))
    return found
