"""What a person's model says of every recording: courses of excitation, force and load."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.emg.hidden.muscles import MuscleSystem
from nuchal.emg.hidden.records import Committee, Extrapolation, Fit
from nuchal.emg.hidden.told import Told
from nuchal.findings import Finding
from nuchal.model.anatomy import Anatomy
from nuchal.records import (
    HeadForces,
    HeadLoad,
    HeadWrench,
    JointMoments,
    JointReactions,
    Motion,
)


class Between(NamedTuple):
    """A course, and the ends of intervals made to hold 90 %; the course itself without any."""

    value: Float[np.ndarray, "*t k"]
    low: Float[np.ndarray, "*t k"]
    high: Float[np.ndarray, "*t k"]


class Pulls(NamedTuple):
    """Tendon forces as several models tell them, of m muscles [N].

    Attributes:
        members: By the model that saw all channels, then by those that missed one each.
        weaker: By the first, all its excitations lower by the error that hidden channels show.
        stronger: Likewise higher.
        shared: What part of that error muscles have in common, 0 to 1.
        together: Relative error of all of them at once, whatever channels show.
    """

    members: Float[np.ndarray, "*t k m"]
    weaker: Float[np.ndarray, "*t m"]
    stronger: Float[np.ndarray, "*t m"]
    shared: Float[np.ndarray, "*t"]
    together: Float[np.ndarray, "*t"]


class NeckFrames(NamedTuple):
    """The neck in every frame of a recording, known or not.

    Attributes:
        gravity: In the thorax frame [m/s^2].
        wrench: Of forces from outside on the head.
        head_forces: The same, over the frames at ``head_force_time`` [s].
    """

    anatomy: Anatomy
    motion: Motion
    gravity: Float[Array, "t 3"]
    load: HeadLoad
    wrench: HeadWrench | None
    head_forces: HeadForces | None
    head_force_time: Float[np.ndarray, " n"]


@dataclass(frozen=True, kw_only=True)
class NeckLoads:
    """What the neck does and its joints carry, under the forces that were told; t known frames.

    Attributes:
        frames: Of the whole recording.
        low: Ends of intervals of ``reactions``; the reactions themselves without any.
    """

    frames: NeckFrames
    motion: Motion
    moments: JointMoments
    reactions: JointReactions
    low: JointReactions
    high: JointReactions


@dataclass(frozen=True, kw_only=True)
class TrialFindings:
    """One recording, read with a person's model; t frames that are known, m muscles.

    Attributes:
        name: After which its results are named.
        load_kg: On the head; None where there is none.
        time: [s]; jumps where something is missing in between.
        low: Of an interval made to hold 90 % of the excitations; the excitation itself without one.
        force: Of the personal muscles, along the tendon [N].
        by_synergies: What muscle synergy extrapolation says instead.
        measured: Channels as shares of the MVC.
        channels: What the model says they should be.
        blind: What a model that was fitted without a channel predicts of it.
        moment: By inverse dynamics, for the muscles to supply [N m].
        moment_model: What the forces make of it [N m].
        moment_by_synergies: [N m].
        neck: None of any other joint.
    """

    name: str
    source: Path
    held_out: bool
    load_kg: float | None
    time: Float[np.ndarray, " t"]
    excitation: Float[np.ndarray, "t m"]
    low: Float[np.ndarray, "t m"]
    high: Float[np.ndarray, "t m"]
    activation: Between
    force: Between
    by_synergies: Float[np.ndarray, "t m"]
    measured: Float[np.ndarray, "t c"]
    channels: Float[np.ndarray, "t c"]
    blind: Float[np.ndarray, "t c"] | None
    moment: Float[np.ndarray, "t d"]
    moment_model: Float[np.ndarray, "t d"]
    moment_by_synergies: Float[np.ndarray, "t d"]
    neck: NeckLoads | None

    @property
    def title(self) -> str:
        """How people know it: by the name of its file, or of a joint's trial."""
        return self.name if self.neck is None else self.source.name

    @property
    def reserve(self) -> Float[np.ndarray, "t d"]:
        """What the forces do not supply of the moment [N m]."""
        return np.asarray(self.moment - self.moment_model)


@dataclass(frozen=True, kw_only=True)
class DeepEmg:
    """A person's model, and what it says of every recording.

    Attributes:
        system: Generic muscles on the person's skeleton.
        labels: Of the channels.
        coordinates: That the muscles move.
        told: How far the fitted trials tell the person's parameters.
        fitted_s: How much was fitted [s].
        seconds: How long fitting took, and reading [s].
    """

    system: MuscleSystem
    labels: tuple[str, ...]
    coordinates: tuple[str, ...]
    fit: Fit
    committee: Committee | None
    told: Told
    mse: Extrapolation
    trials: tuple[TrialFindings, ...]
    fitted_s: float
    seconds: dict[str, float]
    assumptions: tuple[Finding, ...]

    @property
    def sure(self) -> bool:
        """Whether there are intervals."""
        return self.committee is not None
