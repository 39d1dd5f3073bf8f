"""Which files of the repository are on the site, and at which address."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_ALONE: Final = ("CONTRIBUTING.md", "CHANGELOG.md", "THIRD_PARTY.md")
_LINK: Final = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def pages() -> Iterator[Path]:
    """Every page that stands in the repository."""
    yield from sorted((ROOT / "docs").rglob("*.md"))
    yield from result_pages()
    yield from (ROOT / name for name in _ALONE)


def result_pages() -> list[Path]:
    """Pages that scripts of benchmarks/ wrote."""
    return sorted((ROOT / "benchmarks" / "results").glob("*.md"))


def stray_files() -> list[Path]:
    """What pages link to or show, and the pages among that which are no part of the order."""
    found: set[Path] = set()
    for page in pages():
        for target in _LINK.findall(page.read_text("utf-8")):
            path = (page.parent / target).resolve()
            if not re.match(r"[a-z]+:", target) and path.is_relative_to(ROOT) and path.is_file():
                found.add(path)
    found.add(ROOT / "src/nuchal/app/browser/favicon.svg")
    return sorted(found - set(pages()))


def address(source: str) -> str:
    """Where a file of the repository stands on the site.

    >>> address("docs/emg.md"), address("docs/images/emg.png"), address("CONTRIBUTING.md")
    ('emg.html', 'images/emg.png', 'contributing.html')
    """
    short = source.removeprefix("docs/").removeprefix("benchmarks/")
    if source in _ALONE:
        short = short.lower().replace("_", "-")
    return f"{short.removesuffix('.md')}.html" if short.endswith(".md") else short
