"""A real neck's EMG in per cent of maximum: what it tells without a rate, a side or measures."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nuchal.emg.agreement import pearson
from nuchal.emg.comparison import co_contraction
from nuchal.emg.mapping import map_channels
from nuchal.emg.signals import EmgRecording
from nuchal.io.recordings.emg import read_emg

NAME = "001-hOnly-20lat"
# Names for the columns of ``permve_*``: the author's ``activation_map.csv`` counts them from one
# and calls odd ones right.
NAMES = ("RLEV", "LLEV", "RCES", "LCES", "RSPL", "LSPL", "RSCM", "LSCM", "RUT", "LUT")
ANGLES = ("bending", "rotation", "flexion")
# Any rate will do: nothing below depends on it.
SOME_RATE_HZ = 100.0
# Farthest share of the largest bending that counts as held.
HELD = 0.95
LEAST = 0.05

Table = Callable[[list[str], list[list[str]]], Iterator[str]]


def with_names(source: Path, names: tuple[str, ...], target: Path) -> Path:
    """The same table under a row of names."""
    target.write_text(",".join(names) + "\n" + source.read_text("utf-8"), "utf-8")
    return target


def read_named(source: Path, names: tuple[str, ...]) -> EmgRecording:
    with TemporaryDirectory() as folder:
        file = with_names(source, names, Path(folder) / "named.csv")
        return read_emg(file, rate_hz=SOME_RATE_HZ)


def read_of_neck(folder: Path) -> list[list[str]]:
    rows = []
    for path in sorted(folder.glob("permve_*.csv")) + sorted(folder.glob("*_neckangle.csv")):
        names = NAMES if path.name.startswith("permve") else ANGLES
        found = read_named(path, names)
        count, columns = found.values.shape
        lost = int((~found.known).any(axis=1).sum())
        samples = f"{count}, {lost} incomplete" if lost else f"{count}"
        unit = "% of maximum, by its name" if names is NAMES else "degrees, by their size"
        rows.append(["neck", f"`{path.name}`", samples, f"{columns}, no names", "-", unit, "-"])
    return rows


def missing_of_neck() -> dict[str, tuple[str, str]]:
    """Of each thing, how it is in this recording, and what follows from a lack of it."""
    return {
        "raw signal": (
            "no: rectified, smoothed, divided",
            "no filter, no look at quality, no onset in raw EMG",
        ),
        "rate": (
            "none in the files; their program takes 10 Hz for the angles",
            "no lag, no onset, no filter in Hz",
        ),
        "MVC trial": ("its result only", "whether it was a maximum cannot be seen"),
        "names": (
            "by the map of the authors' model, odd columns right",
            "that map gives one column to muscles that no electrode tells apart",
        ),
        "side of the movement": ("not stated", "agreement with a model at either side"),
        "body measures": ("none", "no neck of this person, so no forces"),
        "head markers": (
            "none; three angles of the head",
            "angles of the head are no file of coordinates of the neck",
        ),
    }


def levels(folder: Path, table: Table) -> Iterator[str]:
    """What needs neither a rate nor a neck."""
    emg = read_named(folder / f"permve_{NAME}.csv", NAMES)
    bending = read_named(folder / f"{NAME}_neckangle.csv", ANGLES).values[:, 0]
    held = bending >= HELD * bending.max()
    yield f"The head is bent by {bending.max():.1f} degrees at most, and within 5 % of that for"
    yield f"{held.mean():.0%} of the trial. *Least* is the 5th percentile of the trial, *bent* the"
    yield "mean there, both in per cent of maximum; co-contraction and r as `nuchal emg` has them,"
    yield "r with the bending."
    yield ""
    mapped = map_channels(emg.source, emg.names, {})
    columns = {m.label: emg.names.index(m.channel) for m in mapped}
    rows = []
    for label in [m.label for m in mapped if m.side == "right"]:
        pair = [columns[label], columns[label.replace("right_", "left_")]]
        rows.append(_pair(label.removeprefix("right_"), pair, emg, bending, held))
    yield from table(
        [
            "muscles", "least, right / left", "bent, right / left", "bent over least",
            "bent, right over left", "co-contraction", "r with bending",
        ],
        rows,
    )  # fmt: skip
    top = _top(emg)
    yield f"All levels are below {top:.0f} % of a maximum that nobody can check. What the author"
    yield "published later and is known to us, 116.5 ± 5.7 N of compression at C5-C6, upright"
    yield "(Barrett et al. 2022, doi 10.3357/amhp.5830.2022), takes forces, not levels."
    yield "`benchmarks/results/held.md` sets them beside the generic neck, bent as far to one side."
    yield ""


def _top(emg: EmgRecording) -> float:
    return float(np.ceil(emg.values[emg.known].max()))


def _pair(
    name: str, pair: list[int], emg: EmgRecording, bending: np.ndarray, held: np.ndarray
) -> list[str]:
    known = emg.known[:, pair].all(axis=1)
    values = emg.values[:, pair]
    least = np.quantile(values[known], LEAST, axis=0)
    mean = values[known & held].mean(axis=0)
    r = [pearson(values[known, k], bending[known]) for k in range(2)]
    shared = co_contraction(values[:, 0], values[:, 1], known)
    return [
        name.replace("_", " "),
        f"{least[0]:.2f} / {least[1]:.2f}",
        f"{mean[0]:.2f} / {mean[1]:.2f}",
        f"{mean[0] / least[0]:.1f} / {mean[1] / least[1]:.1f}",
        f"{mean[0] / mean[1]:.2f}",
        f"{shared:.2f}",
        f"{r[0]:.2f} / {r[1]:.2f}",
    ]


def ranges(folder: Path, table: Table) -> Iterator[str]:
    """Farthest angles of each trial."""
    rows = []
    for path in sorted(folder.glob("*_neckangle.csv")):
        angles = read_named(path, ANGLES).values
        trial = path.name.removesuffix("_neckangle.csv")
        emg = "yes" if (folder / f"permve_{trial}.csv").exists() else "no"
        ends = zip(angles.min(axis=0), angles.max(axis=0), strict=True)
        rows.append([f"`{path.name}`", *(f"{low:.0f} to {high:.0f}" for low, high in ends), emg])
    yield "Degrees, signs as in the files."
    yield ""
    yield from table(["file", *ANGLES, "EMG"], rows)
