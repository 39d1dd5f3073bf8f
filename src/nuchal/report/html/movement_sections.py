"""Sections on where the head went: envelopes, ranges, the match, the test of markers."""

from typing import Final

import numpy as np

from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.report.html.envelope_parts import outlines_figure
from nuchal.report.html.in_words import envelopes_in_words
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.html.svg import inline_svg
from nuchal.report.summaries.reaching import NotReachedPart

# Muscles that are named for a direction; assessment.json has all that carry its moment.
_MOST: Final = 5


def envelopes(page: Page) -> Section:
    """Motion envelopes of person and match."""
    geometry = page.found.geometry
    words = envelopes_in_words(page.summary.envelopes)
    picture = inline_svg(outlines_figure(geometry), key="outlines", words=words)
    body = filled(
        "envelopes.html",
        age=page.age(),
        none=not any(one.volume_cm3 > 0.0 for one in page.summary.envelopes.values()),
        live=page.live,
        markers=[one.marker for one in geometry.envelopes],
        picture=picture,
        envelopes=page.summary.envelopes,
        not_reached=_not_reached(page),
        most=_MOST,
        added=page.summary.spontaneous,
        healthy_iou=f"{float(np.mean(page.found.healthy_iou)):.2f}",
    )
    return Section("envelopes", body)


def _not_reached(page: Page) -> dict[str, NotReachedPart]:
    """What reaching farther asks for, where the head goes less far than is expected."""
    short = [one.way for one in page.directions if one.standing in ("less", "borderline")]
    parts = page.summary.not_reached
    return {way: parts[way] for way in short if way in parts}


def ranges(page: Page) -> Section:
    """Ranges of motion against norms."""
    body = filled(
        "ranges.html",
        age=page.age(),
        summary=page.summary,
        ways=page.directions,
        ended=bool(page.found.active_end_deg),
        asymmetry=[float(x) for x in page.found.geometry.ranges.asymmetry_deg],
    )
    return Section("ranges", body)


def moves(page: Page) -> Section:
    """How fast and smoothly the head moves, and how near it comes back."""
    body = filled("moves.html", moved=page.summary.movement, relocated=page.summary.relocated)
    return Section("moves", body)


def match(page: Page) -> Section:
    """The best match, and what it tells."""
    found, laid = page.summary.match, page.found.geometry.alignment
    generic_cm = 100.0 * GENERIC_SUBJECT.neck_length_m
    agreement = ""
    if found is not None:
        off = found.neck_length_m / found.own_neck_length_m - 1.0
        agreement = "they agree" if abs(off) < 0.05 else f"{100.0 * off:+.0f} %".replace("-", "−")
    length = None
    if laid is not None:
        length = {"cm": generic_cm * laid.neck, "sd": generic_cm * laid.neck_sd}
    body = filled(
        "match.html",
        match=found,
        summary=page.summary,
        agreement=agreement,
        length=length,
        places=page.places_measured,
    )
    return Section("match", body)


def marker_test(page: Page) -> Section:
    """The paper's test over three markers."""
    return Section("marker-test", filled("marker_test.html", test=page.summary.marker_test))
