"""Surface EMG from any file that a laboratory exports: C3D, Vicon Nexus or plain CSV, MOT, STO."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.emg.signals import MICROVOLTS, EmgRecording
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.io.recordings.format import RATE, Analogs, Options, Source
from nuchal.io.recordings.read import FORMATS, format_of
from nuchal.io.recordings.units import VOLTAGES, bare_unit
from nuchal.io.text import read_bytes
from nuchal.plain_text import plain_line

_PER_VOLT: Final = 1e6


def read_emg(
    path: Path, *, rate_hz: float | None = None, units: str | None = None, rate: Setting = RATE
) -> EmgRecording:
    """Read the analog channels of a ``.c3d``, Vicon or plain ``.csv``, ``.mot`` or ``.sto`` file.

    Args:
        path: The file; its content decides what it is.
        rate_hz: Samples a second, where the file states none or a wrong one [Hz].
        units: ``V``, ``mV`` or ``uV`` where the file states no unit or a wrong one.
        rate: The setting that messages name, where the user states the rate by another.

    Returns:
        All channels, voltages in microvolts; what else is in the file besides muscles is still
        there.

    Raises:
        RecordingError: The file is missing, damaged, or holds no channels.
    """
    source = Source(path, read_bytes(path))
    found = format_of(source)
    if found.read_analogs is None:
        can = [one.name for one in FORMATS if one.read_analogs]
        raise RecordingError("recording.no_analogs", path, format=found.name, formats=can)
    options = Options(rate_hz=rate_hz, units=units, rate=rate)
    return _assemble(path, found.read_analogs(source, options), units)


def has_analogs(path: Path) -> bool:
    """Whether a recording's own file can hold EMG beside its markers."""
    source = Source(path, read_bytes(path))
    return format_of(source).analogs_beside_markers(source)


def _assemble(path: Path, raw: Analogs, given: str | None) -> EmgRecording:
    """Voltages in microvolts, clean names, and a mask in place of what is no number."""
    words = [given if given is not None else unit for unit in raw.units]
    scales = [_microvolts(word) for word in words]
    known = np.isfinite(raw.values)
    names, renamed = _unique(raw.names)
    notes = () if given is None else (finding(Found.EMG_UNIT_GIVEN, unit=given),)
    return EmgRecording(
        source=path,
        names=names,
        values=np.where(known, raw.values, 0.0)
        * np.array([1.0 if scale is None else scale for scale in scales]),
        known=known,
        rate_hz=raw.timing.rate_hz,
        start_s=float(raw.timing.time[0]),
        units=tuple(
            plain_line(word.strip("[]() ")) if scale is None else MICROVOLTS
            for word, scale in zip(words, scales, strict=True)
        ),
        timed=raw.timed,
        notes=(*raw.notes, *notes, *raw.timing.notes, *renamed),
    )


def _microvolts(unit: str) -> float | None:
    """How many microvolts one of a unit is; None where it is no voltage."""
    volts = VOLTAGES.get(bare_unit(unit))
    return None if volts is None else volts * _PER_VOLT


def _unique(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Names that are all different, and a note of those that were not."""
    seen: Counter[str] = Counter()
    unique, twice = [], []
    for column, name in enumerate(names, start=1):
        plain = plain_line(name) or f"channel {column}"
        seen[plain] += 1
        unique.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
        if seen[plain] > 1:
            twice.append(unique[-1])
    return tuple(unique), (finding(Assumed.CHANNELS_NUMBERED, channels=twice),) if twice else ()
