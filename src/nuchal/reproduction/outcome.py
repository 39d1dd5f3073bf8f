"""What each stage leaves behind: tables as CSV, the rest as JSON, figures as SVG."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from nuchal.assessment.envelopes.overlap import paired_test
from nuchal.model.generic import MUSCLES
from nuchal.report.figures.emg import emg_figure
from nuchal.report.figures.reproduction import envelopes_figure, ratios_figure
from nuchal.report.figures.style import save_vector
from nuchal.reproduction.forces import Table2
from nuchal.reproduction.forces import rows_of as rows_of_forces
from nuchal.reproduction.judged import Judged
from nuchal.reproduction.population import Measured
from nuchal.reproduction.population import rows_of as rows_of_people

JudgedBy = Mapping[tuple[str, str], Judged]
PEOPLE: Final = ("healthy", "patient")
WAYS: Final = ("networks", "optimisation", "recommended")
# The recording that figures 5 and 6 show: nodding, in which the paper's muscles take turns.
_SHOWN: Final = "3_flexion"


def write_table_1(groups: Sequence[Measured], path: Path) -> None:
    """Means and covariances of the body measures."""
    write_rows(rows_of_people(tuple(groups)), path)


def write_table_2(found: Table2, path: Path) -> None:
    """Accuracy of the networks, muscle by muscle."""
    write_rows(rows_of_forces(found), path)


def write_judged(found: JudgedBy, folder: Path) -> None:
    """Table 3, and figures 5, 6, 7a and 7b."""
    told = {
        "table_3": _table_3(found),
        "emg": {"_".join(key): _emg(one) for key, one in found.items()},
        "figure_6": _figure_6(found),
    }
    (folder / "judged.json").write_text(json.dumps(told, indent=2, allow_nan=False), "utf-8")
    write_rows(_peaks(found), folder / "figure_7b.csv")
    by_optimisation = {whose: found[whose, "optimisation"] for whose in PEOPLE}
    for number, whose in zip((5, 6), PEOPLE, strict=True):
        _draw_emg(by_optimisation[whose], folder / f"figure_{number}.svg")
        geometry = by_optimisation[whose].geometry
        save_vector(envelopes_figure(geometry.envelopes, whose), folder / f"figure_7a_{whose}.svg")
    peaks = {whose: found[whose, "networks"].peaks for whose in PEOPLE}
    save_vector(ratios_figure(peaks), folder / "figure_7b.svg")


def _table_3(found: JudgedBy) -> dict[str, Any]:
    iou = {
        whose: {
            one.marker: one.with_match.iou or 0.0
            for one in found[whose, "optimisation"].geometry.envelopes
        }
        for whose in PEOPLE
    }
    test = paired_test(*(np.array(list(iou[whose].values())) for whose in PEOPLE))
    told = None if test is None else {"t": test.t, "p": test.p, "difference": test.difference}
    return {"iou": iou, "paired_test": told}


def _emg(one: Judged) -> dict[str, float | None]:
    """Mean correlation of each muscle over the recordings."""
    found: dict[str, list[float]] = {}
    for recording in one.emg:
        for mapped, agreed in zip(recording.mapped, recording.agreement, strict=True):
            if agreed.correlation is not None:
                found.setdefault(mapped.label, []).append(agreed.correlation.r)
    return {label: float(np.mean(values)) for label, values in found.items()}


def _figure_6(found: JudgedBy) -> list[dict[str, Any]]:
    """The patient's EMG and predicted activation over the healthy person's, muscle by muscle."""
    means = {
        (whose, kind): _levels(found[whose, "optimisation"], kind)
        for whose in PEOPLE
        for kind in ("emg", "model")
    }
    rows = []
    for label in means["healthy", "emg"]:
        emg, model = (
            means["patient", kind][label] / means["healthy", kind][label]
            for kind in ("emg", "model")
        )
        rows.append({"muscle": label, "emg": emg, "predicted": model, "reading": _read(emg, model)})
    return rows


def _levels(one: Judged, kind: str) -> dict[str, float]:
    levels: dict[str, list[np.ndarray]] = {}
    for recording in one.emg:
        tracks, compared = recording.tracks, recording.tracks.compared
        values = tracks.emg if kind == "emg" else tracks.model
        for c, mapped in enumerate(recording.mapped):
            levels.setdefault(mapped.label, []).append(values[compared[:, c], c])
    return {label: float(np.concatenate(parts).mean()) for label, parts in levels.items()}


def _read(emg: float, model: float) -> str:
    """As the paper reads its figure 6."""
    if emg > 1.0 > model:
        return "compensation"
    return "inhibition" if emg < 1.0 < model else "as the movement asks"


def _peaks(found: JudgedBy) -> list[dict[str, object]]:
    """Ratios of peak forces, as figure 7b has them; none where a muscle hardly works."""
    return [
        {"muscle": muscle}
        | {
            f"{whose}_{way}": float(one.peaks.value[k]) if one.peaks.defined[k] else None
            for (whose, way), one in found.items()
        }
        for k, muscle in enumerate(MUSCLES)
    ]


def _draw_emg(one: Judged, path: Path) -> None:
    (shown,) = (k for k, emg in enumerate(one.emg) if emg.recording.stem == _SHOWN)
    save_vector(emg_figure(one.emg[shown], one.estimates[shown].estimate), path)


def write_rows(rows: Sequence[Mapping[str, object]], path: Path) -> None:
    """Write rows with the same columns as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
