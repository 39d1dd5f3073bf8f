"""The page of a study: figures, tables of statistics, who is left out, and methods for a paper."""

import base64
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final, NamedTuple

from markupsafe import Markup
from matplotlib.figure import Figure

from nuchal.model.clinical import side_of
from nuchal.model.generic import MUSCLES
from nuchal.report.figures.effects import contrasts
from nuchal.report.figures.study import Pictured
from nuchal.report.figures.style import styled
from nuchal.report.html.packing import template
from nuchal.report.html.page import filled, number
from nuchal.report.summaries.study import Comparison, StudySummary
from nuchal.report.text import muscle_name, say

_DPI: Final = 150
_DIGITS: Final = {"reach_deg": 1, "peak_speed_deg_s": 1, "smoothness": 2, "common_ratio": 2}


class _Block(NamedTuple):
    """A table of one comparison: one quantity of all directions or muscles."""

    title: str
    quantity: str
    digits: int
    rows: list[Comparison]
    folded: bool


class _Shown(NamedTuple):
    """A figure as the page holds it."""

    words: str
    in_words: str
    data: str


def study_html(summary: StudySummary, pictures: Sequence[Pictured]) -> str:
    """The whole page, without any other file.

    Args:
        summary: of the study.
        pictures: its figures, in order.
    """
    return str(
        filled(
            "study.html",
            style=Markup(template("style.css")),
            summary=summary,
            people=len({one.person for one in summary.visits}),
            pictures=[_Shown(one.words, one.in_words, _png(one.figure)) for one in pictures],
            contrasts=[(title, list(_blocks(those))) for title, those in contrasts(summary)],
            every=[one for one in summary.statistics if one.comparison == "all groups"],
            name_of=name_of,
            quantity_of=lambda one: say(f"study.{one}"),
            interval=interval,
        )
    )


def name_of(one: Comparison) -> str:
    """The direction or the muscle, in words."""
    if one.of not in MUSCLES:
        return one.of
    return f"{muscle_name(one.of)}, {side_of(one.of)}"


def interval(low: float | None, high: float | None, digits: int) -> str:
    """Two ends with a word between them, so that minus signs stay apart."""
    if low is None or high is None:
        return ""
    return say("study.from_to", low=number(low, digits), high=number(high, digits))


def _blocks(those: Sequence[Comparison]) -> Iterator[_Block]:
    for quantity, digits in _DIGITS.items():
        rows = [one for one in those if one.quantity == quantity]
        if rows:
            folded = quantity == "common_ratio"
            yield _Block(say(f"study.{quantity}"), quantity, digits, rows, folded)


@styled
def _png(figure: Figure) -> str:
    made = BytesIO()
    figure.savefig(made, format="png", dpi=_DPI, metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode("ascii")
