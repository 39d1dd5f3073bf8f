"""Virtual people whose hidden excitations are known: a controller that no method is told of.

Everybody recruits in a way of his own: effort of activation or of force share, to a power between
two and three and a half, with weights of his own; co-contraction that rises with load and speed and
wanders, as a floor or as a habit that effort is measured from; noise that grows with activation;
muscles that are stronger, longer, more bent than the generic ones; body segments and a strap that
inverse dynamics does not know of.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from scipy.signal import butter, sosfiltfilt

from nuchal.conventions import N_MUSCLES
from nuchal.emg.hidden.muscles import (
    FibreForces,
    JointTask,
    MuscleSystem,
    fibre_forces,
    joint_moment,
    lagged,
    shaped,
    unlagged,
    unshaped,
)
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.solvers.exact import recruit

ROUNDS = 25


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
    synergies: bool = False
    """Recruits fixed groups of muscles instead of sharing effort; one coordinate only."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What nobody measured: stacked trials, shape (n, t, ...)."""

    excitation: np.ndarray
    activation: np.ndarray
    moment: np.ndarray
    lacking_nm: float
    """99th percentile of what the muscles could not supply."""


def draw_person(
    system: MuscleSystem, seed: int, *, co_contraction: float = 1.0, synergies: bool = False
) -> VirtualPerson:
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
        synergies=synergies,
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
    )


def live(
    person: VirtualPerson, actual: JointTask, known: JointTask, load: np.ndarray, seed: int
) -> tuple[JointTask, Truth]:
    """Trials as they happen to a person, and what a laboratory sees of them.

    Args:
        person: who moves.
        actual: n trials with the moments that really act.
        known: the same with the moments of the laboratory's inverse dynamics.
        load: of each trial, over the heaviest.
        seed: of noise and wandering.
    """
    dice = np.random.default_rng([78, person.seed, seed])
    forces = fibre_forces(person.system, actual.length, actual.velocity)
    rest = joint_moment(actual.moment_arms, forces, np.zeros_like(forces.active))
    per_activation = np.asarray(actual.moment_arms) * np.asarray(forces.active)[..., None, :]
    target = np.asarray(actual.moment - rest)
    ideal = controlled(person, actual, per_activation, target, forces, load, dice)
    noisy = noisy_activation(person, ideal, per_activation, target, actual.step_s, dice)
    step = actual.step_s
    smooth = np.clip(low_pass(noisy, step, 8.0), 1e-3, 1.0)
    wanted = unlagged(unshaped(smooth, person.shape), step_s=step)
    excitation = np.clip(np.asarray(wanted), 0.0, 1.0)
    value = jax.vmap(lambda u: lagged(u, step_s=step))(excitation)
    activation = np.asarray(shaped(value, person.shape))
    moment = np.asarray(joint_moment(actual.moment_arms, forces, activation))
    channels = electrode_signals(person, excitation, step, dice)
    lacking = float(np.percentile(np.abs(moment - actual.moment), 99))
    truth = Truth(excitation=excitation, activation=activation, moment=moment, lacking_nm=lacking)
    return JointTask(**{**vars(known), "channels": channels}), truth


def electrode_signals(
    person: VirtualPerson, excitation: np.ndarray, step: float, dice: np.random.Generator
) -> np.ndarray:
    """Smoothed surface EMG over its maximum: noise of a tenth of the signal, 10 Hz low-pass."""
    clean = np.einsum("ntm,cm->ntc", excitation, np.asarray(person.system.electrodes))
    dirty = clean * (1.0 + 0.2 * dice.normal(size=clean.shape)) + 0.005 * dice.normal(
        size=clean.shape
    )
    return np.clip(person.gain * low_pass(np.abs(dirty), step, 10.0), 0.0, None)


def low_pass(signal: np.ndarray, step: float, cutoff_hz: float) -> np.ndarray:
    nyquist = 0.5 / step
    if cutoff_hz >= nyquist:
        return signal
    return np.asarray(sosfiltfilt(butter(2, cutoff_hz / nyquist, output="sos"), signal, axis=1))


def wander(dice: np.random.Generator, shape: tuple[int, ...], step: float, hz: float) -> np.ndarray:
    """Slow random courses with unit standard deviation."""
    long = dice.normal(size=(shape[0], shape[1] + 400, *shape[2:]))
    slow = low_pass(long, step, hz)[:, 200:-200]
    return slow / slow.std()


