"""The site has every page, every public name and every notebook, and needs nothing from outside."""

import dataclasses
import re
from collections import Counter
from pathlib import Path

import pytest

import nuchal
from nuchal.cli.program import COMMANDS


def test_every_page_of_docs_has_a_place_in_the_order(root: Path) -> None:
    nav = (root / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    listed = Counter(re.findall(r"docs/[\w/-]+\.(?:md|py)$", nav, re.M))
    pages = [*(root / "docs").glob("*.md"), *(root / "docs" / "notebooks").glob("*.py")]
    assert listed == Counter(path.relative_to(root).as_posix() for path in pages)


def test_the_reference_has_every_public_name_once(script) -> None:
    reference = script("reference")
    names = [
        name
        for _, groups in reference.API.values()
        for line in groups.values()
        for name in line.split()
    ]
    assert Counter(names) == Counter(name for name in nuchal.__all__ if name[0] != "_")
    assert reference.VALUES.keys() == {name for name in names if name.isupper()}


@pytest.mark.slow
def test_classes_without_fields_are_known(script) -> None:
    classes = [name for name in nuchal.__all__ if name[0].isupper() and not name.isupper()]
    others = [name for name in classes if not dataclasses.is_dataclass(getattr(nuchal, name))]
    assert others == list(script("reference").OTHER_CLASSES)


def test_the_reference_of_commands_has_all_with_their_settings(script) -> None:
    page = script("reference").commands_page()
    parts = page.split("\n## ")[1:]
    assert [part.partition("\n")[0] for part in parts] == [f"`nuchal {name}`" for name in COMMANDS]
    assess = dict(zip(COMMANDS, parts, strict=True))["assess"]
    assert all(f"--{name}" in assess for name in ("subject", "out", "static", "necks", "preset"))


def test_pages_keep_their_links_and_have_short_addresses(script) -> None:
    repository = script("repository")
    taken = [*repository.pages(), *repository.stray_files()]
    addresses = [repository.address(path.relative_to(repository.ROOT).as_posix()) for path in taken]
    assert len(set(addresses)) == len(addresses)
    assert repository.address("docs/index.md") == "index.html"
    assert repository.address("benchmarks/results/live.md") == "results/live.html"


def test_equations_become_mathml(script) -> None:
    pytest.importorskip("latex2mathml", reason="make docs installs it")
    page = script("mathematics").with_mathml(
        r'<p>a <span class="arithmatex">\(a_i &lt; 1\)</span></p>'
    )
    assert "<math" in page
    assert "<msub>" in page
    assert "\\" not in page


@pytest.mark.parametrize(
    ("page", "addresses"),
    [
        ('<script src="https://a.org/b.js"></script>', ["https://a.org/b.js"]),
        ('<img src="x.png"><a href="https://a.org">a</a>', ["x.png"]),
        ('<link rel="stylesheet" href="//a.org/x.css">', ["//a.org/x.css"]),
        ('<link rel="canonical" href="https://a.org">', []),
    ],
)
def test_what_a_page_fetches_is_seen(script, page: str, addresses: list[str]) -> None:
    assert script("check").fetched(page) == addresses


def test_a_site_that_fetches_or_lacks_something_is_said(script, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<img src="b.png"><script src="https://c.org/d.js"></script>')
    (tmp_path / "e.css").write_text("@import 'https://f.org/g.css';")
    lines = list(script("check").problems(tmp_path))
    assert [line.partition(":")[0] for line in lines] == [
        "a.html",
        "a.html",
        "e.css",
        "search/search_index.js",
    ]
