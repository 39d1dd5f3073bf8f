"""``report.html``: an assessment to read, in one file that opens anywhere."""

from pathlib import Path

from markupsafe import Markup

from nuchal.assessment.findings import Assessment
from nuchal.report.assessment.first import first_page, headline
from nuchal.report.assessment.live import live_data
from nuchal.report.assessment.packing import packed_json, packed_plotly, template
from nuchal.report.assessment.page import filled, page_of
from nuchal.report.assessment.sections import SECTIONS


def write_report(found: Assessment, path: Path) -> None:
    """Write the report.

    Raises:
        OSError: where ``path`` cannot be written.
    """
    path.write_text(report_html(found), "utf-8")


def report_html(found: Assessment, *, live: bool = True) -> str:
    """The report as the text of one file that needs no other.

    Args:
        found: what is reported.
        live: with pictures that a browser draws, beside those that stand still.
    """
    page = page_of(found, live=live)
    return filled(
        "report.html",
        headline=headline(page),
        summary=page.summary,
        style=Markup(template("style.css")),
        first=first_page(page),
        sections=[section(page) for section in SECTIONS],
        live=live,
        plotly=packed_plotly() if live else "",
        data=packed_json(live_data(page)) if live else "",
        script=Markup(template("report.js")),
    )
