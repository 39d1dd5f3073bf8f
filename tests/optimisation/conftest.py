"""A quadratic programme solver that is not ours."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import clarabel
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import sparse

from nuchal.conventions import LEFT_SUFFIX
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import State
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy, generic_system
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import FrameMechanics, mechanics_of_frame
from nuchal.optimisation.solvers.exact import recruit
from nuchal.records import HeadLoad, Motion

MUSCLES = generic_system().muscles
SIDES = [
    (MUSCLES.index(name.removesuffix(LEFT_SUFFIX)), k)
    for k, name in enumerate(MUSCLES)
    if name.endswith(LEFT_SUFFIX)
]
"""Right and left muscle of every pair."""
Pairing = Literal["none", "soft", "hard"]


@pytest.fixture(scope="session")
def anatomy() -> Anatomy:
    return generic_anatomy("living")


@pytest.fixture(scope="session")
def sides() -> np.ndarray:
    """Right and left muscle of every pair, shape (36, 2)."""
    return np.array(SIDES)


@eqx.filter_jit
def _mechanics(
    anatomy: Anatomy, motion: Motion, settings: RecruitmentSettings, load: HeadLoad
) -> FrameMechanics:
    gravity = jnp.tile(anatomy.gravity, (len(motion.time), 1))
    states = State(motion.q, motion.qd, motion.qdd, gravity, motion.status)
    return jax.vmap(lambda state: mechanics_of_frame(anatomy, state, settings, load))(states)


@pytest.fixture(scope="session")
def mechanics() -> Callable[..., FrameMechanics]:
    """Mechanics of all frames of a motion."""

    def of(
        anatomy: Anatomy,
        motion: Motion,
        settings: RecruitmentSettings,
        load: HeadLoad | None = None,
    ) -> FrameMechanics:
        found = _mechanics(anatomy, motion, settings, load or no_load())
        return jax.tree.map(np.asarray, found)

    return of


@pytest.fixture(scope="session")
def solve() -> Callable:
    """Our recruitment of many frames; compiled once for a pairing and a number of frames."""
    every = eqx.filter_jit(jax.vmap(recruit))
    return lambda problems, pairing: every(paired(problems, pairing))


def paired(problems: RecruitmentProblem, pairing: Pairing) -> RecruitmentProblem:
    """The problems with left and right on their own, drawn together, or equal."""

    def one(problem: RecruitmentProblem) -> RecruitmentProblem:
        symmetry = problem.symmetry if pairing == "soft" else None
        return replace(problem, symmetry=symmetry, equal=pairing == "hard")

    return jax.tree.map(np.asarray, jax.vmap(one)(problems))


@pytest.fixture(scope="session")
def pair() -> Callable[..., RecruitmentProblem]:
    """Problems with another pairing."""
    return paired


@dataclass(frozen=True)
class Theirs:
    """What Clarabel found: activations, reserves and the multipliers of the equalities."""

    activation: np.ndarray
    reserve: np.ndarray
    multiplier: np.ndarray
    value: float


def by_clarabel(
    problems: RecruitmentProblem,
    pairing: Pairing,
    share: np.ndarray | None = None,
    price: float = 0.0,
) -> Theirs:
    """Solve stacked frames as one programme, with ``price`` on changes of ``share * a``."""
    frames, muscles = problems.curvature.shape
    count, equalities = frames * muscles, 6 * frames
    own = np.diag(problems.curvature.ravel())
    for k, (right, left) in ((k, pair) for k in range(frames) for pair in SIDES):
        i, j = k * muscles + right, k * muscles + left
        weight = problems.symmetry[k] if pairing == "soft" else 0.0
        own[np.ix_([i, j], [i, j])] += weight * np.array([[1.0, -1.0], [-1.0, 1.0]])
    if share is not None:
        change = np.diff(np.eye(frames), axis=0)
        step = np.kron(change, np.eye(muscles)) * share.ravel()
        own += price * step.T @ step
    reserve_price = np.repeat(np.broadcast_to(problems.reserve_price, frames), 6)
    priced = np.isfinite(reserve_price)
    hessian = sparse.block_diag([own, sparse.diags(np.where(priced, reserve_price, 1.0))])
    slope = np.concatenate([problems.slope.ravel(), np.zeros(equalities)])
    matrix = sparse.block_diag(list(problems.moment_per_activation))
    rows = [sparse.hstack([matrix, sparse.eye(equalities)])]
    right_hand = [problems.moment.ravel()]
    none = sparse.eye(equalities).tocsr()[~priced]
    rows.append(sparse.hstack([sparse.csr_matrix((none.shape[0], count)), none]))
    right_hand.append(np.zeros(none.shape[0]))
    if pairing == "hard":
        rows.append(_equal_sides(frames, muscles, equalities))
        right_hand.append(np.zeros(frames * len(SIDES)))
    zero_rows = sum(r.shape[0] for r in rows)
    bounds = sparse.hstack([sparse.eye(count), sparse.csr_matrix((count, equalities))])
    rows += [bounds, -bounds]
    right_hand += [problems.high.ravel(), -problems.low.ravel()]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-13
    solution = clarabel.DefaultSolver(
        sparse.triu(hessian, format="csc"),
        slope,
        sparse.vstack(rows, format="csc"),
        np.concatenate(right_hand),
        [clarabel.ZeroConeT(zero_rows), clarabel.NonnegativeConeT(2 * count)],
        settings,
    ).solve()
    assert str(solution.status) in {"Solved", "AlmostSolved", "InsufficientProgress"}
    x, z = np.array(solution.x), np.array(solution.z)
    return Theirs(
        x[:count].reshape(frames, muscles),
        x[count:].reshape(frames, 6),
        -z[:equalities].reshape(frames, 6),
        solution.obj_val,
    )


def _equal_sides(frames: int, muscles: int, equalities: int) -> sparse.csr_matrix:
    rows = np.zeros((len(SIDES), muscles))
    for k, (right, left) in enumerate(SIDES):
        rows[k, right], rows[k, left] = 1.0, -1.0
    equal = sparse.block_diag([rows] * frames)
    return sparse.hstack([equal, sparse.csr_matrix((equal.shape[0], equalities))])


@pytest.fixture(scope="session")
def clarabel_solve() -> Callable[..., Theirs]:
    """Stacked frames solved as one programme by a general interior-point method."""
    return by_clarabel
