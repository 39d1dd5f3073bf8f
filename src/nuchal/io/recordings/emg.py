"""Surface EMG from any file that a laboratory exports: C3D, Vicon Nexus or plain CSV, MOT, STO."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.emg.signals import MICROVOLTS, EmgRecording
from nuchal.errors import RecordingError
from nuchal.findings import Finding
from nuchal.io.opensim.storage import header_end, storage_from_text
from nuchal.io.recordings.assemble import Options
from nuchal.io.recordings.c3d import analogs_from_c3d, is_c3d
from nuchal.io.recordings.plain_csv import FRAMES, TIMES, csv_header, csv_table, csv_timing
from nuchal.io.recordings.text import TextFile, decode, read_bytes
from nuchal.io.recordings.timing import Timing, from_rate, from_times
from nuchal.io.recordings.units import VOLTAGES
from nuchal.io.recordings.vicon_csv import devices_from_vicon, marker_rate_of, section_titles

_PER_VOLT: Final = 1e6
_DEVICES: Final = "Devices"


def read_emg(path: Path, *, rate_hz: float | None = None, units: str | None = None) -> EmgRecording:
    """Read the analog channels of a ``.c3d``, Vicon or plain ``.csv``, ``.mot`` or ``.sto`` file.

    Args:
        path: The file; its content decides what it is.
        rate_hz: Samples a second, where the file states none or a wrong one [Hz].
        units: ``V``, ``mV`` or ``uV`` where the file states no unit or a wrong one.

    Returns:
        All channels, voltages in microvolts; what else is in the file besides muscles is still
        there.

    Raises:
        RecordingError: The file is missing, damaged, or holds no channels.
    """
    content = read_bytes(path)
    try:
        return _read(path, content, rate_hz, units)
    except RecordingError as error:
        sentence = str(error).removeprefix(f"{path}: ")
        raise RecordingError(path, sentence.replace("--rate-hz", "--emg-rate-hz")) from error


def has_analogs(path: Path) -> bool:
    """Whether a recording's own file is of a kind that can hold EMG beside markers."""
    content = read_bytes(path)
    if is_c3d(content):
        return True
    return path.suffix.lower() in (".csv", ".tsv") and _DEVICES in section_titles(
        decode(path, content)
    )


def _read(path: Path, content: bytes, rate_hz: float | None, units: str | None) -> EmgRecording:
    if is_c3d(content):
        found = analogs_from_c3d(path, content)
        timing = from_rate(
            path, frames=len(found.values), rate_hz=rate_hz or found.rate_hz, start_s=found.start_s
        )
        return _assemble(path, found.names, found.units, found.values, timing, units, timed=True)
    file = decode(path, content)
    if _DEVICES in section_titles(file):
        return _from_vicon(file, rate_hz, units)
    if section_titles(file):
        raise RecordingError(
            path, 'has no section "Devices"; export the trial with its analog channels.'
        )
    if header_end(file) is not None:
        return _from_storage(file, rate_hz, units)
    return _from_csv(file, rate_hz, units)


def _from_vicon(file: TextFile, rate_hz: float | None, units: str | None) -> EmgRecording:
    found = devices_from_vicon(file)
    marker_rate = marker_rate_of(file)
    timing = from_rate(
        file.path,
        frames=len(found.values),
        rate_hz=rate_hz or found.rate_hz,
        start_s=(found.first_frame - 1) / marker_rate if marker_rate else 0.0,
    )
    return _assemble(
        file.path, found.names, found.units, found.values, timing, units,
        timed=True, notes=file.notes,
    )  # fmt: skip


def _from_storage(file: TextFile, rate_hz: float | None, units: str | None) -> EmgRecording:
    table = storage_from_text(file)
    timing = from_times(
        file.path,
        table.time,
        stated_rate_hz=None,
        given_rate_hz=rate_hz,
        place=lambda row: f"the sample on line {table.first_line + row}",
    )
    blank = ("",) * len(table.labels)
    return _assemble(
        file.path, table.labels, blank, table.data, timing, units, timed=True, notes=file.notes
    )


def _from_csv(file: TextFile, rate_hz: float | None, units: str | None) -> EmgRecording:
    header = csv_header(file)
    table = csv_table(file, header)
    timing = csv_timing(file, header, table, Options(rate_hz=rate_hz))
    lower = [name.lower() for name in header.names]
    columns = [c for c, name in enumerate(lower) if name not in TIMES | FRAMES]
    if not columns:
        raise RecordingError(file.path, "has no column besides time; export the channels, too.")
    return _assemble(
        file.path,
        [header.names[c] for c in columns],
        [header.units[c] for c in columns],
        table[:, columns],
        timing,
        units,
        timed=any(name in TIMES for name in lower) and rate_hz is None,
        notes=file.notes,
    )


def _assemble(
    path: Path,
    names: Sequence[str],
    stated: Sequence[str],
    values: Float[np.ndarray, "n c"],
    timing: Timing,
    given: str | None,
    *,
    timed: bool,
    notes: tuple[Finding | str, ...] = (),
) -> EmgRecording:
    """Voltages in microvolts, clean names, and a mask in place of what is no number."""
    words = [given if given is not None else unit for unit in stated]
    scales = [_microvolts(word) for word in words]
    known = np.isfinite(values)
    factor = np.array([1.0 if scale is None else scale for scale in scales])
    unique, renamed = _unique(names)
    if given is not None:
        notes += (f"EMG read in {given}, as given.",)
    return EmgRecording(
        source=path,
        names=unique,
        values=np.where(known, values, 0.0) * factor,
        known=known,
        rate_hz=timing.rate_hz,
        start_s=float(timing.time[0]),
        units=tuple(
            word.strip("[]() ") if scale is None else MICROVOLTS
            for word, scale in zip(words, scales, strict=True)
        ),
        timed=timed,
        notes=(*notes, *timing.notes, *renamed),
    )


def _microvolts(unit: str) -> float | None:
    """How many microvolts one of a unit is; None where it is no voltage."""
    volts = VOLTAGES.get(unit.strip().strip("[]()").strip().lower())
    return None if volts is None else volts * _PER_VOLT


def _unique(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names that are all different, and a word on those that were not."""
    seen: Counter[str] = Counter()
    unique, twice = [], []
    for column, name in enumerate(names, start=1):
        plain = name or f"channel {column}"
        seen[plain] += 1
        unique.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
        if seen[plain] > 1:
            twice.append(f"{plain} ({seen[plain]})")
    told = f"Channels of the same name are told apart by number: {', '.join(twice)}."
    return tuple(unique), ((told,) if twice else ())
