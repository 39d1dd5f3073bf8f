"""C3D files: what their points, channels and parameters mean."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import numpy as np

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.assemble import RawMarkers, assemble
from nuchal.io.recordings.c3d_file import MANY, Header, Loaded, is_c3d, load_c3d, read_header
from nuchal.io.recordings.format import Analogs, Format, Options, Source
from nuchal.io.recordings.timing import from_rate
from nuchal.records import Recording

# Parameters of POINT that list points which are results of a model and no markers.
_NO_MARKERS: Final = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS", "REACTIONS")
_VERTICALS: Final[Mapping[str, Literal["X", "Y", "Z"]]] = {"+X": "X", "+Y": "Y", "+Z": "Z"}


def _read(source: Source, options: Options) -> Recording:
    path, header = source.path, read_header(source)
    if header.points == 0:
        raise RecordingError("c3d.no_markers", path)
    loaded = load_c3d(path, len(source.content))
    frames = _frames(path, header, loaded)
    points, residuals = loaded.points, loaded.residuals
    if points.shape[1] != header.points or min(points.shape[2], residuals.shape[2]) < frames:
        raise RecordingError(
            "c3d.points_lost", path, frames=frames, markers=header.points, found=points.shape[1:]
        )
    labels = loaded.texts("POINT", "LABELS")
    if not labels:
        raise RecordingError("c3d.no_labels", path)
    results = {label for name in _NO_MARKERS for label in loaded.texts("POINT", name)}
    labels = (labels + [""] * header.points)[: header.points]
    columns = [c for c, label in enumerate(labels) if label not in results]
    positions = points[:3, columns, :frames].transpose(2, 1, 0).astype(np.float64)
    missing = residuals[0, columns, :frames].T < 0
    units = loaded.texts("POINT", "UNITS")
    screen = loaded.texts("POINT", "Y_SCREEN")
    timing = from_rate(
        path,
        options,
        frames=frames,
        stated_rate_hz=loaded.rate_hz("POINT"),
        first_frame=float(header.first_frame),
    )
    return assemble(
        path,
        RawMarkers(
            names=tuple(labels[c] for c in columns),
            positions=np.where(missing[..., None] | ~np.isfinite(positions), np.nan, positions),
            unit=units[0] if units else None,
            timing=timing,
            vertical=_VERTICALS.get(screen[0].upper()) if screen else None,
            notes=_notes(header, header.points - len(columns), timing.rate_hz),
        ),
        options,
    )


def _notes(header: Header, results: int, rate_hz: float) -> tuple[Finding, ...]:
    notes = [finding(Found.MODEL_OUTPUTS, count=results)] if results else []
    if abs(header.rate_hz - rate_hz) > 1e-3 * rate_hz:
        notes.append(finding(Found.HEADER_RATE, rate_hz=rate_hz, header_hz=header.rate_hz))
    return tuple(notes)


def _read_analogs(source: Source, options: Options) -> Analogs:
    path, header = source.path, read_header(source)
    if header.analogs == 0:
        raise RecordingError("c3d.no_channels", path, remedy=Setting("emg"))
    loaded = load_c3d(path, len(source.content))
    frames = _frames(path, header, loaded)
    count, values = loaded.count("ANALOG", "USED"), loaded.analogs
    if not count or count * header.samples != header.analogs:
        stated, many = header.analogs, header.samples
        raise RecordingError(
            "c3d.channels_differ", path, header=stated, channels=count, samples=many
        )
    samples = frames * header.samples
    if values.shape[1] != count or values.shape[2] < samples:
        raise RecordingError(
            "c3d.samples_lost", path, samples=samples, channels=count, found=values.shape[1:]
        )
    names, units = loaded.texts("ANALOG", "LABELS"), loaded.texts("ANALOG", "UNITS")
    rate = loaded.rate_hz("POINT") or header.rate_hz
    return Analogs(
        names=tuple((names + [""] * count)[:count]),
        units=tuple((units + [""] * count)[:count]),
        values=np.ascontiguousarray(values[0, :, :samples].T, dtype=np.float64),
        timing=from_rate(
            path,
            options,
            frames=samples,
            stated_rate_hz=loaded.rate_hz("ANALOG") or rate * header.samples or None,
            start_s=(header.first_frame - 1) / rate if rate else 0.0,
        ),
    )


def _frames(path: Path, header: Header, loaded: Loaded) -> int:
    """Number of frames, after a look at whether the header and the parameters agree."""
    used = loaded.count("POINT", "USED")
    if used != header.points:
        raise RecordingError("c3d.markers_differ", path, header=header.points, stated=used)
    scale = loaded.number("POINT", "SCALE")
    scale = header.scale if scale is None else scale
    if not (math.isfinite(header.scale) and math.isfinite(scale) and header.scale * scale > 0):
        raise RecordingError("c3d.scales_differ", path, header=header.scale, stated=scale)
    stated = loaded.count("POINT", "FRAMES")
    frames = header.last_frame - header.first_frame + 1
    if header.last_frame == MANY and stated is not None and stated >= MANY:
        end = loaded.values("TRIAL", "ACTUAL_END_FIELD")
        low, high = (int(part) % 2**16 for part in end) if len(end) == 2 else (0, 0)
        frames = low + 2**16 * high - header.first_frame + 1 if len(end) == 2 else header.held
    elif stated not in (None, 0, frames):
        raise RecordingError("c3d.frames_differ", path, header=frames, stated=stated)
    if header.held < frames:
        raise RecordingError("c3d.frames_cut", path, frames=frames, held=header.held)
    return frames


FORMAT: Final = Format(
    name="C3D",
    suffixes=(".c3d",),
    sniff=is_c3d,
    read=_read,
    read_analogs=_read_analogs,
    analogs_beside_markers=lambda _source: True,
    is_text=False,
)
