"""An example patient, who comes with nuchal, becomes an assessment."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from nuchal.commands.assess import AssessOptions, run_assess
from nuchal.commands.assess_files import SUMMARY_FILE, Assessed, file_names, folders_of
from nuchal.commands.folder import PERSON_FILE, recordings_in
from nuchal.commands.read_back import read_document
from nuchal.commands.run import Progress, Result, silent
from nuchal.conventions import Patient
from nuchal.errors import OutputError, RecordingError
from nuchal.io.output.failures import OUT
from nuchal.io.subject import read_subject
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.summaries.parts import participant

TRUTH_FILE: Final = "truth.toml"


def example_patient(patient: Patient = "0") -> Path:
    """The folder of a made patient who comes with nuchal; nobody was measured.

    Five recordings (``.trc``), the person's measures (``person.toml``), and what is true of the
    neck that made them (``truth.toml``).

    Args:
        patient: one of the six.
    """
    return Path(str(files("nuchal").joinpath("examples", "patients", patient)))


def run_demo(
    out: Path, *, patient: Patient = "0", progress: Progress = silent
) -> Result[Assessed, AssessmentSummary]:
    """Assess one of the patients who come with nuchal, as ``nuchal assess`` does.

    Args:
        out: the folder for the results, whole or not at all; new, empty, or an earlier run's.
        patient: one of the six.
        progress: told what is being done and which share of it is.

    Raises:
        OutputError: the folder cannot be written, or holds something else.
    """
    home = example_patient(patient)
    recordings = recordings_in(home)
    _refuse_to_mix(out, file_names(folders_of(recordings)))
    return run_assess(
        recordings,
        subject=home / PERSON_FILE,
        out=out,
        options=AssessOptions(),
        progress=progress,
    )


def _refuse_to_mix(out: Path, ours: tuple[str, ...]) -> None:
    """Refuse a folder that holds anything that an earlier run of this command did not write."""
    held = [path for path in out.rglob("*") if not path.is_dir()] if out.is_dir() else []
    if not held:
        return
    if {path.relative_to(out).as_posix() for path in held} <= set(ours) and _is_of_a_patient(out):
        return
    raise OutputError("output.holds_others", out, remedy=OUT)


def _is_of_a_patient(out: Path) -> bool:
    """Whether it is an assessment of somebody who comes with nuchal."""
    try:
        person = read_document(out / SUMMARY_FILE, AssessmentSummary).subject
    except RecordingError:
        return False
    homes = example_patient().parent.iterdir()
    return any(person == participant(read_subject(home / PERSON_FILE)) for home in homes)
