"""A comparison to read: what has changed between two visits, or how two people differ."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from nuchal.assessment.envelopes.envelope import Envelope
from nuchal.assessment.envelopes.records import MarkerName
from nuchal.assessment.muscles.changed import LEAST_PROBABILITY
from nuchal.assessment.visits.records import Comparison
from nuchal.errors import phrase
from nuchal.model.generic import MUSCLES
from nuchal.report.html.envelope_parts import Shown, outlines_of, solid_mesh, tenths
from nuchal.report.html.in_words import two_envelopes_in_words
from nuchal.report.html.packing import packed_json, packed_plotly, template
from nuchal.report.html.page import filled
from nuchal.report.html.svg import inline_svg
from nuchal.report.html.two_ranges import two_ranges_figure
from nuchal.report.summaries.comparison import ComparisonSummary, TwoMusclesPart
from nuchal.report.summaries.comparison_words import headline
from nuchal.report.text import muscle_name, percent, say

SIGNS: Final = {
    "worse": "▼",
    "better": "▲",
    "unchanged": "=",
    "cannot be told": "?",
    "not tested": "–",
}
_MUSCLE_SIGNS: Final = {"less": "▼", "more": "▲"}


def write_comparison(found: Comparison, summary: ComparisonSummary, path: Path) -> None:
    """Write the page.

    Raises:
        OSError: where ``path`` cannot be written.
    """
    path.write_text(comparison_html(found, summary), "utf-8")


def comparison_html(found: Comparison, summary: ComparisonSummary) -> str:
    """The page as the text of one file that needs no other."""
    names = _names(summary)
    both = [(one.marker, one.before, one.after) for one in found.envelopes]
    outlines = outlines_of([Shown(*one) for one in both], names)
    return str(
        filled(
            "comparison.html",
            "en",
            summary=summary,
            names=names,
            two=summary.people == 2,
            title=_title(summary),
            style=Markup(template("style.css")),
            picture=inline_svg(
                two_ranges_figure(summary.directions, names, banded=summary.people == 1),
                key="ranges",
                words=_described(summary),
            ),
            signs=SIGNS,
            outlines=inline_svg(
                outlines, key="outlines", words=two_envelopes_in_words(summary.envelopes)
            ),
            measures=_measures(summary),
            muscles=_muscles(summary),
            muscle_signs=_MUSCLE_SIGNS,
            stood=_stood,
            plotly=packed_plotly(),
            data=packed_json({"envelopes": _three_dimensional(both, names)}),
            script=Markup(template("report.js")),
        )
    )


def _title(summary: ComparisonSummary) -> str:
    if summary.people == 2:
        return say("compare.title_people")
    return say("compare.title", headline=headline(summary))


def _names(summary: ComparisonSummary) -> tuple[str, str]:
    kind = "_person" if summary.people == 2 else ""
    return say(f"compare.first{kind}"), say(f"compare.second{kind}")


def _described(summary: ComparisonSummary) -> str:
    each = [
        say("compare.picture_untested", way=phrase(f"direction.{way}"))
        if one.before_deg is None or one.after_deg is None
        else say(
            "compare.picture_way",
            way=phrase(f"direction.{way}"),
            before_deg=one.before_deg,
            after_deg=one.after_deg,
        )
        for way, one in summary.directions.items()
    ]
    return say("compare.picture", ways="; ".join(each))


def _measures(summary: ComparisonSummary) -> list[tuple[str, list[Any]]]:
    """Measures under their names, in order."""
    names = dict.fromkeys(one.measure for one in summary.measures)
    return [
        (say(f"compare.{name}"), [one for one in summary.measures if one.measure == name])
        for name in names
    ]


def _muscles(summary: ComparisonSummary) -> list[tuple[str, TwoMusclesPart]]:
    """All muscles, those that have changed first."""

    def place(name: str) -> tuple[bool, float, int]:
        one = summary.muscles[name]
        chance = 1.0 if one.chance is None else one.chance
        return one.verdict not in _MUSCLE_SIGNS, chance, MUSCLES.index(name)

    found = [(name, summary.muscles[name]) for name in sorted(summary.muscles, key=place)]
    return [(f"{muscle_name(name)}, {one.side}", one) for name, one in found]


def _stood(one: TwoMusclesPart, k: int) -> str:
    """Whether a muscle stands out in the first or the second, or may."""
    finding = one.findings[k]
    if finding is not None:
        return say(f"compare.stands_{finding}")
    likely = {asked: both[k] or 0.0 for asked, both in one.probabilities.items()}
    asked = max(likely, key=lambda name: likely[name])
    if likely[asked] < LEAST_PROBABILITY:
        return say("compare.stands_not")
    return say(f"compare.may_{asked}", percent=percent(likely[asked]))


def _three_dimensional(
    both: Sequence[tuple[MarkerName, Envelope, Envelope]], names: tuple[str, str]
) -> dict[str, Any]:
    """Meshes of both in the form of the picture that turns: lines and solid."""
    return {
        "names": {"person": names[1], "own": names[0]},
        "markers": [
            {
                "key": marker,
                "words": say(f"marker.{marker}"),
                "person": solid_mesh(after),
                "own": solid_mesh(before),
                "path": tenths(after.points),
                "missing": [[], [], []],
                "way": [],
            }
            for marker, before, after in both
        ],
        "ways": [],
    }
