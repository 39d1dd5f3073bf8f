"""A real shoulder: each channel hidden once and told from the others by synergies.

    python benchmarks/hidden_emg/shoulder.py           # ../shared/recordings/shoulder_emg
    python benchmarks/hidden_emg/shoulder.py FILE.c3d

The recording has raw surface EMG and no moments, so what hidden channels are of the synergies is
learnt in one half of the recording and told in the other, both ways. Writes
benchmarks/results/shoulder_hidden.md.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

from nuchal.emg.filters import ConditioningSettings, condition
from nuchal.emg.hidden.synergy import courses_in, find_synergies
from nuchal.emg.quality import quality_of
from nuchal.emg.signals import channels
from nuchal.io.recordings.emg import read_emg

RESULTS = Path(__file__).parents[1] / "results" / "shoulder_hidden.md"
RECORDING = Path(__file__).parents[3] / "shared/recordings/shoulder_emg/markers_analogs.c3d"
SKIPPED = 77
"""Exit status where the recording is missing."""
STEP_S, REPLICATES = 0.02, 5
METHODS = ("best single channel", "NMF, 90 % of variance", "NMF, 5", "PCA, 5", "all channels")


def envelopes(path: Path) -> tuple[tuple[str, ...], np.ndarray]:
    """Live channels of EMG over their own maxima, one row each 20 ms."""
    recording = read_emg(path)
    settings = ConditioningSettings()
    live = tuple(
        c.name for c in quality_of(recording, settings).channels if c.alive and "EMG" in c.name
    )
    found = condition(channels(recording, live), settings).envelopes
    every = max(1, round(STEP_S * found.rate_hz))
    values = found.values[::every]
    return live, values / values.max(axis=0)


def told(first: np.ndarray, second: np.ndarray, hidden: int) -> dict[str, np.ndarray]:
    """The hidden channel in another half, by each method."""
    others = [c for c in range(first.shape[1]) if c != hidden]
    seen, later, wanted = first[:, others], second[:, others], first[:, hidden]
    r = [np.corrcoef(column, wanted)[0, 1] for column in seen.T]
    best = int(np.argmax(r))
    gain = seen[:, best] @ wanted / (seen[:, best] @ seen[:, best])
    found = {"best single channel": gain * later[:, best]}
    for name, kind, count in (
        ("NMF, 90 % of variance", "nmf", None),
        ("NMF, 5", "nmf", 5),
        ("PCA, 5", "pca", 5),
    ):
        synergies = find_synergies(seen, kind=kind, count=count, replicates=REPLICATES)
        ahead = courses_in(synergies, later).basis
        if kind == "nmf":
            weights, _ = nnls(synergies.basis, wanted)
        else:
            weights, *_ = np.linalg.lstsq(synergies.basis, wanted, rcond=None)
        found[name] = np.clip(ahead @ weights, 0.0, None)
    weights, _ = nnls(seen, wanted)
    found["all channels"] = later @ weights
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("recording", type=Path, nargs="?", default=RECORDING)
    recording = parser.parse_args().recording
    if not recording.is_file():
        print(f"{recording}: no such file, so there is nothing to hide.")
        return SKIPPED if recording == RECORDING else 2
    names, values = envelopes(recording)
    half = len(values) // 2
    halves = [values[:half], values[half:]]
    rows, table = [], []
    for hidden, name in enumerate(names):
        ways = [told(halves[1], halves[0], hidden), told(halves[0], halves[1], hidden)]
        found = {m: np.concatenate([way[m] for way in ways]) for m in METHODS}
        true = values[:, hidden]
        r = [float(np.corrcoef(found[m], true)[0, 1]) for m in METHODS]
        error = [float(np.sqrt(np.mean((found[m] - true) ** 2))) for m in METHODS]
        table.append((r, error))
        cells = " | ".join(f"{a:.2f}, {b:.3f}" for a, b in zip(r, error, strict=True))
        rows.append(f"| {name} | {cells} |")
    r, error = np.median(np.array(table), axis=0)
    cells = " | ".join(f"{a:.2f}, {b:.3f}" for a, b in zip(r, error, strict=True))
    text = [
        f"# A real shoulder: {len(names)} channels, each hidden once",
        "",
        f"Written by `benchmarks/hidden_emg/shoulder.py`. Learnt in one half of the recording "
        f"({half * STEP_S:.1f} s), told in the other,",
        "both ways: r, then RMSE as a share of the channel's maximum.",
        "",
        f"| hidden | {' | '.join(METHODS)} |",
        "| --- " * (1 + len(METHODS)) + "|",
        *rows,
        f"| median | {cells} |",
    ]
    RESULTS.write_text("\n".join(text) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
