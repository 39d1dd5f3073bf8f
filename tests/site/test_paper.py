"""The paper cites what its list of references has, and its figures are those of the results."""

import re
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def paper(root: Path) -> str:
    return (root / "paper" / "paper.md").read_text("utf-8")


def test_every_citation_is_in_the_list_and_every_entry_is_cited(root: Path, paper: str) -> None:
    entries = re.findall(
        r"^@\w+\{([\w-]+),", (root / "paper" / "paper.bib").read_text("utf-8"), re.M
    )
    assert len(set(entries)) == len(entries)
    assert set(re.findall(r"@([\w-]+)(?=[;\]])", paper)) == set(entries)


def test_every_entry_says_where_it_is_found(root: Path) -> None:
    text = (root / "paper" / "paper.bib").read_text("utf-8")
    for entry in re.split(r"^(?=@)", text, flags=re.M)[1:]:
        assert re.search(r"^  (doi|url|number) +=", entry, re.M), entry
        assert re.search(r"^  year +=", entry, re.M), entry


def test_the_paper_has_the_parts_and_the_length_that_the_journal_asks_for(paper: str) -> None:
    _, head, body = paper.split("---\n", 2)
    assert re.findall(r"^# (.+)$", body, re.M) == [
        "Summary",
        "Statement of need",
        "State of the field",
        "Software design",
        "Research impact statement",
        "AI usage disclosure",
        "Acknowledgements",
        "References",
    ]
    assert all(f"\n{part}:" in f"\n{head}" for part in ("title", "tags", "authors", "date"))
    words = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL).split()
    assert 750 <= len(words) <= 1750


def test_its_figures_stand_in_the_results(root: Path, paper: str) -> None:
    said = re.findall(r"<!-- figures: (\S+): (.+?) -->\n(.+?)(?=\n<!--|\n\n)", paper, re.DOTALL)
    assert len(said) == paper.count("<!-- figures:")
    for page, figures, text in said:
        results = (root / page).read_text("utf-8")
        for figure in figures.split(", "):
            assert figure in results, f"{figure} is no longer in {page}: mend paper/paper.md"
            assert figure in text.replace("\n  ", " "), f"{figure} is not in the paper's sentence"
