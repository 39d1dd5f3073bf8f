"""The rate term over a whole recording: one quadratic programme over all of its frames.

    minimise  sum over frames of the frame's programme
              + price sum_t sum_i (f_ti - f_(t-1)i)^2 / 2,   f = share a = F / F_max

The frames hang together by one tridiagonal matrix a muscle. A primal-dual active-set method
(Hintermueller, Ito, Kunisch 2002, doi 10.1137/S1052623401383558) starts from the frames' own
solutions: it fixes the muscles at their bounds, solves the optimality conditions of the rest as one
sparse linear system, and lets the result say who is at a bound. It ends, after a handful of such
steps, when nobody changes sides: then the solution is exact.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy import sparse
from scipy.sparse.linalg import splu

from nuchal.arrays import Array, MusclesT
from nuchal.errors import Status
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.solvers.exact import STIFF_PRICE, Recruitment

_MOST_STEPS: Final = 60
# Softness of the equalities where muscles alone have to balance, taken out again by refinement.
_SOFTNESS: Final = 1e-10


@dataclass(frozen=True)
class _Programme:
    """The recording's programme: minimise x H x / 2 + g x, A x + r = b, low <= x <= high.

    Attributes:
        softness: One over the price of reserves; zero where there are none.
        unknown_of: Which unknown of its frame each muscle's activation is.
    """

    hessian: sparse.csr_matrix
    slope: Float[np.ndarray, " n"]
    balance: sparse.csr_matrix
    moment: Float[np.ndarray, " e"]
    softness: Float[np.ndarray, " e"]
    low: Float[np.ndarray, " n"]
    high: Float[np.ndarray, " n"]
    frames: int
    unknown_of: Int[np.ndarray, " muscles"]


@dataclass(frozen=True)
class _Sides:
    """Which activations are held at a bound."""

    low: Bool[np.ndarray, " n"]
    high: Bool[np.ndarray, " n"]


def recruit_whole(
    problems: RecruitmentProblem,
    share: MusclesT,
    price: Array,
    start: Recruitment,
) -> Recruitment:
    """Solve all frames of a recording together.

    ``problems`` are the frames' programmes without the rate term, stacked; ``share`` is F / F_max
    at full activation; ``start`` the frames' own solutions, which say where reserves are needed.
    The KKT residual of each frame is taken with the rate term.
    """
    status = np.asarray(start.status)
    programme = _programme(problems, np.asarray(share), float(price), status)
    x = np.ravel(start.activation)
    if problems.equal:
        partners = np.array(problems.partners)
        programme = _fold(programme, partners)
        x = np.ravel(np.asarray(start.activation)[:, _right(partners)])
    sides = _Sides(x <= programme.low + 1e-9, x >= programme.high - 1e-9)
    settled, steps = False, 0
    while not settled and steps < _MOST_STEPS:
        x, multiplier = _solve(programme, sides)
        lagrangian = programme.hessian @ x + programme.slope - programme.balance.T @ multiplier
        told = _Sides(
            np.where(sides.low, lagrangian > 0.0, x < programme.low),
            np.where(sides.high, lagrangian < 0.0, x > programme.high),
        )
        settled = np.array_equal(told.low, sides.low) and np.array_equal(told.high, sides.high)
        sides, steps = told, steps + 1
    return _result(programme, x, multiplier, np.where(settled, status, Status.NOT_CONVERGED), steps)


def _programme(
    problems: RecruitmentProblem, share: np.ndarray, price: float, status: np.ndarray
) -> _Programme:
    given = np.asarray(problems.reserve_price)
    stiff = np.where(status == Status.OK, np.inf, STIFF_PRICE)
    return _Programme(
        hessian=_hessian(problems, share, price),
        slope=np.ravel(problems.slope),
        balance=sparse.block_diag(list(np.asarray(problems.moment_per_activation)), format="csr"),
        moment=np.ravel(problems.moment),
        softness=np.repeat(1.0 / np.where(np.isinf(given), stiff, given), 6),
        low=np.ravel(problems.low),
        high=np.ravel(problems.high),
        frames=len(share),
        unknown_of=np.arange(share.shape[1]),
    )


def _right(partners: Int[np.ndarray, " muscles"]) -> Int[np.ndarray, " pairs"]:
    """The first muscle of every pair."""
    return np.flatnonzero(np.arange(len(partners)) < partners)


def _fold(programme: _Programme, partners: Int[np.ndarray, " muscles"]) -> _Programme:
    """One unknown a pair, for pairs that have to be equal."""
    right, muscles = _right(partners), np.arange(len(partners))
    pair = np.searchsorted(right, np.minimum(muscles, partners))
    one_frame = sparse.csr_matrix((np.ones(len(pair)), (muscles, pair)))
    fold = sparse.block_diag([one_frame] * programme.frames, format="csr")
    low, high = (b.reshape(programme.frames, -1) for b in (programme.low, programme.high))
    return replace(
        programme,
        hessian=(fold.T @ programme.hessian @ fold).tocsr(),
        slope=fold.T @ programme.slope,
        balance=(programme.balance @ fold).tocsr(),
        low=np.ravel(np.maximum(low, low[:, partners])[:, right]),
        high=np.ravel(np.minimum(high, high[:, partners])[:, right]),
        unknown_of=pair,
    )


def _hessian(problems: RecruitmentProblem, share: np.ndarray, price: float) -> sparse.csr_matrix:
    """Second derivatives of the objective with respect to all activations, frame by frame."""
    neighbours = np.full(len(share), 2.0)
    neighbours[0] -= 1.0
    neighbours[-1] -= 1.0
    own = problems.curvature + price * neighbours[:, None] * share**2
    index = np.arange(share.size).reshape(share.shape)
    between = -price * share[1:] * share[:-1]
    entries = [
        (own, index, index),
        (between, index[1:], index[:-1]),
        (between, index[:-1], index[1:]),
    ]
    if problems.symmetry is not None:
        weight = np.broadcast_to(np.asarray(problems.symmetry)[:, None], share.shape)
        mates = index[:, np.array(problems.partners)]
        entries += [(weight, index, index), (-weight, index, mates)]
    values, rows, columns = (np.concatenate([np.ravel(e[k]) for e in entries]) for k in range(3))
    return sparse.csr_matrix((values, (rows, columns)), shape=(index.size, index.size))


def _solve(programme: _Programme, sides: _Sides) -> tuple[np.ndarray, np.ndarray]:
    """Activations and multipliers with the held ones at their bounds."""
    held = np.where(sides.low, programme.low, np.where(sides.high, programme.high, 0.0))
    free = np.flatnonzero(~(sides.low | sides.high))
    hessian = programme.hessian[free]
    balance = programme.balance[:, free]
    soft = sparse.diags(programme.softness)
    matrix = sparse.bmat([[hessian[:, free], balance.T], [balance, -soft]], format="csc")
    right = np.concatenate(
        [-(programme.slope[free] + hessian @ held), programme.moment - programme.balance @ held]
    )
    order = _frame_by_frame(free, programme)
    equalities = np.arange(len(free), len(right))
    softened = matrix - sparse.csc_matrix(
        (np.full(len(equalities), _SOFTNESS), (equalities, equalities)), shape=matrix.shape
    )
    factors = splu(softened[order][:, order])
    solution = np.zeros_like(right)
    for _ in range(3):
        solution[order] += factors.solve((right - matrix @ solution)[order])
    x = held.copy()
    x[free] = solution[: len(free)]
    return x, -solution[len(free) :]


def _frame_by_frame(free: np.ndarray, programme: _Programme) -> np.ndarray:
    """Order of the unknowns that keeps each frame's activations and multipliers together."""
    muscles = len(programme.low) // programme.frames
    frame = np.concatenate([free // muscles, np.repeat(np.arange(programme.frames), 6)])
    return np.argsort(frame, kind="stable")


def _result(
    programme: _Programme, x: np.ndarray, multiplier: np.ndarray, status: np.ndarray, steps: int
) -> Recruitment:
    by_frame = (programme.frames, -1)
    inside = np.clip(x, programme.low, programme.high)
    reserve = programme.softness * multiplier
    lagrangian = programme.hessian @ inside + programme.slope - programme.balance.T @ multiplier
    step = inside - np.clip(inside - lagrangian, programme.low, programme.high)
    error = programme.balance @ inside + reserve - programme.moment
    return Recruitment(
        inside.reshape(by_frame)[:, programme.unknown_of],
        reserve.reshape(by_frame),
        multiplier.reshape(by_frame),
        np.maximum(
            np.abs(step).reshape(by_frame).max(axis=1), np.abs(error).reshape(by_frame).max(axis=1)
        ),
        status,
        np.full(programme.frames, steps),
    )
