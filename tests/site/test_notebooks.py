"""Notebooks parse, run in a copy of examples/, and become pages and files for Jupyter."""

import json
import re
import time
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "docs" / "notebooks").glob("*.py"))
IDS = [path.stem for path in NOTEBOOKS]
CELLS = '''"""About."""

# %% [markdown]
# # Title
#
# Words.

# %%
import matplotlib.pyplot as plt

print("said")
plt.plot([0, 1])

# %%
x = 1
'''


def test_there_are_four() -> None:
    assert IDS == ["assess", "emg", "first-forces", "own-networks"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_a_notebook_starts_with_a_title_and_shows_something(script, path: Path) -> None:
    cells = script("notebooks").parse(path.read_text("utf-8"))
    assert cells[0].text.startswith("# ")
    code = "\n".join(cell.text for cell in cells if cell.code)
    figures = code.split("plt.subplots")[1:]
    assert figures
    for figure in figures:
        assert re.search(r"label[^\n]*\[\S+\]", figure), "an axis needs its unit"


def test_cells_become_a_page_and_a_file_for_jupyter(script) -> None:
    notebooks = script("notebooks")
    cells = notebooks.parse(CELLS)
    assert [cell.code for cell in cells] == [False, True, True]
    assert cells[0].text == "# Title\n\nWords."
    made = notebooks.executed("short", cells)
    assert "said" in made.page
    assert "![Figure 1](short-1.png)" in made.page
    assert made.pictures["short-1.png"].startswith(b"\x89PNG")
    book = json.loads(made.ipynb)
    kinds = [output["output_type"] for output in book["cells"][1]["outputs"]]
    assert kinds == ["stream", "display_data"]


def test_a_cell_that_fails_is_named(script) -> None:
    notebooks = script("notebooks")
    cells = notebooks.parse("# %%\nx = 1\n\n# %%\nx / 0\n")
    with pytest.raises(RuntimeError, match=r"short\.py, cell 2[\s\S]*ZeroDivisionError"):
        notebooks.executed("short", cells)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_a_notebook_runs(script, path: Path) -> None:
    notebooks = script("notebooks")
    start = time.perf_counter()
    made = notebooks.executed(path.stem, notebooks.parse(path.read_text("utf-8")))
    print(f"{path.stem}: {time.perf_counter() - start:.0f} s")
    assert made.pictures
    assert made.page.count("{.text .printed}") >= 2
