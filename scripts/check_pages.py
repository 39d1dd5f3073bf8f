"""Which pages of results are older than what they were made from.

    python scripts/check_pages.py                          # one line for each that is, and status 1
    python scripts/check_pages.py --mark                   # puts notices and tables in place
    python scripts/check_pages.py --record NAME...         # takes pages as made from what lies here
    python scripts/check_pages.py --record NAME --at COMMIT    # or from what a commit has

``scripts/bench.py`` runs scripts and records their pages by itself. ``--record`` is for pages that
were made by hand, and for changes that cannot have changed a figure. A page that is stale and
cannot be made anew now is named in ``benchmarks/results/stale.toml``; then it says so, and so does
every page of docs/ that has figures of it. Between ``<!-- Title -->`` and ``<!-- end -->`` a page
of docs/ has a section of a page of results; ``--mark`` copies it.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from page_inputs import (
    NOTICE,
    ROOT,
    STALE,
    Run,
    Tree,
    all_runs,
    declared,
    inputs_of,
    read_record,
    text_of_page,
    write_record,
)

_SECTION: Final = re.compile(r"^## ([^\n]+)\n\n(.*?)\s*(?=^## |\Z)", re.S | re.M)
_BLOCK: Final = re.compile(r"<!-- ([^/\n]*) -->\n\n(.*?)\n\n<!-- end -->", re.S)


def problems(root: Path = ROOT) -> Iterator[str]:
    """Every page with which something is wrong, one line each."""
    runs, known = all_runs(root), declared(root)
    of_pages = {run.name: run for run in runs if run.page}
    for name in sorted(known.keys() - of_pages.keys()):
        yield f"{STALE}: no page is called {name}"
    for path in sorted((root / "benchmarks" / "results").glob("*.md")):
        if path.stem not in of_pages:
            yield f"{path.name}: no script of benchmarks/pages.toml makes it"
    for name, run in of_pages.items():
        yield from _of_page(run, known.get(name), root)
    yield from _blocks(root)


def older_than(run: Run, root: Path = ROOT) -> list[str]:
    """Parts that changed since a page was made, or what else speaks against it."""
    made = read_record(root).get(run.name)
    if made is None:
        return ["no record of it"]
    if made["text"] != text_of_page(run, root):
        return ["its own text was changed without a record"]
    now = inputs_of(run, Tree(root))
    return [part for part, one in now.items() if made["inputs"].get(part) != one]


def notices(run: Run, reason: str | None, root: Path = ROOT) -> dict[Path, str]:
    """Where a page's staleness is said, and how."""
    if run.page is None or reason is None:
        return {}
    page = root / run.page
    said = {page: f"{NOTICE}{reason}"}
    for quoted in run.quoted:
        link = f"[{page.name}](../benchmarks/results/{page.name})"
        said[root / quoted] = f"{NOTICE}{link}: {reason}"
    return said


def mark(root: Path = ROOT) -> None:
    """Put the notices of declared pages below titles, and take all others away."""
    runs, known = all_runs(root), declared(root)
    wanted: dict[Path, list[str]] = {}
    for run in runs:
        for path in [root / str(p) for p in (run.page, *run.quoted) if p]:
            wanted.setdefault(path, [])
        for path, line in notices(run, known.get(run.name, {}).get("reason"), root).items():
            wanted[path].append(line)
    for path, lines in wanted.items():
        if path.exists():
            path.write_text(_marked(path.read_text("utf-8"), lines), "utf-8")


def fill(root: Path = ROOT) -> None:
    """Copy sections of results between their marks in the pages of docs/ that quote them."""
    for run in all_runs(root):
        if run.page is None or not (root / run.page).exists():
            continue
        known = dict(_SECTION.findall((root / run.page).read_text("utf-8")))

        def filled(block: re.Match[str], known: dict[str, str] = known) -> str:
            return block[0].replace(block[2], known.get(block[1], block[2]))

        for path in [root / quoted for quoted in run.quoted]:
            text = path.read_text("utf-8")
            if (new := _BLOCK.sub(filled, text)) != text:
                path.write_text(new, "utf-8")


def _marked(text: str, notes: list[str]) -> str:
    text = re.sub(rf"^{re.escape(NOTICE)}.*\n\n?", "", text, flags=re.M)
    title, _, rest = text.partition("\n\n")
    return "\n\n".join([title, *notes, rest])


def _of_page(run: Run, stale: dict[str, str] | None, root: Path) -> Iterator[str]:
    page = root / str(run.page)
    if not page.exists():
        yield f"{page.name}: not there; {run.script} makes it"
        return
    older = older_than(run, root)
    if older and stale is None:
        yield f"{page.name}: older than {', '.join(older)}; scripts/bench.py {run.name} makes it"
    if stale is None:
        texts = [page, *(root / one for one in run.quoted)]
        link = f"/{page.name})"
        for path in texts:
            lines = [x for x in path.read_text("utf-8").splitlines() if x.startswith(NOTICE)]
            if any(link in line for line in lines) or (path == page and lines):
                yield f"{path.name}: calls {page.name} stale, which {STALE} does not"
        return
    if not older:
        yield f"{page.name}: no longer stale, but {STALE} says so"
    if not {"reason", "remake"} <= stale.keys():
        yield f"{STALE}: {run.name} needs a reason and a remake"
    for path, line in notices(run, stale.get("reason"), root).items():
        if line not in path.read_text("utf-8").splitlines():
            yield f"{path.name}: does not say that {page.name} is stale; check_pages.py --mark"


def _blocks(root: Path) -> Iterator[str]:
    """Tables of docs/ between marks that are in no page of results."""
    results = [p.read_text("utf-8") for p in (root / "benchmarks" / "results").glob("*.md")]
    for path in sorted((root / "docs").glob("*.md")):
        for title, block in _BLOCK.findall(path.read_text("utf-8")):
            if not any(block in text for text in results):
                yield f"{path.name}: {title!r} is not what benchmarks/results has"


def main() -> int:
    """Check, mark or record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mark", action="store_true", help="put notices and tables in place")
    parser.add_argument("--record", nargs="+", metavar="NAME", default=[], help="names of pages")
    parser.add_argument(
        "--at", metavar="COMMIT", help="what --record takes instead of what is here"
    )
    given = parser.parse_args()
    pages = {run.name: run for run in all_runs() if run.page}
    if wrong := [name for name in given.record if name not in pages]:
        parser.error(f"no page is called {', '.join(wrong)}")
    for name in given.record:
        inputs = inputs_of(pages[name], Tree(commit=given.at))
        write_record(pages[name], inputs, at=given.at or "by hand")
    if given.mark:
        mark()
        fill()
    if given.record or given.mark:
        return 0
    found = list(problems())
    print(
        "\n".join(found) or "Every page is as new as what it was made from, or says that it isn't."
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
