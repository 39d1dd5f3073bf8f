"""Which columns are the X, Y and Z of which marker, in every way in which people name them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.errors import Place, RecordingError

AXES: Final = "xyz"
TIMES: Final = frozenset(
    {"time", "times", "t", "timestamp", "timestamps", "time stamp", "elapsed time", "elapsed_time"}
)
FRAMES: Final = frozenset(
    {
        "frame", "frames", "frame#", "frame #", "frame_number", "frame number", "frame_no",
        "frame no", "frame no.", "framenumber", "field", "field#", "field #", "sample", "item",
    }
)  # fmt: skip
SUB_FRAMES: Final = frozenset({"sub frame", "subframe", "sub_frame", "sub-frame"})
_MARK: Final = r"[_.:\-/| ]"
_POSITION: Final = rf"(?:[tp]|(?:pos|position|coord){_MARK}*)?"
# Marker and axis in one label, each tuple a way of spelling. The file's is the one that gives most
# whole markers, the first where several do.
_SPELLINGS: Final = tuple(
    tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    for patterns in (
        (
            rf"^(?P<name>.+?){_MARK}+{_POSITION}(?P<axis>[xyz])$",
            r"^(?P<name>.+?)(?P<axis>[xyz])$",
        ),
        (r"^(?P<name>.+?)\s*[\[(](?P<axis>[xyz])[\])]$",),
        (rf"^{_POSITION}(?P<axis>[xyz]){_MARK}+(?P<name>.+)$",),
        (r"^(?P<axis>[xyz])\s*[\[(](?P<name>.+)[\])]$",),
        (r"^(?P<name>.+?)(?:_|\.|\()(?::,\s*)?(?P<axis>[123])\)?$",),
        (r"^(?P<name>.+?)\[(?P<axis>[0123])\]$",),
        (r"^(?P<name>.+?)_(?P<axis>[012])$",),
    )
)
_AXIS: Final = re.compile(r"^(?P<axis>[xyz])\d*\s*([\[(].*[\])])?$", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """Columns by marker.

    Attributes:
        markers: Columns of X, Y and Z, by marker.
        others: Labels of the columns that belong to no marker.
    """

    markers: Mapping[str, list[int]]
    others: tuple[str, ...]


def is_axis(label: str) -> str | None:
    """``x``, ``y`` or ``z`` of ``X``, ``Y1`` or ``Z [mm]``; None for anything else."""
    match = _AXIS.match(label.strip())
    return match["axis"].lower() if match else None


def is_counter(label: str) -> bool:
    """Whether a label is one of times or frames."""
    lower = label.strip().lower()
    return lower in FRAMES | SUB_FRAMES or lower.split("(")[0].split("[")[0].strip() in TIMES


def markers_in_labels(path: Path, labels: Sequence[str], place: Place | None) -> Found | None:
    """Markers of columns whose labels name marker and axis; None where no label does.

    Raises:
        RecordingError: Two columns are called alike, or a marker lacks one of its three.
    """
    tried = [_spelt(labels, spelling) for spelling in _SPELLINGS]
    best = max(tried, key=lambda axes: sum(len(found) >= 3 for found in axes.values()))
    if not any(len(found) >= 3 for found in best.values()):
        best = tried[0]
    several = {name: found for name, found in best.items() if len(found) > 1}
    if not several:
        return None
    markers = {name: _three(path, labels, name, found, place) for name, found in several.items()}
    used = {
        column for found in several.values() for columns in found.values() for column in columns
    }
    others = [label for column, label in enumerate(labels) if column not in used]
    return Found(markers, tuple(label for label in others if label and not is_counter(label)))


def _spelt(
    labels: Sequence[str], spelling: Sequence[re.Pattern[str]]
) -> dict[str, dict[str, list[int]]]:
    """Columns by marker and axis, as far as labels are spelt so."""
    axes: dict[str, dict[str, list[int]]] = {}
    for column, label in enumerate(labels):
        tried = () if is_counter(label) else (pattern.match(label) for pattern in spelling)
        match = next(filter(None, tried), None)
        if match:
            of_marker = axes.setdefault(match["name"].strip(), {})
            of_marker.setdefault(match["axis"].lower(), []).append(column)
    return axes


def _three(
    path: Path,
    labels: Sequence[str],
    name: str,
    found: Mapping[str, list[int]],
    place: Place | None,
) -> list[int]:
    for columns in found.values():
        if len(columns) > 1:
            both, label = [column + 1 for column in columns[:2]], labels[columns[0]]
            raise RecordingError("csv.same_columns", path, place=place, column=label, both=both)
    numbered = "012" if "0" in found else "123"
    wanted = AXES if set(found) & set(AXES) else numbered
    for axis in wanted:
        if axis not in found:
            like = labels[next(iter(found.values()))[0]]
            column = f"{name}_{axis}" if like.endswith("]") else f"{like[:-1]}{axis}"
            raise RecordingError("csv.axis_lacking", path, marker=name, column=column)
    return [found[axis][0] for axis in wanted]


def markers_under_names(
    path: Path, names: Sequence[str], axes: Sequence[str], place: Place
) -> list[tuple[str, list[int]]]:
    """Markers of two rows: names above, of which each stands over the first of its axes.

    A name may stand over all of its columns too, or the names without any gap between them. Axes
    come in any order, and each column says its own.

    Args:
        path: For the messages.
        names: Column by column, empty where one goes on.
        axes: Column by column; what is no axis belongs to no marker.
        place: Of the names.

    Returns:
        Name and columns of X, Y and Z of each marker; without a name where there is none.

    Raises:
        RecordingError: Names and axes are out of step.
    """
    letters = [is_axis(label) for label in axes]
    columns = [column for column, letter in enumerate(letters) if letter]
    if not columns:
        return []
    above, first = [*names, *[""] * len(axes)], columns[0]
    above = ["" if c < first and is_counter(name) else name for c, name in enumerate(above)]
    filled = [name for name in above if name]
    if any(above[:first]) or any(above[len(axes) :]):
        raise RecordingError("columns.out_of_step", path, place=place)
    if all(above[column] for column in columns):
        spans = _by_name(above, columns)
    elif above[first : first + len(filled)] == filled and 3 * len(filled) == len(columns):
        spans = list(zip(filled, _threes(columns), strict=True))
    else:
        spans = _by_place(above, columns)
    found = []
    for name, span in spans:
        by_letter = {letters[column]: column for column in span}
        if len(span) != 3 or len(by_letter) != 3:
            raise RecordingError("columns.out_of_step", path, place=place)
        found.append((name, [by_letter[axis] for axis in AXES]))
    return found


def _by_name(above: Sequence[str], columns: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Columns that have a name each."""
    spans: dict[str, list[int]] = {}
    for column in columns:
        spans.setdefault(above[column], []).append(column)
    return [(name, part) for name, span in spans.items() for part in _threes(span)]


def _by_place(above: Sequence[str], columns: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Each name has its column and the two behind it; other columns are nameless."""
    spans: list[tuple[str, list[int]]] = []
    for column in columns:
        if above[column] or not spans or len(spans[-1][1]) == 3:
            spans.append((above[column], []))
        spans[-1][1].append(column)
    return spans


def _threes(columns: Sequence[int]) -> list[list[int]]:
    return [list(columns[k : k + 3]) for k in range(0, len(columns), 3)]


def axes_in_threes(labels: Sequence[str]) -> list[list[int]]:
    """Columns of axes, three and three in a row, as those of one marker are."""
    return _threes([column for column, label in enumerate(labels) if is_axis(label)])
