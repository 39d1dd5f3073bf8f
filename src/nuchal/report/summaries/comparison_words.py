"""What a comparison amounts to, in a few sentences."""

from collections.abc import Iterator, Sequence
from typing import Final, get_args

from nuchal.assessment.visits.changes import Verdict
from nuchal.errors import phrase
from nuchal.report.summaries.comparison import ChangePart, ComparisonSummary
from nuchal.report.text import listed, percent, say

# The smallest change that studies of healthy people could detect.
_MATTERS_DEG: Final = 7.0


def headline(summary: ComparisonSummary) -> str:
    """The comparison of two visits in half a sentence."""
    verdicts = [one.verdict for one in summary.directions.values()]
    if all(one == "not tested" for one in verdicts):
        return say("compare.headline_untested")
    worse, better = verdicts.count("worse"), verdicts.count("better")
    if not worse and not better:
        return say("compare.headline_none")
    return say("compare.headline_some", worse=worse, better=better)


def in_short(summary: ComparisonSummary) -> list[str]:
    """The answer in a few sentences."""
    if summary.people == 2:
        return [_people(summary)]
    return [*_ranges(summary), *_of_muscles(summary)]


def _ranges(summary: ComparisonSummary) -> Iterator[str]:
    by = {
        verdict: [way for way, one in summary.directions.items() if one.verdict == verdict]
        for verdict in get_args(Verdict)
    }
    tested = len(summary.directions) - len(by["not tested"])
    if not tested:
        yield say("compare.headline_untested").capitalize() + "."
        return
    if summary.changed:
        ways = [_way(way, summary.directions[way]) for way in summary.changed]
        yield say("compare.changed", ways=listed(ways))
        yield _by_chance(summary)
    else:
        yield say("compare.none", tested=tested)
    if by["unchanged"]:
        yield say("compare.unchanged_in", ways=_spoken(by["unchanged"]))
    if by["cannot be told"]:
        yield say("compare.open_in", ways=_spoken(by["cannot be told"]))


def _way(way: str, one: ChangePart) -> str:
    likely = max(one.probability_worse or 0.0, one.probability_better or 0.0)
    return say(
        "compare.way",
        change_deg=abs(one.change_deg or 0.0),
        how=phrase("compare.less_far" if one.verdict == "worse" else "compare.farther"),
        way=phrase(f"direction.{way}"),
        percent=percent(likely),
    )


def _by_chance(summary: ComparisonSummary) -> str:
    chance = summary.chance_of_any or 0.0
    if chance < 0.001:
        return say("compare.by_chance_rare")
    return say("compare.by_chance", count=max(1.0, 100.0 * chance))


def _of_muscles(summary: ComparisonSummary) -> Iterator[str]:
    verdicts = [one.verdict for one in summary.muscles.values()]
    if None in verdicts:
        return
    less, more = verdicts.count("less"), verdicts.count("more")
    same = verdicts.count("unchanged")
    if less or more:
        yield say("compare.muscles_changed", less=less, more=more, unchanged=same)
    else:
        yield say("compare.muscles_none", unchanged=same)


def _people(summary: ComparisonSummary) -> str:
    known = {w: x.change_deg for w, x in summary.directions.items() if x.change_deg is not None}
    if not known:
        return say("compare.headline_untested").capitalize() + "."
    farther = [way for way, change in known.items() if change >= _MATTERS_DEG]
    less = [way for way, change in known.items() if change <= -_MATTERS_DEG]
    if not farther and not less:
        return say("compare.people_like")
    words = [_spoken(ways) if ways else say("compare.nowhere") for ways in (farther, less)]
    return say("compare.people", farther=words[0], less_far=words[1])


def _spoken(ways: Sequence[str]) -> str:
    return listed([say(f"direction.{way}") for way in ways])
