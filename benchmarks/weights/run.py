"""How much each weight of the paper's objective changes the forces, one weight at a time.

    python benchmarks/weights/run.py                  # writes benchmarks/results/weights.md
    python benchmarks/weights/run.py --every 5        # a quick look, prints only

He, Liu, Li (2026), doi 10.3390/s26020752, name the terms of their objective but give one weight
only, symmetry's 1.0. The others are ours. On the standard movement each weight goes over decades
around its default while the others stay, and a row says what came of it. The movement's loops are
left out, so that flexion and extension are the same on both sides.

How a default is read from the table: a term may do its job as long as it does not decide the rest.
Its weight is the strongest in the table at which no group's peak has moved by more than 10 %.

- ``deep`` tells deep muscles from superficial ones: their mean forces part.
- ``energy`` makes quick shortening of strong muscles dear: the energy column falls.
- ``rate`` takes out jumps: roughness falls. From 3 on it does so by keeping muscles tense all the
  time, which shows in the means before it shows in the peaks. 1 is a lag of 30 ms, a muscle's own.
- ``symmetry`` draws left and right together in sagittal movement. Its weight is the paper's; the
  column of differences shows that this neck, which is nearly symmetric, hardly needs it there.

"Moved" is the largest change of a group's peak against the row without the term, as a share of the
highest group's peak.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import equinox as eqx
import jax
import numpy as np

from nuchal.arrays import Array, Muscles, Scalar
from nuchal.batches import in_chunks
from nuchal.conventions import LEFT_SUFFIX, LEVELS
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.muscles.fibres import activation_of_force
from nuchal.dynamics.pipeline import State
from nuchal.dynamics.reactions import joint_reactions
from nuchal.errors import Status
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLE_LAYERS, MUSCLES, generic_anatomy
from nuchal.movements.standard import FRAMES, RATE_HZ, WITHOUT_LOOPS, standard_movement
from nuchal.optimisation.causal import recruit_causally
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.settings import PRESET_SETTINGS, WEIGHTS, RecruitmentSettings
from nuchal.optimisation.simulate import FrameMechanics, mechanics_of_frame
from nuchal.optimisation.solvers.exact import Recruitment, recruit
from nuchal.optimisation.solvers.recording import recruit_whole
from nuchal.optimisation.terms import Effort, Energy, Symmetry

PAPER: Final = PRESET_SETTINGS["paper"]
SWEEPS: Final = {
    "deep": ((0.1, 0.3, 0.5, 0.8, 1.0, 1.25, 2.0, 10.0), 1.0),
    "energy": ((0.0, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1.0), 0.0),
    "rate": ((0.0, 1e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0, 30.0, 100.0), 0.0),
    "symmetry": ((0.0, 1e-2, 1e-1, 0.3, 1.0, 3.0, 10.0, 100.0), 0.0),
}
"""Values and the value that leaves the term out."""
EVERY: Final = 3
RESULT: Final = Path(__file__).parents[1] / "results" / "weights.md"
C5_C6: Final = LEVELS.index("C5-C6")


class Outcome(NamedTuple):
    """What a weight made of the movement."""

    group_peaks: np.ndarray
    """Highest force of each group on either side [N]."""
    layer_means: tuple[float, float, float]
    """Mean sum of the forces of deep, superficial and hyoid muscles [N]."""
    peak_compression: float
    """C5-C6 [N]."""
    sagittal_difference: float
    """Root mean square of left against right force in flexion and extension [N]."""
    roughness: float
    """Root mean square of the rate of force [N/s]."""
    energy: float
    """Mean of the energy term with a weight of one."""
    highest_activation: float
    failed: int
    """Frames that are not solved."""


def _weight(settings: RecruitmentSettings, kind: type) -> float:
    return next((term.weight for term in settings.terms if isinstance(term, kind)), 0.0)


class Bench:
    """The generic neck in the standard movement, and the programmes of its frames.

    The weights stand outside of the compiled code: they scale the curvature, the slope and the
    symmetry of programmes that were built with the defaults.
    """

    def __init__(self, every: int) -> None:
        """Take every so-manieth frame."""
        self.rate_hz = RATE_HZ / every
        motion = standard_movement(
            frames=FRAMES // every, rate_hz=self.rate_hz, course=WITHOUT_LOOPS
        )
        self.anatomy = generic_anatomy(form=PAPER.form)
        gravity = np.tile(self.anatomy.gravity, (len(motion.time), 1))
        states = State(motion.q, motion.qd, motion.qdd, gravity, motion.status)
        self.mechanics: FrameMechanics = in_chunks(self._mechanics, states)
        slope = np.asarray(self.mechanics.problem.slope)
        self.power = slope / _weight(PAPER.recruitment, Energy)
        self._solve = eqx.filter_jit(jax.vmap(recruit))
        self._finish = eqx.filter_jit(jax.vmap(self._finish_frame))

    def run(self, settings: RecruitmentSettings) -> Outcome:
        """Solve the movement."""
        problems = self._weighted(settings)
        price, share = settings.price_of_change(1.0 / self.rate_hz), self.mechanics.share
        solution: Recruitment
        if settings.causal:
            solution = recruit_causally(problems, share, price)
        else:
            solution = in_chunks(self._solve, problems)
            if settings.rate is not None:
                solution = recruit_whole(problems, share, price, solution)
        force = np.asarray(solution.activation) * np.asarray(self.anatomy.max_isometric_force)
        compression, activation = in_chunks(self._finish_chunk, (self.mechanics, force))
        return self._outcome(force, compression, activation, np.asarray(solution.status))

    @property
    def _mechanics(self) -> Callable[[State], FrameMechanics]:
        settings, anatomy = PAPER.recruitment, self.anatomy
        one = jax.vmap(lambda state: mechanics_of_frame(anatomy, state, settings, no_load()))
        compiled: Callable[[State], FrameMechanics] = eqx.filter_jit(one)
        return compiled

    def _weighted(self, settings: RecruitmentSettings) -> RecruitmentProblem:
        default, problem = PAPER.recruitment, self.mechanics.problem
        layers = self._layers(settings) / self._layers(default)
        symmetry = _weight(settings, Symmetry) / _weight(default, Symmetry)
        return eqx.tree_at(
            lambda p: (p.curvature, p.slope, p.symmetry),
            problem,
            (
                np.asarray(problem.curvature) * layers,
                self.power * _weight(settings, Energy),
                np.asarray(problem.symmetry) * symmetry,
            ),
        )

    def _layers(self, settings: RecruitmentSettings) -> np.ndarray:
        effort = next(term for term in settings.terms if isinstance(term, Effort))
        return np.array([getattr(effort, layer) for layer in self.anatomy.system.layers])

    def _finish_frame(self, mechanics: FrameMechanics, force: Muscles) -> tuple[Scalar, Muscles]:
        load = joint_reactions(self.anatomy, mechanics.body, mechanics.paths, force, no_load())
        return load.compression[C5_C6], activation_of_force(mechanics.capacity, force)

    def _finish_chunk(self, frames: tuple[FrameMechanics, np.ndarray]) -> tuple[Array, Array]:
        return self._finish(*frames)

    def _outcome(
        self, force: np.ndarray, compression: np.ndarray, activation: np.ndarray, status: np.ndarray
    ) -> Outcome:
        groups, layers = np.array(MUSCLE_GROUPS), np.array(MUSCLE_LAYERS)
        left = np.array([name.endswith(LEFT_SUFFIX) for name in MUSCLES])
        peaks = [
            max(force[:, (groups == g) & side].sum(axis=1).max() for side in (left, ~left))
            for g in dict.fromkeys(MUSCLE_GROUPS)
        ]
        deep, superficial, hyoid = (
            float(force[:, layers == layer].sum(axis=1).mean())
            for layer in ("deep", "superficial", "hyoid")
        )
        sagittal = force[: len(force) // 4]
        other_side = sagittal[:, np.array(self.anatomy.system.partners)]
        share = force / np.asarray(self.anatomy.max_isometric_force)
        return Outcome(
            group_peaks=np.array(peaks),
            layer_means=(deep, superficial, hyoid),
            peak_compression=float(compression.max()),
            sagittal_difference=float(np.sqrt(((sagittal - other_side) ** 2).mean())),
            roughness=float(np.sqrt((np.diff(force, axis=0) ** 2).mean())) * self.rate_hz,
            energy=float((share * self.power).sum(axis=1).mean()),
            highest_activation=float(activation.max()),
            failed=int((status != Status.OK).sum()),
        )


def sweep(bench: Bench, term: str) -> list[str]:
    """A markdown table of one weight."""
    (values, without), (kind, field) = SWEEPS[term], WEIGHTS[term]
    mine = next(one for one in PAPER.recruitment.terms if isinstance(one, kind))
    default = float(getattr(mine, field))
    found = {w: bench.run(PAPER.recruitment.weighted(term, w)) for w in values}
    base = found[without].group_peaks
    lines = [
        f"## {term} (default {default:g})",
        "",
        "| weight | deep / superficial / hyoid, mean [N] | highest group peak [N] | moved [%] | "
        "C5-C6 peak [N] | left-right, sagittal [N] | roughness [N/s] | energy | "
        "max. activation | not solved |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for weight, o in found.items():
        moved = 100.0 * np.abs(o.group_peaks - base).max() / base.max()
        means = " / ".join(f"{mean:.1f}" for mean in o.layer_means)
        mark = "**" if weight == default else ""
        lines.append(
            f"| {mark}{weight:g}{mark} | {means} | {o.group_peaks.max():.1f} | {moved:.1f} | "
            f"{o.peak_compression:.0f} | {o.sagittal_difference:.3f} | {o.roughness:.2f} | "
            f"{o.energy:.2f} | {o.highest_activation:.2f} | {o.failed} |"
        )
    return [*lines, ""]


def main() -> None:
    """Sweep every weight, print the tables and keep them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=EVERY, help="take every n-th frame")
    every = parser.parse_args().every
    jax.config.update("jax_enable_x64", True)
    bench = Bench(every)
    lines = [
        "# Weights of the paper's objective",
        "",
        "Standard movement without its loops, generic neck, preset `paper`, "
        f"{FRAMES // every} frames at {RATE_HZ / every:g} Hz; `benchmarks/weights/run.py` says how "
        "to read it. Bold: the default.",
        "",
    ]
    for term in SWEEPS:
        table = sweep(bench, term)
        print("\n".join(table), flush=True)
        lines += table
    if every == EVERY:
        RESULT.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