def controlled(  # noqa: PLR0917
    person: VirtualPerson,
    task: JointTask,
    per_activation: np.ndarray,
    target: np.ndarray,
    forces: FibreForces,
    load: np.ndarray,
    dice: np.random.Generator,
) -> np.ndarray:
    """Activations of the person's own effort, without noise."""
    n, t, _ = target.shape
    rest, by_load, by_speed = person.co_contraction
    speed = np.linalg.norm(np.asarray(task.velocity), axis=-1)
    level = rest + by_load * load[:, None] + by_speed * speed / np.percentile(speed, 95)
    level = level * np.clip(1.0 + 0.35 * wander(dice, (n, t), task.step_s, 0.5), 0.2, 2.0)
    habit = np.clip(level[..., None] * person.share, 0.0, 0.6)
    if person.synergies:
        return grouped(person, per_activation[..., 0, :], target[..., 0], habit)
    strength = np.asarray(forces.active) / np.asarray(person.system.max_isometric_force)
    price = person.weight * (np.maximum(strength, 0.2) if person.of_force else 1.0) ** person.power
    low = habit if person.floor else np.zeros_like(habit)
    offset = np.zeros_like(habit) if person.floor else habit
    a = np.full_like(habit, 0.1)
    for _ in range(ROUNDS):
        size = np.maximum(np.abs(a - offset), 0.02)
        curvature = price * (size / 0.2) ** (person.power - 2.0)
        b = solve(per_activation, target, curvature, curvature * offset, low)
        a = 0.5 * (a + b)
    return b


def grouped(
    person: VirtualPerson, per_activation: np.ndarray, target: np.ndarray, habit: np.ndarray
) -> np.ndarray:
    """Two fixed groups, one for each way of the coordinate, on top of co-contraction."""
    lacking = target - np.sum(per_activation * habit, axis=-1)
    ways = np.sign(np.median(per_activation.reshape(-1, habit.shape[-1]), axis=0))
    activation = habit
    for way in (1.0, -1.0):
        group = np.where(ways == way, 1.0 / person.weight, 0.0)
        able = np.maximum(way * np.sum(per_activation * group, axis=-1), 1e-6)
        activation = activation + (np.maximum(way * lacking, 0.0) / able)[..., None] * group
    return np.clip(activation, 0.0, 1.0)


def noisy_activation(
    person: VirtualPerson,
    ideal: np.ndarray,
    per_activation: np.ndarray,
    target: np.ndarray,
    step: float,
    dice: np.random.Generator,
) -> np.ndarray:
    """Signal-dependent noise, of which the movement lets pass what changes no moment."""
    wish = ideal * (1.0 + person.noise * wander(dice, ideal.shape, step, 2.0))
    even = np.ones_like(wish)
    return solve(per_activation, target, even, wish, np.zeros_like(wish))


def solve(
    per_activation: np.ndarray,
    target: np.ndarray,
    curvature: np.ndarray,
    pull: np.ndarray,
    low: np.ndarray,
) -> np.ndarray:
    """Minimise sum h a^2 / 2 - pull a under the moments, low <= a <= 1; all (n, t, ...)."""
    n, t, _, m = per_activation.shape
    frames = (
        x.reshape(n * t, *x.shape[2:]) for x in (per_activation, target, curvature, pull, low)
    )
    found = _solve(*frames)
    return np.asarray(found)[:, :m].reshape(n, t, m)


def _padded(x: jax.Array, size: int, fill: float) -> jax.Array:
    return jnp.full(size, fill).at[: x.shape[-1]].set(x)


@jax.jit
@jax.vmap
def _solve(per_activation, target, curvature, pull, low):  # noqa: ANN001, ANN202
    d, m = per_activation.shape
    problem = RecruitmentProblem(
        curvature=_padded(curvature, N_MUSCLES, 1.0),
        slope=_padded(-pull, N_MUSCLES, 0.0),
        symmetry=None,
        moment_per_activation=jnp.zeros((6, N_MUSCLES)).at[:d, :m].set(per_activation),
        moment=_padded(target, 6, 0.0),
        low=_padded(low, N_MUSCLES, 0.0),
        high=_padded(jnp.ones(m), N_MUSCLES, 0.0),
        reserve_price=jnp.asarray(1e3),
    )
    return recruit(problem).activation
