"""All sections of a report after its first page, in reading order.

A section is a function of a page, None where there is nothing to say; a further one needs no more
than a place in the list.
"""

from collections.abc import Callable
from typing import Final

from nuchal.report.html import force_sections, movement_sections, quality_sections
from nuchal.report.html.page import Page, Section

SECTIONS: Final[tuple[Callable[[Page], Section | None], ...]] = (
    movement_sections.envelopes,
    movement_sections.ranges,
    force_sections.forces,
    force_sections.ratios,
    force_sections.sides,
    force_sections.loads,
    force_sections.emg,
    quality_sections.recordings,
    quality_sections.quality,
    movement_sections.match,
    movement_sections.marker_test,
    quality_sections.assumptions,
    quality_sections.methods,
)
