"""Writes the table of marker sets in docs/recordings.md from nuchal's table of marker names.

python scripts/make_marker_names.py            # writes the table
python scripts/make_marker_names.py --check    # fails where the page has another
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from nuchal.tracking.names.marker_sets import HEAD, THORAX
from nuchal.tracking.names.name_table import KnownName, known_names, set_names

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "recordings.md"
_START, _END = "<!-- marker names -->\n", "<!-- /marker names -->\n"


def with_table(page: str) -> str:
    """The page with the table as it should be."""
    before, _, rest = page.partition(_START)
    _, _, after = rest.partition(_END)
    return f"{before}{_START}{table()}{_END}{after}"


def table() -> str:
    """One line a set: what it calls the places of head and torso."""
    lines = ["| set | head | torso |", "| --- | --- | --- |"]
    for one in set_names():
        known = [name for name in known_names() if name.set_name == one]
        head = _cell(name for name in known if set(name.ours) <= set(HEAD))
        torso = _cell(name for name in known if set(name.ours) <= set(THORAX))
        lines.append(f"| {one} | {head} | {torso} |")
    return "\n".join(lines) + "\n"


def _cell(names: Iterable[KnownName]) -> str:
    """Names by place: ``ours`` alone where the set has our name, else ``theirs`` = ``ours``."""
    by_place: dict[str, list[str]] = {}
    for known in names:
        by_place.setdefault(" or ".join(known.ours), []).append(known.name)
    return ", ".join(
        f"`{ours}`" if theirs == [ours] else f"{' '.join(f'`{x}`' for x in theirs)} = {ours}"
        for ours, theirs in by_place.items()
    )


def main(words: Sequence[str]) -> int:
    """Write the table, or with ``--check`` see whether it is up to date."""
    page = PAGE.read_text("utf-8")
    made = with_table(page)
    if "--check" in words:
        print("The table is up to date." if made == page else f"Run python {sys.argv[0]}.")
        return int(made != page)
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
