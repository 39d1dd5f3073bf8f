"""How virtual people move their muscles: effort, fixed groups, reflexes; always by the moments."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from people import VirtualPerson
from scipy.signal import butter, sosfiltfilt
from sklearn.decomposition import NMF

from nuchal.conventions import N_MUSCLES
from nuchal.emg.hidden.muscles import FibreForces, JointTask, fibre_forces, joint_moment
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.solvers.exact import recruit

ROUNDS = 25
GROUPS = 12
"""Of a neck that recruits in fixed groups."""


def planned(
    person: VirtualPerson, task: JointTask, load: np.ndarray, dice: np.random.Generator
) -> np.ndarray:
    """Activations that a person means to have, and has but for the smoothing of muscle."""
    forces, per_activation, target = asked_of(person, task)
    ideal = controlled(person, task, per_activation, target, forces, load, dice)
    if person.delay_s or person.reflex:
        late = delayed(ideal, person.delay_s, task.step_s)
        wish = late + reflexes(person, task)
    else:
        wish = ideal
    noisy = wish * (1.0 + person.noise * wander(dice, ideal.shape, task.step_s, 2.0))
    even = np.ones_like(noisy)
    return solve(per_activation, target, even, noisy, np.zeros_like(noisy))


def asked_of(person: VirtualPerson, task: JointTask) -> tuple[FibreForces, np.ndarray, np.ndarray]:
    """What muscles can do, their moments when fully active, and the moments to be made."""
    forces = fibre_forces(person.system, task.length, task.velocity)
    rest = joint_moment(task.moment_arms, forces, np.zeros_like(forces.active))
    per_activation = np.asarray(task.moment_arms) * np.asarray(forces.active)[..., None, :]
    return forces, per_activation, np.asarray(task.moment - rest)


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
    habit = habits(person, task, load, dice)
    if person.groups is not None:
        return by_groups(person.groups, per_activation, target, habit)
    if person.synergies and target.shape[-1] == 1:
        return by_ways(person, per_activation[..., 0, :], target[..., 0], habit)
    return by_effort(person, per_activation, target, forces, habit)


def habits(
    person: VirtualPerson, task: JointTask, load: np.ndarray, dice: np.random.Generator
) -> np.ndarray:
    """Co-contraction of every muscle."""
    rest, by_load, by_speed = person.co_contraction
    speed = np.linalg.norm(np.asarray(task.velocity), axis=-1)
    level = rest + by_load * load[:, None] + by_speed * speed / np.percentile(speed, 95)
    wandering = person.wandering * wander(dice, speed.shape, task.step_s, 0.5)
    level = level * np.clip(1.0 + wandering, 0.2, 2.0)
    return np.clip(level[..., None] * person.share, 0.0, 0.6)


def by_effort(
    person: VirtualPerson,
    per_activation: np.ndarray,
    target: np.ndarray,
    forces: FibreForces,
    habit: np.ndarray,
) -> np.ndarray:
    """Least effort, from a floor or counted from a habit."""
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


def by_ways(
    person: VirtualPerson, per_activation: np.ndarray, target: np.ndarray, habit: np.ndarray
) -> np.ndarray:
    """Two fixed groups, one for each way of a single coordinate, on top of co-contraction."""
    lacking = target - np.sum(per_activation * habit, axis=-1)
    ways = np.sign(np.median(per_activation.reshape(-1, habit.shape[-1]), axis=0))
    activation = habit
    for way in (1.0, -1.0):
        group = np.where(ways == way, 1.0 / person.weight, 0.0)
        able = np.maximum(way * np.sum(per_activation * group, axis=-1), 1e-6)
        activation = activation + (np.maximum(way * lacking, 0.0) / able)[..., None] * group
    return np.clip(activation, 0.0, 1.0)


def with_groups(person: VirtualPerson, task: JointTask) -> VirtualPerson:
    """The person with fixed groups factored from what effort would have the same person do."""
    forces, per_activation, target = asked_of(person, task)
    even = np.zeros(np.shape(task.length))
    plan = by_effort(person, per_activation, target, forces, even)
    factors = NMF(GROUPS, init="nndsvda", max_iter=500, random_state=person.seed)
    factors.fit(plan.reshape(-1, plan.shape[-1]))
    groups = factors.components_
    return replace(person, groups=groups / groups.max(axis=1, keepdims=True))


def by_groups(
    groups: np.ndarray, per_activation: np.ndarray, target: np.ndarray, habit: np.ndarray
) -> np.ndarray:
    """The least of each group that makes the moments, on top of co-contraction."""
    lacking = target - np.einsum("...dm,...m->...d", per_activation, habit)
    by_group = np.einsum("...dm,km->...dk", per_activation, groups)
    even = np.ones((*lacking.shape[:2], len(groups)))
    level = solve(by_group, lacking, even, 0.0 * even, 0.0 * even)
    return np.clip(habit + level @ groups, 0.0, 1.0)


def reflexes(person: VirtualPerson, task: JointTask) -> np.ndarray:
    """What stretch adds, late."""
    pace = np.asarray(task.velocity) / np.asarray(person.system.optimal_fibre_length)
    return delayed(person.reflex * np.maximum(pace, 0.0), person.reflex_delay_s, task.step_s)


def delayed(courses: np.ndarray, delay_s: float, step_s: float) -> np.ndarray:
    """Courses (n, t, m) that come later; the first value is held."""
    frames = delay_s / step_s
    whole = int(frames)
    back = [np.clip(np.arange(courses.shape[1]) - k, 0, None) for k in (whole, whole + 1)]
    part = frames - whole
    return (1.0 - part) * courses[:, back[0]] + part * courses[:, back[1]]


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
