"""What every section of a report is made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any, Final

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nuchal.assessment.records import Assessment
from nuchal.emg.records import EmgComparison
from nuchal.report.html.curves import Curves, curves_of, frames_per_stretch, healthy_curves
from nuchal.report.html.verdicts import (
    Direction,
    Quality,
    Use,
    directions_of,
    muscles_of,
    quality_of,
    tested_of,
    use_of,
)
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.summaries.attempts import Spread
from nuchal.report.summaries.muscles import MusclePart
from nuchal.report.text import Language, percent, say, sentence


@dataclass(frozen=True)
class Section:
    """A part of the report; its title is the text ``section.<anchor>``."""

    anchor: str
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

    def say(self, code: str, /, **values: Any) -> str:
        """A text in the page's language."""
        return say(code, self.language, **values)

    def age(self, language: Language = "en") -> str:
        """Whom norms are of."""
        years = self.summary.norm_age_years
        if years is None:
            return say("age.unknown", language)
        return say("age.known", language, years=years)

    @property
    def places_measured(self) -> bool:
        """Whether any recording has places of markers: others have turns or coordinates alone."""
        return any(one.tracking is not None for one in self.found.estimates)

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        """All directions of movement."""
        return directions_of(self.summary.directions)

    @cached_property
    def tested(self) -> int:
        """How many of the six directions were tested."""
        return tested_of(self.summary.directions)

    @cached_property
    def use(self) -> Use:
        """Whether none, some or all of them were."""
        return use_of(self.tested)

    @cached_property
    def muscles(self) -> list[tuple[str, MusclePart]]:
        """Muscles that stand out, under their names in the model."""
        return muscles_of(self.summary.muscles, self.tested)

    @cached_property
    def quality(self) -> Quality:
        """How far the recordings can be trusted."""
        return quality_of(self.summary.trials)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What is to be checked before anything is believed."""
        said = [say(one.what, self.language, **one.values) for one in self.quality.far]
        for trial, estimate in zip(self.found.trials, self.found.estimates, strict=True):
            warned = [x for x in estimate.assumptions if x.level == "warned"]
            said += [f"{trial.name}: {sentence(one, self.language)}" for one in warned]
        return tuple(dict.fromkeys(said))


def page_of(
    found: Assessment,
    summary: AssessmentSummary,
    *,
    emg: Sequence[EmgComparison | None],
    live: bool,
    language: Language,
) -> Page:
    """Gather what sections need."""
    frames = sum(len(one.known) for one in found.trials)
    size = frames_per_stretch(frames)
    healthy = found.geometry.healthy.motion
    return Page(
        found=found,
        summary=summary,
        actual=tuple(
            (_short(k, trial.mainly), curves_of(estimate, size))
            for k, (trial, estimate) in enumerate(zip(found.trials, found.estimates, strict=True))
        ),
        healthy=healthy_curves(found.healthy.exertion, np.asarray(healthy.time), size),
        emg=tuple(emg),
        live=live,
        language=language,
    )


def _short(k: int, mainly: str | None) -> str:
    words = say(f"movement.{mainly or 'none'}")
    return f"{k + 1} {words.removesuffix(' movement')}"


def filled(name: str, language: Language = "en", /, **values: Any) -> Markup:
    """A template of this room, filled in; everything that is not markup is escaped.

    Templates call ``say("section.key", ...)`` for texts of the language.
    """
    spoken = {"language": language, "say": partial(say, language=language)}
    return Markup(_environment().get_template(name).render(**spoken, **values))


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


def spread(value: Spread | None, digits: int = 1) -> str:
    """A mean and, where there are several, their standard deviation."""
    if value is None:
        return NOTHING
    about = "" if value.sd is None else f" ± {number(value.sd, digits)}"
    return number(value.mean, digits) + about


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


def share(value: Written) -> str:
    """A share in percent."""
    return NOTHING if value is None else percent(value)


FILTERS: Final[dict[str, Callable[..., str]]] = {
    "number": number,
    "signed": signed,
    "degrees": degrees,
    "spread": spread,
    "scientific": scientific,
    "small": small,
    "p_value": p_value,
    "thousands": "{:,}".format,
    "percent": share,
}
