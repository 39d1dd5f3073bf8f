"""Sections on how far all this can be trusted: recordings, quality, assumptions, methods."""

from typing import Any, Final

import numpy as np

from nuchal.errors import Status
from nuchal.records import Estimate
from nuchal.report.assessment.page import Page, Section, filled
from nuchal.report.assessment.references import REFERENCES
from nuchal.report.assessment.words import percent, quality_of
from nuchal.report.clinic import frame_status, solved_frames, tracked_frames
from nuchal.report.network_summary import network_summary

_COORDINATE_WORDS: Final = tuple(
    f"{movement}, {part} neck"
    for part in ("upper", "lower")
    for movement in ("flexion-extension", "side-bending", "turning")
)
"""Of ``conventions.COORDINATES``."""


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
    where: dict[str, list[str]] = {words: [] for words in page.found.assumptions}
    for trial, estimate in zip(page.found.trials, page.found.estimates, strict=True):
        for words in estimate.assumptions:
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
        {"count": int(np.sum(status == member)), "sentence": member.sentence}
        for member in Status
        if member is not Status.OK and np.any(status == member)
    ]


def _methods(page: Page) -> list[str]:
    """How forces were found, each way once."""
    said = [f"Forces by {one.method}, {one.method_reason}." for one in page.found.estimates]
    return list(dict.fromkeys(said))
