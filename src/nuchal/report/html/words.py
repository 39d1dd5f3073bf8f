"""What an assessment found, in words that a clinician would use."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from jaxtyping import Bool, Float

from nuchal.assessment.findings import Assessment
from nuchal.assessment.muscles.limits import FEWEST
from nuchal.assessment.muscles.ratios import Exertion
from nuchal.assessment.ranges.norms import SMALLEST_CHANGE_DEG
from nuchal.assessment.ranges.restriction import Restriction, count_tested
from nuchal.assessment.trial import exertion_of
from nuchal.model.anatomy import MUSCLE_GROUPS, MUSCLES
from nuchal.model.clinical import DIRECTIONS, Side, side_of, words_of
from nuchal.records import Estimate
from nuchal.report.text import sentence

Standing = Literal["less", "borderline", "expected", "not tested"]
Use = Literal["hardly", "partly", "fully"]
# Of every direction, what the head does.
WAY_WORDS: Final = {
    "flexion": "bending forward (flexion)",
    "extension": "bending backward (extension)",
    "right bending": "bending to the right side",
    "left bending": "bending to the left side",
    "right rotation": "turning to the right",
    "left rotation": "turning to the left",
    "right forward": "bending forward and to the right",
    "left forward": "bending forward and to the left",
    "right backward": "bending backward and to the right",
    "left backward": "bending backward and to the left",
}
# A sign for each standing, told apart without colour.
SIGNS: Final = {"less": "▼", "borderline": "▽", "expected": "✓", "not tested": "–"}
STANDING_WORDS: Final = {
    "less": "less than expected",
    "borderline": "borderline",
    "expected": "as expected",
    "not tested": "not tested",
}
# A model's head that is farther than this from the markers is not the person's.
FAR_MM: Final = 20.0
_NEAR_MM: Final = 15.0
# From this likelihood on a direction that is not called restricted is borderline.
_BORDERLINE: Final = 0.2
# From this likelihood on a finding is stated without a *may*.
SURE: Final = 0.9
_SURENESS: Final = (
    (0.99, "almost certain"),
    (SURE, "very likely"),
    (0.65, "likely"),
    (0.4, "about as likely as not"),
    (0.2, "possible"),
)
_ASKS: Final = re.compile(r"\bcheck\b")


@dataclass(frozen=True, kw_only=True)
class WayFinding:
    """One direction of movement, to be read by people.

    Attributes:
        lost_share: Of the healthy space in this direction, 0 to 1.
    """

    way: str
    words: str
    standing: Standing
    reach_deg: float
    normal_deg: float
    sd_deg: float
    short_deg: float
    likely: float
    lost_share: float

    @property
    def sign(self) -> str:
        """Its standing as one character."""
        return SIGNS[self.standing]

    @property
    def judged(self) -> str:
        """Its standing in words."""
        return STANDING_WORDS[self.standing]

    @property
    def sure(self) -> str:
        """How sure a restriction is, in words and as a number."""
        return f"{sureness(self.likely)} ({percent(self.likely)})"

    @property
    def band_deg(self) -> tuple[float, float]:
        """Between these are 95 % of healthy people."""
        return max(0.0, self.normal_deg - 1.96 * self.sd_deg), self.normal_deg + 1.96 * self.sd_deg


@dataclass(frozen=True, kw_only=True)
class MuscleFinding:
    """One muscle that stands out.

    Attributes:
        hyoid: Whether it ends on the hyoid bone, which the model has not.
    """

    name: str
    side: Side
    kind: Literal["reduced", "compensating"]
    ratio: float
    peak_n: float
    healthy_peak_n: float
    q: float
    hyoid: bool

    @property
    def chance(self) -> str:
        """How many healthy people have any muscle as far off."""
        return "< 1 in 1000" if self.q < 0.001 else f"{1000 * self.q:.0f} in 1000"


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Of the recordings, in one line.

    Attributes:
        warnings: What is to be checked before anything is believed.
    """

    verdict: Literal["good", "fair", "poor"]
    sentence: str
    warnings: tuple[str, ...]


def use_of(found: Assessment) -> Use:
    """How many of the six directions were tested: none, some, all."""
    tested = tested_of(found)
    if not tested:
        return "hardly"
    return "partly" if tested < len(DIRECTIONS) else "fully"


def tested_of(found: Assessment) -> int:
    """How many of the six directions were tested."""
    return count_tested(found.restrictions)


def ways_of(found: Assessment) -> tuple[WayFinding, ...]:
    """Every direction, in the order of ``ALL_DIRECTIONS``."""
    pairs = zip(found.restrictions, found.geometry.missing, strict=True)
    return tuple(
        WayFinding(
            way=one.direction,
            words=WAY_WORDS[one.direction],
            standing=_standing(one),
            reach_deg=one.reach_deg,
            normal_deg=one.normal_deg,
            sd_deg=one.sd_deg,
            short_deg=one.short_deg,
            likely=one.probability,
            lost_share=missing.share,
        )
        for one, missing in pairs
    )


