"""What every section of a report is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nuchal.assessment.findings import Assessment
from nuchal.emg.comparison import EmgComparison
from nuchal.report.assessment.curves import Curves, curves_of, frames_per_stretch, healthy_curves
from nuchal.report.assessment.filters import FILTERS
from nuchal.report.assessment_schema import AssessmentSummary
from nuchal.report.assessment_summary import summarise_assessment


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    anchor: str
    title: str
    body: Markup


@dataclass(frozen=True, kw_only=True)
class Page:
    """An assessment, and what of it several sections need."""

    found: Assessment
    summary: AssessmentSummary
    """The same numbers as ``assessment.json``."""
    actual: tuple[tuple[str, Curves], ...]
    """Forces of each recording, under its number and what it shows."""
    healthy: Curves
    """Forces in the healthy movement."""
    emg: tuple[EmgComparison | None, ...]
    """Of each recording that holds some; empty where none does."""
    live: bool
    """Whether the page may hold pictures that need a browser."""

    @property
    def age(self) -> str:
        """Whom norms are of."""
        years = self.summary.norm_age_years
        if years is None:
            return "of 25 to 65 years (this person's age was not given)"
        return f"of {years:.0f} years"


def page_of(found: Assessment, *, emg: Sequence[EmgComparison | None], live: bool) -> Page:
    """Gather what sections need."""
    frames = sum(len(one.known) for one in found.trials)
    size = frames_per_stretch(frames)
    healthy = found.geometry.healthy.motion
    return Page(
        found=found,
        summary=summarise_assessment(found, emg=emg),
        actual=tuple(
            (_short(k, trial.mainly), curves_of(estimate, np.asarray(estimate.forces.force), size))
            for k, (trial, estimate) in enumerate(zip(found.trials, found.estimates, strict=True))
        ),
        healthy=healthy_curves(found.healthy.exertion, np.asarray(healthy.time), size),
        emg=tuple(emg),
        live=live,
    )


def _short(k: int, mainly: str | None) -> str:
    words = "hardly any" if mainly is None else mainly.removesuffix(" movement")
    return f"{k + 1} {words}"


def filled(name: str, **values: Any) -> Markup:
    """A template of this room, filled in; everything that is not markup is escaped."""
    return Markup(_environment().get_template(name).render(**values))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("nuchal.report.assessment"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment
