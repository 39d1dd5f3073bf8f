"""Vicon Nexus's CSV: sections of trajectories, model outputs and devices in one file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError
from nuchal.io.recordings.assemble import Options, RawMarkers, assemble, person_names
from nuchal.io.recordings.text import TextFile, cells, first_filled, read_numbers, read_text
from nuchal.io.recordings.timing import from_rate, refuse_uncounted
from nuchal.io.recordings.units import DEGREES
from nuchal.records import Recording

SECTIONS: Final = (
    "Trajectories",
    "Model Outputs",
    "Devices",
    "Joints",
    "Segments",
    "Events",
    "Global Angles",
    "Local Angles",
    "Analog EMG",
)
_TITLES: Final = {title.casefold(): title for title in SECTIONS}


@dataclass(frozen=True)
class _Section:
    """One section: its header, column by column, and its block of numbers.

    Attributes:
        first_row: Index of its first line of numbers in the file.
        names: Column by column, carried on to the right.
    """

    first_row: int
    rate_hz: float | None
    names: tuple[str, ...]
    components: tuple[str, ...]
    units: tuple[str, ...]
    table: Float[np.ndarray, "t n"]

    def triples(self) -> dict[str, list[int]]:
        """Columns of X, Y, Z by name."""
        found: dict[str, list[int]] = {}
        for column, (name, component) in enumerate(zip(self.names, self.components, strict=True)):
            if name and component in ("X", "Y", "Z"):
                found.setdefault(name, []).append(column)
        return {name: columns for name, columns in found.items() if len(columns) >= 3}


def section_titles(file: TextFile) -> list[str]:
    """The sections of a Vicon file in order; empty for any other text."""
    return [title for title, _ in _titles(file)]


def recording_from_vicon(file: TextFile, options: Options) -> Recording:
    """Read the ``Trajectories`` section.

    Raises:
        RecordingError: There is none, or it is damaged.
    """
    section = _section(file, "Trajectories")
    triples = section.triples()
    if not triples:
        raise RecordingError(
            file.path, 'the section "Trajectories" names no markers; label the trial first.'
        )
    columns = _columns(file, triples)
    units = {section.units[column] for column in columns} - {""}
    if len(units) > 1:
        raise RecordingError(
            file.path, f"mixes units ({', '.join(sorted(units))}); export all markers in one."
        )
    frames = _frame_numbers(file, section)
    rate = options.rate_hz if options.rate_hz is not None else section.rate_hz
    timing = from_rate(
        file.path,
        frames=len(section.table),
        rate_hz=rate,
        start_s=(float(frames[0]) - 1.0) / rate if rate and len(frames) else 0.0,
    )
    return assemble(
        file.path,
        RawMarkers(
            names=tuple(triples),
            positions=section.table[:, columns].reshape(len(section.table), len(triples), 3),
            unit=units.pop() if units else None,
            timing=timing,
            notes=file.notes,
        ),
        options,
    )


class Devices(NamedTuple):
    """The ``Devices`` section: analog channels with their own rate.

    Attributes:
        values: NaN where blank.
        first_frame: Number of the marker frame that the first sample belongs to.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Float[np.ndarray, "n c"]
    rate_hz: float | None
    first_frame: int


def devices_from_vicon(file: TextFile) -> Devices:
    """Read the ``Devices`` section.

    Raises:
        RecordingError: There is none, or it is damaged.
    """
    section = _section(file, "Devices")
    components = [c.lower() for c in section.components]
    counters = 2 if len(components) > 1 and components[1].startswith("sub") else 1
    if len(components) == counters or not len(section.table):
        raise RecordingError(
            file.path, 'the section "Devices" holds no channels; export them with the trial.'
        )
    return Devices(
        names=section.components[counters:],
        units=section.units[counters:],
        values=section.table[:, counters:],
        rate_hz=section.rate_hz,
        first_frame=int(section.table[0, 0]) if np.isfinite(section.table[0, 0]) else 1,
    )


def marker_rate_of(file: TextFile) -> float | None:
    """The rate of the ``Trajectories`` section, where there is one [Hz]."""
    if "Trajectories" not in section_titles(file):
        return None
    return _section(file, "Trajectories").rate_hz


