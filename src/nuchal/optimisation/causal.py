"""Frames one after another, each told what the one before did."""

from collections.abc import Callable
from dataclasses import replace as replaced
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp

from nuchal.arrays import Array, Muscles, MusclesT, Scalar
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.solvers.exact import Hint, Recruitment, hint_from, no_hint, recruit
from nuchal.programs.kept import kept

_C = TypeVar("_C")
_F = TypeVar("_F")
_T = TypeVar("_T")


class Carried(eqx.Module):
    """What the frame before leaves to this one.

    Attributes:
        force: Active force over maximal isometric force.
        price: Of leaving it; zero where there was no frame before.
    """

    force: Muscles
    price: Scalar


def nothing_carried(muscles: int) -> Carried:
    """Before the first frame."""
    return Carried(jnp.zeros(muscles), jnp.zeros(()))


def with_rate(problem: RecruitmentProblem, share: Muscles, carried: Carried) -> RecruitmentProblem:
    """Add the cost of leaving the active forces of the frame before.

    ``share`` is F / F_max at full activation in this frame.
    """
    slope = carried.price * share
    return replaced(
        problem,
        curvature=problem.curvature + carried.price * share**2,
        slope=problem.slope - slope * carried.force,
    )


def one_after_another(step: Callable[[_C, _F], tuple[_C, _T]], nothing: _C, frames: _F) -> _T:
    """What ``step`` makes of frames, given what the frame before left and the frame itself.

    The first two frames are the same frame: what it was before it began is not known. All are in
    one loop, so as to compile it once.
    """
    twice = jax.tree.map(lambda x: jnp.concatenate([x[:1], x]), frames)
    found: _T = jax.tree.map(lambda x: x[1:], jax.lax.scan(step, nothing, twice)[1])
    return found


Exactly = tuple[Carried, Hint]


def nothing_before(muscles: int) -> Exactly:
    """Before the first frame."""
    return nothing_carried(muscles), no_hint()


def recruit_next(
    before: Exactly, problem: RecruitmentProblem, share: Muscles, price: Scalar
) -> tuple[Exactly, Recruitment]:
    """Solve a frame exactly that leans on the one before, and say what it leaves to the next."""
    carried, hint = before
    solution = recruit(with_rate(problem, share, carried), hint)
    told = Carried(jnp.asarray(solution.activation * share), jnp.asarray(price))
    return (told, hint_from(solution)), solution


@kept
def recruit_causally(
    problems: RecruitmentProblem, share: MusclesT, price: Array, hints: Hint | None = None
) -> Recruitment:
    """Solve frames with the rate term against the frame before.

    ``problems`` are the frames' problems without the rate term, stacked, ``share`` is F / F_max at
    full activation, and ``hints`` say where to begin if not where the frame before ended.
    """

    def step(
        before: Exactly, frame: tuple[RecruitmentProblem, Muscles, Hint | None]
    ) -> tuple[Exactly, Recruitment]:
        problem, mine, hint = frame
        carried, own = before
        return recruit_next((carried, own if hint is None else hint), problem, mine, price)

    nothing = nothing_before(share.shape[1])
    return one_after_another(step, nothing, (problems, share, hints))
