"""How one drive a joint moves many muscles: recruitment that learns from electrodes.

Whoever minimises ``sum w_i a_i^(1 + 1/q) `` under the moments that a movement asks for has

    a_i = (lambda . g_i / w_i)^q,    g_i: moment of the fully active muscle

with one multiplier lambda a coordinate that all muscles share; whoever counts effort in force
instead of activation has weights ``w_i s_i^(1 + 1/q)``, s the muscle's strength at its length and
speed over its maximal isometric force, and people may lie between. People co-contract besides: a
habit h_i = kappa_i c is there before anything is asked for. A share beta of it is a readiness that
antagonists can be let off, the rest a floor, of which a share (blend) counts towards what is asked
for; what noise and habit do beside is a deviation delta_i:

    p_i = sign(lambda . g_i) |lambda . g_i / w_i|^q,   f_i = (1 - beta) h_i
    a_i = (f_i + relu(p_i + beta h_i - blend f_i)) exp(delta_i)

clipped to [0, 1], with smooth corners. With beta 1 that is effort counted from the habit, with
beta 0 and blend 1 least effort above a floor. Others call muscles in fixed groups, however well
they pull at the moment: to them a muscle's weight is ``w_i |g_i|``, which leaves of g_i its way
alone, and people may lie between these, too (grouping). Weights w, shares kappa, the level of c, q,
beta, blend and grouping are a person's; the measured muscles teach them.

Given c and delta, lambda follows from the moments: the sum of the muscles' moments is the slope of
a convex function of lambda, so Newton's method with a search along each step finds it, frame by
frame. A small reserve ``RESERVE lambda`` keeps it finite where muscles fail.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Scalar

# Reserve moment per multiplier, both over the moments' scale.
RESERVE: Final = 1e-3
_CORNER: Final = 0.01
# Strength below which effort rises no further.
_WEAKEST: Final = 0.1
# Newton steps are damped to be no longer than this and the multiplier itself.
_LONGEST_STEP: Final = 2.0
# How often a step that goes too far is halved or cut by a secant.
_CUTS: Final = 2
WEIGHT_SD: Final = 0.3
SHARE_SD: Final = 0.3
LEVEL_SD: Final = 0.7
# Logarithm of q = 0.7: between the second and the third power of activation.
POWER_MEAN: Final = -0.35
POWER_SD: Final = 0.2
GROUPING_MEAN: Final = -1.0
GROUPING_SD: Final = 1.5
# Moment of the fully active muscle below which it is called no more, over the moments' scale.
_ABLE: Final = 0.01


class Control(eqx.Module):
    """What recruitment has of a person.

    Attributes:
        blend: Before the sigmoid.
        readiness: beta before the sigmoid.
        effort: Whether effort is counted in activation (0) or in force (1), before the sigmoid.
        log_level: Of the person's co-contraction, over that of most people.
        grouping: How far muscles are called by the way they pull alone, however well (1), before
            the sigmoid.
    """

    log_weight: Float[Array, " m"]
    log_share: Float[Array, " m"]
    log_power: Float[Array, ""]
    blend: Float[Array, ""]
    readiness: Float[Array, ""]
    effort: Float[Array, ""]
    log_level: Float[Array, ""]
    grouping: Float[Array, ""]


class Drive(eqx.Module):
    """What changes over time beside the moments."""

    co_contraction: Float[Array, "*t"]
    deviation: Float[Array, "*t m"]


class Demand(eqx.Module):
    """What the joints ask for, over the moments' scale.

    Attributes:
        strength: Force of the fully active muscle over its maximal isometric force.
    """

    moment_per_activation: Float[Array, "*t d m"]
    moment: Float[Array, "*t d"]
    strength: Float[Array, "*t m"]


class Recruited(eqx.Module):
    """Activations and the multipliers that led to them.

    Attributes:
        reserve: Moment that is missing, over the moments' scale.
    """

    activation: Float[Array, "*t m"]
    multiplier: Float[Array, "*t d"]
    reserve: Float[Array, "*t d"]


def generic_control(muscles: int) -> Control:
    """Equal weights and shares."""
    zero = jnp.zeros(muscles)
    even = jnp.zeros(())
    power, grouping = (jnp.array(mean, dtype=float) for mean in (POWER_MEAN, GROUPING_MEAN))
    return Control(zero, zero, power, even, even, even, even, grouping)


# What a person's recruitment has beside weights and shares, as people would quote it: where it
# stands in :class:`Control`, and what becomes of it.
_TRAITS: Final[Mapping[str, tuple[str, Callable[[Array], Array]]]] = {
    "effort_power": ("log_power", lambda x: 1.0 + jnp.exp(-x)),
    "effort_counted_in_force": ("effort", jax.nn.sigmoid),
    "co_contraction_level": ("log_level", jnp.exp),
    "co_contraction_counted_as_effort": ("blend", jax.nn.sigmoid),
    "co_contraction_let_off": ("readiness", jax.nn.sigmoid),
    "called_in_fixed_groups": ("grouping", jax.nn.sigmoid),
}


def traits(control: Control) -> dict[str, float]:
    """What a person's recruitment has once, as people would quote it."""
    return {name: float(quoted(getattr(control, at))) for name, (at, quoted) in _TRAITS.items()}


