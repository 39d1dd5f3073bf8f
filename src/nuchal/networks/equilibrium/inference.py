"""Forces from trained networks, with intervals and the distance from what they were trained on."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, MusclesT
from nuchal.batches import in_chunks, in_single
from nuchal.dynamics.pipeline import State
from nuchal.networks.equilibrium.head_motion import head_motion_of
from nuchal.networks.equilibrium.intervals import interval
from nuchal.networks.equilibrium.outcome import balances
from nuchal.networks.equilibrium.records import (
    Central,
    Coordinates,
    Domain,
    Doubt,
    Evidence,
    Interval,
    NeckNetwork,
    Person,
    Possible,
    Prediction,
    Spread,
)
from nuchal.networks.equilibrium.sequence import central_forces, forces_in_doubt
from nuchal.networks.equilibrium.traits_in_doubt import only_possible
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.programs.kept import kept


def predict(
    network: NeckNetwork,
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    *,
    step_s: float,
    doubt: Doubt,
    distance: Float[np.ndarray, "t 5"],
) -> Prediction:
    """Forces of one neck over frames that follow one another, with intervals.

    The network is of the same preset as ``settings``; ``step_s`` is the time from one frame to the
    next [s]; what is uncertain is the same for all frames, or one ``doubt`` for each; ``distance``
    is from :func:`distances_of`.
    """
    central = central_forces(network.proposal, person, states, settings, step_s)
    found = central.answer
    if doubt.exists:
        traits = np.asarray(doubt.traits)
        possible = forces_in_doubt(network.proposal, person, states, settings, step_s, traits)
    else:
        possible = only_possible(found.active)
    within = intervals_of(network.spread, central, possible, doubt)
    strength = np.asarray(person.anatomy.max_isometric_force, float)
    passive = found.force - found.active * strength if settings.passive else 0.0
    mean, low, high = (passive + x * strength for x in (within.mean, within.low, within.high))
    return Prediction(
        force=mean,
        central=found.force,
        active=found.active,
        low=low,
        high=high,
        missing=found.missing,
        multiplier=found.multiplier,
        distance=distance,
    )


def forces_alone(
    network: NeckNetwork,
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    *,
    step_s: float,
) -> tuple[MusclesT, Bool[np.ndarray, " t"]]:
    """Forces of frames [N] and whether they balance them; nothing is in doubt."""
    found = central_forces(network.proposal, person, states, settings, step_s).answer
    return np.asarray(found.force, float), balances(np.asarray(found.missing))


def distances_of(domain: Domain, person: Person, states: State) -> Float[np.ndarray, "t 5"]:
    """How far frames are from the training frames, in each of ``records.RESPECTS``."""
    work = in_single(_distances)
    return np.asarray(in_chunks(lambda part: work(domain, person, part), states))


def intervals_of(spread: Spread, central: Central, possible: Possible, doubt: Doubt) -> Interval:
    """Intervals of many frames; the same doubt for all, or one for each."""
    frames = len(central.seen)
    traits = np.asarray(doubt.traits)
    each = Doubt(
        np.broadcast_to(traits, (frames, traits.shape[-1])),
        np.broadcast_to(doubt.noise_rad, (frames,)),
    )
    work = in_single(_intervals)
    evidence = Evidence(central.seen, central.answer, possible, each)
    return in_chunks(lambda part: work(spread, part), evidence)


@kept
def _distances(domain: Domain, person: Person, states: State) -> Float[Array, "t 5"]:
    def one(state: State) -> Float[Array, "5"]:
        head = head_motion_of(person.anatomy, Coordinates(state.q, state.qd, state.qdd))
        return domain.distance(head, person.scales, person.load)

    return jnp.asarray(jax.vmap(one)(states))


@kept
def _intervals(spread: Spread, frames: Evidence) -> Interval:
    made: Interval = jax.vmap(lambda frame: interval(spread, frame))(frames)
    return made
