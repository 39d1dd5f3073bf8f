"""What the scripts of this folder do with their pages: tables, printed, written if asked."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path


def show(page: Iterator[str], results: Path, about: str) -> int:
    """Print a page's lines; with ``--write`` keep them in ``results`` as well."""
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {results.name} too")
    wanted = parser.parse_args().write
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
