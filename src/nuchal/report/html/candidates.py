"""Muscles that may truly be asked much less or more of, each with its probability."""

from typing import Any, Final

from nuchal.assessment.muscles.changed import CALIBRATED
from nuchal.assessment.muscles.flags import ASKED
from nuchal.model.clinical import SIDES, Side
from nuchal.report.html.first import unjudged
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.html.verdicts import candidates_of

# Of a side, asked less or asked more of: so many are shown. ``assessment.json`` has all.
_MOST: Final = 3


def candidates(page: Page) -> Section:
    """By side, or why there are none."""
    part = page.summary.candidates
    body = filled(
        "candidates.html",
        part=part,
        unjudged=unjudged(page),
        preset=page.summary.preset,
        calibrated=CALIBRATED,
        sides=[(side, _of_side(page, side)) for side in SIDES],
    )
    return Section("candidates", body)


def _of_side(page: Page, side: Side) -> list[dict[str, Any]]:
    return [
        {"asked": asked, "shown": those[:_MOST], "more": max(0, len(those) - _MOST)}
        for asked in ASKED
        for those in [candidates_of(page.summary.candidates, side, asked)]
    ]
