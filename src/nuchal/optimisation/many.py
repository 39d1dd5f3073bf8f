"""Forces of many necks at once: every core works on necks of its own."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import jax
import numpy as np

from nuchal.arrays import Array
from nuchal.batches import NECKS_ABREAST, in_chunks, ordered
from nuchal.dynamics.pipeline import State, states_of, step_of
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.causal import Exactly, nothing_before, one_after_another, recruit_next
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import (
    Solved,
    forces_of_frames,
    mechanics_of_frame,
    result_of_frame,
    simulate,
)
from nuchal.programs.kept import kept
from nuchal.records import HeadLoad, Motion, MuscleForces

# One neck, what it does and what it carries.
Case = tuple[Anatomy, Motion, HeadLoad]


def simulate_many(
    cases: Iterable[Case], settings: RecruitmentSettings, *, threads: int | None = None
) -> Iterator[MuscleForces]:
    """Muscle forces of necks in motion, neck by neck, in the order given.

    The forces are those of :func:`nuchal.optimisation.simulate.simulate`; moments and reactions are
    not worked out. Cases are taken as results are asked for, so a generator of a million necks
    needs no more memory than a list of a few. ``threads`` are as many as cores unless given.
    """
    if settings.causal:
        groups = _alike(cases, NECKS_ABREAST)
        return chain.from_iterable(
            ordered(lambda group: _abreast(group, settings), groups, threads=threads)
        )
    return ordered(lambda case: _one(case, settings), cases, threads=threads)


def _one(case: Case, settings: RecruitmentSettings) -> MuscleForces:
    anatomy, motion, load = case
    if settings.rate is not None:
        return simulate(anatomy, motion, settings, load).forces
    return in_chunks(
        lambda part: forces_of_frames(anatomy, part, settings, load),
        states_of(anatomy, motion),
        threads=1,
    )


def _alike(cases: Iterable[Case], most: int) -> Iterator[list[Case]]:
    """Successive cases in groups of the same number of frames."""
    waiting: list[Case] = []
    for case in cases:
        if waiting and (len(waiting) == most or len(case[1].time) != len(waiting[0][1].time)):
            yield waiting
            waiting = []
        waiting.append(case)
    if waiting:
        yield waiting


def _abreast(group: list[Case], settings: RecruitmentSettings) -> list[MuscleForces]:
    """Forces of a group whose every frame follows the frame before; short groups are padded."""
    full = list(islice(chain(group, *([group[-1:]] * NECKS_ABREAST)), NECKS_ABREAST))
    necks, states, loads, steps = jax.tree.map(
        lambda *leaves: np.stack(leaves),
        *((neck, states_of(neck, motion), load, step_of(motion)) for neck, motion, load in full),
    )
    together = jax.tree.map(np.asarray, _follow(necks, states, loads, steps, settings))
    return [jax.tree.map(lambda x, k=k: x[k], together) for k in range(len(group))]


@kept
def _follow(
    necks: Anatomy, states: State, loads: HeadLoad, steps: Array, settings: RecruitmentSettings
) -> MuscleForces:
    """Frame after frame, all necks abreast; arrays begin with (neck, frame)."""

    def neck(anatomy: Anatomy, states: State, load: HeadLoad, step_s: Array) -> MuscleForces:
        price = settings.price_of_change(step_s)

        def frame(before: Exactly, state: State) -> tuple[Exactly, MuscleForces]:
            known = mechanics_of_frame(anatomy, state, settings, load)
            told, solution = recruit_next(before, known.problem, known.share, price)
            solved = Solved(solution, state.status)
            return told, result_of_frame(anatomy, known, solved, settings, load).forces

        return one_after_another(frame, nothing_before(anatomy.system.size), states)

    return jax.vmap(neck)(necks, states, loads, steps)