def read_vicon_angles(path: Path) -> dict[str, Float[np.ndarray, "t 3"]]:
    """The angles of the ``Model Outputs`` section, as Vicon's own model computed them.

    Args:
        path: A CSV file that Vicon Nexus exported.

    Returns:
        Angles [rad] by name without prefix, such as ``LNeckAngles``, in Vicon's X, Y, Z.

    Raises:
        RecordingError: There is no such section, it is damaged, or an angle is blank.
    """
    file = read_text(path)
    section = _section(file, "Model Outputs")
    triples = {
        name: columns
        for name, columns in section.triples().items()
        if section.units[columns[0]].lower() in DEGREES
    }
    _frame_numbers(file, section)
    keep, names, _ = person_names(path, tuple(triples), None)
    labels = list(triples)
    angles = {
        name: np.radians(section.table[:, triples[labels[column]][:3]])
        for column, name in zip(keep, names, strict=True)
    }
    for name, values in angles.items():
        blank = np.isnan(values).any(axis=1)
        if blank.any():
            line = section.first_row + int(np.argmax(blank)) + 1
            raise RecordingError(path, f"line {line}: {name} is blank; fill the gap first.")
    return angles


def _titles(file: TextFile) -> list[tuple[str, int]]:
    found = []
    for index, line in enumerate(file.lines):
        title = _TITLES.get(line.strip(' \t,;"').casefold())
        if title:
            found.append((title, index))
    return found


def _section(file: TextFile, wanted: str) -> _Section:
    titles = _titles(file)
    starts = [index for title, index in titles if title == wanted]
    if len(starts) != 1:
        have = ", ".join(title for title, _ in titles)
        problem = "more than one section" if starts else "no section"
        raise RecordingError(
            file.path,
            f'has {problem} "{wanted}" (it has: {have}); export the trial with exactly one.',
        )
    start = starts[0]
    end = min([index for _, index in titles if index > start], default=len(file.lines))
    part = TextFile(file.path, file.lines[:end])
    rows, first = _header_rows(part, start, wanted)
    rate, names, components, units = rows
    width = len(components)
    labels = _carried(names, width)
    columns = [f"{n} {c}".strip() for n, c in zip(labels, components, strict=True)]
    table = read_numbers(part, start=first, columns=columns, delimiter=_delimiter(part, start))
    return _Section(
        first_row=first_filled(part.lines, first),
        rate_hz=_rate(rate[0]),
        names=labels,
        components=tuple(components),
        units=tuple((units + [""] * width)[:width]),
        table=table,
    )


def _header_rows(
    file: TextFile, start: int, wanted: str
) -> tuple[tuple[list[str], list[str], list[str], list[str]], int]:
    """Rate, names, components and units, and where the numbers start."""
    delimiter = _delimiter(file, start)
    indices: list[int] = []
    at = start + 1
    while len(indices) < 3:
        at = first_filled(file.lines, at)
        if at == len(file.lines):
            raise RecordingError(
                file.path, f'is cut off in the header of its section "{wanted}"; export it again.'
            )
        indices.append(at)
        at += 1
    rate, names, components = (cells(file.lines[index], delimiter) for index in indices)
    if not components[0].lower().startswith(("frame", "field")):
        raise RecordingError(
            file.path,
            f'line {indices[2] + 1} should start with "Frame", as Vicon Nexus writes it; export '
            "the trial again.",
        )
    while len(components) > 1 and not components[-1]:
        components.pop()
    unit_row = cells(file.lines[at], delimiter) if at < len(file.lines) else [""]
    if unit_row[0] == "" and any(unit_row):
        return (rate, names, components, unit_row), at + 1
    return (rate, names, components, [""]), at


def _delimiter(file: TextFile, start: int) -> str:
    sample = "".join(file.lines[start + 1 : start + 5])
    return max(",;\t", key=sample.count)


def _carried(names: list[str], width: int) -> tuple[str, ...]:
    """Names repeated to the right until the next one; the first two columns count frames."""
    carried, current = [], ""
    for column in range(width):
        name = names[column] if column < len(names) else ""
        current = name or current
        carried.append(current)
    return tuple(carried)


def _rate(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _columns(file: TextFile, triples: dict[str, list[int]]) -> list[int]:
    twice = [name for name, columns in triples.items() if len(columns) != 3]
    if twice:
        raise RecordingError(
            file.path,
            f"has more than one marker called {', '.join(twice)}; rename or remove one.",
        )
    return [column for columns in triples.values() for column in columns]


def _frame_numbers(file: TextFile, section: _Section) -> Float[np.ndarray, " t"]:
    numbers = section.table[:, 0]
    refuse_uncounted(
        file.path,
        numbers,
        lambda row: f"the frame on line {section.first_row + row + 1}",
    )
    return numbers
