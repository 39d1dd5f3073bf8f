"""What the scripts of this folder do with their pages: tables, printed, written if asked."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

SKIPPED: Final = 77
"""Exit status where recordings are missing."""


def show(
    page: Iterator[str],
    results: Path,
    about: str,
    needs: Path | None = None,
    *,
    whole: bool = False,
) -> int:
    """Print a page's lines; with ``--write`` keep them in ``results`` as well.

    Args:
        page: its lines, not made before they are asked for.
        results: where they are kept.
        about: what the script says of itself.
        needs: recordings without which nothing is kept.
        whole: whether nothing at all is printed without them.
    """
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {results.name} too")
    wanted = parser.parse_args().write
    if needs is not None and not needs.is_dir() and (wanted or whole):
        print(f"{needs}: no such folder, and {results.name} needs its recordings.")
        return SKIPPED
    text = "\n".join(page)
    print(text)
    if wanted:
        results.write_text(text)
    return 0


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join(["---", *["---:"] * (len(head) - 1)]) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""
