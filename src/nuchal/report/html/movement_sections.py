"""Sections on where the head went: envelopes, ranges, the match, the test of markers."""

import numpy as np

from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.report.html.envelope_parts import MARKER_WORDS, outlines_figure
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.html.svg import inline_svg
from nuchal.report.html.words import ways_of


def envelopes(page: Page) -> Section:
    """Motion envelopes of person and match."""
    geometry = page.found.geometry
    none = not any(one.volume_cm3 > 0.0 for one in page.summary.envelopes.values())
    words = "Outlines of the motion envelopes of three markers, of the person and of healthy necks."
    body = filled(
        "envelopes.html",
        age=page.age,
        none=none,
        live=page.live,
        markers=[{"words": MARKER_WORDS[one.marker]} for one in geometry.envelopes],
        picture=inline_svg(outlines_figure(geometry), key="outlines", words=words),
        envelopes=page.summary.envelopes,
        healthy_iou=f"{float(np.mean(page.found.healthy_iou)):.2f}",
    )
    return Section("envelopes", "Where the head went, in three dimensions", body)


def ranges(page: Page) -> Section:
    """Ranges of motion against norms."""
    body = filled(
        "ranges.html",
        age=page.age,
        summary=page.summary,
        ways=ways_of(page.found),
        directions=page.summary.directions,
        asymmetry=[float(x) for x in page.found.geometry.ranges.asymmetry_deg],
    )
    return Section("ranges", "Ranges of motion against healthy people", body)


def match(page: Page) -> Section:
    """The best match, and what it tells."""
    found, laid = page.summary.match, page.found.geometry.alignment
    generic_cm = 100.0 * GENERIC_SUBJECT.neck_length_m
    agreement = ""
    if found is not None:
        off = found.neck_length_m / found.own_neck_length_m - 1.0
        agreement = "they agree" if abs(off) < 0.05 else f"{100.0 * off:+.0f} %".replace("-", "−")
    body = filled(
        "match.html",
        match=found,
        summary=page.summary,
        agreement=agreement,
        length=None
        if laid is None
        else {"cm": generic_cm * laid.neck, "sd": generic_cm * laid.neck_sd},
    )
    return Section("match", "The best match, and what it can and cannot tell", body)


def marker_test(page: Page) -> Section:
    """The paper's test over three markers."""
    body = filled("marker_test.html", test=page.summary.marker_test)
    return Section("marker-test", "Test over the three markers", body)
