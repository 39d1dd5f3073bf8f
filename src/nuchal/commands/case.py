"""One recording of one person, ready for muscles to be recruited."""

from dataclasses import dataclass

import numpy as np

from nuchal.commands.estimate_options import EstimateOptions
from nuchal.dynamics.pipeline import State, states_of, step_of
from nuchal.model.anatomy import Anatomy
from nuchal.model.scaling import scales_of
from nuchal.networks.equilibrium.sequence import Person
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.records import HeadLoad, Subject
from nuchal.tracking.pipeline import TrackedMotion


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that forces depend on.

    Attributes:
        anatomy: The subject's neck.
    """

    subject: Subject
    anatomy: Anatomy
    tracked: TrackedMotion
    settings: RecruitmentSettings
    load: HeadLoad
    options: EstimateOptions

    @property
    def states(self) -> State:
        """The frames of the recording."""
        return states_of(self.anatomy, self.tracked.motion, self.tracked.gravity)

    @property
    def step_s(self) -> float:
        """Time from one frame to the next [s]."""
        return step_of(self.tracked.motion)

    @property
    def person(self) -> Person:
        """Whose neck, as a network is told."""
        scales = np.asarray(scales_of(self.subject).body)
        return Person(self.anatomy, scales, self.load)
