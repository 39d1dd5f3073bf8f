"""A recording and a person become muscle forces, in files and figures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.commands.assisted import AssistOptions, estimate_with_emg, refuse_unassisted
from nuchal.commands.forces import estimate_recording
from nuchal.commands.options import ForceOptions, HeadForceOptions
from nuchal.commands.plan import head_load, plan_of
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.commands.tables import NECK_FILE, TABLES, write_tables
from nuchal.io.opensim.external_loads import LOADS_FILE, TABLE_FILE, write_external_loads
from nuchal.io.opensim.model import write_osim
from nuchal.io.subject import read_subject
from nuchal.optimisation.own_strength import neck_of
from nuchal.records import Estimate, Subject
from nuchal.report.figures.all import FIGURES, write_figures
from nuchal.report.summaries.estimate import Summary, summarise

ESTIMATE_FILES: Final = (
    *TABLES, *FIGURES, "summary.json", NECK_FILE, LOADS_FILE, TABLE_FILE
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EstimateOptions(ForceOptions, HeadForceOptions, AssistOptions):
    """What :func:`run_estimate` may be told beside the recording and the person.

    Attributes:
        diagnostics: Write muscle lengths and moment arms too.
        figures: Draw figures.
    """

    diagnostics: bool = False
    figures: bool = True


def run_estimate(
    recording: Path,
    *,
    subject: Path,
    out: Path,
    options: EstimateOptions,
    progress: Progress = silent,
) -> Result[Estimate, Summary]:
    """Find the forces of all muscles from a recording, and write a folder.

    Args:
        recording: markers or coordinates, in any of the formats of ``io.recordings.read``.
        subject: the person's measures, a ``person.toml``.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    return run_into(
        out,
        inputs=(
            recording,
            subject,
            options.static,
            options.network,
            options.force,
            options.emg,
            *options.mvc,
        ),
        names=ESTIMATE_FILES,
        find=lambda: _find(recording, read_subject(subject), options, progress),
        write=lambda found, folder: _write(found, folder, options),
        progress=progress,
    )


def _find(
    recording: Path, person: Subject, options: EstimateOptions, progress: Progress
) -> Estimate:
    refuse_unassisted(options, options)
    plan = plan_of(person, options)
    if options.emg_weight is None:
        return estimate_recording(recording, plan, progress, options).estimate
    return estimate_with_emg(recording, plan, options, options, progress).estimate


def _write(found: Estimate, folder: Path, options: EstimateOptions) -> Summary:
    summary = summarise(found)
    neck = neck_of(found.subject, options.preset)
    write_tables(found, folder, diagnostics=options.diagnostics)
    if found.head_forces is not None:
        load = head_load(neck, options) if options.load_kg else None
        write_osim(folder / NECK_FILE, neck, load=load)
        write_external_loads(folder, found.head_forces, found.motion.time)
    summary.write(folder / "summary.json")
    if options.figures:
        write_figures(found, folder, anatomy=neck)
    return summary
