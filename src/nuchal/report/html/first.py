"""The first page: what a clinician wants to know, with one picture."""

from typing import Any, Final

import numpy as np
from markupsafe import Markup

from nuchal.assessment.muscles.limits import FEWEST
from nuchal.report.html.page import Page, filled
from nuchal.report.html.ranges_picture import ranges_figure
from nuchal.report.html.svg import inline_svg
from nuchal.report.html.words import (
    SURE,
    MuscleFinding,
    Use,
    WayFinding,
    count,
    listed,
    muscles_of,
    quality_of,
    tested_of,
    use_of,
    ways_of,
)

# Of each kind, named on the first page.
_MOST_MUSCLES: Final = 4
# Directions that are listed there.
_MOST_WAYS: Final = 6
_TITLES: Final = {
    "reduced": ("▼", "Work less than in a healthy movement"),
    "compensating": ("▲", "Work more"),
}


def first_page(page: Page) -> Markup:
    """The summary for the clinician."""
    ways, muscles, use = ways_of(page.found), muscles_of(page.found), use_of(page.found)
    less = sorted((one for one in ways if one.standing == "less"), key=lambda x: -x.likely)
    borderline = [one for one in ways if one.standing == "borderline"]
    short = in_short(page, ways, muscles, use)
    return filled(
        "first.html",
        person=person_of(page),
        short=short,
        picture=inline_svg(ranges_figure(ways), key="first", words=described(ways)),
        use=use,
        listed=(less + borderline)[:_MOST_WAYS],
        more=max(0, len(less) + len(borderline) - _MOST_WAYS),
        untested="; ".join(one.words for one in ways if one.standing == "not tested"),
        usual=[float(np.median(edge)) for edge in page.found.limits.range],
        judges_muscles=tested_of(page.found) >= FEWEST,
        ratios=page.found.ratios is not None,
        muscles=[_group(kind, muscles) for kind in _TITLES if _of(kind, muscles)],
        quality=quality_of(page.found),
        age=page.age,
        smallest=page.summary.smallest_detectable_change_deg,
    )


def headline(page: Page) -> str:
    """The whole report in half a sentence."""
    ways, use = ways_of(page.found), use_of(page.found)
    if use == "hardly":
        return "range hardly used"
    less = sum(one.standing == "less" for one in ways)
    return f"less movement in {count(less, 'direction')}" if less else "no restriction found"


def in_short(
    page: Page, ways: tuple[WayFinding, ...], muscles: tuple[MuscleFinding, ...], use: Use
) -> list[str]:
    """The answer in a few sentences."""
    if use == "hardly":
        farthest = max(one.reach_deg for one in ways)
        return [
            "In these recordings the head moves little: to no side even half as far as is "
            f"expected, and at most by {farthest:.0f}°. The neck's range of movement was hardly "
            "used, so that nothing can be said about restriction, nor about which muscles work "
            "too little or too much.",
            "To learn about the neck, record each movement as far as it goes: forward and "
            "backward, to each side, turning to each side.",
        ]
    return [_movement(ways), _muscles(page, muscles)]


def _movement(ways: tuple[WayFinding, ...]) -> str:
    less = sorted((x for x in ways if x.standing == "less"), key=lambda x: -x.likely)
    tested = sum(one.standing != "not tested" for one in ways)
    among = f"All {tested}" if tested == len(ways) else f"{tested} of {len(ways)}"
    rest = "" if tested == len(ways) else " Of the others nothing can be said."
    said = f"{among} directions were tested.{rest}"
    if not less:
        return f"No restriction was found. {said}"
    named = listed([f"{one.words} (by {one.short_deg:.0f}°)" for one in less[:3]])
    more = f", and {len(less) - 3} more" if len(less) > 3 else ""
    moves = "moves" if less[0].likely >= SURE else "may move"
    return f"The head {moves} less than it should: {named}{more}. {said}"


def _muscles(page: Page, muscles: tuple[MuscleFinding, ...]) -> str:
    if page.found.ratios is None:
        return "About muscles nothing can be said."
    if tested_of(page.found) < FEWEST:
        return (
            "About muscles nothing can be said: a muscle that moves the head where it was not "
            "asked to go had nothing to do."
        )
    if not muscles:
        return "No muscle stands out."
    less, more = (len(_of(kind, muscles)) for kind in _TITLES)
    return (
        f"Of 72 muscles, {less} work less and {more} work more than in a healthy movement, "
        "as worked out from the movement."
    )


def _of(kind: str, muscles: tuple[MuscleFinding, ...]) -> list[MuscleFinding]:
    return [one for one in muscles if one.kind == kind]


def _group(kind: str, muscles: tuple[MuscleFinding, ...]) -> dict[str, Any]:
    members = _of(kind, muscles)
    return {
        "sign": _TITLES[kind][0],
        "title": _TITLES[kind][1],
        "total": len(members),
        "shown": members[:_MOST_MUSCLES],
        "more": max(0, len(members) - _MOST_MUSCLES),
    }


def described(ways: tuple[WayFinding, ...]) -> str:
    """The picture in words."""
    each = [
        f"{one.words}: {one.reach_deg:.0f} of {one.normal_deg:.0f} degrees, {one.judged}"
        for one in ways
    ]
    return "Range of motion by direction. " + "; ".join(each) + "."


def person_of(page: Page) -> str:
    """Who was recorded, in one line."""
    person = page.summary.subject
    parts: list[str] = [person.sex] if person.sex else []
    if person.age_years is not None:
        parts.append(f"{person.age_years:.0f} years")
    parts += [
        f"neck length {100 * person.neck_length_m:.1f} cm",
        f"shoulder width {100 * person.shoulder_width_m:.1f} cm",
        f"head and neck {person.head_mass_kg:.1f} kg",
    ]
    kinds = [one.mainly or "hardly any movement" for one in page.summary.trials]
    shown = listed(list(dict.fromkeys(kinds)))
    recordings = count(len(page.summary.trials), "recording")
    return f"{', '.join(parts).capitalize()}. {recordings.capitalize()}: {shown}."
