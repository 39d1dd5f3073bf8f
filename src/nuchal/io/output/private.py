"""What nuchal writes is for its owner only: folders of mode 700, files of mode 600.

Windows has no such modes; there a file has the rights of the folder that it lies in.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600


def make_folder(path: Path) -> None:
    """Make a folder, and those above that are missing, for their owner only."""
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def settle(draft: Path) -> None:
    """Make a finished file or folder private, and have the disk hold it before it gets its name."""
    for path in _all_below(draft):
        is_folder = path.is_dir()
        path.chmod(PRIVATE_FOLDER if is_folder else PRIVATE_FILE)
        flush(path)


def flush(path: Path) -> None:
    """Have the disk hold a file or the entries of a folder, where the system can be asked to."""
    with suppress(OSError):  # Windows opens no folders, and some disks cannot be asked
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _all_below(draft: Path) -> Iterator[Path]:
    """Files and folders, the draft itself last; links lead elsewhere and are left alone."""
    if draft.is_dir():
        yield from (path for path in sorted(draft.rglob("*")) if not path.is_symlink())
    if not draft.is_symlink():
        yield draft
