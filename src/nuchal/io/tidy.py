"""Tidy tables as CSV and Parquet: a row an observation, a column a quantity, empty if unknown."""

import csv
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import lazy_loader

if TYPE_CHECKING:
    import pyarrow
else:
    pyarrow = lazy_loader.load("pyarrow")

# What a column holds: words, whole numbers or numbers.
Kind: TypeAlias = Literal["text", "count", "number"]
_TYPES: Final[Mapping[str, str]] = {"text": "string", "count": "int64", "number": "float64"}


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows under a head of names; None becomes an empty cell.

    Raises:
        OSError: it cannot be written.
        ValueError: a row holds something that is no column.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns, restval="")
        table.writeheader()
        table.writerows(rows)


def write_parquet(
    path: Path, columns: Mapping[str, Kind], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write the same as Parquet, whose columns know what they hold; None becomes null.

    Raises:
        OSError: it cannot be written.
    """
    arrays = {
        name: pyarrow.array([row[name] for row in rows], type=_TYPES[kind])
        for name, kind in columns.items()
    }
    import_module("pyarrow.parquet").write_table(pyarrow.table(arrays), path)
