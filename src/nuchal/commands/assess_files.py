"""The folder of an assessment: report, figures as JSON, and the tables of every recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from nuchal.assessment.records import Assessment
from nuchal.commands.tables import TABLES, write_tables
from nuchal.emg.records import EmgComparison
from nuchal.errors import NuchalError, RecordingError, Setting
from nuchal.plain_text import safe_names
from nuchal.report.html.document import report_html, write_report
from nuchal.report.html.pdf import check_pdf, write_pdf
from nuchal.report.summaries.assessment import AssessmentSummary, summarise_assessment
from nuchal.report.summaries.estimate import summarise
from nuchal.report.text import Language

SUMMARY_FILE: Final = "assessment.json"
_OF_PERSON: Final = (SUMMARY_FILE, "report.html", "report.pdf")
_OF_RECORDING: Final = (*TABLES, "summary.json")


@dataclass(frozen=True, kw_only=True)
class AssessmentFiles:
    """What is written of an assessment.

    Attributes:
        pdf: Write the report as PDF too.
        tables: Write every recording's tables too.
        diagnostics: Write muscle lengths and moment arms among them.
        language: Of the report's first page and of the directions; the rest is in English.
    """

    pdf: bool = False
    tables: bool = True
    diagnostics: bool = False
    language: Language = "en"


class Assessed(NamedTuple):
    """An assessment, and a comparison with EMG for each recording that holds any."""

    assessment: Assessment
    emg: tuple[EmgComparison | None, ...]


def check_files(files: AssessmentFiles) -> None:
    """See, before any work is done, whether all of it can be written here.

    Raises:
        EngineError: what PDF needs is missing.
    """
    if files.pdf:
        check_pdf()


def file_names(folders: Sequence[str]) -> tuple[str, ...]:
    """Every file that a run may write, relative to its folder."""
    return (*_OF_PERSON, *(f"{folder}/{file}" for folder in folders for file in _OF_RECORDING))


def write_assessment(
    found: Assessed, place: Path, folders: Sequence[str], files: AssessmentFiles
) -> AssessmentSummary:
    """Write the folder.

    Raises:
        OSError: it cannot be written.
    """
    assessment, emg = found
    summary = summarise_assessment(assessment, emg=emg)
    summary.write(place / SUMMARY_FILE)
    language = files.language
    write_report(assessment, summary, place / "report.html", emg=emg, language=language)
    if files.pdf:
        page = report_html(assessment, summary, emg=emg, live=False, language=language)
        write_pdf(page, place / "report.pdf")
    if files.tables:
        for folder, estimate in zip(folders, assessment.estimates, strict=True):
            (place / folder).mkdir()
            write_tables(estimate, place / folder, diagnostics=files.diagnostics)
            summarise(estimate).write(place / folder / "summary.json")
    return summary


def folders_of(recordings: Sequence[Path]) -> tuple[str, ...]:
    """One name for each recording: its file's, after its folder's where several are called alike.

    They are fit for folders on every system.

    Raises:
        RecordingError: one recording is given twice.
    """
    whole = [path.resolve() for path in recordings]
    for k, path in enumerate(whole):
        if path in whole[:k]:
            raise RecordingError("options.recording_twice", recordings[k])
    for depth in range(1, 1 + max(len(path.parts) for path in whole)):
        names = ["_".join([*path.parts[-depth:-1], path.stem]) for path in whole]
        if len(set(names)) == len(names):
            return safe_names(names, _OF_PERSON)
    return safe_names([path.stem for path in whole], _OF_PERSON)


def said_of(recordings: Sequence[Path], those: Sequence[Path], setting: str) -> tuple[bool, ...]:
    """Which recordings a setting names, such as ``spontaneous``.

    Raises:
        NuchalError: all of them, or one that is not among the recordings.
    """
    whole, said = ([path.resolve() for path in paths] for paths in (recordings, those))
    for path, given in zip(said, those, strict=True):
        if path not in whole:
            raise RecordingError("options.not_a_recording", given, given=Setting(setting))
    named = tuple(path in said for path in whole)
    if all(named):
        raise NuchalError("options.none_of_tasks", given=Setting(setting))
    return named