def by_trait(control: Control) -> dict[str, float]:
    """What stands in the place of each of :func:`traits`, as it stands there."""
    return {name: float(getattr(control, at)) for name, (at, _) in _TRAITS.items()}


def prior_penalty(control: Control) -> Scalar:
    """Minus twice the logarithm of the prior, up to a constant."""
    off = jax.tree.map(
        lambda x, mean, sd: jnp.sum(((x - mean) / sd) ** 2),
        control,
        generic_control(len(control.log_weight)),
        prior_sds(control),
    )
    return jnp.asarray(sum(jax.tree.leaves(off)))


def prior_sds(control: Control) -> Control:
    """Standard deviations of the prior, each in the place of its parameter."""
    return Control(
        log_weight=jnp.full_like(control.log_weight, WEIGHT_SD),
        log_share=jnp.full_like(control.log_share, SHARE_SD),
        log_power=jnp.array(POWER_SD),
        blend=jnp.array(1.0),
        readiness=jnp.array(1.5),
        effort=jnp.array(1.5),
        log_level=jnp.array(LEVEL_SD),
        grouping=jnp.array(GROUPING_SD),
    )


def recruited(
    control: Control, demand: Demand, drive: Drive, start: Float[Array, "*t d"], *, steps: int
) -> Recruited:
    """Activations that supply the moments, differentiable in everything but ``start``.

    ``steps`` damped Newton steps find the multipliers; one more, with the slope held, carries the
    derivatives that the implicit function theorem gives.
    """
    held = jax.lax.stop_gradient((control, demand, drive))
    found = _newton(*held, jax.lax.stop_gradient(start), steps)
    missing, slope = _missing(control, demand, drive, found)
    slope = jax.lax.stop_gradient(slope)
    multiplier = found - jnp.linalg.solve(slope, missing[..., None])[..., 0]
    activation = _activation(control, drive, _pull(control, demand, multiplier))
    return Recruited(activation, multiplier, RESERVE * multiplier)


@partial(jax.jit, static_argnames="steps")
def _newton(control: Control, demand: Demand, drive: Drive, start: Array, steps: int) -> Array:
    def step(_: Array, multiplier: Array) -> Array:
        missing, slope = _missing(control, demand, drive, multiplier)
        longest = _LONGEST_STEP + jnp.linalg.norm(multiplier, axis=-1)
        damping = jnp.linalg.norm(missing, axis=-1) / longest
        damped = slope + damping[..., None, None] * jnp.eye(slope.shape[-1])
        move = -jnp.linalg.solve(damped, missing[..., None])[..., 0]

        def rise(share: Array) -> Array:
            """Slope along the step of what is minimised; rises with the share."""
            at = multiplier + share[..., None] * move
            return jnp.sum(_error(control, demand, drive, at) * move, axis=-1)

        share = _where_it_rises(rise, jnp.sum(missing * move, axis=-1))
        return jnp.asarray(multiplier + share[..., None] * move)

    return jnp.asarray(jax.lax.fori_loop(0, steps, step, start))


