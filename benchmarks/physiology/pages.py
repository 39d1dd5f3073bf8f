"""What both scripts of this folder do with their page: print it, and write it if asked."""

import argparse
from collections.abc import Iterator
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
