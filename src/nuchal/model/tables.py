"""Reads the package's own tables: one row a fact, see ``SOURCE.md`` beside them."""

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np

Row = dict[str, str]


@cache
def rows(table: str, room: str = "model") -> tuple[Row, ...]:
    """The rows of one table of a room, as dictionaries of strings keyed by column."""
    text = (files(f"nuchal.{room}") / "tables" / f"{table}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def numbers(table: str, columns: Sequence[str], room: str = "model") -> np.ndarray:
    """Columns of a table as float64, shape (rows, columns)."""
    return np.array([[float(row[c]) for c in columns] for row in rows(table, room)])


def names(table: str, column: str) -> tuple[str, ...]:
    """One column of a table as strings."""
    return tuple(row[column] for row in rows(table))
