"""A single file, or a folder that is made once, that appears whole or not at all."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from nuchal.errors import OutputError
from nuchal.io.output.failures import OUT, told_plainly, told_whatever
from nuchal.io.output.hidden import hidden_folder
from nuchal.io.output.private import flush, settle


def replace_file(path: Path, content: bytes) -> None:
    """Write a single file whole or not at all; one of that name is replaced.

    Raises:
        OutputError: the place cannot be written.
    """
    with replaced(path) as draft:
        draft.write_bytes(content)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A draft to write in place of a file, which it replaces at the end, or not at all.

    The draft may be a folder, too, where none is there yet.

    Raises:
        OutputError: the place cannot be written.
    """
    with _hidden_beside(path) as hidden:
        draft = hidden / path.name
        with told_plainly(path, places=(hidden, path)):
            yield draft
        with told_whatever(path):
            settle(draft)
            draft.replace(path)
            flush(path.parent)


def check_replaceable(path: Path) -> None:
    """Find out before long work starts whether a single file can be written; leaves nothing behind.

    Raises:
        OutputError: the place cannot be written.
    """
    with _hidden_beside(path):
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
        raise OutputError(what, out, remedy=OUT)


@contextmanager
def _hidden_beside(path: Path) -> Iterator[Path]:
    with ExitStack() as leaving:
        with told_whatever(path):
            hidden = leaving.enter_context(hidden_folder(path.parent))
        yield hidden
