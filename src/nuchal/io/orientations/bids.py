"""BIDS motion: numbers alone in ``*_motion.tsv``, whose columns ``*_channels.tsv`` names.

The rate is ``SamplingFrequency`` of ``*_motion.json``, or a column of the channels (Jeung et al.
2024, doi 10.1038/s41597-024-03559-8).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.errors import RecordingError
from nuchal.io.cells import Dialect, dialect_of
from nuchal.io.orientations.assemble import assemble
from nuchal.io.orientations.bodies import Body, turns_of
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import Frames, by_times, every_row
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.timing import from_rate
from nuchal.io.recordings.units import DEGREES, RADIANS, TIME_UNITS, bare_unit
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.io.text import read_bytes, read_text
from nuchal.orientations import OrientationRecording

_MOTION: Final = "_motion.tsv"
_ORIENTATION: Final = "ornt"
_TIME: Final = "latency"
_NEEDED: Final = ("name", "component", "type")
_TABS: Final = Dialect("\t")


@dataclass(frozen=True, kw_only=True)
class _Channel:
    """A column of the numbers, as the file of channels has it; words in lower case but names."""

    name: str
    component: str
    kind: str
    point: str
    units: str
    rate: str


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name[: -len(_MOTION)] + ending)


def _sniff(source: Source) -> bool:
    named = source.path.name.lower().endswith(_MOTION)
    if not named or not source.text.lines:
        return False
    sheet = source.sheet
    return all(sheet.dialect.is_numbers(sheet.cells(index)) for index in sheet.top(1))


def _holds(source: Source) -> bool:
    try:
        return any(one.kind == _ORIENTATION for one in _channels(source.path))
    except RecordingError:
        return False


def _read(source: Source, options: Options) -> OrientationRecording:
    path = source.path
    channels = _channels(path)
    bodies = _bodies(path, channels)
    timed = [k for k, one in enumerate(channels) if one.kind == _TIME][:1]
    used = {column for body in bodies for column in body.columns} | set(timed)
    columns = Columns(
        names=[one.name for one in channels],
        markers=[body.columns for body in bodies],
        words=[k for k in range(len(channels)) if k not in used],
    )
    sheet = Sheet(source.text, dialect_of(source.text.lines))
    table = read_numbers(sheet, start=0, columns=columns)
    frames = _frames(path, channels, timed, table, options)
    turns = turns_of(path, bodies, table.values, options, table.place)
    left_handed = bool(options.left_handed)
    names = tuple(body.name for body in bodies)
    return assemble(path, names, turns, frames, left_handed=left_handed)


def _channels(path: Path) -> list[_Channel]:
    """The columns in order.

    Raises:
        RecordingError: There is no file of channels, or it lacks a column.
    """
    beside = _beside(path, "_channels.tsv")
    if not beside.is_file():
        raise RecordingError("bids.no_channels", path, beside=beside.name)
    sheet = Sheet(read_text(beside), _TABS)
    top = sheet.filled()
    labels = [label.lower() for label in sheet.cells(top)] if top < len(sheet) else []
    for label in _NEEDED:
        if label not in labels:
            raise RecordingError("bids.column_lacking", beside, column=label)
    rows = []
    at = sheet.filled(top + 1)
    while at < len(sheet):
        cells = [*sheet.cells(at), *[""] * len(labels)]
        rows.append(_channel(dict(zip(labels, cells, strict=False))))
        at = sheet.filled(at + 1)
    if not rows:
        raise RecordingError("bids.no_rows", beside)
    return rows


def _channel(said: Mapping[str, str]) -> _Channel:
    def word(key: str) -> str:
        return said.get(key, "").lower()

    point = said.get("tracked_point", "")
    return _Channel(
        name=said["name"],
        component=word("component"),
        kind=word("type"),
        point=point if point.lower() not in ("", "n/a") else said["name"].rpartition("_")[0],
        units=bare_unit(word("units")),
        rate=word("sampling_frequency"),
    )


def _bodies(path: Path, channels: Sequence[_Channel]) -> list[Body]:
    """Tracked points with a whole quaternion, or three angles."""
    found: dict[str, dict[str, int]] = {}
    for column, one in enumerate(channels):
        if one.kind == _ORIENTATION:
            found.setdefault(one.point, {})[one.component] = column
    if not found:
        raise RecordingError("bids.no_orientation", path)
    return [_body(path, name, parts, channels) for name, parts in found.items()]


def _body(path: Path, name: str, parts: Mapping[str, int], channels: Sequence[_Channel]) -> Body:
    for letters, prefix in (("wxyz", "quat_"), ("xyz", "")):
        wanted = [prefix + letter for letter in letters]
        if not any(part in parts for part in wanted):
            continue
        lacking = [part for part in wanted if part not in parts]
        if lacking:
            raise RecordingError("orientation.column_lacking", path, body=name, column=lacking[0])
        columns = tuple(parts[part] for part in wanted)
        units = {channels[column].units for column in columns}
        degrees = True if units <= DEGREES else False if units <= RADIANS else None
        return Body(name=name, columns=columns, letters=letters, degrees=degrees)
    raise RecordingError("orientation.column_lacking", path, body=name, column="quat_w")


def _frames(
    path: Path,
    channels: Sequence[_Channel],
    timed: Sequence[int],
    table: Numbers,
    options: Options,
) -> Frames:
    """By a channel of times, or by a rate."""
    rate = _rate_hz(path, channels)
    if timed and options.rate_hz is None:
        seconds = table.values[:, timed[0]] * TIME_UNITS.get(channels[timed[0]].units, 1.0)
        return by_times(path, np.asarray(seconds), options, where=table.place, stated_rate_hz=rate)
    return every_row(from_rate(path, options.of_times, frames=len(table), stated_rate_hz=rate))


def _rate_hz(path: Path, channels: Sequence[_Channel]) -> float | None:
    """The rate that the files beside it state [Hz]."""
    beside = _beside(path, "_motion.json")
    if beside.is_file():
        try:
            said = json.loads(read_bytes(beside))
        except (ValueError, RecursionError) as error:
            raise RecordingError("bids.json", beside) from error
        value = said.get("SamplingFrequency") if isinstance(said, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    rates = {_TABS.number(one.rate) for one in channels if one.rate} - {None}
    rate = rates.pop() if len(rates) == 1 else None
    return rate if rate is not None and np.isfinite(rate) else None


FORMAT: Final = OrientationFormat(
    name="BIDS motion",
    suffixes=(".tsv",),
    sniff=_sniff,
    read=_read,
    holds=_holds,
    takes=frozenset({"euler", "in_degrees", "left_handed"}),
)
