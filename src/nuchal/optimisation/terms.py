"""The terms of the objective: each gives its part of a frame's recruitment problem."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Protocol, runtime_checkable

import jax.numpy as jnp
import numpy as np

from nuchal.arrays import Array, Coords, Muscles, Scalar
from nuchal.dynamics.muscles.fibres import Capacity
from nuchal.model.anatomy import Anatomy
from nuchal.records import WantedActivation

# Net moment below which the term does not yet ask which way it points [N m].
_FADE_FLOOR_NM: Final = 0.5
# Active over maximal isometric force below which an activation has no bearing on a muscle's force.
_LEAST_ABLE: Final = 0.01


class Frame(NamedTuple):
    """What a term sees of one frame.

    Attributes:
        share: Active force at full activation over maximal isometric force.
        net: Moments that the muscles have to supply [N m].
        wanted: What EMG says of the activations.
    """

    anatomy: Anatomy
    capacity: Capacity
    share: Muscles
    net: Coords
    wanted: WantedActivation | None = None


class Part(NamedTuple):
    """What a term gives to the problem (``optimisation.problem``); parts of all terms add up.

    Attributes:
        curvature: h of each muscle.
        slope: g of each muscle.
        symmetry: s; None where the term has nothing to do with left and right.
        reserve_price: Price of squared reserve moments [1/(N m)^2]; None: no reserves.
        equal: Whether left and right activations have to be equal.
    """

    curvature: Muscles | float = 0.0
    slope: Muscles | float = 0.0
    symmetry: Scalar | None = None
    reserve_price: Array | float | None = None
    equal: bool = False


@runtime_checkable
class Term(Protocol):
    """One term of the objective; a frozen dataclass, as it is a constant of compiled code."""

    def part(self, frame: Frame) -> Part:
        """What the term gives to the problem of one frame."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Sum of weight times the square of activation, or of active over maximal isometric force.

    Attributes:
        of: What is squared.
        deep: Weight of deep muscles; ``superficial`` and ``hyoid`` of the other two layers.
    """

    of: Literal["activation", "force"] = "activation"
    deep: float = 1.0
    superficial: float = 1.0
    hyoid: float = 1.0

    def part(self, frame: Frame) -> Part:
        """Twice the weight of each muscle's layer, times what is squared per activation."""
        weights = np.array([getattr(self, layer) for layer in frame.anatomy.system.layers])
        share = frame.share if self.of == "force" else jnp.ones_like(frame.share)
        return Part(curvature=2.0 * weights * share**2)


@dataclass(frozen=True, kw_only=True)
class Energy:
    """Metabolic power over its mean at rest, proportional to activation."""

    weight: float

    def part(self, frame: Frame) -> Part:
        """The power of each muscle at full activation, as a slope."""
        return Part(slope=self.weight * metabolic_power(frame.anatomy, frame.capacity))


def metabolic_power(anatomy: Anatomy, capacity: Capacity) -> Muscles:
    """Metabolic power at full activation over the mean power of an isometric muscle.

    Minetti and Alexander (1997), doi 10.1006/jtbi.1997.0407: ``E = F_max v_max a phi(v / v_max)``
    with v the shortening speed.
    """
    v = jnp.clip(-capacity.norm_fibre_velocity, -1.0, 1.0)
    phi = (0.054 + 0.506 * v + 2.46 * v**2) / (1.0 - 1.13 * v + 12.8 * v**2 - 1.64 * v**3)
    scale = anatomy.max_isometric_force * anatomy.optimal_fibre_length
    return scale * phi / (0.054 * jnp.mean(scale))


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Squared change of active over maximal isometric force, over a whole recording.

    The term is the rate squared, ``weight (tau / dt)^2 (change of F / F_max)^2``.

    Attributes:
        time_s: What the rate is measured by: 30 ms, the geometric mean of activation (15 ms) and
            deactivation (60 ms). With a weight of 1, a change of force by F_max within this time
            costs as much as holding F_max.
    """

    weight: float = 1.0
    time_s: float = 0.03

    def part(self, frame: Frame) -> Part:  # noqa: ARG002
        """Nothing in a frame by itself."""
        return Part()

    def price(self, step_s: Scalar | float) -> Array:
        """Curvature that a change of F / F_max from one frame to the next costs."""
        return jnp.asarray(2.0 * self.weight * (self.time_s / step_s) ** 2)


@dataclass(frozen=True, kw_only=True)
class CausalRate(Rate):
    """The change against the frame before only, as live use needs it.

    Looking back frame by frame, the rate squared would lag the longer the more often one samples;
    ``weight (tau / dt) (change)^2`` lags by about ``weight tau`` at any rate.
    """

    def price(self, step_s: Scalar | float) -> Array:
        """As above; in proportion to the sampling rate."""
        return jnp.asarray(2.0 * self.weight * (self.time_s / step_s))


@dataclass(frozen=True, kw_only=True)
class Reserve:
    """Squared reserve moments; without the term there are reserves only where muscles fail.

    Attributes:
        price: [1/(N m)^2].
    """

    price: float

    def part(self, frame: Frame) -> Part:  # noqa: ARG002
        """The price."""
        return Part(reserve_price=self.price)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Squared difference of activations from those that EMG shows, over the measured muscles.

    The EMG-assisted objective of CEINMS (Pizzolato et al. 2015,
    doi 10.1016/j.jbiomech.2015.09.021), in which the balance of moments stays a constraint.
    """

    weight: float

    def part(self, frame: Frame) -> Part:
        """A parabola about each measured activation; nothing for other muscles."""
        if frame.wanted is None:
            return Part()
        able = frame.capacity.active > _LEAST_ABLE * frame.anatomy.max_isometric_force
        full = frame.share * frame.anatomy.max_isometric_force
        slope = jnp.where(able, full / jnp.where(able, frame.capacity.active, 1.0), 0.0)
        drawn = 2.0 * self.weight * frame.wanted.known * slope
        target = jnp.clip(frame.wanted.activation, 0.0, 1.0)
        return Part(curvature=drawn * slope, slope=-drawn * target)


@dataclass(frozen=True, kw_only=True)
class Symmetry:
    """Squared difference of left and right activation, in sagittal movement."""

    weight: float = 1.0

    def part(self, frame: Frame) -> Part:
        """The weight, which fades as the moment turns sideways."""
        return Part(symmetry=faded(self.weight, frame.net))


@dataclass(frozen=True, kw_only=True)
class Equality:
    """Left and right activations are equal, in all movements."""

    def part(self, frame: Frame) -> Part:  # noqa: ARG002
        """One activation a pair."""
        return Part(equal=True)


def faded(weight: float, net: Coords) -> Scalar:
    """Weight of the squared difference for net moments [N m]: twice, where these are sagittal."""
    sagittal = net[0] ** 2 + net[3] ** 2 + _FADE_FLOOR_NM**2
    sideways = net[1] ** 2 + net[2] ** 2 + net[4] ** 2 + net[5] ** 2
    return jnp.asarray(2.0 * weight * sagittal / (sagittal + sideways))