def _standing(one: Restriction) -> Standing:
    if one.verdict == "not tested":
        return "not tested"
    if one.verdict == "restricted":
        return "less"
    enough = one.probability >= _BORDERLINE and one.short_deg > SMALLEST_CHANGE_DEG
    return "borderline" if enough else "expected"


def muscles_of(found: Assessment) -> tuple[MuscleFinding, ...]:
    """Muscles that stand out, by how much their force changes, those of the hyoid bone last.

    None where fewer than :data:`FEWEST` of the six directions were tested: a muscle that moves the
    head where it was not asked to go had nothing to do.
    """
    if tested_of(found) < FEWEST:
        return ()
    mine, theirs = (peaks_of(x) for x in (exertion_of(found.trials), found.healthy.exertion))
    each = [
        MuscleFinding(
            name=words_of(MUSCLES[one.muscle]),
            side=side_of(MUSCLES[one.muscle]),
            kind=one.kind,
            ratio=one.ratio,
            peak_n=float(mine[one.muscle]),
            healthy_peak_n=float(theirs[one.muscle]),
            q=one.q,
            hyoid=MUSCLE_GROUPS[one.muscle].endswith("hyoid"),
        )
        for one in found.flags
    ]
    return tuple(sorted(each, key=lambda x: (x.hyoid, -abs(x.peak_n - x.healthy_peak_n))))


def peaks_of(exertion: Exertion) -> Float[np.ndarray, " muscles"]:
    """Of every muscle over frames that can be used, zero where there is none [N]."""
    used = np.asarray(exertion.force)[np.asarray(exertion.usable)]
    return np.asarray(np.max(used, axis=0, initial=0.0))


def quality_of(found: Assessment) -> Quality:
    """How far the recordings can be trusted."""
    frames = sum(len(one.known) for one in found.trials)
    known = sum(int(one.known.sum()) for one in found.trials) / frames
    usable = sum(int(np.asarray(one.exertion.usable).sum()) for one in found.trials) / frames
    misfit = residual_mm(found)
    fits = misfit is None or misfit <= _NEAR_MM
    verdict: Literal["good", "fair", "poor"] = "poor"
    if usable >= 0.9 and known >= 0.95 and fits:
        verdict = "good"
    elif usable >= 0.5 and known >= 0.8 and (misfit is None or misfit <= FAR_MM):
        verdict = "fair"
    said = [
        f"{count(len(found.trials), 'recording')} of {_seconds(found):.0f} s in all",
        f"the head's posture is known in {percent(known)} of the frames",
        f"forces can be used in {percent(usable)}",
    ]
    if misfit is not None:
        said.append(f"the model's head lies {misfit:.0f} mm from the markers")
    return Quality(verdict=verdict, sentence="; ".join(said) + ".", warnings=_warnings(found))


def _warnings(found: Assessment) -> tuple[str, ...]:
    """A head that is not where the markers are, and every sentence that asks for a check."""
    said = []
    for trial, estimate in zip(found.trials, found.estimates, strict=True):
        misfit = _residual_mm(estimate, np.asarray(trial.known))
        if misfit is not None and misfit > FAR_MM:
            said.append(
                f"{trial.name}: the model's head lies {misfit:.0f} mm from the markers, too far to "
                "rely on angles or forces."
            )
        said += [
            f"{trial.name}: {x}" for x in map(sentence, estimate.assumptions) if _ASKS.search(x)
        ]
    return tuple(dict.fromkeys(said))


def residual_mm(found: Assessment) -> float | None:
    """Root mean square distance of head markers over all recordings that have markers."""
    parts = [
        np.asarray(estimate.tracking.residual)[np.asarray(trial.known)]
        for trial, estimate in zip(found.trials, found.estimates, strict=True)
        if estimate.tracking is not None
    ]
    return _rms_mm(np.concatenate(parts) if parts else np.zeros(0))


def _residual_mm(estimate: Estimate, known: Bool[np.ndarray, " t"]) -> float | None:
    if estimate.tracking is None:
        return None
    return _rms_mm(np.asarray(estimate.tracking.residual)[known])


def _rms_mm(each: Float[np.ndarray, " n"]) -> float | None:
    return 1e3 * float(np.sqrt(np.mean(each**2))) if each.size else None


def _seconds(found: Assessment) -> float:
    times = [np.asarray(one.motion.time) for one in found.estimates]
    return sum(float(time[-1] - time[0]) for time in times)


def sureness(likely: float) -> str:
    """A likelihood in words."""
    for least, words in _SURENESS:
        if likely >= least:
            return words
    return "unlikely"


def percent(share: float) -> str:
    """A share as a whole number of percent, ends kept apart."""
    value = 100.0 * share
    if 99.5 <= value < 100.0:
        return "> 99 %"
    return "< 1 %" if 0.0 < value < 0.5 else f"{value:.0f} %"


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: list[str]) -> str:
    """Words in a row, the last after *and*."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
