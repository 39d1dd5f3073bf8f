"""The files of a study: tables, statistics, dictionary, figures, and the page that shows them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from nuchal.commands.study.tables import TABLES, Rows, columns_of, dictionary
from nuchal.io.tidy import write_csv, write_parquet
from nuchal.report.figures.study import Pictured, names_of_pictures, pictures_of
from nuchal.report.figures.style import save_png
from nuchal.report.html.study import study_html
from nuchal.report.summaries.study import StudySummary

DICTIONARY: Final = "dictionary.csv"
_TOP: Final = ("statistics", "left_out")
# Files that every study writes, relative to its folder.
FILES: Final = (
    *(f"figures/{name}.png" for name in names_of_pictures()),
    "study.json",
    "study.html",
    "methods.txt",
    DICTIONARY,
    *(f"{name}.csv" for name in _TOP),
    *(f"tables/{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")),
)


def write_study(tables: Mapping[str, Rows], summary: StudySummary, folder: Path) -> None:
    """Write all files into an existing folder.

    Raises:
        OSError: one cannot be written.
    """
    (folder / "tables").mkdir()
    for name in TABLES:
        _write(tables[name], name, folder / "tables", parquet=True)
    for name in _TOP:
        _write(tables[name], name, folder, parquet=False)
    rows = [one._asdict() for one in dictionary()]
    write_csv(folder / DICTIONARY, list(rows[0]), rows)
    (folder / "methods.txt").write_text(summary.methods + "\n", "utf-8")
    summary.write(folder / "study.json")
    pictures = pictures_of(tables, summary)
    _write_figures(pictures, folder / "figures")
    (folder / "study.html").write_text(study_html(summary, pictures), "utf-8")


def _write(rows: Rows, name: str, folder: Path, *, parquet: bool) -> None:
    kinds = {one.column: one.kind for one in columns_of(name)}
    write_csv(folder / f"{name}.csv", list(kinds), rows)
    if parquet:
        write_parquet(folder / f"{name}.parquet", kinds, rows)


def _write_figures(pictures: list[Pictured], folder: Path) -> None:
    folder.mkdir()
    for one in pictures:
        save_png(one.figure, folder / f"{one.name}.png")
