"""The analysis that the page runs, in a worker: the one place that knows which."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import nuchal
from nuchal.app.answers import CHANGES, NECK, Analysed, tell
from nuchal.app.choices import Choices
from nuchal.app.reading import about, opened, settled
from nuchal.assessment.records import Assessment
from nuchal.model.scaling import personalise
from nuchal.report.scene.beside import normal_beside
from nuchal.report.scene.neck_motion import neck_document, recorded_movement

_RECORDED: Final = "As recorded"
_NORMAL: Final = "What is normal"
# Share of the work that is done when the necks in motion are written.
_DRAWING: Final = 0.9


def analyse(
    trials: Sequence[Path],
    static: Path | None,
    choices: Choices,
    *,
    work: Path,
    out: Path,
    first: Path | None = None,
) -> Analysed:
    """Assess recordings of one person, as ``nuchal assess`` does.

    Args:
        trials: recordings of movement.
        static: one at rest, if there is one.
        choices: the person, and how recordings are to be read.
        work: where progress and the necks in motion are written.
        out: where the results go.
        first: the results of an earlier visit, which these are compared with.

    Raises:
        NuchalError: something given cannot be used.
    """
    told = work / "progress.json"
    rest = None if static is None else opened(about(static, choices), still=True)
    each = {path: settled(opened(about(path, choices)), choices, rest) for path in trials}
    found = nuchal.run_assess(
        trials,
        subject=choices.write_person(work),
        out=out,
        options=nuchal.AssessOptions(static=static, each=each),
        progress=lambda doing, share: tell(told, doing, _DRAWING * share),
    )
    if first is not None:
        tell(told, "comparing with the first visit", _DRAWING)
        names = nuchal.CompareOptions(names=("first", "second"))
        nuchal.run_compare(first, out, out=out / CHANGES, options=names)
    tell(told, "drawing the neck in motion", _DRAWING)
    _write_necks(found.found.assessment, work)
    files = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    return Analysed(
        trials=tuple(path.name for path in trials),
        files=tuple(files),
        compared=first is not None,
    )


def _write_necks(found: Assessment, work: Path) -> None:
    """One document for each recording, for the page's scene."""
    anatomy = personalise(found.subject)
    for k, (trial, estimate) in enumerate(zip(found.trials, found.estimates, strict=True)):
        movements = [recorded_movement(estimate, _RECORDED), normal_beside(found, k, _NORMAL)]
        document = neck_document(anatomy, movements, title=trial.name)
        (work / NECK.format(number=k)).write_text(json.dumps(document), "utf-8")
