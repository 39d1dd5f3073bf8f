"""``nuchal study``: assess everybody, then write the tables, statistics and figures of all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from nuchal.commands.run import Progress, Result, silent
from nuchal.commands.study.files import FILES, write_study
from nuchal.commands.study.methods import methods_of
from nuchal.commands.study.plan import StudyPlan, Visit, plan_study
from nuchal.commands.study.statistics import NAMES, compare
from nuchal.commands.study.tables import Rows, tables_of
from nuchal.commands.study.work import assess_visits, fitting_workers, folder_of
from nuchal.errors import DatasetError, Naming, Setting, StudyError, in_python, need_extra
from nuchal.io.output.folders import check_writable, staged
from nuchal.report.summaries.study import LeftOut, StudySummary, VisitPart

# Shares of a run that are done when everybody is assessed, and when tables are made.
_ASSESSED: Final = 0.94
_TOLD: Final = 0.97
# Told each visit that is over, what was left out of it or that it was itself, and whether its
# assessment was there already.
OnVisit: TypeAlias = Callable[[Visit, Sequence[LeftOut], bool], object]


@dataclass(frozen=True, kw_only=True)
class StudyOptions:
    """What :func:`run_study` may be told beside the study's file.

    Attributes:
        workers: How many people are assessed at the same time, each in a process of its own; as
            many as processors and memory allow if not given. With one all is done in this process;
            with more, a script has to call it under ``if __name__ == "__main__":``.
        cluster: Address of a Dask scheduler whose workers do it instead; they see the same folders
            under the same names.
    """

    workers: int | None = None
    cluster: str | None = None


class NobodyLeftError(StudyError):
    """Nothing of a study could be assessed; the sentence ends with why the first could not."""

    def sentence(self, naming: Naming = in_python) -> str:
        """One sentence, then the first one's own, uncut."""
        return f"{super().sentence(naming)} {self.values['reason']}"


@dataclass(frozen=True)
class Study:
    """What a study found.

    Attributes:
        tables: Rows of each table, by its name.
        summary: As ``study.json`` has it.
        kept: How many assessments were there already, of the same inputs and options.
    """

    tables: Mapping[str, Rows]
    summary: StudySummary
    kept: int


def run_study(
    study: Path,
    *,
    out: Path,
    options: StudyOptions | None = None,
    progress: Progress = silent,
    on_visit: OnVisit = lambda _visit, _lost, _kept: None,
) -> Result[Study, StudySummary]:
    """Assess all people of a study, and write their tables, statistics, figures and a page.

    What is there already, whole and of the same inputs and options, is kept, so that a study that
    was killed goes on. A recording or a person that cannot be used is left out and listed.

    Args:
        study: ``STUDY.toml``, which says where people, sessions and groups are.
        out: the folder for the results.
        options: everything else.
        progress: told what is being done and which share of it is.
        on_visit: told of each visit when it is over.

    Raises:
        NuchalError: the file is wrong, nobody could be assessed, or ``out`` cannot be written.
    """
    need_extra("study")
    options = options or StudyOptions()
    if options.cluster is not None and options.workers is not None:
        raise DatasetError(
            "cluster.two_places", cluster=Setting("cluster"), workers=Setting("workers")
        )
    plan = plan_study(study, out)
    inputs = (study, *(path for visit in plan.visits for path in visit.inputs))
    check_writable(out, inputs=inputs, names=FILES)
    there, left_out = _assessed(plan, out, options, progress, on_visit)
    progress("tables and statistics", _ASSESSED)
    found = _found(plan, out, there, left_out)
    progress("figures", _TOLD)
    with staged(out, inputs=inputs, ours=FILES) as folder:
        write_study(found.tables, found.summary, folder)
    progress("done", 1.0)
    return Result(found=found, summary=found.summary, out=out)


def _assessed(
    plan: StudyPlan, out: Path, options: StudyOptions, progress: Progress, on_visit: OnVisit
) -> tuple[dict[Visit, bool], list[LeftOut]]:
    """Visits that have an assessment, with whether it was kept; and all that is left out."""
    there: dict[Visit, bool] = {}
    left_out = list(plan.left_out)
    progress(_doing(plan, 0), 0.0)
    workers = options.workers or fitting_workers()
    runs = assess_visits(
        plan.visits, out.resolve(), plan.options, workers=workers, cluster=options.cluster
    )
    for done, (visit, lost, kept) in enumerate(runs, start=1):
        left_out += lost
        on_visit(visit, lost, kept)
        if all(one.recording is not None for one in lost):
            there[visit] = kept
        progress(_doing(plan, done), _ASSESSED * done / len(plan.visits))
    if not there:
        sessions = [one for one in left_out if one.session is not None] or left_out
        first = min(sessions, key=lambda one: (one.person, one.session or ""))
        raise NobodyLeftError(
            "study.none_left",
            count=len(sessions),
            person=first.person,
            session=first.session,
            reason=first.reason,
        )
    return there, left_out


def _doing(plan: StudyPlan, done: int) -> str:
    return f"{done} of {len(plan.visits)} assessed"


def _found(
    plan: StudyPlan, out: Path, there: Mapping[Visit, bool], left_out: Sequence[LeftOut]
) -> Study:
    """Everything that there is to say, in the order of the plan."""
    visits = [visit for visit in plan.visits if visit in there]
    order = {(visit.person, visit.session): k for k, visit in enumerate(plan.visits)}
    lost = sorted(left_out, key=lambda one: order.get((one.person, one.session or ""), len(order)))
    tables = tables_of(
        [(visit, folder_of(out, visit)) for visit in visits], {v: _lost_of(v, lost) for v in visits}
    )
    statistics = compare(tables, plan.groups, plan.sessions, plan.correction)
    parts = [
        VisitPart(
            person=visit.person, session=visit.session, group=visit.group,
            folder=folder_of(Path(), visit).as_posix(),
            **{name: row[name] for name in ("recordings", "frames", "usable_frames")},
        )
        for visit, row in zip(visits, tables["people"], strict=True)
    ]  # fmt: skip
    summary = StudySummary(
        groups=list(plan.groups),
        sessions=list(plan.sessions),
        options=dict(plan.options),
        correction=NAMES[plan.correction],
        visits=parts,
        left_out=lost,
        statistics=statistics,
        methods=methods_of(plan, parts, tables["people"], statistics),
    )
    tables["statistics"] = [one.model_dump() for one in statistics]
    tables["left_out"] = [one.model_dump() for one in lost]
    return Study(tables, summary, sum(there.values()))


def _lost_of(visit: Visit, lost: Sequence[LeftOut]) -> int:
    """How many recordings of a visit are left out."""
    return sum((one.person, one.session) == (visit.person, visit.session) for one in lost)
