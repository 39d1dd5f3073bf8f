"""Two visits of one person, or two people, become a comparison."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from nuchal.assessment.assess import AssessmentSettings
from nuchal.assessment.visits.compare import compare_visits
from nuchal.assessment.visits.records import Comparison
from nuchal.assessment.visits.repeatability import STANDARD_ERROR_DEG, Repeatability
from nuchal.commands.assess import AssessOptions, assess_recordings
from nuchal.commands.assess_files import (
    SUMMARY_FILE,
    Assessed,
    AssessmentFiles,
    file_names,
    folders_of,
    write_assessment,
)
from nuchal.commands.folder import PERSON_FILE, some_recordings_in
from nuchal.commands.options import ForceOptions
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.commands.visit import Seen, read_visit, visit_of
from nuchal.errors import NuchalError, OutputError, RecordingError, Setting
from nuchal.io.subject import read_subject
from nuchal.optimisation.own_strength import neck_of
from nuchal.plain_text import file_name
from nuchal.report.html.comparison import write_comparison
from nuchal.report.summaries.compared import summarise_comparison
from nuchal.report.summaries.comparison import ComparisonSummary
from nuchal.report.summaries.comparison_words import in_short

_OURS = ("comparison.json", "comparison.html")
_SIDES = ("before", "after")


@dataclass(frozen=True, kw_only=True)
class CompareOptions(ForceOptions, AssessmentSettings):
    """What :func:`run_compare` may be told beside the two folders.

    Those of forces and recordings are for folders of recordings, which are assessed first.

    Attributes:
        two_people: Compare two people, and not two visits of one.
        standard_error_deg: By how much one direction differs from visit to visit of an unchanged
            person; of the laboratory that measured, if it knows.
        pattern: Which files of a folder are recordings.
        relocation_pattern: Which of them are of a head that comes back to where it was.
        names: What both are called; as their folders if not given.
    """

    two_people: bool = False
    standard_error_deg: float = STANDARD_ERROR_DEG
    pattern: str | None = None
    relocation_pattern: str | None = None
    names: tuple[str, str] | None = None


class Compared(NamedTuple):
    """A comparison, its figures, and those assessments that were made for it."""

    comparison: Comparison
    summary: ComparisonSummary
    made: tuple["Made | None", "Made | None"]


class Made(NamedTuple):
    """An assessment that was made for a comparison."""

    assessed: Assessed
    recordings: tuple[Path, ...]


class Given(NamedTuple):
    """One of the two folders.

    Attributes:
        recordings: None where it holds an assessment.
    """

    folder: Path
    recordings: tuple[Path, ...] | None

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files that are read."""
        if self.recordings is None:
            return (self.folder / SUMMARY_FILE,)
        return (self.folder / PERSON_FILE, *self.recordings)


def run_compare(
    before: Path,
    after: Path,
    *,
    out: Path,
    options: CompareOptions,
    progress: Progress = silent,
) -> Result[Compared, ComparisonSummary]:
    """Compare two visits, and write a report and its figures as JSON.

    Args:
        before: the folder of an assessment, or one of recordings with a ``person.toml``, which are
            assessed then, into ``out/before``.
        after: likewise of the second visit, or of the second person.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    given = [_given(folder, options) for folder in (before, after)]
    if before.resolve() == after.resolve():
        raise RecordingError("compare.same", after)
    _refuse_in_vain(given, options)
    for one in given:
        if one.recordings is not None and out.resolve().is_relative_to(one.folder.resolve()):
            raise OutputError("compare.inside", out, folder=one.folder, remedy=Setting("out"))
    return run_into(
        out,
        inputs=[path for one in given for path in one.inputs],
        names=[*_OURS, *_names(_SIDES[0], given[0]), *_names(_SIDES[1], given[1])],
        find=lambda: compare_folders(given[0], given[1], options, progress),
        write=_write,
        progress=progress,
    )


def compare_folders(
    before: Given, after: Given, options: CompareOptions, progress: Progress = silent
) -> Compared:
    """Compare two folders; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    seen, made = [], []
    for k, one in enumerate((before, after)):
        assessed = None if one.recordings is None else _assessed(one, options, k, progress)
        made.append(assessed)
        seen.append(read_visit(one.folder) if assessed is None else visit_of(assessed.assessed))
    progress("comparing", 0.85)
    _check_alike(*seen, folder=after.folder)
    first, second = seen
    necks = [neck_of(one.visit.person, one.summary.preset) for one in seen]
    comparison = compare_visits(
        first.visit,
        second.visit,
        anatomies=(necks[0], necks[1 if options.two_people else 0]),
        preset=first.summary.preset,
        repeats=Repeatability(standard_error_deg=options.standard_error_deg),
    )
    people: Literal[1, 2] = 2 if options.two_people else 1
    summary = summarise_comparison(
        comparison,
        (first.summary, second.summary),
        options.names or _called(before, after),
        people=people,
    )
    told = summary.model_copy(update={"text": in_short(summary)})
    return Compared(comparison, told, (made[0], made[1]))


