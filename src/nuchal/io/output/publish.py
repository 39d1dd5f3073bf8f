"""From a hidden folder to the folder of results."""

import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.errors import OutputError
from nuchal.io.output.failures import OUT
from nuchal.io.output.hidden import hidden_in
from nuchal.io.output.journal import put_in_place
from nuchal.io.output.private import flush, make_folder, settle
from nuchal.io.output.swap import exchange_names

# A folder that holds more of other things is no folder of results, and is left standing.
_MOST_OTHERS: Final = 1000
DRAFT: Final = "new"


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where results lie, and where they grow.

    Attributes:
        out: The folder of results, links followed; it need not exist.
        hidden: The run's own folder, beside it or in it.
        draft: The folder in that which is to become ``out``.
    """

    out: Path
    hidden: Path
    draft: Path

    @property
    def files(self) -> list[str]:
        """Files of the draft, by paths in it."""
        found = (path for path in sorted(self.draft.rglob("*")) if not path.is_dir())
        return [path.relative_to(self.draft).as_posix() for path in found]

    def stale(self, ours: Collection[str]) -> list[str]:
        """Files that an earlier run left and this one does not write."""
        return sorted(name for name in set(ours) - set(self.files) if (self.out / name).is_file())


def refuse_inputs(out: Path, names: Iterable[str], inputs: Sequence[Path]) -> None:
    """Refuse to write over, or to remove, what was read.

    Raises:
        OutputError: one of the names is an input.
    """
    for name in sorted(names):
        target = out / name
        for source in inputs:
            if source.exists() and target.exists() and target.samefile(source):
                raise OutputError(
                    "output.overwrites_input", out, remedy=OUT, name=name, source=source
                )


def publish(room: Room, ours: Collection[str]) -> None:
    """Have the draft become the results.

    Args:
        room: whose draft is finished.
        ours: File names of results that an earlier run may have left.

    Raises:
        OSError: the system refuses; then all is as it was before.
        OutputError: something is in the way.
    """
    settle(room.draft)
    if not room.out.exists() and _appeared(room):
        return
    files, stale = room.files, room.stale(ours)
    for name in files:
        _refuse_what_is_in_the_way(room.out, name)
    if not _exchanged(room, files, stale):
        put_in_place(room.hidden, room.draft, room.out, files, stale)
    flush(room.out.parent)


def _appeared(room: Room) -> bool:
    """Give a new folder its name, with all folders that it lies in, in one step."""
    home = room.hidden.parent
    first = room.out.relative_to(home).parts[0]
    try:
        (room.hidden / DRAFT / first).rename(home / first)
    except OSError:
        if not (home / first).exists():
            raise
        make_folder(room.out)  # someone else began it meanwhile
        return False
    flush(home)
    return True


def _refuse_what_is_in_the_way(out: Path, name: str) -> None:
    if (out / name).is_dir():
        raise OutputError("output.folder_in_the_way", out, remedy=OUT, name=name)
    for parent in (out / name).parents:
        if parent == out:
            return
        if parent.exists() and not parent.is_dir():
            raise OutputError("output.below_a_file", out, remedy=OUT, parent=parent)


def _exchanged(room: Room, files: list[str], stale: list[str]) -> bool:
    """Exchange the old folder for the new one, which takes along what is not ours."""
    if room.hidden.parent != room.out.parent or not _may_go(room.out, files):
        return False
    try:
        others = _take_along(room, {*files, *stale})
        if others is None or not _looks_alike(room) or not exchange_names(room.draft, room.out):
            return False
    except OSError:  # links to others' files, on other disks, or on disks without links
        return False
    _bring_what_came_late(room, {*files, *stale}, others)
    return True


def _may_go(out: Path, files: list[str]) -> bool:
    """Whether nobody is known to stand in the folder, and no file lies behind a link."""
    if Path.cwd().is_relative_to(out) or hidden_in(out):
        return False
    return not any(
        parent.is_symlink()
        for parent in {p for name in files for p in (out / name).parents}
        if parent.is_relative_to(out) and parent != out
    )


def _looks_alike(room: Room) -> bool:
    """Give the draft the mode and times of the old folder, if their owners are the same."""
    old, new = room.out.stat(), room.draft.stat()
    shutil.copystat(room.out, room.draft)
    return (old.st_uid, old.st_gid) == (new.st_uid, new.st_gid)


def _take_along(room: Room, ours: set[str]) -> dict[str, int] | None:
    """Link files that are not ours into the draft; their numbers on the disk, None if too many."""
    numbers: dict[str, int] = {}
    for path in sorted(room.out.rglob("*")):
        name = path.relative_to(room.out).as_posix()
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                _make_like(room.draft / name, path)
        elif name not in ours:
            _make_like((room.draft / name).parent, path.parent)
            os.link(path, room.draft / name, follow_symlinks=False)
            numbers[name] = path.lstat().st_ino
        if len(numbers) > _MOST_OTHERS:
            return None
    return numbers


def _make_like(folder: Path, old: Path) -> None:
    """Make a folder with the mode and times of an old one, unless it is there."""
    if not folder.exists():
        _make_like(folder.parent, old.parent)
        folder.mkdir()
        shutil.copystat(old, folder)


def _bring_what_came_late(room: Room, ours: set[str], others: dict[str, int]) -> None:
    """Move over what someone wrote into the old folder between the links and the exchange."""
    for path in sorted(room.draft.rglob("*")):
        name = path.relative_to(room.draft).as_posix()
        if path.is_dir() or name in ours or others.get(name) == path.lstat().st_ino:
            continue
        make_folder((room.out / name).parent)
        path.replace(room.out / name)
