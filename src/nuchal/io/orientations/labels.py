"""Which columns of a plain table turn which body, in the ways in which people name them.

Quaternions are ``head_qw``, ``Head_quat_w``, ``head.rotation.w``, ``qw_head``, ``head_w`` or, in an
order that they do not say, ``head_q0``; matrices ``head_r11`` or ``head R[1][1]``; angles
``head_rx``, ``head.rotation.x`` or ``pose_Rx``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.errors import Place, RecordingError
from nuchal.io.orientations.bodies import ANGLES, MATRIX, QUATERNION, Body
from nuchal.io.recordings.columns import is_counter, markers_in_labels
from nuchal.io.recordings.units import DEGREES, RADIANS, bare_unit
from nuchal.plain_text import plain_line

_MARK: Final = r"[_.:\-/| ]"
_TURN: Final = "|".join(("quaternion", "quat", "rotation", "rot", "orientation", "orient", "ori"))
_UNIT: Final = re.compile(
    rf"^(?P<label>.+?){_MARK}+(?P<unit>{'|'.join(sorted(DEGREES | RADIANS))})$", re.IGNORECASE
)


@dataclass(frozen=True)
class _Spelling:
    """A way of naming the columns of a body.

    Attributes:
        parts: What the parts of a body may be called, each a whole set.
        sure: Whether such names are never those of a marker.
    """

    pattern: re.Pattern[str]
    parts: tuple[tuple[str, ...], ...]
    sure: bool = True


def _spelling(pattern: str, *parts: Sequence[str], sure: bool = True) -> _Spelling:
    return _Spelling(re.compile(pattern, re.IGNORECASE), tuple(map(tuple, parts)), sure)


_ONE_TO_THREE: Final = tuple(i + j for i in "123" for j in "123")
_FROM_ZERO: Final = tuple(i + j for i in "012" for j in "012")
# In the order in which they are tried; a body is taken as the first that it is whole in.
_SPELLINGS: Final = (
    _spelling(rf"^(?P<name>.*?){_MARK}*(?:{_TURN}|q){_MARK}*[\[(]?(?P<part>[wxyz])[\])]?$", "wxyz"),
    _spelling(rf"^(?:{_TURN}|q){_MARK}*(?P<part>[wxyz]){_MARK}+(?P<name>.+)$", "wxyz"),
    _spelling(rf"^(?P<name>.+?){_MARK}+(?P<part>[wxyz])$", "wxyz", sure=False),
    _spelling(
        rf"^(?P<name>.*?){_MARK}*(?:{_TURN}|q){_MARK}*[\[(]?(?P<part>[0-4])[\])]?$", "0123", "1234"
    ),
    _spelling(
        rf"^(?P<name>.*?){_MARK}*(?:{_TURN}|rotmat|matrix|mat|r|m){_MARK}*"
        r"[\[(]*(?P<part>[0-3][\])]?[\[(,_]?\s?[0-3])[\])]*$",
        _ONE_TO_THREE,
        _FROM_ZERO,
    ),
    _spelling(rf"^(?P<name>.*?){_MARK}*(?:{_TURN}|euler|angles?){_MARK}*(?P<part>[xyz])$", "xyz"),
    _spelling(rf"^(?P<name>.+?){_MARK}+[re]{_MARK}*(?P<part>[xyz])$", "xyz", sure=False),
)
# So many markers beside the bodies make columns those of markers.
_MARKERS: Final = 3
# Longer labels name no column that a person would.
_LONGEST: Final = 200
_DIGITS: Final = re.compile(r"\D")


def bodies_in_labels(
    path: Path,
    labels: Sequence[str],
    units: Sequence[str],
    place: Place | None,
    *,
    sure: bool = False,
) -> list[Body]:
    """Bodies whose columns are named in one of the usual ways, in the order of the columns.

    Args:
        path: For the messages; a body without a name is called as the file is.
        labels: Of the columns.
        units: Of the columns, empty where none is stated.
        place: Of the labels.
        sure: Whether to leave out what may be markers.

    Raises:
        RecordingError: A body has two columns alike, or a quaternion lacks one.
    """
    found: dict[str, Body] = {}
    for spelling in _SPELLINGS:
        if sure and not spelling.sure:
            continue
        taken = {column for body in found.values() for column in body.columns}
        free = ["" if column in taken else label for column, label in enumerate(labels)]
        for name, parts in _spelt(free, spelling).items():
            called = name or plain_line(path.stem)
            wanted = _whole(spelling, parts)
            if wanted is None:
                _refuse_lacking(path, called, parts, place)
            elif called.lower() not in found:
                columns = [_only(path, labels, parts[part], place) for part in wanted]
                found[called.lower()] = _body(called, wanted, columns, labels, units)
    return sorted(found.values(), key=lambda body: min(body.columns))


def are_of_bodies(path: Path, labels: Sequence[str], units: Sequence[str]) -> bool:
    """Whether columns turn bodies, and are not those of markers with a body beside them.

    Raises:
        RecordingError: As :func:`bodies_in_labels`.
    """
    bodies = bodies_in_labels(path, labels, units, None, sure=True)
    used = {column for body in bodies for column in body.columns}
    others = [label for column, label in enumerate(labels) if column not in used]
    try:
        markers = markers_in_labels(path, others, None)
    except RecordingError:
        return bool(bodies)
    names = {body.name.lower() for body in bodies}
    beside = [] if markers is None else [n for n in markers.markers if n.lower() not in names]
    return bool(bodies) and len(beside) < _MARKERS


def _spelt(labels: Sequence[str], spelling: _Spelling) -> Mapping[str, dict[str, list[int]]]:
    """Columns by body and part."""
    names: dict[str, dict[str, list[int]]] = {}
    for column, label, part in _parts(labels, spelling):
        names.setdefault(label, {}).setdefault(part, []).append(column)
    return names


def _parts(labels: Sequence[str], spelling: _Spelling) -> Iterator[tuple[int, str, str]]:
    for column, label in enumerate(labels):
        passed = len(label) > _LONGEST or is_counter(label)
        match = None if passed else spelling.pattern.match(_bare(label))
        if match:
            part = match["part"].lower()
            digits = _DIGITS.sub("", part)
            yield column, match["name"].strip(), digits or part


def _bare(label: str) -> str:
    """A label without a unit behind it."""
    match = _UNIT.match(label)
    return match["label"] if match else label


def _whole(spelling: _Spelling, parts: Mapping[str, list[int]]) -> tuple[str, ...] | None:
    return next((one for one in spelling.parts if set(one) <= set(parts)), None)


def _refuse_lacking(
    path: Path, name: str, parts: Mapping[str, list[int]], place: Place | None
) -> None:
    """Refuse a quaternion with w, or most of a matrix, of which a part is not there."""
    wanted = tuple("wxyz") if "w" in parts else _ONE_TO_THREE
    lacking = [part for part in wanted if part not in parts]
    if len(lacking) == 1:
        raise RecordingError(
            "orientation.column_lacking", path, place=place, body=name, column=lacking[0]
        )


def _only(path: Path, labels: Sequence[str], columns: Sequence[int], place: Place | None) -> int:
    if len(columns) > 1:
        both = [column + 1 for column in columns[:2]]
        label = labels[columns[0]]
        raise RecordingError("csv.same_columns", path, place=place, column=label, both=both)
    return columns[0]


def _body(
    name: str,
    wanted: Sequence[str],
    columns: Sequence[int],
    labels: Sequence[str],
    units: Sequence[str],
) -> Body:
    if len(wanted) == MATRIX or wanted[0].isdigit():
        return Body(name=name, columns=tuple(columns))
    order = sorted(range(len(columns)), key=lambda k: columns[k])
    return Body(
        name=name,
        columns=tuple(columns[k] for k in order),
        letters="".join(wanted[k] for k in order),
        degrees=_degrees(columns, labels, units) if len(wanted) == ANGLES else None,
    )


def _degrees(columns: Sequence[int], labels: Sequence[str], units: Sequence[str]) -> bool | None:
    """Whether all columns of angles are in degrees; None where not all say so."""
    said = set()
    for column in columns:
        match = _UNIT.match(labels[column])
        said.add(match["unit"].lower() if match else bare_unit(units[column]))
    return True if said <= DEGREES else False if said <= RADIANS else None


def listed(
    path: Path, name: str, wanted: Sequence[str], labels: Sequence[str], units: Sequence[str]
) -> Body:
    """A body whose columns the user names one by one.

    Raises:
        RecordingError: A column is not there, or they are not four, nine or three.
    """
    lower = [label.lower() for label in labels]
    for label in wanted:
        if label.strip().lower() not in lower:
            raise RecordingError("orientation.no_such_column", path, column=label, body=name)
    columns = [lower.index(label.strip().lower()) for label in wanted]
    if len(set(columns)) not in (QUATERNION, MATRIX, ANGLES) or len(set(columns)) != len(columns):
        raise RecordingError("orientation.column_count", path, body=name, found=len(set(columns)))
    parts = "wxyz" if len(columns) == QUATERNION else "xyz"
    letters = [_letter(labels[column], parts) for column in columns]
    told = len(columns) != MATRIX and sorted(letters) == sorted(parts)
    return Body(
        name=name,
        columns=tuple(columns),
        letters="".join(letters) if told else "",
        degrees=_degrees(columns, labels, units) if len(columns) == ANGLES else None,
    )


def _letter(label: str, parts: str) -> str:
    """What a label says to be of the parts of a rotation; empty if nothing."""
    for spelling in _SPELLINGS:
        match = spelling.pattern.match(_bare(label))
        if tuple(parts) in spelling.parts and match:
            return match["part"].lower()
    return ""
