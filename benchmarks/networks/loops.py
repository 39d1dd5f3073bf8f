"""What loops in the standard movement are for: how much a frame's markers tell of its forces.

    python benchmarks/networks/loops.py                            # writes results/loops.md
    python benchmarks/networks/loops.py --subjects 20 --epochs 5   # a quick look, prints only

Networks that see positions only can't do better than the mean force over the frames that look alike
to them. That mean is taken over postures of the same neck, with weights that fall off as a Gaussian
of the angle between them, along the movement at 1000 Hz. Beside it stands what networks reached.
"""

import argparse
import os
from pathlib import Path

import jax
import numpy as np

from nuchal.commands.train import paper_recipe
from nuchal.dynamics.inverse import no_load
from nuchal.errors import Status
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.population import draw_person
from nuchal.model.scaling import personalise
from nuchal.movements.standard import (
    FRAMES,
    LESS_FAR,
    PART_S,
    PARTS,
    RATE_HZ,
    STANDARD,
    WITHOUT_LOOPS,
    Course,
    standard_movement,
)
from nuchal.networks.accuracy import Accuracy, accuracy
from nuchal.networks.paper.experiment import TrainOptions
from nuchal.networks.paper.network import predict_forces
from nuchal.networks.paper.samples import paper_inputs, random_split
from nuchal.networks.paper.training import TrainingSettings, train
from nuchal.optimisation.many import simulate_many
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.records import Motion

RESULTS = Path(__file__).parents[1] / "results" / "loops.md"
SETTINGS = PRESET_SETTINGS["paper"]
MAXIMUM = np.asarray(generic_anatomy().max_isometric_force)
BLURS_DEG = (0.1, 0.2, 0.5, 1.0)
FINER = 10
CEILING_NECKS = 10
GOOD_R2 = 0.95

MOVEMENTS: dict[str, Course] = {
    "back the way it went": WITHOUT_LOOPS,
    "with loops": STANDARD,
    "less far, back the way it went": LESS_FAR._replace(loops=WITHOUT_LOOPS.loops),
    "less far, with loops": LESS_FAR,
}
Data = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Inputs (n, t, 12), forces (n, t, 72) [N], and which frames were solved (n, t)."""


def head_angles(motion: Motion) -> np.ndarray:
    """Pitch, roll and yaw of the head on the thorax [degrees]."""
    return np.degrees(np.asarray(motion.q[:, :3] + motion.q[:, 3:]))


def labelled(course: Course, subjects: int) -> Data:
    """The paper's people in one movement."""
    motion = standard_movement(course=course)
    population = paper_recipe(TrainOptions(subjects=subjects)).population
    people = [draw_person(population, k) for k in range(subjects)]
    necks = [personalise(person, form=SETTINGS.form) for person in people]
    place = jax.jit(jax.vmap(marker_positions, in_axes=(None, 0)))
    markers = np.stack([np.asarray(place(neck, motion.q), np.float32) for neck in necks])
    measures = np.array(
        [[p.neck_length_m, p.shoulder_width_m, p.head_and_neck_mass_kg] for p in people]
    )
    cases = ((neck, motion, no_load()) for neck in necks)
    made = list(simulate_many(cases, SETTINGS.recruitment))
    forces = np.stack([np.asarray(one.force, np.float32) for one in made])
    solved = np.stack([np.asarray(one.status) == int(Status.OK) for one in made])
    return paper_inputs(markers, measures), forces, solved


