"""The nouns of networks with mechanics inside: people, frames, doubt, forces, what is learnt."""

from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.records import HeadLoad

# Inputs farther from their mean than this many standard deviations count as this far.
_FARTHEST_SD: Final = 6.0


class HeadMotion(eqx.Module):
    """Angles of the head on the thorax about z, x, y with their derivatives, now or over time.

    Attributes:
        angle: [rad].
        rate: [rad/s].
        acceleration: [rad/s^2].
    """

    angle: Float[Array, "*t 3"]
    rate: Float[Array, "*t 3"]
    acceleration: Float[Array, "*t 3"]


class Coordinates(eqx.Module):
    """The six coordinates with their derivatives, of one frame or of many.

    Attributes:
        q: [rad].
        qd: [rad/s].
        qdd: [rad/s^2].
    """

    q: Float[Array, "*t 6"]
    qd: Float[Array, "*t 6"]
    qdd: Float[Array, "*t 6"]


class Person(eqx.Module):
    """Whose neck: what a network needs to know of a person.

    Attributes:
        scales: Neck length, shoulder width and mass against the generic neck.
    """

    anatomy: Anatomy
    scales: Float[Array, "*n 3"]
    load: HeadLoad


class Network(eqx.Module):
    """A network of smooth units with scaled inputs and outputs."""

    weights: tuple[Float[Array, "_i _o"], ...]
    biases: tuple[Float[Array, " _o"], ...]
    input_mean: Float[Array, " i"]
    input_sd: Float[Array, " i"]
    output_scale: Float[Array, " o"]

    def __call__(self, inputs: Float[Array, " i"]) -> Float[Array, " o"]:
        """The output for one input."""
        flow = (inputs - self.input_mean) / self.input_sd
        flow = jnp.asarray(jnp.clip(flow, -_FARTHEST_SD, _FARTHEST_SD))
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            flow = jax.nn.silu(flow @ weight + bias)
        return jnp.asarray((flow @ self.weights[-1] + self.biases[-1]) * self.output_scale)


class Domain(eqx.Module):
    """An ellipsoid for each of ``records.RESPECTS``, its border at a distance of one.

    Attributes:
        shape: Distances are lengths of ``shape @ (x - centre)``; unused rows and columns are zero.
    """

    centre: Float[Array, "5 4"]
    shape: Float[Array, "5 4 4"]

    def distance(self, head: HeadMotion, scales: Vec3, load: HeadLoad) -> Float[Array, "5"]:
        """Distance of one frame from the centre, 1 at the border, in each respect."""
        away = domain_features(head, scales, load) - self.centre
        whitened = jnp.einsum("kij,kj->ki", self.shape, away)
        return jnp.sqrt(jnp.sum(whitened**2, axis=1))


def domain_features(head: HeadMotion, scales: Vec3, load: HeadLoad) -> Float[Array, "5 4"]:
    """The numbers of each respect; zero where it has fewer than four numbers."""
    carried = jnp.concatenate([load.mass[None], load.mass * load.place])
    rows = (head.angle, head.rate, head.acceleration, scales)
    return jnp.stack([*(jnp.append(row, 0.0) for row in rows), carried])


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


class Central(eqx.Module):
    """Forces for the coordinates as they are given, and what the spread is worked out from."""

    answer: Answer
    seen: Float[Array, "*t 27"]


class Possible(eqx.Module):
    """Active forces over maximal isometric force, of one frame or of many.

    Attributes:
        kept: Share of the necks in which muscles balance the frame.
    """

    mean: Float[Array, "*t muscles"]
    sd: Float[Array, "*t muscles"]
    kept: Float[Array, "*t"]


class Doubt(eqx.Module):
    """What is uncertain about a frame's state.

    Attributes:
        traits: What is not known of each trait, as a share of how people differ: zero where it is
            known, one where nothing is.
        noise_rad: Standard deviation of a head angle's noise; below the lowest filter level: none.
    """

    traits: Float[Array, "*t traits"]
    noise_rad: Float[Array, "*t"]

    @property
    def exists(self) -> bool:
        """Whether anything is uncertain about any frame."""
        return bool(np.any(self.traits) or np.any(self.noise_rad))


class Evidence(eqx.Module):
    """What the second network is given of a frame, or of many.

    Attributes:
        answer: Of the first network, in the likeliest neck.
        possible: What it says of others.
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
        distance: From the training frames, in each of ``records.RESPECTS``; beyond 1 is outside.
    """

    force: Float[Array, "t muscles"]
    central: Float[Array, "t muscles"]
    active: Float[Array, "t muscles"]
    low: Float[Array, "t muscles"]
    high: Float[Array, "t muscles"]
    missing: Float[Array, "t 6"]
    multiplier: Float[Array, "t 6"]
    distance: Float[Array, "t 5"]
