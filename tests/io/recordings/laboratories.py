"""The demonstration's movement as text, as laboratories' programs and spreadsheets write it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

Rows = list[list[str]]


@dataclass(frozen=True, kw_only=True)
class Movement:
    """Markers [m], NaN where they were not seen."""

    names: tuple[str, ...]
    positions: np.ndarray
    rate_hz: float = 40.0
    start_s: float = 0.0

    @property
    def time(self) -> np.ndarray:
        return self.start_s + np.arange(len(self.positions)) / self.rate_hz

    def seen(self) -> np.ndarray:
        return np.isfinite(self.positions).all(axis=-1)


@dataclass(frozen=True, kw_only=True)
class Style:
    """How cells become text."""

    mark: str = "\t"
    comma: bool = False
    quoted: bool = False
    missing: str = ""
    end: str = "\n"
    bom: bool = False
    trimmed: bool = False
    blanks_after: int = 0
    digits: int = 5


def numbers(moved: Movement, style: Style, *, scale: float) -> Rows:
    """The positions of each frame as cells."""

    def cell(value: float) -> str:
        digits = style.digits + (3 if scale == 1.0 else 0)
        return style.missing if np.isnan(value) else f"{value * scale:.{digits}f}"

    return [[cell(v) for v in frame.ravel()] for frame in moved.positions]


def written(rows: Iterable[Sequence[str]], style: Style) -> bytes:
    """Rows as a file's bytes."""

    def line(row: Sequence[str]) -> str:
        cells = list(row)
        while style.trimmed and cells and not cells[-1]:
            cells.pop()
        if style.comma:
            cells = [_comma(cell) for cell in cells]
        words = [c for c in cells if c and not c.lstrip("-")[:1].isdigit()]
        if style.quoted:
            cells = [f'"{c}"' if c in words or (style.comma and "," in c) else c for c in cells]
        return style.mark.join(c for c in cells if c or style.mark.strip(" "))

    end = style.end * (1 + style.blanks_after)
    text = "".join(line(row) + end for row in rows)
    return text.encode("utf-8-sig" if style.bom else "utf-8")


def _comma(cell: str) -> str:
    try:
        float(cell)
    except ValueError:
        return cell
    return cell.replace(".", ",")


def spread(names: Iterable[str]) -> list[str]:
    """Each name over the first of three columns."""
    return [cell for name in names for cell in (name, "", "")]


def trc(moved: Movement, style: Style, *, header: bool = True) -> Rows:
    count, markers = str(len(moved.positions)), str(len(moved.names))
    rate = f"{moved.rate_hz:g}"
    head = [
        ["PathFileType", "4", "(X/Y/Z)", "trial.trc"],
        ["DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate",
         "OrigDataStartFrame", "OrigNumFrames"],
        [rate, rate, count, markers, "mm", rate, "1", count],
    ]  # fmt: skip
    labels = [f"{axis}{k}" for k in range(1, 1 + len(moved.names)) for axis in "XYZ"]
    rows = numbers(moved, style, scale=1e3)
    return [
        *(head if header else []),
        ["Frame#", "Time", *spread(moved.names)],
        ["", "", *labels],
        [],
        *([str(k), f"{t:.4f}", *row] for k, (t, row) in _counted(moved, rows)),
    ]


def plain(moved: Movement, style: Style, spelling: str = "{name}_{axis} [mm]") -> Rows:
    rows = numbers(moved, style, scale=1e3)
    labels = [
        spelling.format(name=name, axis=axis, AXIS=axis.upper(), n=k + 1, k=k)
        for name in moved.names
        for k, axis in enumerate("xyz")
    ]
    return [["time", *labels], *([f"{t:.4f}", *row] for _, (t, row) in _counted(moved, rows))]


def two_row(moved: Movement, style: Style) -> Rows:
    rows = numbers(moved, style, scale=1e3)
    axes = ["X", "Y", "Z"] * len(moved.names)
    body = ([f"{t:.4f}", *row] for _, (t, row) in _counted(moved, rows))
    return [["", *spread(moved.names)], ["time", *axes], *body]


def vicon(moved: Movement, style: Style, axes: str = "XYZ") -> Rows:
    order = ["XYZ".index(axis) for axis in axes]
    rows = numbers(replace(moved, positions=moved.positions[..., order]), style, scale=1e3)
    return [
        ["Trajectories"],
        [f"{moved.rate_hz:g}"],
        ["", "", *spread(moved.names)],
        ["Frame", "Sub Frame", *list(axes) * len(moved.names)],
        ["", "", *["mm"] * 3 * len(moved.names)],
        *([str(k), "0", *row] for k, (_, row) in _counted(moved, rows)),
        [],
    ]


