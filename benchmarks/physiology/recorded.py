"""Real recordings by optimisation, on necks that differ from the product's in something."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.commands.forces import estimate_recording
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.errors import Status
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.model.person import RANGE_KEYS
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings

ROOT: Final = Path(__file__).parents[2]
PEOPLE: Final = ROOT.parent / "shared" / "recordings" / "vicon_neck"
PERSON: Final = ROOT / "examples" / "person.toml"
SETTINGS: Final = PRESET_SETTINGS["recommended"].recruitment
KINDS: Final = ("rotation", "bending", "flexion", "extension", "combined")
BALANCED_NM: Final = 0.05
HEAD: Final = (
    "",
    "without a balance [%]",
    "worst recording [%]",
    "largest missing [N m]",
    *(f"{kind} [N]" for kind in KINDS),
)
ABOUT: Final = (
    "A frame lacks a balance where more than 0.05 N m is missing. Forces: of all muscles together,",
    "the 99th percentile of a recording, the largest of the three people. Nobody's own range is",
    "used.",
)


@dataclass
class Recorded:
    """Fifteen recordings of three people.

    Attributes:
        frames: Of each whose posture is known.
        unbalanced: Of these, without a balance.
        missing: Largest moment that muscles lack [N m].
        together: All forces together by ``KINDS``: the 99th percentile of a recording, of the
            person in whom it is largest [N].
    """

    frames: list[int]
    unbalanced: list[int]
    missing: float
    together: dict[str, float]

    def cells(self) -> list[str]:
        """Under ``HEAD``, less the first."""
        share = 100.0 * np.array(self.unbalanced) / np.array(self.frames)
        return [
            f"{100.0 * sum(self.unbalanced) / sum(self.frames):.2f}",
            f"{share.max():.1f}",
            f"{self.missing:.2f}",
            *(f"{self.together[kind]:.0f}" for kind in KINDS),
        ]


def recorded(
    change: Callable[[Anatomy], Anatomy], settings: RecruitmentSettings = SETTINGS
) -> Recorded:
    """All recordings, on necks that are changed."""
    # A range of their own would give people a neck of their own, without the change.
    person = replace(read_subject(PERSON), range_deg=dict.fromkeys(RANGE_KEYS, 1.0))
    found = Recorded([], [], 0.0, dict.fromkeys(KINDS, 0.0))
    for trial in sorted(PEOPLE.glob("subject_*/trial_*/data_marker.csv")):
        static = trial.parents[1] / "Static.csv"
        plan = plan_of(person, ForceOptions(method="optimisation", static=static))
        plan = plan._replace(anatomy=change(plan.anatomy), settings=settings)
        estimate = estimate_recording(trial, plan).estimate
        known = np.asarray(estimate.motion.status) != Status.GAP
        lacking = np.abs(np.asarray(estimate.forces.reserve)[known]).max(axis=1)
        found.frames.append(int(known.sum()))
        found.unbalanced.append(int((lacking > BALANCED_NM).sum()))
        found.missing = max(found.missing, float(lacking.max()))
        kind = KINDS[int(trial.parent.name[-1]) - 1]
        together = np.asarray(estimate.forces.force)[known].sum(axis=1)
        found.together[kind] = max(found.together[kind], float(np.percentile(together, 99)))
    return found
