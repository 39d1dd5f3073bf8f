"""Marker files of OpenSim and Cortex (``.trc``)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.assemble import RawMarkers, assemble
from nuchal.io.recordings.format import Format, Options, Source
from nuchal.io.recordings.timing import from_times
from nuchal.io.recordings.units import LENGTH_UNITS
from nuchal.io.text import TextFile, as_number, cells, first_filled, read_numbers
from nuchal.records import Recording

_MARK: Final = "PathFileType"


def _read(source: Source, options: Options) -> Recording:
    """Five header lines, then frame number, time and x, y, z by marker."""
    file = source.text
    if len(file.lines) < 5 or first_filled(file.lines, 3) == len(file.lines):
        raise RecordingError("trc.header_cut", file.path)
    header = _header(file)
    names = _names(file)
    columns = ["Frame#", "Time", *(f"{name} {axis}" for name in names for axis in "XYZ")]
    start = 5 if _is_component_row(file.lines[4]) else 4
    first = first_filled(file.lines, start)
    table = read_numbers(file, start=start, columns=columns, delimiter="\t")

    def where(row: int) -> Place:
        number = table[row, 0]
        return Place(line=first + row + 1, frame=int(number) if np.isfinite(number) else None)

    notes = _compare_counts(file.path, header, names=len(names), frames=len(table))
    stated = _header_number(file.path, header, "datarate")
    timing = from_times(file.path, table[:, 1], options, where=where, stated_rate_hz=stated)
    return assemble(
        file.path,
        RawMarkers(
            names=names,
            positions=table[:, 2:].reshape(len(table), len(names), 3),
            unit=header.get("units"),
            timing=timing,
            notes=file.notes + notes,
        ),
        options,
    )


def _header(file: TextFile) -> dict[str, str]:
    keys = [key.lower() for key in file.lines[1].split()]
    if "datarate" not in keys:
        raise RecordingError("trc.no_header", file.path, place=Place(line=2))
    return dict(zip(keys, file.lines[2].split(), strict=False))


def _header_number(path: Path, header: dict[str, str], key: str) -> float | None:
    text = header.get(key)
    if text is None:
        return None
    value = as_number(text)
    if value is None or not (np.isfinite(value) and value >= 0):
        raise RecordingError("trc.header_number", path, place=Place(line=3), text=text, key=key)
    return value


def _names(file: TextFile) -> tuple[str, ...]:
    row = cells(file.lines[3], "\t")
    names = tuple(name for name in row[2:] if name)
    if not row[0].lower().startswith("frame") or not names:
        raise RecordingError("trc.no_names", file.path, place=Place(line=4))
    labels = [cell for cell in cells(file.lines[4], "\t") if cell]
    found, wanted, place = len(labels), 3 * len(names), Place(line=5)
    if _is_component_row(file.lines[4]) and found != wanted:
        raise RecordingError(
            "trc.components", file.path, place=place, found=found, wanted=wanted, markers=len(names)
        )
    return names


def _is_component_row(line: str) -> bool:
    return line.strip()[:1].upper() == "X"


def _compare_counts(
    path: Path, header: dict[str, str], *, names: int, frames: int
) -> tuple[Finding, ...]:
    notes: tuple[Finding, ...] = ()
    promised = _header_number(path, header, "numframes")
    if promised is not None and promised > frames:
        raise RecordingError("trc.frames_missing", path, promised=promised, found=frames)
    if promised is not None and promised < frames:
        notes += (finding(Found.MORE_FRAMES, promised=promised, found=frames),)
    markers = _header_number(path, header, "nummarkers")
    if markers is not None and markers != names:
        notes += (finding(Found.OTHER_MARKER_COUNT, promised=markers, found=names),)
    return notes


FORMAT: Final = Format(
    name="TRC",
    suffixes=(".trc",),
    sniff=lambda source: source.text.lines[0].lstrip().startswith(_MARK),
    read=_read,
)


def write_trc(
    path: Path,
    *,
    names: Sequence[str],
    time: Float[np.ndarray, " t"],
    positions_m: Float[np.ndarray, "t m 3"],
    units: str = "mm",
) -> None:
    """Write markers as a ``.trc`` file that OpenSim opens, in full precision.

    Args:
        path: The file to write.
        names: Of the markers.
        time: Evenly spaced [s].
        positions_m: Laboratory or ground axes [m]; NaN is written as an empty cell.
        units: ``mm``, ``cm`` or ``m``.

    Raises:
        ValueError: Shapes disagree, the unit is unknown or there are fewer than two frames.
    """
    frames = len(time)
    if positions_m.shape != (frames, len(names), 3) or frames < 2 or units not in LENGTH_UNITS:
        raise ValueError(f"cannot write {positions_m.shape} positions of {len(names)} in {units}")
    rate = repr(round((frames - 1) / float(time[-1] - time[0]), 9))
    lines = [
        f"{_MARK}\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame"
        "\tOrigNumFrames",
        f"{rate}\t{rate}\t{frames}\t{len(names)}\t{units}\t{rate}\t1\t{frames}",
        "Frame#\tTime\t" + "".join(f"{name}\t\t\t" for name in names),
        "\t\t" + "".join(f"X{i}\tY{i}\tZ{i}\t" for i in range(1, len(names) + 1)),
        "",
    ]
    rows = (positions_m / LENGTH_UNITS[units]).reshape(frames, -1).tolist()
    for index, (moment, row) in enumerate(zip(time.tolist(), rows, strict=True), start=1):
        filled = ("" if value != value else repr(value) for value in row)  # noqa: PLR0124
        lines.append("\t".join((str(index), repr(moment), *filled)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
