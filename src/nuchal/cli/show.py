"""What commands say when they are done."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from nuchal.cli.flags import as_flag
from nuchal.findings import Finding
from nuchal.plain_text import file_name, plain_block
from nuchal.report.text import sentence

if TYPE_CHECKING:
    from nuchal.commands.run import Result

FoundT = TypeVar("FoundT")


class PlainConsole(Console):
    """A terminal that shows what it is given, whatever names of files hold, and obeys none of it.

    Args:
        settings: as those of :class:`rich.console.Console`.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **settings)

    def render_str(self, text: str, **settings: Any) -> Text:
        """Every text that is printed, alone or in a table, passes through here."""
        return super().render_str(plain_block(text), **settings)


def show(
    result: "Result[Any, Any]",
    tell: "Callable[[Console, Result[Any, Any]], None]",
    *,
    as_json: bool,
) -> None:
    """Print what a run found.

    Args:
        result: of the run.
        tell: prints it in words for people.
        as_json: print the summary as JSON for a program instead.
    """
    if as_json:
        typer.echo(result.summary.model_dump_json(indent=2))
    else:
        tell(PlainConsole(), result)


def answer(
    found: FoundT,
    told: Callable[[FoundT], Mapping[str, object]],
    tell: Callable[[Console, FoundT], None],
    *,
    as_json: bool,
    soft_wrap: bool = False,
) -> None:
    """Print what a command found that has no summary of its own.

    Args:
        found: by the command.
        told: makes of it what JSON takes.
        tell: prints it in words for people.
        as_json: print it as JSON for a program instead.
        soft_wrap: leave long lines to the terminal.
    """
    if as_json:
        typer.echo(json.dumps(told(found), indent=2, allow_nan=False))
    else:
        tell(PlainConsole(soft_wrap=soft_wrap), found)


def show_end(console: Console, findings: Sequence[Finding], notice: str, out: Path) -> None:
    """What was found and assumed, which files there are, and what they are for."""
    console.print("\nFound and assumed:")
    for one in findings:
        console.print(Padding(f"- {sentence(one, naming=as_flag)}", (0, 0, 0, 2)))
    files = sorted(file_name(file) for file in out.iterdir() if file.is_file())
    console.print(f"\nWritten to {out}: {', '.join(files)}")
    console.print(notice)


def table(title: str, first: str, columns: Sequence[str]) -> Table:
    """An empty table; all columns but the first are of numbers."""
    made = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False
    )
    made.add_column(first, no_wrap=True)
    for column in columns:
        made.add_column(column, justify="right", no_wrap=True)
    return made


def number(value: float | None, digits: int, times: float = 1.0) -> str:
    """A number with so many digits; a stroke for None."""
    return "-" if value is None else f"{times * value:.{digits}f}"
