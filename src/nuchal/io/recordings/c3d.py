"""C3D files, through ezc3d (Michaud and Begon 2021, doi 10.21105/joss.02911)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import ezc3d
import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import RecordingError
from nuchal.findings import Finding
from nuchal.io.recordings.assemble import Options, RawMarkers, assemble
from nuchal.io.recordings.c3d_layout import Layout, check_layout
from nuchal.io.recordings.c3d_layout import is_c3d as is_c3d
from nuchal.io.recordings.timing import from_rate
from nuchal.records import Recording

# Parameters of POINT that list points which are results of a model and no markers.
_NO_MARKERS: Final = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS", "REACTIONS")
_VERTICALS: Final[Mapping[str, Literal["X", "Y", "Z"]]] = {"+X": "X", "+Y": "Y", "+Z": "Z"}


def recording_from_c3d(path: Path, content: bytes, options: Options) -> Recording:
    """Read the markers of a C3D file.

    Args:
        path: The file.
        content: Its bytes, to check its layout with.
        options: What the user states.

    Raises:
        RecordingError: The file is damaged or holds no markers.
    """
    layout = check_layout(path, content)
    parameters, points = _load(path)
    _compare(path, layout, points)
    points = points[..., : layout.frames]
    point = parameters["POINT"]
    labels = _pages(point, "LABELS")
    results = {label for key in _NO_MARKERS for label in _texts(point, key)}
    count = points.shape[1]
    labels += [""] * (count - len(labels))
    columns = [c for c, label in enumerate(labels[:count]) if label not in results]
    notes: tuple[Finding | str, ...] = (
        () if len(columns) == count else (f"{count - len(columns)} model outputs left out.",)
    )
    rate = options.rate_hz if options.rate_hz is not None else _number(point, "RATE")
    if rate and abs(layout.rate_hz - rate) > 1e-3 * rate:
        notes += (f"Read at {rate:g} Hz, though the header says {layout.rate_hz:g} Hz.",)
    timing = from_rate(
        path,
        frames=points.shape[2],
        rate_hz=rate,
        start_s=(layout.first_frame - 1) / rate if rate else 0.0,
    )
    units = _texts(point, "UNITS")
    return assemble(
        path,
        RawMarkers(
            names=tuple(labels[c] for c in columns),
            positions=np.ascontiguousarray(points[:, columns].transpose(2, 1, 0)),
            unit=units[0] if units else None,
            timing=timing,
            vertical=_vertical(point),
            notes=notes,
        ),
        options,
    )


class Analogs(NamedTuple):
    """The analog channels of a C3D file.

    Attributes:
        units: As the file states them; empty where it does not.
        values: Scaled as the file says; NaN where it holds no number.
        start_s: Time of the first sample on the clock of the markers [s].
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Float[np.ndarray, "n c"]
    rate_hz: float | None
    start_s: float


def analogs_from_c3d(path: Path, content: bytes) -> Analogs:
    """Read the analog channels of a C3D file, with or without markers.

    Args:
        path: The file.
        content: Its bytes, to check its layout with.

    Raises:
        RecordingError: The file is damaged or holds no analog channels.
    """
    layout = check_layout(path, content, of_markers=False)
    parameters, data = _read(path)
    analogs, values = parameters["ANALOG"], data["analogs"]
    samples = layout.frames * layout.samples_a_frame
    if values.ndim != 3 or values.shape[1] != layout.analogs or values.shape[2] < samples:
        raise RecordingError(
            path,
            f"promises {samples} samples of {layout.analogs} analog channels but "
            f"{' x '.join(str(n) for n in values.shape)} could be read; it is damaged, so export "
            "it again.",
        )
    names, units = _pages(analogs, "LABELS"), _pages(analogs, "UNITS")
    count = layout.analogs
    rate = _number(parameters["POINT"], "RATE") or layout.rate_hz
    return Analogs(
        names=tuple((names + [""] * count)[:count]),
        units=tuple((units + [""] * count)[:count]),
        values=np.ascontiguousarray(values[0, :, :samples].T, dtype=np.float64),
        rate_hz=_number(analogs, "RATE") or (rate * layout.samples_a_frame or None),
        start_s=(layout.first_frame - 1) / rate if rate else 0.0,
    )


def _load(path: Path) -> tuple[Mapping[str, Any], Float[np.ndarray, "3 m t"]]:
    """Parameters, and points with NaN where ezc3d or the residual says that there is none."""
    parameters, data = _read(path)
    points, residuals = data["points"], data["meta_points"]["residuals"]
    if points.ndim != 3 or residuals.shape[1:] != points.shape[1:]:
        raise RecordingError(path, "holds no markers; give a recording with head markers.")
    return parameters, _masked(points[:3], residuals[0] < 0)


def _read(path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Parameters and data, as ezc3d understands them."""
    try:
        loaded = ezc3d.c3d(str(path))
        parameters, data = loaded["parameters"], loaded["data"]
        wanted = (data["points"], data["meta_points"]["residuals"], data["analogs"])
    except (
        OSError,
        RuntimeError,
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        MemoryError,
        SystemError,
        UnicodeDecodeError,
    ) as error:
        reason = " ".join(str(error).split())[:120]
        raise RecordingError(
            path, f"cannot be read as C3D ({reason}); it is damaged, so export it again."
        ) from error
    if any(not isinstance(part, np.ndarray) for part in wanted):
        raise RecordingError(path, "cannot be read as C3D; it is damaged, so export it again.")
    return parameters, data


def _masked(
    points: Float[np.ndarray, "3 m t"], missing: Bool[np.ndarray, "m t"]
) -> Float[np.ndarray, "3 m t"]:
    values = np.where(missing, np.nan, points.astype(np.float64))
    return np.where(np.isfinite(values), values, np.nan)


def _compare(path: Path, layout: Layout, points: Float[np.ndarray, "3 m t"]) -> None:
    if points.shape[1] != layout.points or points.shape[2] < layout.frames:
        raise RecordingError(
            path,
            f"promises {layout.frames} frames of {layout.points} markers but {points.shape[2]} of "
            f"{points.shape[1]} could be read; it is damaged, so export it again.",
        )


def _texts(point: Mapping[str, Any], key: str) -> list[str]:
    values = point[key]["value"] if key in point else []
    return [str(value).strip() for value in values]


def _pages(group: Mapping[str, Any], key: str) -> list[str]:
    """Texts that go on in KEY2, KEY3 and so on, as more than 255 do not fit."""
    texts, page = _texts(group, key), 2
    while f"{key}{page}" in group:
        texts += _texts(group, f"{key}{page}")
        page += 1
    return texts


def _number(point: Mapping[str, Any], key: str) -> float | None:
    values = point[key]["value"] if key in point else []
    return float(values[0]) if len(values) and float(values[0]) > 0 else None


def _vertical(point: Mapping[str, Any]) -> Literal["X", "Y", "Z"] | None:
    """The laboratory axis along the upright edge of the screen, by the C3D user guide."""
    screen = _texts(point, "Y_SCREEN")
    return _VERTICALS.get(screen[0].upper()) if screen else None
