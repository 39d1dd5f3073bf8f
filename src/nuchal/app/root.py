"""The folder of all visitors' folders: locked while its server lives, removed when it is dead."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_PREFIX: Final = "nuchal-page-"
_PRIVATE: Final = 0o700


class Root:
    """A private folder that goes with this process, or at the next start after it."""

    def __init__(self) -> None:
        parent = Path(tempfile.gettempdir())
        remove_dead(parent)
        self.path = parent / f"{_PREFIX}{secrets.token_hex(8)}"
        # The lock is there before the folder: a folder whose lock is free has no server.
        self._lock = FileLock(lock_of(self.path), thread_local=False)
        self._lock.acquire()
        self.path.mkdir(mode=_PRIVATE)

    def remove(self) -> None:
        """Remove the folder and everything in it."""
        if self._lock.is_locked:
            _remove(self.path, self._lock)


def lock_of(root: Path) -> Path:
    """Beside the folder of a server, the file that it holds locked."""
    return root.with_name(f"{root.name}.lock")


def remove_dead(parent: Path) -> None:
    """Remove the folders of servers that ended without doing so, and only of those."""
    for lock in parent.glob(f"{_PREFIX}*.lock"):
        if lock.is_symlink() or not _is_ours(lock):
            continue
        try:
            held = FileLock(lock, thread_local=False)
            held.acquire(blocking=False)
        except (Timeout, OSError):
            continue
        _remove(lock.with_suffix(""), held)


def _is_ours(path: Path) -> bool:
    return not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if os.name == "posix":
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()
    else:  # Windows removes no file that is open
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)
