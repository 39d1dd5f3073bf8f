"""What `mkdocs build` is told of this repository: which files are pages, and what is made for it.

Files keep their places in the repository as names, so that the links that work there work on the
site; only their addresses are short. Set NUCHAL_SITE_NOTEBOOKS=skip to build without running the
notebooks, for a quick look.
"""

import os
import re
from pathlib import Path
from typing import Any, Final

from mathematics import with_mathml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from notebooks import Notebook, executed, parse
from reference import API, api_page, commands_page
from repository import ROOT, address, pages, result_pages, stray_files

_NOTEBOOKS: Final = ROOT / "docs" / "notebooks"
_LISTS: Final = ("reference/", "benchmarks/", "docs/reference.md", "src/", "CHANGELOG.md")
_ROLE: Final = re.compile(r":(?:data|func|class|meth|mod|attr):(?=<code>)")
_ASSETS: Final = ROOT / "scripts" / "site" / "assets"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill in the lists of the navigation that follow from what is there."""
    lists = {
        "RESULTS": [path.relative_to(ROOT).as_posix() for path in result_pages()],
        "API": [{title: f"reference/{name}.md"} for name, (title, _) in API.items()],
    }
    config.nav = _filled(config.nav, lists)
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Take the repository's files in place of the folder docs/ alone, and add what is made."""
    kept = [file for file in files if file.src_dir != config.docs_dir]
    taken = [_file(path, config) for path in (*pages(), *stray_files())]
    assets = [
        File(path.name, str(_ASSETS), config.site_dir, False, dest_uri=f"assets/{path.name}")
        for path in sorted(_ASSETS.iterdir())
    ]
    made = [File.generated(config, "reference/commands.md", content=commands_page())]
    for name in API:
        made.append(File.generated(config, f"reference/{name}.md", content=api_page(name)))
    for path in sorted(_NOTEBOOKS.glob("*.py")):
        made += _notebook(path, config)
    return Files([*kept, *taken, *assets, *made])


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Have the search show pages to read before lists and tables."""
    if page.file.src_uri.startswith(_LISTS):
        page.meta["search"] = {"boost": 0.4}
    return markdown


def on_page_content(html: str, **_: Any) -> str:
    """Set equations, and take off what docstrings say of the kind of a name."""
    return _ROLE.sub("", with_mathml(html))


def _file(path: Path, config: MkDocsConfig) -> File:
    source = path.relative_to(ROOT).as_posix()
    return File(source, str(ROOT), config.site_dir, False, dest_uri=address(source))


def _notebook(path: Path, config: MkDocsConfig) -> list[File]:
    """The page of a notebook, its pictures, and itself for Jupyter."""
    cells = parse(path.read_text("utf-8"))
    if os.environ.get("NUCHAL_SITE_NOTEBOOKS") == "skip":
        made = Notebook.of(path.stem, cells, [])
    else:
        made = executed(path.stem, cells)
    page = File.generated(config, f"docs/notebooks/{path.stem}.md", content=made.page)
    files = [page, File.generated(config, f"docs/notebooks/{path.stem}.ipynb", content=made.ipynb)]
    for name, picture in made.pictures.items():
        files.append(File.generated(config, f"docs/notebooks/{name}", content=picture))
    for file in files:
        file.dest_uri = file.dest_uri.removeprefix("docs/")
        file.url = file.dest_uri
    return files


def _filled(entry: Any, lists: dict[str, Any]) -> Any:
    if isinstance(entry, str):
        if entry.startswith("docs/notebooks/"):
            return entry.replace(".py", ".md")
        return lists.get(entry, entry)
    if isinstance(entry, list):
        return [_filled(one, lists) for one in entry]
    return {title: _filled(one, lists) for title, one in entry.items()}
