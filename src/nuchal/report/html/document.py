"""``report.html``: an assessment to read, in one file that opens anywhere."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Float
from markupsafe import Markup

from nuchal.assessment.records import Assessment
from nuchal.emg.records import EmgComparison
from nuchal.model.clinical import muscle_pairs, tracked_frames
from nuchal.report.figures.style import ANGLE_LINES, SIDE_LINES
from nuchal.report.html import force_sections, movement_sections, quality_sections
from nuchal.report.html.candidates import candidates
from nuchal.report.html.coactivity import coactivity
from nuchal.report.html.curves import Curves, gathered
from nuchal.report.html.envelope_parts import three_dimensional
from nuchal.report.html.first import first_page, headline
from nuchal.report.html.load_section import loads
from nuchal.report.html.packing import packed_json, packed_plotly, template
from nuchal.report.html.page import Page, Section, filled, page_of
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.text import Language, muscle_name, say

# All sections after the first page, in reading order. A section is a function of a page, None where
# there is nothing to say; its title is the text ``section.<anchor>``.
SECTIONS: Final[tuple[Callable[[Page], Section | None], ...]] = (
    movement_sections.envelopes,
    movement_sections.ranges,
    movement_sections.moves,
    force_sections.forces,
    candidates,
    force_sections.ratios,
    force_sections.stiff,
    force_sections.sides,
    coactivity,
    loads,
    force_sections.emg,
    quality_sections.recordings,
    quality_sections.quality,
    movement_sections.match,
    movement_sections.marker_test,
    quality_sections.assumptions,
    quality_sections.methods,
)


def write_report(
    found: Assessment,
    summary: AssessmentSummary,
    path: Path,
    *,
    emg: Sequence[EmgComparison | None] = (),
    language: Language = "en",
) -> None:
    """Write the report.

    Args:
        found: what is reported.
        summary: its figures, as ``assessment.json`` has them.
        path: the file.
        emg: measured EMG of each recording, where there is any.
        language: of the first page and the directions; whatever it lacks is in English.

    Raises:
        OSError: where ``path`` cannot be written.
    """
    path.write_text(report_html(found, summary, emg=emg, language=language), "utf-8")


def report_html(
    found: Assessment,
    summary: AssessmentSummary,
    *,
    emg: Sequence[EmgComparison | None] = (),
    live: bool = True,
    language: Language = "en",
) -> str:
    """The report as the text of one file that needs no other.

    Args:
        found: what is reported.
        summary: its figures, as ``assessment.json`` has them.
        emg: measured EMG of each recording, where there is any.
        live: with pictures that a browser draws, beside those that stand still.
        language: of the first page and the directions; whatever it lacks is in English.
    """
    page = page_of(found, summary, emg=emg, live=live, language=language)
    return str(
        filled(
            "report.html",
            language,
            headline=headline(page),
            summary=page.summary,
            style=Markup(template("style.css")),
            first=first_page(page),
            sections=[made for section in SECTIONS if (made := section(page)) is not None],
            english=Markup("" if language == "en" else ' lang="en"'),
            title=partial(_title, page),
            live=live,
            plotly=packed_plotly() if live else "",
            data=packed_json(_live_data(page)) if live else "",
            script=Markup(template("report.js")),
        )
    )


def _title(page: Page, section: Section) -> str:
    return say(f"section.{section.anchor}", muscles=len(page.summary.muscles))


def _live_data(page: Page) -> dict[str, Any]:
    """The numbers behind the pictures that move, as whole numbers in tenths of a unit.

    Envelopes [0.1 mm], forces [0.1 N] and angles [0.1 degrees].
    """
    found = page.found
    shown = [
        _curves(name, one, found.trials[k].angles_deg, tracked_frames(found.estimates[k]))
        for k, (name, one) in enumerate(page.actual)
    ]
    angles = found.geometry.healthy.angles_deg
    healthy = _curves("healthy movement", page.healthy, angles, np.ones(len(angles), bool))
    return {
        "envelopes": three_dimensional(found.geometry),
        "recordings": shown,
        "healthy": healthy,
        "muscles": [
            {"name": muscle_name(one.name), "right": one.right, "left": one.left}
            for one in muscle_pairs()
        ],
        "sides": {name: line["color"] for name, line in SIDE_LINES.items()},
        "angles": [line["color"] for line in ANGLE_LINES],
    }


def _curves(
    name: str, one: Curves, angles_deg: Float[np.ndarray, "t 3"], known: np.ndarray
) -> dict[str, Any]:
    time = one.start_s + one.step_s / one.frames * np.arange(len(angles_deg))
    turned = gathered(time, angles_deg, known, known, size=one.frames, within=None)
    return {
        "name": name,
        "start": round(one.start_s, 4),
        "step": round(one.step_s, 6),
        "kind": one.kind.tolist(),
        "known": turned.kind.tolist(),
        "force": _tenths(one.ends.reshape(-1, one.ends.shape[2])),
        "low": None if one.low is None else _tenths(one.low),
        "high": None if one.high is None else _tenths(one.high),
        "angles": _tenths(turned.ends.reshape(-1, 3)),
    }


def _tenths(values: Float[np.ndarray, "n m"]) -> list[list[int]]:
    whole: list[list[int]] = np.round(10.0 * values).astype(int).T.tolist()
    return whole
