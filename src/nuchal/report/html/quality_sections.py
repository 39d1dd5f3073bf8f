"""Sections on how far all this can be trusted: recordings, quality, assumptions, methods."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from nuchal.errors import Status
from nuchal.model.clinical import frame_status, solved_frames, tracked_frames
from nuchal.records import Estimate
from nuchal.report.html.page import Page, Section, filled
from nuchal.report.html.words import percent, quality_of
from nuchal.report.summaries.network import network_summary
from nuchal.report.text import sentence, status_meaning

# Of ``conventions.COORDINATES``.
_COORDINATE_WORDS: Final = tuple(
    f"{movement}, {part} neck"
    for part in ("upper", "lower")
    for movement in ("flexion-extension", "side-bending", "turning")
)


def recordings(page: Page) -> Section:
    """What each recording reads as."""
    return Section("recordings", "The recordings", filled("recordings.html", summary=page.summary))


def quality(page: Page) -> Section:
    """Gaps, residuals, reserves, domain, alignment."""
    pairs = zip(page.summary.trials, page.found.estimates, strict=True)
    body = filled(
        "quality.html",
        quality=quality_of(page.found),
        rows=[{"trial": trial, **_row(estimate)} for trial, estimate in pairs],
        reasons=_reasons(page),
        methods=_methods(page),
        alignment=page.summary.alignment,
    )
    return Section("quality", "Quality of the recordings", body)


def assumptions(page: Page) -> Section:
    """What had to be assumed, each thing once."""
    where: dict[str, list[str]] = {sentence(one): [] for one in page.found.assumptions}
    for trial, estimate in zip(page.found.trials, page.found.estimates, strict=True):
        for words in map(sentence, estimate.assumptions):
            where.setdefault(words, []).append(trial.name)
    every = len(page.found.trials)
    found = [
        {"words": words, "where": "" if len(names) in (0, every) else ", ".join(names)}
        for words, names in where.items()
    ]
    return Section("assumptions", "Assumptions", filled("assumptions.html", assumptions=found))


def methods(page: Page) -> Section:
    """How it was done, and after whom."""
    body = filled("methods.html", summary=page.summary, references=REFERENCES)
    return Section("methods", "Methods and sources", body)


def _row(estimate: Estimate) -> dict[str, Any]:
    tracked = tracked_frames(estimate)
    worst = None
    if estimate.tracking is not None and tracked.any():
        worst = 1e3 * float(np.asarray(estimate.tracking.residual)[tracked].max())
    network = network_summary(estimate)
    return {
        "worst_mm": worst,
        "reserve": _reserve(estimate),
        "outside": "–" if network is None else percent(network.domain.share_outside),
    }


def _reserve(estimate: Estimate) -> dict[str, Any]:
    solved = solved_frames(estimate)
    if not solved.any():
        return {"rms": None, "worst": None, "about": ""}
    missing = np.asarray(estimate.forces.reserve)[solved]
    rms = np.sqrt(np.mean(missing**2, axis=0))
    k = int(rms.argmax())
    about = _COORDINATE_WORDS[k] if rms[k] >= 0.005 else ""
    return {"rms": float(rms[k]), "worst": float(np.abs(missing).max()), "about": about}


def _reasons(page: Page) -> list[dict[str, Any]]:
    status = np.concatenate([frame_status(one) for one in page.found.estimates])
    return [
        {"count": int(np.sum(status == member)), "sentence": status_meaning(member)}
        for member in Status
        if member is not Status.OK and np.any(status == member)
    ]


def _methods(page: Page) -> list[str]:
    """How forces were found, each way once."""
    said = [
        f"Forces by {one.method}, {sentence(one.method_reason)}." for one in page.found.estimates
    ]
    return list(dict.fromkeys(said))


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One publication.

    Attributes:
        words: Authors, year, title, journal.
    """

    words: str
    doi: str | None


REFERENCES: Final = (
    Reference(
        words="He, Liu, Li (2026). From simplified markers to muscle function: a deep learning "
        "approach for personalized cervical biomechanics assessment powered by massive "
        "musculoskeletal simulation. Sensors 26(2):752. The approach as a whole: envelopes, best "
        "match, ratios of peak forces, paired test.",
        doi="10.3390/s26020752",
    ),
    Reference(
        words="Mortensen, Vasavada, Merryweather (2018). The inclusion of hyoid muscles improve "
        "moment generating capacity and dynamic simulations in musculoskeletal models of the head "
        "and neck. PLoS ONE 13(6):e0199912. The generic neck.",
        doi="10.1371/journal.pone.0199912",
    ),
    Reference(
        words="Millard, Uchida, Seth, Delp (2013). Flexing computational muscle: modeling and "
        "simulation of musculotendon dynamics. J Biomech Eng 135(2):021005. Muscle curves.",
        doi="10.1115/1.4023390",
    ),
    Reference(
        words="Crowninshield, Brand (1981). A physiologically based criterion of muscle force "
        "prediction in locomotion. J Biomech 14(11):793-801. How moments are shared among muscles.",
        doi="10.1016/0021-9290(81)90035-X",
    ),
    Reference(
        words="Wu et al. (2002). ISB recommendation on definitions of joint coordinate systems for "
        "the reporting of human joint motion, part I. J Biomech 35(4):543-548. Angles of the head.",
        doi="10.1016/S0021-9290(01)00222-6",
    ),
    Reference(
        words="Swinkels, Swinkels-Meewisse (2014). Normal values for cervical range of motion. "
        "Spine 39(5):362-367. What is normal at an age.",
        doi=None,
    ),
    Reference(
        words="Youdas et al. (1992). Normal range of motion of the cervical spine: an initial "
        "goniometric study. Phys Ther 72(11):770-780. How healthy people differ.",
        doi="10.1093/ptj/72.11.770",
    ),
    Reference(
        words="Edelsbrunner, Mücke (1994). Three-dimensional alpha shapes. ACM Trans Graph "
        "13(1):43-72. Motion envelopes.",
        doi="10.1145/174462.156635",
    ),
    Reference(
        words="Land, Doig (1960). An automatic method of solving discrete programming problems. "
        "Econometrica 28(3):497-520. The search for the best match.",
        doi="10.2307/1910129",
    ),
    Reference(
        words="Westfall, Young (1993). Resampling-based multiple testing. Wiley, ISBN "
        "0-471-55761-7. Testing 72 muscles at once.",
        doi=None,
    ),
)
