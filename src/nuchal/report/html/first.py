"""The first page: what a clinician wants to know, with one picture."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from markupsafe import Markup

from nuchal.assessment.muscles.flags import ASKED, FEWEST, NAMING, Asked
from nuchal.errors import phrase
from nuchal.model.clinical import SIDES, Side
from nuchal.model.generic import MUSCLES
from nuchal.report.html.page import Page, filled
from nuchal.report.html.ranges_picture import ranges_figure
from nuchal.report.html.svg import inline_svg
from nuchal.report.html.verdicts import SURE, Direction, candidates_of
from nuchal.report.summaries.muscles import MusclePart
from nuchal.report.summaries.parts import person_words
from nuchal.report.summaries.stiff import stiff_sentences
from nuchal.report.text import listed, muscle_name, percent

_SIGNS: Final[dict[Asked, str]] = {"less": "▼", "more": "▲"}
# Asked less of, and asked more of: so many are named on the first page.
_MOST_MUSCLES: Final = 4
# Of a side, those that may truly be asked less or more of.
_MOST_CANDIDATES: Final = 3
# Directions that are listed there.
_MOST_WAYS: Final = 6
_MOST_WARNINGS: Final = 3


def first_page(page: Page) -> Markup:
    """The summary for the clinician."""
    less = _less(page.directions)
    less += [one for one in page.directions if one.standing == "borderline"]
    untested = [page.say(f"direction.{x.way}") for x in page.directions if not _tested(x)]
    return filled(
        "first.html",
        page.language,
        person=person_of(page),
        short=in_short(page),
        picture=inline_svg(
            ranges_figure(page.directions, page.language), key="first", words=described(page)
        ),
        use=page.use,
        listed=less[:_MOST_WAYS],
        more=max(0, len(less) - _MOST_WAYS),
        untested="; ".join(untested),
        usual=[float(np.median(edge)) for edge in page.found.limits[NAMING].range],
        unjudged=unjudged(page),
        asked={kind: len(_of(page, kind)) for kind in ASKED},
        among=len(page.summary.muscles),
        muscles=[row for kind in ASKED for row in _rows(page, kind)],
        more_muscles=sum(max(0, len(_of(page, kind)) - _MOST_MUSCLES) for kind in ASKED),
        candidates=_candidates(page),
        strength=_strength(page),
        stiff=stiff_sentences(page.summary.if_stiff, page.language)
        if page.summary.if_stiff
        else (),
        quality=page.quality,
        warnings=page.warnings[:_MOST_WARNINGS],
        more_warnings=max(0, len(page.warnings) - _MOST_WARNINGS),
        age=page.age(page.language),
        smallest=page.summary.smallest_detectable_change_deg,
    )


def _tested(one: Direction) -> bool:
    return one.standing != "not_tested"


def _less(directions: Sequence[Direction]) -> list[Direction]:
    """Directions into which the head goes less far than expected, the surest first."""
    less = [one for one in directions if one.standing == "less"]
    return sorted(less, key=lambda one: -one.found.likelihood_of_restriction)


def headline(page: Page) -> str:
    """The whole report in half a sentence."""
    if page.use == "hardly":
        return page.say("headline.hardly")
    less = len(_less(page.directions))
    return page.say("headline.less", count=less) if less else page.say("headline.free")


def in_short(page: Page) -> list[str]:
    """The answer in a few sentences."""
    if page.use == "hardly":
        farthest = max(one.found.reach_deg for one in page.directions)
        return [page.say("first.hardly", farthest_deg=farthest), page.say("first.advice")]
    return [_movement(page), _muscles(page)]


def _movement(page: Page) -> str:
    less, among = _less(page.directions), len(page.directions)
    tested = sum(map(_tested, page.directions))
    code = "first.tested_all" if tested == among else "first.tested_some"
    said = phrase(code, tested=tested, among=among)
    if not less:
        return page.say("first.free", tested=said)
    ways = [
        page.say("first.by", way=phrase(f"direction.{x.way}"), short_deg=x.found.short_deg)
        for x in less[:3]
    ]
    named = listed(ways, page.language)
    if len(less) > len(ways):
        named = page.say("first.ways_more", ways=named, more=len(less) - len(ways))
    sure = less[0].found.likelihood_of_restriction >= SURE
    return page.say("first.less" if sure else "first.perhaps_less", ways=named, tested=said)


def _muscles(page: Page) -> str:
    why_not = unjudged(page)
    if why_not is not None:
        return page.say(f"first.muscles_{why_not}")
    if not page.muscles:
        return page.say("first.muscles_usual")
    less, more = (len(_of(page, kind)) for kind in ASKED)
    found = page.say("first.muscles", among=len(page.summary.muscles), less=less, more=more)
    part = page.summary.candidates
    if part is None or part.muscles:
        return found
    doubt = page.say("first.muscles_by_chance", least=percent(part.least_probability))
    return f"{found} {doubt}"


def unjudged(page: Page) -> str | None:
    """Why nothing is said of muscles, as the end of a text's name; None where something is."""
    if page.found.ratios is None:
        return "unknown"
    if any(one.method == "paper" for one in page.found.estimates):
        return "paper"
    if page.tested < FEWEST:
        return "untested"
    return "elsewhere" if page.found.ratios.of(NAMING) is None else None


