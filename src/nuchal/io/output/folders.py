"""A folder of results that appears whole or not at all."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from nuchal.errors import OutputError
from nuchal.io.output.failures import OUT, told_plainly, told_whatever
from nuchal.io.output.hidden import hidden_folder, sweep
from nuchal.io.output.private import make_folder
from nuchal.io.output.publish import DRAFT, Room, publish, refuse_inputs


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
    with _room_for(out):
        refuse_inputs(out, names, inputs)


@contextmanager
def staged(out: Path, *, inputs: Sequence[Path], ours: Collection[str] = ()) -> Iterator[Path]:
    """Write results into a hidden folder that becomes ``out`` when all has gone well.

    A new ``out`` gets its name in one step. One that is there exchanges its name with a folder
    that holds the new files and, as they are, the files of other names; only where that cannot be
    done, each new file replaces its namesake, by a journal that the next run finishes.

    Args:
        out: The folder for the results; made if need be.
        inputs: Files that were read; none of them is overwritten.
        ours: File names of results that an earlier run may have left; those which this run does
            not write are removed, so that one folder never mixes two runs.

    Yields:
        The folder to write into.

    Raises:
        OutputError: ``out`` can't be written, now or halfway, or an input would be overwritten.
    """
    with _room_for(out) as room, told_plainly(out, places=(room.hidden, room.out, out)):
        yield room.draft
        refuse_inputs(out, room.files, inputs)
        refuse_inputs(out, room.stale(ours), inputs)
        publish(room, ours)


@contextmanager
def _room_for(out: Path) -> Iterator[Room]:
    """A hidden folder on the disk of the results, beside them or in them."""
    with ExitStack() as leaving:
        with told_whatever(out):
            there = _followed(out)
            sweep(there)
            home = _home_of(there, out)
            hidden = leaving.enter_context(hidden_folder(home))
            draft = hidden / DRAFT
            if not there.exists():
                draft /= there.relative_to(home)
            make_folder(draft)
        yield Room(out=there, hidden=hidden, draft=draft)


def _followed(out: Path) -> Path:
    """Where the results are to lie, links followed."""
    if out.is_symlink() and not out.exists():
        raise OutputError("output.link_to_nowhere", out, remedy=OUT)
    if out.exists() and not out.is_dir():
        raise OutputError("output.is_a_file", out, remedy=OUT)
    return out.resolve()


def _home_of(there: Path, out: Path) -> Path:
    """Beside the results where names can be exchanged, else in them."""
    if not there.exists():
        return _existing_parent(there, out)
    beside = there.parent
    if beside == there or not (_may_write(there) and _may_write(beside)):
        return there
    return beside if beside.stat().st_dev == there.stat().st_dev else there


def _may_write(folder: Path) -> bool:
    return os.access(
        folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids
    )


def _existing_parent(there: Path, out: Path) -> Path:
    for parent in there.parents:
        if parent.is_dir():
            return parent
        if parent.exists():
            raise OutputError("output.below_a_file", out, remedy=OUT, parent=parent)
    raise OutputError("output.no_folder", out, remedy=OUT)
