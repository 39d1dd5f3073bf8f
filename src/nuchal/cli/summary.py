"""What ``nuchal estimate`` says when it is done, from the summary that it wrote."""

from pathlib import Path

import typer


def show_summary(out: Path, *, as_json: bool) -> None:
    """Print the summary of a result folder, for people or for a program."""
    text = (out / "summary.json").read_text("utf-8")
    if as_json:
        typer.echo(text.rstrip())
