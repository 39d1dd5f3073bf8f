"""Every example of the README and the documentation runs, and prints what it says it prints.

Blocks of ``python`` are executed in order, one namespace a page. In blocks of ``console`` every
line that starts with ``$ nuchal`` is run, and what the block shows below it has to be what the
command printed, ``...`` standing for anything. Pages run in an empty folder with a copy of
``examples/`` and of the patients who come with nuchal.
"""

import contextlib
import doctest
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.document import Document
from sybil.example import Example, SybilFailure
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from nuchal.cli import main

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LONG = (
    "README",
    "compare",
    "datasets",
    "deep-emg",
    "emg",
    "export",
    "external-forces",
    "files",
    "getting-started",
    "movements",
    "networks",
    "population",
    "presets",
    "strength",
    "study",
)
RUN = [pytest.param(p, marks=pytest.mark.slow) if p.stem in LONG else p for p in PAGES]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run_console(example: Example) -> str | None:
    """Run the commands of a block; a complaint, or None if all is as shown."""
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", str(example.parsed), re.M):
        words = [name for word in shlex.split(command, comments=True) for name in expanded(word)]
        if words[0] != "nuchal":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                main(words[1:])
            except SystemExit as left:
                failed = left.code != 0
        if shown.strip():
            if not doctest.OutputChecker().check_output(shown, printed.getvalue(), FLAGS):
                return f"$ {command}\nshould print\n{shown}\nbut prints\n{printed.getvalue()}"
        elif failed:
            return f"$ {command}\nfails:\n{printed.getvalue()}"
    return None


def expanded(word: str) -> list[str]:
    """The files that a pattern stands for, as a shell would put them in its place."""
    return sorted(str(path) for path in Path().glob(word)) if "*" in word else [word]


PARSER = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser("console", run_console), SkipParser()]
)


def examples_of(page: Path) -> Document:
    return PARSER.parse(page)


@pytest.mark.parametrize("page", RUN, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples(page: Path, tmp_path: Path, monkeypatch) -> None:
    for folder in ("examples", "src/nuchal/examples"):
        if (ROOT / folder).is_dir():
            shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for example in examples_of(page).examples():
        example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    local = [t for t in targets if not re.match(r"[a-z]+:", t)]
    assert [t for t in local if not (page.parent / t).exists()] == []


def test_the_commands_of_the_pages_are_really_run(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ nuchal --version\n99.9\n```\n", "utf-8")
    (example,) = examples_of(page).examples()
    with pytest.raises(SybilFailure, match=r"should print\s+99\.9"):
        example.evaluate()
