"""Results that appear whole or not at all: a folder, or a single file."""

import errno
import os
import shutil
import tempfile
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from nuchal.errors import OutputError, Setting, phrase

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
_OUT: Final = Setting("out")


def check_writable(out: Path, *, inputs: Sequence[Path] = (), names: Collection[str] = ()) -> None:
    """Find out before long work starts whether ``out`` can be written; leaves nothing behind.

    Args:
        out: The folder for the results; it need not exist yet.
        inputs: Files that were read.
        names: The results' file names, as far as they are known.

    Raises:
        OutputError: Something is in the way, the place is not writable, or an input would be
            overwritten.
    """
    staging = _staging(out)
    shutil.rmtree(staging, ignore_errors=True)
    _refuse_inputs(out, names, inputs)


@contextmanager
def staged(out: Path, *, inputs: Sequence[Path], ours: Collection[str] = ()) -> Iterator[Path]:
    """Write results into a temporary folder that becomes ``out`` when all has gone well.

    The temporary folder is hidden: inside ``out`` if that exists, else beside it, so that both
    lie on one disk. At the end every file replaces its namesake in ``out``; if one can't, those
    already replaced are put back. Files of other names in ``out`` stay as they are.

    Args:
        out: The folder for the results; made if need be.
        inputs: Files that were read; none of them is overwritten.
        ours: File names of results that an earlier run may have left; those which this run does
            not write are removed, so that one folder never mixes two runs.

    Yields:
        The temporary folder.

    Raises:
        OutputError: ``out`` can't be written, now or halfway, or an input would be overwritten.
    """
    staging = _staging(out)
    try:
        yield staging
        _publish(staging, out, inputs, ours)
    except OSError as error:
        if error.errno not in _REASONS or not _concerns(error, staging, out):
            raise
        raise _output_error(out, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def told_plainly(out: Path) -> Iterator[None]:
    """Say in a sentence what keeps a file from being written under ``out``.

    Raises:
        OutputError: the disk is full, the place read-only, and the like.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REASONS:
            raise
        raise _output_error(out, error) from error


def replace_file(path: Path, content: bytes) -> None:
    """Write a single file whole or not at all; one of that name is replaced.

    Raises:
        OutputError: the place cannot be written.
    """
    with replaced(path) as draft:
        draft.write_bytes(content)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A draft to write in place of a single file, which it replaces at the end, or not at all.

    Raises:
        OutputError: the place cannot be written.
    """
    with _beside(path) as folder:
        draft = folder / path.name
        yield draft
        draft.replace(path)


def check_replaceable(path: Path) -> None:
    """Find out before long work starts whether a single file can be written; leaves nothing behind.

    Raises:
        OutputError: the place cannot be written.
    """
    with _beside(path):
        pass


def refuse_to_replace(out: Path, read: Iterable[Path | None], what: str) -> None:
    """A result never replaces what it is made from.

    Args:
        out: The file to write.
        read: Files that were read, and None for those that were not given.
        what: The code of the message.

    Raises:
        OutputError: It is one of them.
    """
    if out.exists() and any(path and path.exists() and out.samefile(path) for path in read):
        raise OutputError(what, out, remedy=_OUT)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A hidden folder for a moment, on the same disk as a file to be."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            yield Path(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError("output.unwritable", path, remedy=_OUT, reason=reason) from error


def _concerns(error: OSError, staging: Path, out: Path) -> bool:
    """Whether a failure is about the results and not about some other file."""
    if not isinstance(error.filename, str | os.PathLike):
        return True
    path = Path(error.filename)
    return any(path.is_relative_to(place) for place in (staging, out))


def _output_error(out: Path, error: OSError) -> OutputError:
    code = _REASONS.get(error.errno or 0)
    reason = phrase(code) if code else error.strerror
    return OutputError("output.unwritable", out, remedy=_OUT, reason=reason)


def _staging(out: Path) -> Path:
    """A fresh hidden folder on the same disk as ``out``."""
    try:
        if out.is_symlink() and not out.exists():
            raise OutputError("output.link_to_nowhere", out, remedy=_OUT)
        if out.exists() and not out.is_dir():
            raise OutputError("output.is_a_file", out, remedy=_OUT)
        home = out if out.exists() else _existing_parent(out)
        staging = home / f".nuchal-{uuid.uuid4().hex[:12]}"
        staging.mkdir()
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            raise _output_error(out, error) from error
        raise OutputError("output.no_name", out, remedy=_OUT) from error
    return staging


def _existing_parent(out: Path) -> Path:
    for parent in out.absolute().parents:
        if parent.is_dir():
            return parent
        if parent.exists():
            raise OutputError("output.below_a_file", out, remedy=_OUT, parent=parent)
    raise OutputError("output.no_folder", out, remedy=_OUT)


def _refuse_inputs(out: Path, names: Collection[str], inputs: Sequence[Path]) -> None:
    for name in sorted(names):
        target = out / name
        for source in inputs:
            if source.exists() and target.exists() and target.samefile(source):
                raise OutputError(
                    "output.overwrites_input", out, remedy=_OUT, name=name, source=source
                )


def _publish(staging: Path, out: Path, inputs: Sequence[Path], ours: Collection[str]) -> None:
    names = [
        str(file.relative_to(staging)) for file in sorted(staging.rglob("*")) if not file.is_dir()
    ]
    _refuse_inputs(out, names, inputs)
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        staging.replace(out)
        return
    for name in names:
        if (out / name).is_dir():
            raise OutputError("output.folder_in_the_way", out, remedy=_OUT, name=name)
    stale = sorted(name for name in set(ours) - set(names) if (out / name).is_file())
    _refuse_inputs(out, stale, inputs)
    backup = staging / ".before"
    backup.mkdir()
    _exchange(staging, out, backup, names, stale)


def _exchange(
    staging: Path, out: Path, backup: Path, names: Sequence[str], stale: Sequence[str]
) -> None:
    """Move the new files in and the old ones aside; put everything back if a step fails."""
    with ExitStack() as undo:
        for name in (*stale, *names):
            target, aside = out / name, backup / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                aside.parent.mkdir(parents=True, exist_ok=True)
                target.replace(aside)
                undo.callback(aside.replace, target)
            if name not in stale:
                (staging / name).replace(target)
                undo.callback(target.replace, staging / name)
        undo.pop_all()
