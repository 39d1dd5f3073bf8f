"""How near two results have to be, file by file.

Muscle tables (forces and their intervals, activations, excitations) are measured in each muscle's
maximal force: 1e-9 of it by optimisation, 1e-5 by network. Every other column is measured by its
largest value, but at least by ``FLOORS``: 1e-9 of that; 1e-5 in tables that follow from a network's
forces. Numbers in JSON are measured by max(1, |x|): 1e-6 by optimisation, 1e-3 by network. What
``deep-emg`` fits itself counts as a network's. Statuses, counts and truth values are numbers, too.

Tables of ``.sto`` and ``.mot`` and numbers in JSON are written exactly (shortest text that reads
back), so nothing limits them. ``population`` writes six decimals, so that its measures may differ
by one of the last; ``parameters.csv`` of ``deep-emg`` writes six digits, and three decimals of
``determined``, well within the 1e-3 that it is given.
"""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

RENAMED: Final[Mapping[str, str]] = {}
"""Paths in JSON that changed, old to new; ``*`` stands for one field, the same in both."""
RENAMED_FILES: Final[Mapping[str, str]] = {}
"""Files that changed their name, old to new."""
IGNORED: Final = ("schema_version", "*.seconds", "*.seconds.*", "*crc32")
"""Paths in JSON that say nothing about results."""
TABLES: Final = {".sto", ".mot"}
COMPARED: Final = {*TABLES, ".csv", ".json", ".osim"}
MUSCLE_TABLES: Final = ("forces*.sto", "activations.sto", "emg_model.sto", "deep_emg*.sto")
FROM_FORCES: Final = ("reserves.sto", "reactions.sto", "channels.sto")
FLOORS: Final = {"lengths.sto": 1e-3, "moment_arms_*.sto": 1e-3}
"""Smallest measure of a column [m]; 1 in the unit of all other tables (N, N m, degrees)."""
BESIDE: Final = "text beside the numbers"
"""What stands for the text of an OpenSim model: it has to be the same."""
_MUSCLE: Final = {"optimisation": 1e-9, "network": 1e-5, "fit": 1e-5}
_JSON: Final = {"optimisation": 1e-6, "network": 1e-3, "fit": 1e-3}
_EXACT: Final = 1e-9
_DECIMALS: Final = {"people.csv": 1.01e-6}
_NUMBER: Final = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?(?!\w)")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]*")


class Values(NamedTuple):
    """What a file holds that is compared."""

    numbers: dict[str, np.ndarray]
    """By path or column."""
    codes: dict[str, str]
    """Texts of one word, such as verdicts: differences are told, but are no miss."""


def read(path: Path) -> Values:
    """The numbers of a file, by path of field names, or by column."""
    if path.suffix == ".json":
        leaves = list(_leaves(json.loads(path.read_text("utf-8")), ""))
        known = [(k, x) for k, x in leaves if not any(fnmatchcase(k, one) for one in IGNORED)]
        numbers = {k: np.array([_number(x)]) for k, x in known if not isinstance(x, str)}
        codes = {k: x for k, x in known if isinstance(x, str) and _CODE.fullmatch(x)}
        return Values(numbers, codes)
    if path.suffix in TABLES:
        return Values(_storage(path), {})
    text = path.read_text("utf-8")
    if path.suffix == ".csv":
        return Values(_cells(text), {})
    words = _NUMBER.sub("#", text)
    numbers = {"numbers": np.array([float(x) for x in _NUMBER.findall(text)])}
    return Values(numbers, {BESIDE: words})


def renamed(path: str) -> str:
    """What a path of JSON is called now."""
    for old, new in RENAMED.items():
        found = re.fullmatch(re.escape(old).replace(r"\*", "([^.]+)"), path)
        if found:
            return new.replace("*", "{}").format(*found.groups())
    return path


def allowed(
    file: str, kind: str, key: str, before: np.ndarray, strength: Mapping[str, float]
) -> Any:
    """By how much each value of a path or a column may differ.

    Args:
        file: Name of the file, without folders.
        kind: Of the run.
        key: The path or the column.
        before: Its values.
        strength: Maximal isometric force of every muscle [N].
    """
    if file.endswith(".json"):
        return _JSON[kind] * np.maximum(1.0, np.abs(before))
    if file.endswith(".osim"):
        return _EXACT * np.maximum(1e-3, np.abs(before))
    if file.endswith(".csv"):
        share = _JSON["fit"] if kind == "fit" else _EXACT
        return np.maximum(share * np.maximum(1.0, np.abs(before)), _DECIMALS.get(file, 0.0))
    if any(fnmatchcase(file, one) for one in MUSCLE_TABLES) and key != "time":
        measured_in_N = file.startswith("forces")
        return _MUSCLE[kind] * (strength[key] if measured_in_N else 1.0)
    follows = kind == "fit" or file in FROM_FORCES
    share = _MUSCLE[kind] if follows and key != "time" else _EXACT
    floor = next((x for one, x in FLOORS.items() if fnmatchcase(file, one)), 1.0)
    known = np.abs(before[np.isfinite(before)])
    return share * max(floor, float(known.max(initial=0.0)))


def _leaves(found: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(found, dict | list):
        parts = found.items() if isinstance(found, dict) else enumerate(found)
        for key, part in parts:
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    else:
        yield path, found


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)


def _storage(path: Path) -> dict[str, np.ndarray]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip() == "endheader":
                break
        labels = file.readline().rstrip("\n").split("\t")
        data = np.loadtxt(file, delimiter="\t", ndmin=2)
    return dict(zip(labels, data.T, strict=True))


def _cells(text: str) -> dict[str, np.ndarray]:
    """Numbers of a CSV by column; cells of other text read as not a number."""
    rows = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
    columns = zip(*rows[1:], strict=True)
    return {
        label: np.array([_cell(x) for x in column])
        for label, column in zip(rows[0], columns, strict=True)
    }


def _cell(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text.strip()) else np.nan
