"""What the numbers of an assessment amount to: standings of directions, muscles, quality."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from nuchal.assessment.muscles.flags import FEWEST, Asked
from nuchal.errors import Phrase, phrase
from nuchal.model.clinical import DIRECTIONS, Side
from nuchal.model.norms import SMALLEST_CHANGE_DEG
from nuchal.report.summaries.movement import DirectionPart, TrialPart
from nuchal.report.summaries.muscles import CandidatePart, CandidatesPart, MusclePart
from nuchal.report.text import Language, percent, say

Standing: TypeAlias = Literal["less", "borderline", "expected", "not_tested"]
Use: TypeAlias = Literal["hardly", "partly", "fully"]
# A sign for each standing, told apart without colour.
SIGNS: Final = {"less": "▼", "borderline": "▽", "expected": "✓", "not_tested": "–"}
# A model's head that is farther than this from the markers is not the person's.
FAR_MM: Final = 20.0
_NEAR_MM: Final = 15.0
# From this likelihood on a direction that is not called restricted is borderline.
_BORDERLINE: Final = 0.2
# From this likelihood on a finding is stated without a *may*.
SURE: Final = 0.9
_SURENESS: Final = (
    (0.99, "certain"),
    (SURE, "very_likely"),
    (0.65, "likely"),
    (0.4, "even"),
    (0.2, "possible"),
    (0.0, "unlikely"),
)


@dataclass(frozen=True)
class Direction:
    """One direction of movement, with its numbers and what they amount to."""

    way: str
    found: DirectionPart

    @property
    def standing(self) -> Standing:
        """Whether the head goes less far there than is expected."""
        one = self.found
        if one.verdict != "not restricted":
            return "less" if one.verdict == "restricted" else "not_tested"
        likely = one.likelihood_of_restriction >= _BORDERLINE
        return "borderline" if likely and one.short_deg > SMALLEST_CHANGE_DEG else "expected"

    @property
    def sign(self) -> str:
        """Its standing as one character."""
        return SIGNS[self.standing]

    @property
    def band_deg(self) -> tuple[float, float]:
        """Between these are 95 % of healthy people."""
        mean, sd = self.found.expected_deg, self.found.expected_sd_deg
        return max(0.0, mean - 1.96 * sd), mean + 1.96 * sd

    def sure(self, language: Language = "en") -> str:
        """How sure a restriction is, in words and as a number."""
        likely = self.found.likelihood_of_restriction
        code = next(code for least, code in _SURENESS if likely >= least)
        return say(f"sure.{code}", language, percent=percent(likely))


def directions_of(found: Mapping[str, DirectionPart]) -> tuple[Direction, ...]:
    """All directions, in the order of ``ALL_DIRECTIONS``."""
    return tuple(Direction(way, one) for way, one in found.items())


def tested_of(found: Mapping[str, DirectionPart]) -> int:
    """How many of the six directions were tested, corners left out."""
    return sum(found[way].verdict != "not tested" for way in DIRECTIONS)


def use_of(tested: int) -> Use:
    """How many of the six directions were tested: none, some, all."""
    if not tested:
        return "hardly"
    return "partly" if tested < len(DIRECTIONS) else "fully"


def muscles_of(found: Mapping[str, MusclePart], tested: int) -> list[tuple[str, MusclePart]]:
    """Muscles that stand out, by how much their force changes, those of the hyoid bone last.

    None where fewer than :data:`FEWEST` of the six directions were tested: a muscle that moves the
    head where it was not asked to go had nothing to do.
    """
    if tested < FEWEST:
        return []

    def place(named: tuple[str, MusclePart]) -> tuple[bool, float]:
        one = named[1]
        change = (one.common.actual_N or 0.0) - (one.common.healthy_N or 0.0)
        return one.group.endswith("hyoid"), -abs(change)

    return sorted(((k, x) for k, x in found.items() if x.finding), key=place)


def candidates_of(part: CandidatesPart | None, side: Side, asked: Asked) -> list[CandidatePart]:
    """Muscles of a side that may truly be asked so, the likeliest first."""
    some = [] if part is None else part.muscles
    return [one for one in some if (one.side, one.asked) == (side, asked)]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How far the recordings can be trusted.

    Attributes:
        sentence: The numbers that it rests on.
        far: Recordings in which the model's head is not where the markers are.
    """

    verdict: Literal["good", "fair", "poor"]
    sentence: Phrase
    far: tuple[Phrase, ...]


def quality_of(trials: list[TrialPart]) -> Quality:
    """Of all recordings together."""
    frames = sum(one.frames for one in trials)
    known = sum(one.known_frames for one in trials) / frames
    usable = sum(one.usable_frames for one in trials) / frames
    misfit = _misfit_mm(trials)
    verdict: Literal["good", "fair", "poor"] = "poor"
    if usable >= 0.9 and known >= 0.95 and misfit <= _NEAR_MM:
        verdict = "good"
    elif usable >= 0.5 and known >= 0.8 and misfit <= FAR_MM:
        verdict = "fair"
    said = phrase(
        "quality.sentence",
        count=len(trials),
        seconds=sum(one.duration_s for one in trials),
        known=percent(known),
        usable=percent(usable),
        fit=phrase("quality.fit", mm=misfit) if misfit else None,
    )
    far = tuple(
        phrase("quality.far", recording=one.recording, mm=one.residual_rms_mm)
        for one in trials
        if one.residual_rms_mm is not None and one.residual_rms_mm > FAR_MM
    )
    return Quality(verdict=verdict, sentence=said, far=far)


def _misfit_mm(trials: list[TrialPart]) -> float:
    """Root mean square distance of markers from the model's head; zero without any."""
    having = [one for one in trials if one.residual_rms_mm is not None]
    squares = sum(one.known_frames * (one.residual_rms_mm or 0.0) ** 2 for one in having)
    return float(np.sqrt(squares / max(1, sum(one.known_frames for one in having))))
