"""Whether a built site stands on its own: nothing fetched, nothing missing, words to search in.

python scripts/site/check.py build/site
"""

import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote

_FETCHED: Final = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
# Links that only say where a page is, which no browser follows by itself.
_TOLD: Final = ("canonical", "next", "prev")
_IN_SHEETS: Final = re.compile(r"(?:url\(|@import\s+)\s*[\"']?(https?:|//)")


class _Fetched(HTMLParser):
    """What a browser fetches by itself to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get(_FETCHED.get(tag, ""))
        if address and not (tag == "link" and given.get("rel") in _TOLD):
            self.found.append(address)


def problems(site: Path) -> Iterator[str]:
    """Everything for which a site would need the network, or lacks a file; one line each."""
    for page in sorted(site.rglob("*.html")):
        for address in fetched(page.read_text("utf-8")):
            where = page.relative_to(site)
            if re.match(r"(https?:)?//", address):
                yield f"{where}: fetches {address}"
            elif page.name != "404.html" and not address.startswith("data:"):
                target = page.parent / unquote(re.split(r"[?#]", address)[0])
                if not target.is_file():
                    yield f"{where}: {address} is not there"
    for sheet in sorted(site.rglob("*.css")):
        if _IN_SHEETS.search(sheet.read_text("utf-8")):
            yield f"{sheet.relative_to(site)}: fetches something"
    index = site / "search" / "search_index.js"
    if not index.is_file() or len(json.loads(index.read_text("utf-8")[14:])["docs"]) < 100:
        yield "search/search_index.js: nothing to search in"


def fetched(page: str) -> list[str]:
    """Addresses of what a browser fetches by itself to show a page of HTML."""
    reader = _Fetched()
    reader.feed(page)
    return reader.found


def main() -> int:
    """Say what is wrong, if anything is."""
    found = list(problems(Path(sys.argv[1])))
    print("\n".join(found) or "The site stands on its own: nothing is fetched, nothing missing.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