def _of(page: Page, kind: Asked) -> list[tuple[str, MusclePart]]:
    return [(name, one) for name, one in page.muscles if one.finding == kind]


def _rows(page: Page, kind: Asked) -> list[dict[str, Any]]:
    """Muscles asked less or more of; limits are those of people whose other side does the same."""
    flags = {MUSCLES[one.muscle]: one for one in page.found.flags}
    part = page.summary.if_stiff
    return [
        {
            "sign": _SIGNS[kind],
            "name": f"{muscle_name(name, page.language)}, {page.say(f'side.{one.side}')}",
            "ratios": (
                (one.common, flags[name].low, flags[name].high),
                *((x, x.low or 1.0, x.high or 1.0) for x in (one.whole, one.end)),
            ),
            "hangs": part is not None and name in part.early_only,
            "chance": _chance(page, one.q or 0.0),
        }
        for name, one in _of(page, kind)[:_MOST_MUSCLES]
    ]


def _candidates(page: Page) -> str | None:
    """The likeliest muscles of each side in a sentence; None where probabilities are not known."""
    part = page.summary.candidates
    if part is None:
        return None
    values = {
        "below": part.below,
        "above": part.above,
        "least": percent(part.least_probability),
    }
    if not part.muscles:
        return page.say("first.candidates_none", **values)
    sides = "; ".join(_of_side(page, side) for side in SIDES)
    return page.say("first.candidates", sides=sides, **values)


def _of_side(page: Page, side: Side) -> str:
    those = [x for asked in ASKED for x in candidates_of(page.summary.candidates, side, asked)]
    named = [
        page.say(
            "first.candidate",
            sign=_SIGNS[one.asked],
            name=muscle_name(one.muscle, page.language),
            percent=percent(one.probability),
        )
        for one in sorted(those, key=lambda one: -one.probability)[:_MOST_CANDIDATES]
    ]
    if len(those) > _MOST_CANDIDATES:
        named.append(page.say("first.candidates_more", count=len(those) - _MOST_CANDIDATES))
    said = listed(named, page.language) if named else page.say("first.no_candidate")
    return page.say("first.candidates_of", side=page.say(f"side.{side}"), muscles=said)


def _other_reading(page: Page) -> list[str]:
    """Of a short range; nothing where none is short."""
    part = page.summary.if_stiff
    return [] if part is None else stiff_sentences(part, page.language)


def _strength(page: Page) -> str:
    """Where weakness would show."""
    measured = page.found.subject.strength_Nm
    if not measured:
        return page.say("first.strength_unknown")
    ways = [page.say(f"direction.{way.replace('_', ' ')}") for way in measured]
    return page.say("first.strength_known", ways=listed(ways, page.language))


def _chance(page: Page, q: float) -> str:
    """How many healthy people have any muscle as far off."""
    return page.say("first.chance_least") if q < 0.001 else page.say("first.chance", count=1000 * q)


def described(page: Page) -> str:
    """The picture in words."""
    each = [
        page.say(
            "first.picture_way",
            way=phrase(f"direction.{one.way}"),
            reach_deg=one.found.reach_deg,
            expected_deg=one.found.expected_deg,
            standing=phrase(f"standing.{one.standing}"),
        )
        for one in page.directions
    ]
    return page.say("first.picture", ways="; ".join(each))


def person_of(page: Page) -> str:
    """Who was recorded, in one line."""
    who = ", ".join(person_words(page.found.subject, page.language))
    kinds = [page.say(f"movement.{one.mainly or 'none'}") for one in page.summary.trials]
    shown = listed(list(dict.fromkeys(kinds)), page.language)
    recordings = page.say("person.recordings", count=len(kinds), kinds=shown)
    return f"{who[0].upper()}{who[1:]}. {recordings}"
