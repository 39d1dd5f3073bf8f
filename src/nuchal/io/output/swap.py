"""Two folders exchange their names in one step of the system, where it has such a step.

Linux: ``renameat2`` with ``RENAME_EXCHANGE``; macOS: ``renamex_np`` with ``RENAME_SWAP``. At every
moment each name stands for one whole folder.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Final

_HERE: Final = -100  # AT_FDCWD
_RENAME_EXCHANGE: Final = 2
_RENAME_SWAP: Final = 2


def exchange_names(one: Path, other: Path) -> bool:
    """Exchange two folders on one disk; False where system or disk cannot."""
    if sys.platform not in ("linux", "darwin"):
        return False
    system = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):
        failed = system.renameat2(_HERE, first, _HERE, second, _RENAME_EXCHANGE)
    elif hasattr(system, "renamex_np"):
        failed = system.renamex_np(first, second, _RENAME_SWAP)
    else:
        return False
    return not failed
