"""``report.html``: an assessment to read, in one file that opens anywhere."""

from html import escape
from pathlib import Path

from nuchal.assessment.findings import Assessment
from nuchal.report.assessment_summary import summarise_assessment


def write_report(found: Assessment, path: Path) -> None:
    """Write the report.

    Raises:
        OSError: where ``path`` cannot be written.
    """
    text = summarise_assessment(found).model_dump_json(indent=2)
    path.write_text(f"<!doctype html><title>nuchal</title><pre>{escape(text)}</pre>", "utf-8")
