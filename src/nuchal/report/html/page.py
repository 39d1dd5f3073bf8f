"""What every section of a report is made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nuchal.assessment.findings import Assessment
from nuchal.emg.compare import EmgComparison
from nuchal.report.html.curves import Curves, curves_of, frames_per_stretch, healthy_curves
from nuchal.report.html.words import percent
from nuchal.report.schemas.assessment import AssessmentSummary
from nuchal.report.summaries.assessment import summarise_assessment
from nuchal.report.text import Language


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    anchor: str
    title: str
    body: Markup


@dataclass(frozen=True, kw_only=True)
class Page:
    """An assessment, and what of it several sections need.

    Attributes:
        summary: The same numbers as ``assessment.json``.
        actual: Forces of each recording, under its number and what it shows.
        healthy: Forces in the healthy movement.
        emg: Of each recording that holds some; empty where none does.
        live: Whether the page may hold pictures that need a browser.
        language: Of the first page and the directions.
    """

    found: Assessment
    summary: AssessmentSummary
    actual: tuple[tuple[str, Curves], ...]
    healthy: Curves
    emg: tuple[EmgComparison | None, ...]
    live: bool
    language: Language

    @property
    def age(self) -> str:
        """Whom norms are of."""
        years = self.summary.norm_age_years
        if years is None:
            return "of 25 to 65 years (this person's age was not given)"
        return f"of {years:.0f} years"


def page_of(
    found: Assessment, *, emg: Sequence[EmgComparison | None], live: bool, language: Language
) -> Page:
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
        language=language,
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
        loader=PackageLoader("nuchal.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


NOTHING: Final = "–"
Written = float | None


def number(value: Written, digits: int = 1) -> str:
    """With so many digits after the point."""
    if value is None:
        return NOTHING
    text = f"{value:.{digits}f}".replace("-", "−")
    return text.lstrip("−") if not text.strip("−0.") else text


def signed(value: Written, digits: int = 1) -> str:
    """The same with a plus sign where it is due."""
    text = number(value, digits)
    return text if value is None or value <= 0.0 or not text.strip("0.") else f"+{text}"


def degrees(value: Written, digits: int = 0) -> str:
    """An angle."""
    return NOTHING if value is None else f"{number(value, digits)}°"


def scientific(value: Written) -> str:
    """A small number by its power of ten."""
    if value is None:
        return NOTHING
    return "< 1e−9" if abs(value) < 1e-9 else f"{value:.0e}".replace("-", "−")


def small(value: Written) -> str:
    """A probability."""
    if value is None:
        return NOTHING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def p_value(value: float) -> str:
    """The same, with its name."""
    return f"p {small(value)}" if value < 0.001 else f"p = {small(value)}"


def thousands(value: int) -> str:
    """A large whole number."""
    return f"{value:,}"


def share(value: Written) -> str:
    """A share in percent."""
    return NOTHING if value is None else percent(value)


FILTERS: Final[dict[str, Callable[..., str]]] = {
    "number": number,
    "signed": signed,
    "degrees": degrees,
    "scientific": scientific,
    "small": small,
    "p_value": p_value,
    "thousands": thousands,
    "percent": share,
}
