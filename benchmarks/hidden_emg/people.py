"""Virtual people whose hidden excitations are known: a controller that no method is told of.

Everybody recruits in a way of his own: effort of activation or of force share, to a power between
two and three and a half, with weights of his own; co-contraction that rises with load and speed and
wanders, as a floor or as a habit that effort is measured from; noise that grows with activation;
muscles that are stronger, longer, more bent than the generic ones; body segments and a strap that
inverse dynamics does not know of.
"""

from dataclasses import dataclass

import numpy as np

from nuchal.emg.hidden.muscles import MuscleSystem


@dataclass(frozen=True, kw_only=True)
class VirtualPerson:
    """One person's controller, muscles and electrodes."""

    power: float
    of_force: bool
    floor: bool
    weight: np.ndarray
    share: np.ndarray
    co_contraction: tuple[float, float, float]
    """At rest, per full load, per full speed."""
    noise: float
    system: MuscleSystem
    shape: np.ndarray
    gain: np.ndarray
    strap_kg: float
    segment_scale: float
    seed: int
    wandering: float = 0.35
    """Of co-contraction over time, as a share."""
    synergies: bool = False
    """Recruits fixed groups of muscles instead of sharing effort."""
    groups: np.ndarray | None = None
    """Groups that were learnt, each muscle's share in each; shape (k, m)."""
    delay_s: float = 0.0
    reflex: float = 0.0
    """Excitation of a muscle that is stretched by an optimal length a second."""
    reflex_delay_s: float = 0.0
    heard: np.ndarray | None = None
    """What each channel hears of muscles that it is not for; shape (c, m)."""
    gain_by_length: np.ndarray | None = None
    """By how much a channel's gain grows for fibres that are an optimal length longer."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What nobody measured: stacked trials, shape (n, t, ...)."""

    excitation: np.ndarray
    activation: np.ndarray
    moment: np.ndarray
    lacking_nm: float
    """99th percentile of what the muscles could not supply."""


def draw_person(system: MuscleSystem, seed: int, *, co_contraction: float = 1.0) -> VirtualPerson:
    """Person number ``seed``; ``co_contraction`` scales how much everybody co-contracts."""
    dice = np.random.default_rng([77, seed])
    count, channels = len(system.names), len(system.electrodes)
    own = replace_system(
        system,
        force=dice.lognormal(0.0, 0.15, count) * dice.lognormal(0.0, 0.1),
        fibre=dice.lognormal(0.0, 0.04, count),
        slack=dice.lognormal(0.0, 0.01, count),
    )
    return VirtualPerson(
        power=float(dice.uniform(2.0, 3.5)),
        of_force=bool(dice.random() < 0.5),
        floor=bool(dice.random() < 0.5),
        weight=dice.lognormal(0.0, 0.3, count),
        share=dice.lognormal(0.0, 0.3, count),
        co_contraction=(
            co_contraction * float(dice.uniform(0.02, 0.05)),
            co_contraction * float(dice.uniform(0.03, 0.12)),
            co_contraction * float(dice.uniform(0.03, 0.12)),
        ),
        noise=float(dice.uniform(0.05, 0.15)),
        system=own,
        shape=np.clip(dice.uniform(-2.5, -0.3) + 0.3 * dice.normal(size=count), -3.0, -0.05),
        gain=dice.uniform(0.85, 1.2, channels),
        strap_kg=float(dice.uniform(0.0, 0.2)),
        segment_scale=float(dice.normal(1.0, 0.05)),
        seed=seed,
    )


def replace_system(
    system: MuscleSystem, *, force: np.ndarray, fibre: np.ndarray, slack: np.ndarray
) -> MuscleSystem:
    return MuscleSystem(
        max_isometric_force=np.asarray(system.max_isometric_force) * force,
        optimal_fibre_length=np.asarray(system.optimal_fibre_length) * fibre,
        tendon_slack_length=np.asarray(system.tendon_slack_length) * slack,
        pennation_at_optimal=system.pennation_at_optimal,
        max_velocity=system.max_velocity,
        names=system.names,
        seen=system.seen,
        passive_scale=system.passive_scale,
        beside=system.beside,
    )
