"""A recording with EMG: measured and modelled activations side by side, in files and a figure."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.commands.emg_signals import Compared, EmgComparing, read_signals
from nuchal.commands.forces import estimate_recording
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.commands.tables import STATUS_FILE, rows_known, write_status
from nuchal.emg.comparison import compare
from nuchal.emg.records import EmgComparison
from nuchal.io.opensim.storage import write_storage
from nuchal.io.subject import read_subject
from nuchal.records import Subject
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


@dataclass(frozen=True, kw_only=True)
class EmgOptions(ForceOptions, EmgComparing):
    """What :func:`run_emg` may be told beside the recording and the person.

    Attributes:
        emg: File of the EMG; the recording itself if not given.
        figures: Draw a figure.
    """

    emg: Path | None = None
    figures: bool = True


def run_emg(
    recording: Path,
    *,
    subject: Path,
    out: Path,
    options: EmgOptions,
    progress: Progress = silent,
) -> Result[Compared, Agreement]:
    """Compare measured EMG with the model's activations, and write a folder.

    Args:
        recording: markers or coordinates; a C3D or Nexus CSV may hold the EMG as well.
        subject: the person's measures, a ``person.toml``; ``[emg]`` may name channels.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    return run_into(
        out,
        inputs=(recording, subject, options.emg, options.static, options.network, *options.mvc),
        names=EMG_FILES,
        find=lambda: _find(recording, read_subject(subject), options, progress),
        write=lambda found, folder: _write(found, folder, options),
        progress=progress,
    )


def _find(recording: Path, person: Subject, options: EmgOptions, progress: Progress) -> Compared:
    signals = read_signals(recording, options.emg, person, options)
    plan = plan_of(person, options)
    estimate = estimate_recording(recording, plan, progress).estimate
    progress("comparing", 0.7)
    return Compared(
        compare(recording, estimate, plan.anatomy, signals, plan.settings, options), estimate
    )


def _write(found: Compared, folder: Path, options: EmgOptions) -> Agreement:
    summary = summarise_agreement(*found)
    _write_tables(found.comparison, folder, seen=rows_known(found.estimate))
    write_status(found.estimate, folder)
    summary.write(folder / "agreement.json")
    summarise(found.estimate).write(folder / "summary.json")
    if options.figures:
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
