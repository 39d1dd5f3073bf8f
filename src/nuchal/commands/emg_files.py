"""The folder of a recording with EMG: both curves, their agreement as JSON, and a figure."""

from pathlib import Path
from typing import Final

import numpy as np

from nuchal.commands.emg_signals import Compared
from nuchal.commands.tables import STATUS_FILE, rows_known, write_status
from nuchal.emg.records import EmgComparison
from nuchal.io.opensim.storage import write_storage
from nuchal.report.figures.emg import EMG_FIGURES, emg_figure
from nuchal.report.figures.style import save
from nuchal.report.summaries.emg import Agreement, summarise_agreement
from nuchal.report.summaries.estimate import summarise

EMG_FILES: Final = (
    "emg.sto",
    "emg_model.sto",
    STATUS_FILE,
    "agreement.json",
    "summary.json",
    *EMG_FIGURES,
)


def write_comparison(found: Compared, folder: Path, *, figures: bool) -> Agreement:
    """Write the folder.

    Raises:
        OSError: it cannot be written.
    """
    summary = summarise_agreement(*found)
    _write_tables(found.comparison, folder, seen=rows_known(found.estimate))
    write_status(found.estimate, folder)
    summary.write(folder / "agreement.json")
    summarise(found.estimate).write(folder / "summary.json")
    if figures:
        save(emg_figure(*found), folder, "emg")
    return summary


def _write_tables(found: EmgComparison, folder: Path, *, seen: np.ndarray) -> None:
    """Both curves at the frames of the motion that were seen and for which there is any EMG."""
    labels = [m.label for m in found.mapped]
    rows = found.tracks.known.any(axis=1) & seen
    share = "MVC" if found.maxima.origin == "mvc" else "own maximum; no MVC was given"
    for file, data, note in (
        ("emg.sto", found.tracks.emg, f"linear envelopes, 1 is the {share}; 0 where not known"),
        ("emg_model.sto", found.tracks.model, "activations of the same muscles, 0 to 1"),
    ):
        write_storage(
            folder / file,
            name=file.partition(".")[0],
            labels=labels,
            time=found.tracks.time[rows],
            data=data[rows],
            note=note,
        )
