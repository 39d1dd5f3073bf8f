"""One run of a command: read and work, then write a folder whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from pydantic import BaseModel

from nuchal.io.output.folders import check_writable, staged

# Told what is being done, and which share of the whole is done.
Progress: TypeAlias = Callable[[str, float], None]
FoundT = TypeVar("FoundT")
SummaryT = TypeVar("SummaryT", bound=BaseModel | None)


def silent(_doing: str, _share: float) -> None:
    """Progress that nobody wants to hear of."""


@dataclass(frozen=True, kw_only=True)
class Result(Generic[FoundT, SummaryT]):
    """What a run found.

    Attributes:
        found: All of it, as arrays and records.
        summary: Its figures as the JSON file has them; None where there is none.
        out: The folder that was written.
    """

    found: FoundT
    summary: SummaryT
    out: Path


def run_into(
    out: Path,
    *,
    inputs: Sequence[Path | None],
    names: Sequence[str],
    find: Callable[[], FoundT],
    write: Callable[[FoundT, Path], SummaryT],
    progress: Progress = silent,
) -> Result[FoundT, SummaryT]:
    """Run a command that writes a folder.

    Args:
        out: the folder; whole or not at all.
        inputs: files that are read, and so never overwritten; None stands for none.
        names: every file that a run may write, relative to the folder.
        find: reads and works.
        write: writes into a folder what was found, and gives its summary.
        progress: told what is being done and which share of it is.

    Raises:
        OutputError: the folder cannot be written.
    """
    read = [path for path in inputs if path is not None]
    check_writable(out, inputs=read, names=names)
    progress("reading", 0.0)
    found = find()
    progress("writing", 0.9)
    with staged(out, inputs=read, ours=names) as folder:
        summary = write(found, folder)
    progress("done", 1.0)
    return Result(found=found, summary=summary, out=out)