def motive(moved: Movement, style: Style) -> Rows:
    """With a rigid body before the markers, whose markers come twice."""
    count, rate = 3 * len(moved.names), f"{moved.rate_hz:.6f}"
    thrice = [name for name in moved.names for _ in range(3)]
    body = [f"Head:{name}" for name in thrice]
    rows = numbers(moved, style, scale=1.0)
    pose = ["0.1", "0.2", "0.3", "0.9", "1.0", "1.1", "1.2", "0.0002"]
    return [
        ["Format Version", "1.23", "Take Name", "Take 1", "Export Frame Rate", rate,
         "Rotation Type", "Quaternion", "Length Units", "Meters", "Coordinate Space", "Global"],
        [],
        ["", "Type", *["Rigid Body"] * 8, *["Rigid Body Marker"] * count, *["Marker"] * count],
        ["", "Name", *["Head"] * 8, *body, *thrice],
        ["", "ID", *["7A"] * 8, *["7B"] * count, *["7C"] * count],
        ["", "", *["Rotation"] * 4, *["Position"] * 3, "Mean Marker Error",
         *["Position"] * 2 * count],
        ["Frame", "Time (Seconds)", "X", "Y", "Z", "W", "X", "Y", "Z", "",
         *["X", "Y", "Z"] * 2 * len(moved.names)],
        *([str(k - 1), f"{t:.6f}", *pose, *["0.5"] * count, *row]
          for k, (t, row) in _counted(moved, rows)),
    ]  # fmt: skip


def qtm(moved: Movement, style: Style, *, columns: bool = False) -> Rows:
    rows = numbers(moved, style, scale=1e3)
    head = [
        ["NO_OF_FRAMES", str(len(rows))],
        ["NO_OF_CAMERAS", "8"],
        ["NO_OF_MARKERS", str(len(moved.names))],
        ["FREQUENCY", f"{moved.rate_hz:g}"],
        ["DESCRIPTION", "--"],
        ["TIME_STAMP", "2026-03-03, 10:11:12.345", "5044.05"],
        ["DATA_INCLUDED", "3D"],
        ["MARKER_NAMES", *moved.names],
    ]
    if not columns:
        return [*head, *rows]
    labels = [f"{name} {axis}" for name in moved.names for axis in "XYZ"]
    head += [["TRAJECTORY_TYPES", *["Measured"] * len(moved.names)], ["Frame", "Time", *labels]]
    return [*head, *([str(k), f"{t:.5f}", *row] for k, (t, row) in _counted(moved, rows))]


def visual3d(moved: Movement, style: Style) -> Rows:
    count = 3 * len(moved.names)
    thrice = [name for name in moved.names for _ in range(3)]
    rows = numbers(moved, style, scale=1.0)
    return [
        ["", *["trial01.c3d"] * count],
        ["", *thrice],
        ["", *["TARGET"] * count],
        ["", *["ORIGINAL"] * count],
        ["ITEM", *["X", "Y", "Z"] * len(moved.names)],
        *([str(k), *row] for k, (_, row) in _counted(moved, rows)),
    ]


def storage(moved: Movement, style: Style) -> Rows:
    rows = numbers(moved, replace(style, missing="nan"), scale=1.0)
    labels = [f"{name}_t{axis}" for name in moved.names for axis in "xyz"]
    return [
        ["markers"],
        ["version=1"],
        [f"nRows={len(rows)}"],
        [f"nColumns={len(labels) + 1}"],
        ["inDegrees=no"],
        ["endheader"],
        ["time", *labels],
        *([f"{t:.5f}", *row] for _, (t, row) in _counted(moved, rows)),
    ]


def vectors(moved: Movement, style: Style) -> Rows:
    rows = numbers(moved, replace(style, missing="nan"), scale=1.0)
    body = [
        [f"{t:.5f}", *(",".join(row[k : k + 3]) for k in range(0, len(row), 3))]
        for _, (t, row) in _counted(moved, rows)
    ]
    head = [[f"DataRate={moved.rate_hz:g}"], ["DataType=Vec3"], ["Units=m"], ["endheader"]]
    return [["markers"], *head, ["time", *moved.names], *body]


def _counted(moved: Movement, rows: Rows) -> Iterable[tuple[int, tuple[float, list[str]]]]:
    return enumerate(zip(moved.time.tolist(), rows, strict=True), start=1)