def apart_deg(course: Course) -> list[float]:
    """How far out and back lie apart off the axis, at most, in the three parts about one axis."""
    angles = head_angles(
        standard_movement(frames=FRAMES * FINER, rate_hz=RATE_HZ * FINER, course=course)
    )
    found = []
    for axis in range(len(PARTS) - 1):
        first = round(axis * PART_S * RATE_HZ * FINER)
        half = angles[first : first + round(PART_S * RATE_HZ * FINER / 2)]
        half = half * np.sign(half[len(half) // 2, axis])
        turn = int(half[:, axis].argmax())
        at = np.linspace(1.0, half[turn, axis] - 0.5, 200)
        out, back = (
            np.stack([np.interp(at, way[:, axis], way[:, k]) for k in range(3)], axis=1)
            for way in (half[: turn + 1], half[turn:][::-1])
        )
        found.append(float(np.linalg.norm(np.delete(out - back, axis, axis=1), axis=1).max()))
    return found


def reach_deg(course: Course) -> list[float]:
    """Flexion, extension, bending and rotation."""
    angles = head_angles(standard_movement(course=course))
    return [-angles[:, 0].min(), *angles.max(axis=0)]


def ceiling(course: Course, forces: np.ndarray, blur_deg: float) -> Accuracy:
    """Every moment predicted by the mean over moments of the same neck that look alike."""
    fine = standard_movement(frames=FRAMES * FINER, rate_hz=RATE_HZ * FINER, course=course)
    time = np.arange(FRAMES) / RATE_HZ
    within = np.asarray(fine.time) <= time[-1]
    angles, moments = head_angles(fine)[within], np.asarray(fine.time)[within]
    square = (angles**2).sum(axis=1)
    apart = np.maximum(square[:, None] + square - 2.0 * angles @ angles.T, 0.0)
    weight = np.exp(-0.5 * apart / blur_deg**2)
    weight /= weight.sum(axis=1, keepdims=True)
    truth, guess = [], []
    for neck in forces:
        force = np.stack([np.interp(moments, time, column) for column in neck.T], axis=1)
        truth.append(force)
        guess.append(weight @ force)
    return accuracy(np.concatenate(truth), np.concatenate(guess), maximal_force_n=MAXIMUM)


def reached(data: Data, settings: TrainingSettings) -> Accuracy:
    """The paper's networks on the paper's split."""
    solved = data[2]
    inputs, forces = data[0][solved], data[1][solved]
    split = random_split(len(inputs), settings.seed)
    found = train(
        inputs, forces, train_on=split.train, validate_on=split.validation, settings=settings
    )
    guess = predict_forces(found.networks, inputs[split.test])
    return accuracy(forces[split.test], guess, maximal_force_n=MAXIMUM)


def row(movement: str, what: str, found: Accuracy) -> str:
    worst, median, _ = found.spread("r2")
    weakest = MUSCLES[int(np.where(found.flat, np.inf, found.r2).argmin())]
    good = int((found.r2[~found.flat] > GOOD_R2).sum())
    of = int((~found.flat).sum())
    return f"| {movement} | {what} | {worst:.3f} ({weakest}) | {median:.3f} | {good} of {of} |"


def page(subjects: int, settings: TrainingSettings) -> str:
    ways, rows = [], []
    for name, course in MOVEMENTS.items():
        apart = ", ".join(f"{angle:.1f}" for angle in apart_deg(course))
        far = ", ".join(f"{angle:.0f}" for angle in reach_deg(course))
        ways.append(f"| {name} | {far} | {apart} |")
        data = labelled(course, subjects)
        for blur in BLURS_DEG:
            best = ceiling(course, data[1][:CEILING_NECKS], blur)
            rows.append(row(name, f"mean of what looks alike, {blur:g} degrees", best))
        rows.append(row(name, f"networks, {settings.most_epochs} epochs", reached(data, settings)))
    return REPORT.format(
        cores=len(os.sched_getaffinity(0)),
        subjects=subjects,
        necks=min(subjects, CEILING_NECKS),
        ways="\n".join(ways),
        rows="\n".join(rows),
        good=GOOD_R2,
    )


REPORT = """# Loops in the standard movement

`benchmarks/networks/loops.py` on {cores} cores; preset `paper`; networks of {subjects} necks on
the paper's random split, means of {necks} necks. Muscles with hardly any variance are left out.

| movement | flexion, extension, bending, rotation | out and back apart at most [degrees] |
| --- | --- | --- |
{ways}

| movement | predicted by | R2 worst | median | above {good} |
| --- | --- | --- | ---: | ---: |
{rows}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--subjects", type=int, default=TrainOptions().subjects)
    parser.add_argument("--epochs", type=int, default=TrainingSettings().most_epochs)
    chosen = parser.parse_args()
    settings = TrainingSettings(most_epochs=chosen.epochs)
    text = page(chosen.subjects, settings)
    print(text)
    if chosen.subjects == TrainOptions().subjects and settings == TrainingSettings():
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
