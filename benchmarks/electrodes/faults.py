"""Faults planted in a channel of real EMG: which finding fires, what becomes of the envelope."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy import ndimage
from shoulder import SETTINGS, electrodes

from nuchal.commands.emg_signals import EmgReading, read_signals
from nuchal.emg.agreement import pearson
from nuchal.emg.filters import condition
from nuchal.emg.normalise import maxima_of
from nuchal.emg.quality import quality_of
from nuchal.emg.signals import EmgRecording, channels
from nuchal.errors import RecordingError
from nuchal.findings import Found, Warned
from nuchal.io.subject import read_subject
from nuchal.report.text import sentence
from nuchal.synthetic.emg import SyntheticSettings, synthetic_emg

PERSON = Path(__file__).parents[2] / "examples" / "person.toml"
CHANNEL, NEIGHBOUR = "Trap_sup.EMG6", "Delt_med.EMG2"
# Those of the findings that speak of what was planted.
TOLD = (*Warned, Found.EMG_HEART_RATE)
MOST_TOLD = 3
Table = Callable[[list[str], list[list[str]]], Iterator[str]]


def _added(clean: EmgRecording, **settings: object) -> np.ndarray:
    """What an electrode sees besides muscles [uV]."""
    chosen = SyntheticSettings(rate_hz=clean.rate_hz, noise_uv=0.0, **settings)
    time = np.array([0.0, clean.duration_s])
    made = synthetic_emg(time, np.zeros((2, 1)), names=("a",), settings=chosen, seed=1)
    return made.recording.values[: len(clean.values)]


def _clipped(values: np.ndarray, share: float) -> np.ndarray:
    limit = np.quantile(np.abs(values), 1.0 - share)
    return np.clip(values, -limit, limit)


def _off(values: np.ndarray, rate_hz: float, seconds: float) -> np.ndarray:
    changed = values.copy()
    changed[: round(seconds * rate_hz)] = 0.0
    return changed


def planted(clean: EmgRecording, other: EmgRecording, full: float) -> dict[str, np.ndarray]:
    """One channel, each time with one fault; sizes as shares of its own maximum ``full`` [uV]."""
    x, rate = clean.values, clean.rate_hz
    pops = {0: tuple(clean.duration_s * k for k in (0.2, 0.5, 0.8))}
    noise = full * np.random.default_rng(1).standard_normal(x.shape)
    return {
        "nothing": x,
        "mains, amplitude 0.2": x + _added(clean, mains_uv=0.2 * full),
        "mains, amplitude 1": x + _added(clean, mains_uv=full),
        "heart at 72 a minute, R wave 1": x + _added(clean, ecg_uv=full),
        "heart at 120 a minute, R wave 1": x + _added(clean, ecg_uv=full, heart_per_min=120.0),
        "skin and cable: slow wander of 3": x + _added(clean, drift_uv=3.0 * full),
        "three pops of 20": x + _added(clean, spikes=pops, spike_uv=20.0 * full),
        "amplifier at its limit in 1 % of samples": _clipped(x, 0.01),
        "electrode off for half a second": _off(x, rate, 0.5),
        "electrode off": np.zeros_like(x),
        "white noise of 1": x + noise,
        "crosstalk of 30 % from a neighbour": x + 0.3 * other.values,
        "shifted: 0.6 of it, and 20 % of a neighbour": 0.6 * x + 0.2 * other.values,
        "the neighbour in its place": other.values,
    }


def fault_rows(path: Path, table: Table) -> Iterator[str]:
    """A row a fault."""
    every = electrodes(path)
    clean, other = channels(every, (CHANNEL,)), channels(every, (NEIGHBOUR,))
    full = float(maxima_of([clean], SETTINGS, origin="own maximum").value[0])
    true = condition(clean, SETTINGS).envelopes.values[:, 0]
    rows = []
    for name, values in planted(clean, other, full).items():
        faulty = replace(clean, values=values)
        (found,) = quality_of(faulty, SETTINGS).channels
        flags = [f"`{flag.what}`: {sentence(flag)}" for flag in found.flags]
        rows.append([name, " ".join(flags) or "-", *_changed(faulty, true)])
    yield f"`{CHANNEL}`, {clean.duration_s:.1f} s, own maximum {full:.0f} uV; sizes are shares of"
    yield f"that. The neighbour is `{NEIGHBOUR}`. *r* and *level* (ratio of means) are of the"
    yield "linear envelopes with the fault and without."
    yield ""
    yield from table(["planted", "said", "r", "level"], rows)


def _changed(faulty: EmgRecording, true: np.ndarray) -> list[str]:
    values = condition(faulty, SETTINGS).envelopes.values[:, 0]
    if values.max() <= 0.0:
        return ["-", "0"]
    return [f"{pearson(values, true):.2f}", f"{values.mean() / true.mean():.2f}"]


def file_rows(path: Path, neck: EmgRecording, table: Table) -> Iterator[str]:
    """The same channel, and the neck, in files that are not what they should be."""
    clean = replace(channels(electrodes(path), (CHANNEL,)), names=("RUT",))
    x, width = clean.values, round(0.05 * clean.rate_hz)
    smooth = np.sqrt(ndimage.uniform_filter1d(x**2, width, axis=0))
    slower = replace(clean, values=x[::4], known=clean.known[::4], rate_hz=clean.rate_hz / 4)
    cases = {
        "as it is, with itself for an MVC trial": (clean, 1.0),
        "with an MVC trial of 0.6 of its size": (clean, 0.6),
        "every fourth sample": (slower, None),
        "rectified": (replace(clean, values=np.abs(x)), None),
        "root mean square over 50 ms": (replace(clean, values=smooth), None),
        "raw, on an offset of 10 mV": (replace(clean, values=x + 1e4), None),
        "the neck's per cent, as if raw at 1000 Hz": (replace(neck, rate_hz=1000.0), None),
    }
    rows = [[name, _read(recording, mvc)] for name, (recording, mvc) in cases.items()]
    yield "The channel as `RUT` in a CSV file, read as `nuchal emg` reads it; what is said beside"
    yield "assumptions."
    yield ""
    yield from table(["file", "nuchal says"], rows)


def _read(recording: EmgRecording, mvc: float | None) -> str:
    with TemporaryDirectory() as folder:
        emg, trial = Path(folder) / "trial.csv", Path(folder) / "mvc.csv"
        _write(recording, emg)
        options = EmgReading()
        if mvc is not None:
            _write(replace(recording, values=mvc * recording.values), trial)
            options = EmgReading(mvc=(trial,))
        try:
            signals = read_signals(emg, emg, read_subject(PERSON), options)
        except RecordingError as refused:
            return f"refused: {refused.sentence()}"
    told = [f"`{one.what}`: {sentence(one)}" for one in signals.findings if one.what in TOLD]
    more = f" And {len(told) - MOST_TOLD} more." if len(told) > MOST_TOLD else ""
    return " ".join(told[:MOST_TOLD]) + more or "-"


def _write(recording: EmgRecording, path: Path) -> None:
    values = np.where(recording.known, recording.values, np.nan)
    rows = np.column_stack([recording.time, values])
    head = "time [s]," + ",".join(f"{name} [uV]" for name in recording.names)
    np.savetxt(
        path, rows, ["%.5f", *["%.2f"] * len(recording.names)], ",", header=head, comments=""
    )