def _where_it_rises(rise: Callable[[Array], Array], first: Array) -> Array:
    """The share of a step, at most 1, at which a rising function that begins below 0 is near 0."""
    low, high = jnp.zeros_like(first), jnp.ones_like(first)
    at_low, at_high = first, rise(high)
    enough = at_high <= 0.0
    for k in range(_CUTS):
        share = 0.5 * (low + high) if k % 2 else _secant(low, high, at_low, at_high)
        found = rise(share)
        below = found < 0.0
        low, at_low = jnp.where(below, share, low), jnp.where(below, found, at_low)
        high, at_high = jnp.where(below, high, share), jnp.where(below, at_high, found)
    return jnp.where(enough, 1.0, _secant(low, high, at_low, at_high))


def _secant(low: Array, high: Array, at_low: Array, at_high: Array) -> Array:
    """Where a straight line through both ends is zero, a little off the ends."""
    part = at_low / jnp.where(at_low == at_high, 1.0, at_low - at_high)
    return low + (high - low) * jnp.clip(part, 0.02, 0.98)


def _error(control: Control, demand: Demand, drive: Drive, multiplier: Array) -> Array:
    activation = _activation(control, drive, _pull(control, demand, multiplier))
    supplied = jnp.einsum("...dm,...m->...d", demand.moment_per_activation, activation)
    return supplied + RESERVE * multiplier - demand.moment


def _missing(
    control: Control, demand: Demand, drive: Drive, multiplier: Array
) -> tuple[Array, Array]:
    """Error of the moments and its slope over the multipliers."""
    pull = _pull(control, demand, multiplier)
    activation, rise = jax.jvp(
        lambda z: _activation(control, drive, z), (pull,), (jnp.ones_like(pull),)
    )
    g = demand.moment_per_activation
    error = jnp.einsum("...dm,...m->...d", g, activation) + RESERVE * multiplier - demand.moment
    rise = rise / _price(control, demand)
    slope = jnp.einsum("...dm,...m,...em->...de", g, rise, g)
    return error, slope + RESERVE * jnp.eye(g.shape[-2])


def _pull(control: Control, demand: Demand, multiplier: Array) -> Array:
    toward = jnp.einsum("...d,...dm->...m", multiplier, demand.moment_per_activation)
    return toward / _price(control, demand)


def _price(control: Control, demand: Demand) -> Array:
    """Weight of each muscle's effort."""
    by_force = jax.nn.sigmoid(control.effort) * (1.0 + jnp.exp(-control.log_power))
    able = jnp.sqrt(jnp.sum(demand.moment_per_activation**2, axis=-2) + _ABLE**2)
    by_ability = able ** jax.nn.sigmoid(control.grouping)
    strength = jnp.maximum(demand.strength, _WEAKEST)
    return jnp.exp(control.log_weight) * strength**by_force * by_ability


def _activation(control: Control, drive: Drive, pull: Array) -> Array:
    habit = jnp.exp(control.log_share) * drive.co_contraction[..., None]
    ready = jax.nn.sigmoid(control.readiness) * habit
    floor = habit - ready
    bend = 0.5 * (jnp.exp(control.log_power) - 1.0)
    asked = pull * (pull**2 + _CORNER**2) ** bend
    above = _ramp(asked + ready - jax.nn.sigmoid(control.blend) * floor)
    total = _ramp((floor + above) * jnp.exp(drive.deviation))
    return total - _ramp(total - 1.0)


def _ramp(z: Array) -> Array:
    """Zero below, z above, with a smooth corner; always positive."""
    return 0.5 * (z + jnp.sqrt(z**2 + _CORNER**2))
