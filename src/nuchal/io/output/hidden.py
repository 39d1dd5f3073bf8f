"""Hidden folders in which results grow: private, locked while their run lives, swept after it."""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import lazy_loader

from nuchal.io.output.journal import finish
from nuchal.io.output.private import PRIVATE_FILE, PRIVATE_FOLDER

if TYPE_CHECKING:
    import filelock
else:
    filelock = lazy_loader.load("filelock")

_NAME: Final = re.compile(r"\.nuchal-[0-9a-f]{12}")
_LOCK: Final = "lock"


@contextmanager
def hidden_folder(home: Path) -> Iterator[Path]:
    """A private folder of this run, which is gone afterwards; what killed runs left goes first.

    Args:
        home: where it is to lie.

    Raises:
        OSError: it cannot be made there.
    """
    sweep(home)
    folder, lock = _begun(home)
    try:
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def passing_folder() -> AbstractContextManager[Path]:
    """A private folder for what another program is to read, where the system keeps such things.

    Raises:
        OSError: it cannot be made there.
    """
    return hidden_folder(Path(tempfile.gettempdir()))


def sweep(home: Path) -> None:
    """Finish or remove what killed runs of this user left in a folder.

    A run that lives holds the lock of its hidden folder, which the system frees when the run ends,
    however it ends.
    """
    for folder in hidden_in(home):
        lock = _taken(folder)
        if lock is not None:
            with suppress(OSError, ValueError):
                finish(folder)
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)


def hidden_in(home: Path) -> list[Path]:
    """Hidden folders of this user's runs in a folder, whether these live or not."""
    with suppress(OSError), os.scandir(home) as entries:
        return [
            Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name) and _is_mine(entry)
        ]
    return []


def _is_mine(entry: "os.DirEntry[str]") -> bool:
    """Whether this user made a folder: what others make is neither removed nor believed."""
    if not entry.is_dir(follow_symlinks=False):
        return False
    return not hasattr(os, "geteuid") or entry.stat().st_uid == os.geteuid()


def _begun(home: Path) -> "tuple[Path, filelock.BaseFileLock]":
    """A fresh folder and its lock; a sweep of another run may come between the two."""
    while True:
        folder = home / f".nuchal-{secrets.token_hex(6)}"
        folder.mkdir(mode=PRIVATE_FOLDER)
        lock = _taken(folder)
        if lock is not None:
            return folder, lock


def _taken(folder: Path) -> "filelock.BaseFileLock | None":
    """The lock of a hidden folder, unless another run has it or has just removed the folder."""
    lock = filelock.FileLock(folder / _LOCK, mode=PRIVATE_FILE)
    try:
        lock.acquire(timeout=0)
    except (OSError, NotImplementedError):
        return None
    if (folder / _LOCK).exists():
        return lock
    lock.release()
    return None
