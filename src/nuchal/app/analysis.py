"""The analysis that the page runs, in a worker: the one place that knows which."""

import json
from collections.abc import Sequence
from pathlib import Path

from nuchal.app.analysed import NECK, REPORT, Analysed
from nuchal.app.choices import Choices
from nuchal.app.work import tell
from nuchal.io.subject import read_subject
from nuchal.report.scene.neck_motion import neck_document, recorded_movement
from nuchal.workflows.estimate import estimate_recording
from nuchal.workflows.estimate_options import EstimateOptions
from nuchal.workflows.tables import write_tables


def ready() -> None:
    """Nothing; a worker that is asked for it has loaded all that an analysis needs."""


def analyse(
    trials: Sequence[Path], static: Path | None, choices: Choices, *, work: Path, out: Path
) -> Analysed:
    """Assess recordings of one person.

    Args:
        trials: recordings of movement.
        static: one at rest, if there is one.
        choices: the person, and how recordings are to be read.
        work: where progress and the necks in motion are written.
        out: where the results go.

    Raises:
        NuchalError: something given cannot be used.
    """
    person_file = choices.write_person(work)
    person = read_subject(person_file)
    options = EstimateOptions(static=static, units=choices.units, tracking=choices.tracking)
    progress_file = work / "progress.json"
    for k, trial in enumerate(trials):
        base = k / len(trials)

        def progress(doing: str, share: float, base: float = base, name: str = trial.name) -> None:
            tell(progress_file, f"{name}: {doing}", base + share / len(trials))

        estimate, anatomy = estimate_recording(trial, person, options, progress)
        place = out / trial.stem
        place.mkdir(parents=True)
        write_tables(estimate, place, diagnostics=False)
        document = neck_document(
            anatomy, [recorded_movement(estimate, "As recorded")], title=trial.name
        )
        (work / NECK.format(number=k)).write_text(json.dumps(document), "utf-8")
    (out / REPORT).write_text("<h1>Report</h1>", "utf-8")
    return Analysed(trials=tuple(one.name for one in trials), files=_listed(out))


def _listed(out: Path) -> tuple[str, ...]:
    return tuple(sorted(str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()))