def _given(folder: Path, options: CompareOptions) -> Given:
    if not folder.is_dir():
        raise RecordingError("compare.no_folder", folder, person=PERSON_FILE)
    if (folder / SUMMARY_FILE).exists():
        return Given(folder, None)
    if not (folder / PERSON_FILE).exists():
        raise RecordingError("compare.neither", folder, assessment=SUMMARY_FILE, person=PERSON_FILE)
    static = None if options.static is None else options.static.name
    return Given(folder, some_recordings_in(folder, options.pattern, static=static))


def _called(before: Given, after: Given) -> tuple[str, str]:
    return file_name(before.folder.resolve()), file_name(after.folder.resolve())


def _refuse_in_vain(given: Sequence[Given], options: CompareOptions) -> None:
    """What is said of recordings has no effect where none are assessed."""
    if any(one.recordings is not None for one in given):
        return
    for setting in ("pattern", "relocation_pattern"):
        if getattr(options, setting) is not None:
            raise NuchalError("compare.of_recordings", given=Setting(setting))


def _names(side: str, given: Given) -> Sequence[str]:
    if given.recordings is None:
        return ()
    return [f"{side}/{name}" for name in file_names(folders_of(given.recordings))]


def _assessed(given: Given, options: CompareOptions, k: int, progress: Progress) -> Made:
    recordings = given.recordings or ()
    shared = (*dataclasses.fields(ForceOptions), *dataclasses.fields(AssessmentSettings))
    told = {one.name: getattr(options, one.name) for one in shared}
    own = given.folder / options.static.name if options.static is not None else None
    if own is not None and own.exists():
        told["static"] = own
    pattern = options.relocation_pattern
    relocation = () if pattern is None else tuple(x for x in recordings if x.match(pattern))
    found = assess_recordings(
        recordings,
        read_subject(given.folder / PERSON_FILE),
        AssessOptions(**told, relocation=relocation),
        lambda doing, share: progress(f"{_SIDES[k]}: {doing}", 0.4 * (k + share)),
    )
    return Made(found, recordings)


def _check_alike(before: Seen, after: Seen, *, folder: Path) -> None:
    """Forces of different kinds are not compared."""
    first, second = before.summary.preset, after.summary.preset
    if first != second:
        raise RecordingError("compare.presets", folder, first=first, second=second)
    paper = [{one.method == "paper" for one in seen.summary.trials} for seen in (before, after)]
    if paper[0] != paper[1]:
        raise RecordingError("compare.methods", folder)


def _write(found: Compared, place: Path) -> ComparisonSummary:
    found.summary.write(place / _OURS[0])
    write_comparison(found.comparison, found.summary, place / _OURS[1])
    for side, made in zip(_SIDES, found.made, strict=True):
        if made is not None:
            folder = place / side
            folder.mkdir()
            write_assessment(made.assessed, folder, folders_of(made.recordings), AssessmentFiles())
    return found.summary
