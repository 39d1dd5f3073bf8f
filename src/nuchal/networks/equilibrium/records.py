"""The nouns of networks with mechanics inside: people, frames, doubt, forces, and what is learnt."""

import equinox as eqx
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.model.anatomy import Anatomy
from nuchal.networks.equilibrium.domain import Domain
from nuchal.networks.equilibrium.proposal import Network
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.records import HeadLoad


class Answer(eqx.Module):
    """Forces of one frame, or of many.

    Attributes:
        force: Along the tendon [N].
        active: Active force over maximal isometric force: what the next frame is to be told.
        missing: Moment that the forces leave unbalanced [N m].
        multiplier: Change of the objective per moment asked for [1/(N m)].
    """

    force: Float[Array, "*t muscles"]
    active: Float[Array, "*t muscles"]
    missing: Float[Array, "*t 6"]
    multiplier: Float[Array, "*t 6"]


class Known(eqx.Module):
    """What mechanics knows of a frame before muscles are recruited.

    Attributes:
        share: Active force at full activation over maximal isometric force.
        passive: [N].
    """

    problem: RecruitmentProblem
    features: Float[Array, "*t 27"]
    share: Float[Array, "*t muscles"]
    passive: Float[Array, "*t muscles"]


class Person(eqx.Module):
    """Whose neck: what a network needs to know of a person.

    Attributes:
        scales: Neck length, shoulder width and mass against the generic neck.
    """

    anatomy: Anatomy
    scales: Float[Array, "*n 3"]
    load: HeadLoad


class Central(eqx.Module):
    """Forces for the coordinates as they are given, and what the spread is worked out from."""

    answer: Answer
    seen: Float[Array, "*t 27"]


class Possible(eqx.Module):
    """Active forces over maximal isometric force, of one frame or of many.

    Attributes:
        kept: Share of the rhythms under which muscles balance the frame.
    """

    mean: Float[Array, "*t muscles"]
    sd: Float[Array, "*t muscles"]
    kept: Float[Array, "*t"]


class Doubt(eqx.Module):
    """What is uncertain about a frame's state.

    Attributes:
        rhythm_sd: Of the upper neck's part of pitch, roll, yaw; zero where it is known.
        noise_rad: Standard deviation of a head angle's noise; below the lowest filter level: none.
    """

    rhythm_sd: Float[Array, "*t 3"]
    noise_rad: Float[Array, "*t"]

    @property
    def exists(self) -> bool:
        """Whether anything is uncertain about any frame."""
        return bool(np.any(self.rhythm_sd) or np.any(self.noise_rad))


class Evidence(eqx.Module):
    """What the second network is given of a frame, or of many.

    Attributes:
        answer: Of the first network, for the likeliest rhythm.
        possible: What it says under others.
    """

    seen: Float[Array, "*t 27"]
    answer: Answer
    possible: Possible
    doubt: Doubt


class Spread(eqx.Module):
    """The second network with its margins.

    Attributes:
        margins: Below and above the mean, in scales, by situation and muscle.
    """

    network: Network
    margins: Float[Array, "2 9 muscles"]


class Interval(eqx.Module):
    """Forces of one frame, or of many, over maximal isometric force."""

    mean: Float[Array, "*t muscles"]
    low: Float[Array, "*t muscles"]
    high: Float[Array, "*t muscles"]


class NeckNetwork(eqx.Module):
    """All that is learnt for one preset.

    Attributes:
        filters: From windows of head angles to their motion, by noise level (``window``).
        filter_errors: Root mean square error of their accelerations [rad/s^2].
    """

    proposal: Network
    spread: Spread
    filters: Float[Array, "l 3 w"]
    filter_errors: Float[Array, " l"]
    domain: Domain


class Prediction(eqx.Module):
    """Forces of one neck over time, with intervals that hold the stated share of true forces.

    Attributes:
        force: Mean over all that is possible [N].
        central: For the coordinates exactly as given [N]; the same where nothing is in doubt.
        active: Active part of the central forces over maximal isometric force.
        low: [N].
        high: [N].
        missing: Moment that the central forces leave unbalanced [N m].
        multiplier: Change of the objective per moment asked for [1/(N m)], of the central forces.
        distance: From the training frames, in each of ``domain.RESPECTS``; beyond 1 is outside.
    """

    force: Float[Array, "t muscles"]
    central: Float[Array, "t muscles"]
    active: Float[Array, "t muscles"]
    low: Float[Array, "t muscles"]
    high: Float[Array, "t muscles"]
    missing: Float[Array, "t 6"]
    multiplier: Float[Array, "t 6"]
    distance: Float[Array, "t 5"]
