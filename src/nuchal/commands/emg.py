"""A recording with EMG: measured and modelled activations side by side, in files and a figure."""

from dataclasses import dataclass
from pathlib import Path

from nuchal.assessment.assess import Normal
from nuchal.assessment.healthy import healthy_movement
from nuchal.commands.emg_files import EMG_FILES, write_comparison
from nuchal.commands.emg_readings import with_readings
from nuchal.commands.emg_signals import Compared, EmgComparing, read_signals
from nuchal.commands.forces import estimate_tracked, healthy_forces
from nuchal.commands.options import ForceOptions
from nuchal.commands.own_range import track_recordings
from nuchal.commands.plan import plan_of
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.emg.comparison import compare
from nuchal.io.subject import read_subject
from nuchal.records import Subject
from nuchal.report.summaries.emg import Agreement


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
        write=lambda found, folder: write_comparison(found, folder, figures=options.figures),
        progress=progress,
    )


def _find(recording: Path, person: Subject, options: EmgOptions, progress: Progress) -> Compared:
    signals = read_signals(recording, options.emg, person, options)
    progress("tracking", 0.05)
    plan, (tracked,) = track_recordings([recording], plan_of(person, options))
    estimate = estimate_tracked(tracked, plan, progress).estimate
    progress("comparing", 0.5)
    found = compare(recording, estimate, plan.anatomy, signals, plan.settings, options)
    normal = None
    if options.mvc:
        progress("forces of the healthy movement", 0.6)
        healthy = healthy_movement(plan.person.age_years, plan.anatomy)
        normal = Normal(healthy, healthy_forces(plan, healthy.motion, "own"))
    (read,) = with_readings([found], [estimate], plan.anatomy, normal)
    return Compared(read or found, estimate)
