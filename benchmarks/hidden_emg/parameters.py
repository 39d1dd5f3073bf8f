"""How well a person's parameters are recovered."""

from typing import Any

import numpy as np
from people import VirtualPerson

from nuchal.emg.hidden.muscles import MuscleSystem
from nuchal.emg.hidden.records import Model
from nuchal.emg.hidden.told import Told

PARAMETERS = {
    "max force": ("max_isometric_force", "force"),
    "fibre length": ("optimal_fibre_length", "fibre"),
    "slack length": ("tendon_slack_length", "slack"),
}
SURE = 0.75
"""Told so far, a parameter's standard deviation is half of the prior's."""


def recovery(
    person: VirtualPerson, generic: MuscleSystem, model: Model, known: Told
) -> dict[str, Any]:
    """True, generic and fitted logarithms of each parameter, and how far it is told."""
    found: dict[str, Any] = {}
    for label, (name, short) in PARAMETERS.items():
        found[label] = _kept(
            np.log(np.asarray(getattr(person.system, name)) / np.asarray(getattr(generic, name))),
            np.log(
                np.asarray(getattr(model.muscles.system, name)) / np.asarray(getattr(generic, name))
            ),
            np.asarray(getattr(known.person, short)),
        )
    middle = np.log(1.5)
    shape = np.log(-np.asarray(model.muscles.shape)) - middle
    found["shape factor"] = _kept(np.log(-person.shape) - middle, shape, known.shape_factor)
    gain = np.log(np.asarray(model.muscles.gain))
    found["channel gain"] = _kept(np.log(person.gain), gain, np.asarray(known.person.gain))
    return found


def _kept(true: np.ndarray, told: np.ndarray, share: np.ndarray) -> dict[str, list[float]]:
    return {"true": true.tolist(), "told": told.tolist(), "determined": share.tolist()}


def recovery_rows(people: list[dict[str, Any]]) -> list[str]:
    """A table: errors of the logarithm, of all and of those said to be determined."""
    lines = [
        "| parameter | generic | fitted | r | said to be determined | of these: generic | fitted |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for label in people[0]["recovered"]:
        true, told, share = (
            np.concatenate([p["recovered"][label][key] for p in people])
            for key in ("true", "told", "determined")
        )
        sure = share > SURE
        r = np.corrcoef(true, told)[0, 1]
        some = (
            f"{_rms(true[sure]):.3f} | {_rms(told[sure] - true[sure]):.3f}" if sure.any() else " | "
        )
        lines.append(
            f"| {label} | {_rms(true):.3f} | {_rms(told - true):.3f} | {r:.2f} "
            f"| {100 * sure.mean():.0f} % | {some} |"
        )
    return lines


def _rms(x: np.ndarray) -> float:
    return float(np.sqrt(np.mean(x**2)))
