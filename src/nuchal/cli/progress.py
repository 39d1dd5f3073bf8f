"""A progress bar on standard error, for people who look at a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from nuchal.cli.show import PlainConsole
from nuchal.plain_text import plain_line

# Called with what is being done and the share of the whole that is done, 0 to 1.
Report: TypeAlias = Callable[[str, float], None]


@contextmanager
def progress_bar(*, wanted: bool) -> Iterator[Report]:
    """A function to report progress to; silent where nobody looks.

    Args:
        wanted: False for output that a program reads.
    """
    console = PlainConsole(stderr=True)
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not (wanted and console.is_terminal),
    ) as bar:
        task = bar.add_task("starting", total=1.0)

        def report(doing: str, share: float) -> None:
            bar.update(task, description=plain_line(doing), completed=share)

        yield report
