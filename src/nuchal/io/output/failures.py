"""What keeps results from being written, in a sentence."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from nuchal.errors import OutputError, Setting, phrase

OUT: Final = Setting("out")
# Failures that a person can mend by another place or more space.
_REASONS: Final = {
    errno.ENOSPC: "output.full",
    errno.EDQUOT: "output.quota",
    errno.EFBIG: "output.too_large",
    errno.EROFS: "output.read_only",
    errno.EACCES: "output.no_permission",
    errno.EPERM: "output.no_permission",
    errno.ENAMETOOLONG: "output.long_name",
    errno.EIO: "output.disk_error",
}


@contextmanager
def told_plainly(out: Path, *, places: tuple[Path, ...] = ()) -> Iterator[None]:
    """Say in a sentence what keeps something from being written.

    Args:
        out: what was to be written.
        places: where it grows, if failures that name other files are to pass as they are.

    Raises:
        OutputError: the disk is full, the place read-only, and the like.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REASONS or not _concerns(error, places):
            raise
        raise unwritable(out, error) from error


@contextmanager
def told_whatever(out: Path) -> Iterator[None]:
    """The same for steps that concern nothing but the results.

    Raises:
        OutputError: the system refused, for whatever reason.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(out, error) from error
    except ValueError as error:  # NUL in a name
        raise OutputError("output.no_name", out, remedy=OUT) from error


def unwritable(out: Path, error: OSError) -> OutputError:
    """The sentence for a failure of the system."""
    code = _REASONS.get(error.errno or 0)
    reason = phrase(code) if code else error.strerror or type(error).__name__
    return OutputError("output.unwritable", out, remedy=OUT, reason=reason)


def _concerns(error: OSError, places: tuple[Path, ...]) -> bool:
    """Whether a failure is about the results and not about some other file."""
    if not (places and isinstance(error.filename, str | os.PathLike)):
        return True
    path = Path(error.filename)
    return any(path.is_relative_to(place) for place in places)
