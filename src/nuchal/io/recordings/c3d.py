"""C3D files: what their points, channels and parameters mean."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.assemble import RawMarkers, assemble
from nuchal.io.recordings.c3d_file import load_c3d
from nuchal.io.recordings.c3d_sections import Header, Parameters, is_c3d, read_sections
from nuchal.io.recordings.c3d_standard import MANY, frame_bytes, only_analogs, only_points
from nuchal.io.recordings.format import Analogs, Format, Options, Source
from nuchal.io.recordings.timing import from_rate
from nuchal.records import Recording

# Parameters of POINT that list points which are results of a model and no markers.
_NO_MARKERS: Final = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS", "REACTIONS")
_AXES: Final[Mapping[str, Literal["X", "Y", "Z"]]] = {"X": "X", "Y": "Y", "Z": "Z"}


def _read(source: Source, options: Options) -> Recording:
    path, (header, parameters) = source.path, read_sections(source)
    labels, used = parameters.texts("POINT", "LABELS"), parameters.count("POINT", "USED")
    if header.points == 0 or (used is None and not labels):
        raise RecordingError("c3d.no_markers", path)
    if not labels:
        raise RecordingError("c3d.no_labels", path)
    results = {label for name in _NO_MARKERS for label in parameters.texts("POINT", name)} - {""}
    labels = (labels + [""] * header.points)[: header.points]
    columns = [c for c, label in enumerate(labels) if label not in results]
    positions = _positions(source, header, parameters)[:, columns]
    units = parameters.texts("POINT", "UNITS")
    timing = from_rate(
        path,
        options,
        frames=len(positions),
        stated_rate_hz=_rate_hz(header, parameters),
        first_frame=float(max(header.first_frame, 1)),
    )
    return assemble(
        path,
        RawMarkers(
            names=tuple(labels[c] for c in columns),
            positions=positions,
            unit=units[0] if units else None,
            timing=timing,
            vertical=_vertical(parameters),
            notes=_notes(header, header.points - len(columns), timing.rate_hz),
        ),
        options,
    )


def _positions(
    source: Source, header: Header, parameters: Parameters
) -> Float[np.ndarray, "t m 3"]:
    """Of all points; NaN where they were not seen."""
    frames, scale = _frames(source, header, parameters)
    loaded = load_c3d(source.path, only_points(source.content, header, frames, scale))
    points, residuals = loaded.points, loaded.residuals
    if points.shape[1] != header.points or min(points.shape[2], residuals.shape[2]) < frames:
        found, markers = points.shape[1:], header.points
        raise RecordingError(
            "c3d.points_lost", source.path, frames=frames, markers=markers, found=found
        )
    positions = points[:3, :, :frames].transpose(2, 1, 0).astype(np.float64)
    missing = residuals[0, :, :frames].T < 0
    return np.where(missing[..., None] | ~np.isfinite(positions), np.nan, positions)


def _vertical(parameters: Parameters) -> Literal["X", "Y", "Z"] | None:
    """The axis that runs up the screen, where the file says which."""
    screen = "".join(parameters.texts("POINT", "Y_SCREEN")[:1]).upper().lstrip("+-")
    return _AXES.get(screen)


def _rate_hz(header: Header, parameters: Parameters) -> float | None:
    """The rate of the points [Hz]: of the parameters, then of the header."""
    in_header = header.rate_hz if header.rate_hz > 0.0 else None
    return parameters.rate_hz("POINT") or in_header


def _notes(header: Header, results: int, rate_hz: float) -> tuple[Finding, ...]:
    notes = [finding(Found.MODEL_OUTPUTS, count=results)] if results else []
    if abs(header.rate_hz - rate_hz) > 1e-3 * rate_hz:
        notes.append(finding(Found.HEADER_RATE, rate_hz=rate_hz, header_hz=header.rate_hz))
    return tuple(notes)


def _read_analogs(source: Source, options: Options) -> Analogs:
    path, (header, parameters) = source.path, read_sections(source)
    if header.analogs == 0:
        raise RecordingError("c3d.no_channels", path, remedy=Setting("emg"))
    frames, scale = _frames(source, header, parameters)
    count = _channels(path, header, parameters)
    values = load_c3d(path, only_analogs(source.content, header, frames, scale, count)).analogs
    samples = frames * header.samples
    if values.shape[1] != count or values.shape[2] < samples:
        raise RecordingError(
            "c3d.samples_lost", path, samples=samples, channels=count, found=values.shape[1:]
        )
    names, units = parameters.texts("ANALOG", "LABELS"), parameters.texts("ANALOG", "UNITS")
    rate = _rate_hz(header, parameters)
    return Analogs(
        names=tuple((names + [""] * count)[:count]),
        units=tuple((units + [""] * count)[:count]),
        values=_scaled(values[0, :, :samples].T.astype(np.float64), parameters, scale),
        timing=from_rate(
            path,
            options,
            frames=samples,
            stated_rate_hz=parameters.rate_hz("ANALOG") or (rate and rate * header.samples),
            start_s=max(header.first_frame - 1, 0) / rate if rate else 0.0,
        ),
    )


def _channels(path: Path, header: Header, parameters: Parameters) -> int:
    """How many analog channels there are."""
    used, samples = parameters.count("ANALOG", "USED"), header.samples
    count = header.analogs // max(samples, 1) if used is None else used
    if not count or count * samples != header.analogs:
        stated = header.analogs
        raise RecordingError(
            "c3d.channels_differ", path, header=stated, channels=count, samples=samples
        )
    return count


def _scaled(
    values: Float[np.ndarray, "n c"], parameters: Parameters, scale: float
) -> Float[np.ndarray, "n c"]:
    """Analog values in the units of their channels; what a file does not state is 1 or 0."""
    count = values.shape[1]
    general = parameters.number("ANALOG", "GEN_SCALE")
    scales, offsets = (
        np.array([*parameters.numbers("ANALOG", name), *[usual] * count][:count])
        for name, usual in (("SCALE", 1.0), ("OFFSET", 0.0))
    )
    if scale > 0 and [x.upper() for x in parameters.texts("ANALOG", "FORMAT")] == ["UNSIGNED"]:
        values, offsets = values % 2**16, offsets % 2**16
    return np.asarray((values - offsets) * scales * (1.0 if general is None else general))


def _frames(source: Source, header: Header, parameters: Parameters) -> tuple[int, float]:
    """Number of frames, and the scale, after a look at whether header and parameters agree."""
    path = source.path
    used, stated = parameters.count("POINT", "USED"), parameters.count("POINT", "FRAMES")
    if used not in (None, header.points):
        raise RecordingError("c3d.markers_differ", path, header=header.points, stated=used)
    scale = parameters.number("POINT", "SCALE")
    scale = header.scale if scale is None else scale
    if not (math.isfinite(header.scale) and math.isfinite(scale) and header.scale * scale > 0):
        raise RecordingError("c3d.scales_differ", path, header=header.scale, stated=scale)
    size = frame_bytes(header, scale)
    held = max(0, len(source.content) - header.data) // size
    frames = header.last_frame - header.first_frame + 1
    if header.last_frame == MANY and stated is not None and stated >= MANY:
        end = parameters.values("TRIAL", "ACTUAL_END_FIELD")
        low, high = (int(part) % 2**16 for part in end) if len(end) == 2 else (0, 0)
        counted = stated if stated > MANY else held
        frames = low + 2**16 * high - header.first_frame + 1 if len(end) == 2 else counted
    elif stated not in (None, 0, frames):
        raise RecordingError("c3d.frames_differ", path, header=frames, stated=stated)
    if frames < 1:
        raise RecordingError("timing.no_frames", path)
    if held < frames:
        raise RecordingError("c3d.frames_cut", path, frames=frames, held=held)
    return frames, scale


FORMAT: Final = Format(
    name="C3D",
    suffixes=(".c3d",),
    sniff=is_c3d,
    read=_read,
    read_analogs=_read_analogs,
    analogs_beside_markers=lambda _source: True,
    is_text=False,
)
