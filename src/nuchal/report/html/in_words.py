"""What the pictures of a report show, for those who do not see them; the numbers are its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from nuchal.assessment.envelopes.records import MarkerName
from nuchal.model.clinical import MusclePair, muscle_pairs
from nuchal.model.generic import MUSCLES
from nuchal.report.html.page import number
from nuchal.report.summaries.coactivity import CoactivityPart, NetworkPart
from nuchal.report.summaries.comparison import TwoEnvelopesPart
from nuchal.report.summaries.emg import Agreement
from nuchal.report.summaries.movement import EnvelopePart
from nuchal.report.summaries.muscles import MusclePart
from nuchal.report.text import muscle_name, say

# Of what a picture shows, so many are named.
_MOST: Final = 8
_FARTHEST: Final = 3


def envelopes_in_words(envelopes: Mapping[MarkerName, EnvelopePart]) -> str:
    """Outlines of envelopes: how much space each takes, and shares with the healthy one."""
    each = [
        say(
            "picture.envelopes_one",
            marker=name,
            cm3=number(one.volume_cm3, 0),
            iou=number(one.iou_own, 2),
        )
        if one.volume_cm3 > 0.0
        else say("picture.envelopes_none", marker=name)
        for name, one in envelopes.items()
    ]
    return say("picture.envelopes", markers="; ".join(each))


def two_envelopes_in_words(envelopes: Mapping[MarkerName, TwoEnvelopesPart]) -> str:
    """The same of two visits or people."""
    each = [
        say(
            "compare.envelopes_one",
            marker=name,
            before=number(one.before_cm3, 0),
            after=number(one.after_cm3, 0),
            iou=number(one.iou, 2),
        )
        for name, one in envelopes.items()
    ]
    return say("compare.envelopes", markers="; ".join(each))


def forces_in_words(muscles: Mapping[str, MusclePart], shown: Iterable[str]) -> str:
    """Forces over time: the peaks of the muscles that are shown, by their right names."""
    pairs = [one for one in muscle_pairs() if one.name in set(shown)]
    each = []
    for pair in pairs:
        right, left = (one.end for one in _sides(muscles, pair))
        each.append(
            say(
                "picture.forces_one",
                name=muscle_name(pair.name),
                right=number(right.actual_N, 0),
                left=number(left.actual_N, 0),
                healthy_right=number(right.healthy_N, 0),
                healthy_left=number(left.healthy_N, 0),
            )
        )
    return say("picture.forces", muscles="; ".join(each))


def ratios_in_words(muscles: Mapping[str, MusclePart], *, judged: bool) -> str:
    """Ratios of all muscles: between what they lie, and which stand out."""
    ratios = [one.common.ratio for one in muscles.values() if one.common.ratio is not None]
    out = [
        say(
            f"picture.ratios_{one.finding}",
            name=f"{one.name}, {one.side}",
            ratio=number(one.common.ratio, 2),
        )
        for one in muscles.values()
        if one.finding is not None and judged
    ]
    said = []
    if ratios:
        low, high = number(min(ratios), 2), number(max(ratios), 2)
        said.append(say("picture.ratios_span", low=low, high=high))
    if out:
        said.append(say("picture.ratios_out", muscles=_some(out)))
    elif judged:
        said.append(say("picture.ratios_no_muscle"))
    return say("picture.ratios", found=" ".join(said))


def sides_in_words(muscles: Mapping[str, MusclePart]) -> str:
    """Left against right: the muscles farthest from alike."""
    far = []
    for pair in muscle_pairs():
        right, left = (one.common.ratio for one in _sides(muscles, pair))
        if right and left:
            far.append((max(left / right, right / left), pair.name, right, left))
    each = [
        say(
            "picture.sides_one",
            name=muscle_name(name),
            right=number(right, 2),
            left=number(left, 2),
        )
        for _, name, right, left in sorted(far, reverse=True)[:_FARTHEST]
    ]
    return say("picture.sides", muscles="; ".join(each))


def coactivity_in_words(part: CoactivityPart) -> str:
    """Two networks as a matrix: how many pairs are joined in each, and in both."""
    return say(
        "picture.coactivity",
        own=_edges(part.own),
        healthy=_edges(part.healthy),
        both=part.edges_in_both or 0,
    )


def emg_in_words(one: Agreement) -> str:
    """Measured against modelled activation: how far each channel goes along."""
    each = [
        say("picture.emg_one", channel=name, r=number(channel.r, 2))
        for name, channel in one.channels.items()
    ]
    return say("picture.emg", recording=one.recording, channels=_some(each))


def _sides(muscles: Mapping[str, MusclePart], pair: MusclePair) -> tuple[MusclePart, MusclePart]:
    return muscles[MUSCLES[pair.right]], muscles[MUSCLES[pair.left]]


def _edges(one: NetworkPart | None) -> int:
    return 0 if one is None else len(one.edges)


def _some(each: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    shown = "; ".join(each[:_MOST])
    more = len(each) - _MOST
    return say("list.more", shown=shown, more=more) if more > 0 else shown
