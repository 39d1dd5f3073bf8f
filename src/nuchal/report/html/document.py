"""``report.html``: an assessment to read, in one file that opens anywhere."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from markupsafe import Markup

from nuchal.assessment.records import Assessment
from nuchal.emg.records import EmgComparison
from nuchal.report.html import force_sections, movement_sections, quality_sections
from nuchal.report.html.first import first_page, headline
from nuchal.report.html.live import live_data
from nuchal.report.html.packing import packed_json, packed_plotly, template
from nuchal.report.html.page import Page, Section, filled, page_of
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.text import Language, say

# All sections after the first page, in reading order. A section is a function of a page, None where
# there is nothing to say; its title is the text ``section.<anchor>``.
SECTIONS: Final[tuple[Callable[[Page], Section | None], ...]] = (
    movement_sections.envelopes,
    movement_sections.ranges,
    force_sections.forces,
    force_sections.ratios,
    force_sections.sides,
    force_sections.loads,
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
            data=packed_json(live_data(page)) if live else "",
            script=Markup(template("report.js")),
        )
    )


def _title(page: Page, section: Section) -> str:
    return say(f"section.{section.anchor}", muscles=len(page.summary.muscles))
