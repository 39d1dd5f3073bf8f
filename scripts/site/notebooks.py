"""Notebooks that are Python files with cells after ``# %%``: read, executed, and set as pages."""

import ast
import base64
import contextlib
import io
import json
import os
import re
import shutil
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from repository import ROOT

_MARK: Final = re.compile(r"^# %%(?: \[(markdown)\])?[^\n]*\n", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A piece of text, or of code."""

    text: str
    code: bool


@dataclass(frozen=True)
class Output:
    """What a cell of code printed, and the pictures that it drew, as PNG."""

    printed: str = ""
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """A notebook as a page of Markdown, as a file for Jupyter, and its pictures by name."""

    page: str
    ipynb: str
    pictures: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, cells: Sequence[Cell], outputs: Sequence[Output]) -> "Notebook":
        """From cells, and the outputs of those of code in their order."""
        told = iter([*outputs, *[Output()] * len(cells)])
        said = [(cell, next(told) if cell.code else Output()) for cell in cells]
        pictures: dict[str, bytes] = {}
        parts = []
        for cell, output in said:
            parts.append(f"```python\n{cell.text}\n```" if cell.code else cell.text)
            if output.printed:
                parts.append(f"``` {{.text .printed}}\n{output.printed.rstrip()}\n```")
            for picture in output.pictures:
                pictures[f"{name}-{len(pictures) + 1}.png"] = picture
                parts.append(f"![Figure {len(pictures)}]({name}-{len(pictures)}.png)")
        parts.append(
            f"This page is [a notebook]({name}.ipynb), executed when the site was built; it starts "
            "in the folder of the repository."
        )
        return cls("\n\n".join(parts) + "\n", _ipynb(said), pictures)


def parse(text: str) -> list[Cell]:
    """The cells of a file; what comes before the first mark is its docstring, for readers of code.

    Raises:
        SyntaxError: code that is none.
    """
    parts = _MARK.split(text)[1:]
    cells = []
    for kind, body in zip(parts[::2], parts[1::2], strict=True):
        if kind:
            lines = [line.removeprefix("#").removeprefix(" ") for line in body.strip().splitlines()]
            cells.append(Cell("\n".join(lines), code=False))
        elif body.strip():
            ast.parse(body)
            cells.append(Cell(body.strip(), code=True))
    return cells


def executed(name: str, cells: Sequence[Cell]) -> Notebook:
    """Run a notebook in a folder of its own that holds a copy of examples/.

    Raises:
        RuntimeError: a cell failed; the message says which, and how.
    """
    space: dict[str, Any] = {"__name__": "__main__"}
    outputs = []
    with _own_folder():
        for number, cell in enumerate((one for one in cells if one.code), start=1):
            try:
                outputs.append(_run(cell.text, space))
            except Exception as problem:
                told = "".join(traceback.format_exception(problem))
                raise RuntimeError(f"{name}.py, cell {number} of code:\n{told}") from problem
    return Notebook.of(name, cells, outputs)


def _run(code: str, space: dict[str, Any]) -> Output:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "<cell>", "exec"), space)
    pictures = []
    for number in pyplot.get_fignums():
        picture = io.BytesIO()
        pyplot.figure(number).savefig(picture, format="png", dpi=120, bbox_inches="tight")
        pictures.append(picture.getvalue())
    pyplot.close("all")
    return Output(printed.getvalue(), tuple(pictures))


@contextlib.contextmanager
def _own_folder() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder) / "examples")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def _ipynb(said: Sequence[tuple[Cell, Output]]) -> str:
    cells: list[dict[str, Any]] = []
    for number, (cell, output) in enumerate(said):
        made: dict[str, Any] = {"id": f"cell-{number}", "metadata": {}, "source": cell.text}
        if not cell.code:
            cells.append({"cell_type": "markdown", **made})
            continue
        shown: list[dict[str, Any]] = []
        if output.printed:
            shown.append({"output_type": "stream", "name": "stdout", "text": output.printed})
        for picture in output.pictures:
            data = {"image/png": base64.b64encode(picture).decode("ascii")}
            shown.append({"output_type": "display_data", "data": data, "metadata": {}})
        cells.append({"cell_type": "code", "execution_count": None, "outputs": shown, **made})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1)
