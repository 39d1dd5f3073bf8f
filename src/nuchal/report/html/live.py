"""The numbers behind the pictures that move: whole numbers in tenths of a unit."""

from typing import Any

import numpy as np
from jaxtyping import Float

from nuchal.model.clinical import muscle_pairs, tracked_frames
from nuchal.report.figures.style import ANGLE_LINES, SIDE_LINES
from nuchal.report.html.curves import Curves, gathered
from nuchal.report.html.envelope_parts import three_dimensional
from nuchal.report.html.page import Page
from nuchal.report.text import muscle_name


def live_data(page: Page) -> dict[str, Any]:
    """Envelopes [0.1 mm], forces [0.1 N] and angles [0.1 degrees]."""
    found = page.found
    shown = [
        _curves(name, one, found.trials[k].angles_deg, tracked_frames(found.estimates[k]))
        for k, (name, one) in enumerate(page.actual)
    ]
    angles = found.geometry.healthy.angles_deg
    healthy = _curves("healthy movement", page.healthy, angles, np.ones(len(angles), bool))
    return {
        "envelopes": three_dimensional(found.geometry),
        "recordings": shown,
        "healthy": healthy,
        "muscles": [
            {"name": muscle_name(one.name), "right": one.right, "left": one.left}
            for one in muscle_pairs()
        ],
        "sides": {name: line["color"] for name, line in SIDE_LINES.items()},
        "angles": [line["color"] for line in ANGLE_LINES],
    }


def _curves(
    name: str, one: Curves, angles_deg: Float[np.ndarray, "t 3"], known: np.ndarray
) -> dict[str, Any]:
    time = one.start_s + one.step_s / one.frames * np.arange(len(angles_deg))
    turned = gathered(time, angles_deg, known, known, size=one.frames, within=None)
    return {
        "name": name,
        "start": round(one.start_s, 4),
        "step": round(one.step_s, 6),
        "kind": one.kind.tolist(),
        "known": turned.kind.tolist(),
        "force": _tenths(one.ends.reshape(-1, one.ends.shape[2])),
        "low": None if one.low is None else _tenths(one.low),
        "high": None if one.high is None else _tenths(one.high),
        "angles": _tenths(turned.ends.reshape(-1, 3)),
    }


def _tenths(values: Float[np.ndarray, "n m"]) -> list[list[int]]:
    whole: list[list[int]] = np.round(10.0 * values).astype(int).T.tolist()
    return whole
