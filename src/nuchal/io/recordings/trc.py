"""Marker files of OpenSim and Cortex (``.trc``)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError
from nuchal.findings import Finding
from nuchal.io.recordings.assemble import Options, RawMarkers, assemble
from nuchal.io.recordings.text import TextFile, cells, first_filled, read_numbers
from nuchal.io.recordings.timing import Timing, from_times
from nuchal.io.recordings.units import LENGTH_UNITS
from nuchal.records import Recording

MAGIC = "PathFileType"


def recording_from_trc(file: TextFile, options: Options) -> Recording:
    """Read a ``.trc`` file: five header lines, then frame number, time and x, y, z by marker.

    Raises:
        RecordingError: The header is incomplete, or the rows disagree with it or with one another.
    """
    path = file.path
    if len(file.lines) < 5 or first_filled(file.lines, 3) == len(file.lines):
        raise RecordingError(path, "is cut off inside its TRC header; export the trial again.")
    header = _header(file)
    names = _names(file)
    columns = ["Frame#", "Time", *(f"{name} {axis}" for name in names for axis in "XYZ")]
    start = 5 if _is_component_row(file.lines[4]) else 4
    first = first_filled(file.lines, start)
    table = read_numbers(file, start=start, columns=columns, delimiter="\t")
    notes = list(file.notes)
    _compare_counts(path, header, names=len(names), frames=len(table), notes=notes)
    timing = _timing(file, header, table, first, options)
    return assemble(
        path,
        RawMarkers(
            names=names,
            positions=table[:, 2:].reshape(len(table), len(names), 3),
            unit=header.get("units"),
            timing=timing,
            notes=tuple(notes),
        ),
        options,
    )


def _timing(
    file: TextFile,
    header: dict[str, str],
    table: Float[np.ndarray, "t n"],
    first: int,
    options: Options,
) -> Timing:
    stated = _header_number(file.path, header, "datarate")
    return from_times(
        file.path,
        table[:, 1],
        stated_rate_hz=stated,
        given_rate_hz=options.rate_hz,
        place=lambda row: f"frame {table[row, 0]:g} (line {first + row + 1})",
    )


def _header(file: TextFile) -> dict[str, str]:
    keys = [key.lower() for key in file.lines[1].split()]
    values = file.lines[2].split()
    if "datarate" not in keys:
        raise RecordingError(
            file.path, "line 2 lacks the TRC header (DataRate, ..., Units); export it again."
        )
    return dict(zip(keys, values, strict=False))


def _header_number(path: Path, header: dict[str, str], key: str) -> float | None:
    text = header.get(key)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not (np.isfinite(value) and value >= 0):
        raise RecordingError(path, f'line 3 gives "{text}" as {key}, which has to be a number.')
    return value


def _names(file: TextFile) -> tuple[str, ...]:
    row = cells(file.lines[3], "\t")
    names = tuple(name for name in row[2:] if name)
    if not row[0].lower().startswith("frame") or not names:
        raise RecordingError(
            file.path, 'line 4 lacks the marker names after "Frame#" and "Time"; export it again.'
        )
    labels = [cell for cell in cells(file.lines[4], "\t") if cell]
    if _is_component_row(file.lines[4]) and len(labels) != 3 * len(names):
        raise RecordingError(
            file.path,
            f"line 4 names {len(names)} markers but line 5 has {len(labels)} components instead "
            f"of {3 * len(names)}; export it again.",
        )
    return names


def _is_component_row(line: str) -> bool:
    return line.strip()[:1].upper() == "X"


def _compare_counts(
    path: Path, header: dict[str, str], *, names: int, frames: int, notes: list[Finding | str]
) -> None:
    promised = _header_number(path, header, "numframes")
    if promised is not None and promised > frames:
        raise RecordingError(
            path,
            f"the header promises {promised:g} frames but {frames} are there; the file was cut "
            "off, so export it again.",
        )
    if promised is not None and promised < frames:
        notes.append(f"The header promises {promised:g} frames, the file holds {frames}.")
    markers = _header_number(path, header, "nummarkers")
    if markers is not None and markers != names:
        notes.append(f"The header promises {markers:g} markers, the file names {names}.")


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
        f"{MAGIC}\t4\t(X/Y/Z)\t{path.name}",
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
