"""Forces of one recording by the paper's networks: what they are, and what they leave open."""

from dataclasses import replace

import equinox as eqx
import jax
import numpy as np
import pytest

from nuchal.assessment.healthy import as_tracked
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import State, inverse_dynamics, states_of
from nuchal.errors import Status
from nuchal.findings import Finding, Found, Warned
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.movements.standard import standard_movement
from nuchal.networks.paper.network import Networks, predict_forces
from nuchal.networks.paper.recording import PaperForces, forces_by_paper, paper_findings
from nuchal.networks.paper.samples import paper_inputs
from nuchal.networks.paper.seen import distance_from_training
from nuchal.networks.paper.training import TrainingSettings, train
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.records import Motion
from nuchal.report.text import sentence

SETTINGS = PRESET_SETTINGS["paper"].recruitment
EVERY = 5


@pytest.fixture(scope="module")
def neck() -> Anatomy:
    return generic_anatomy("source")


@pytest.fixture(scope="module")
def motion() -> Motion:
    """Some frames of the movement that the networks are trained on."""
    return jax.tree.map(lambda x: np.asarray(x)[::EVERY], standard_movement())


@pytest.fixture(scope="module")
def inputs(neck: Anatomy, motion: Motion) -> np.ndarray:
    """Of the training: markers by the neck's own kinematics, and its measures."""
    markers = np.asarray(eqx.filter_jit(jax.vmap(marker_positions, (None, 0)))(neck, motion.q))
    who = GENERIC_SUBJECT
    measures = [who.neck_length_m, who.shoulder_width_m, who.head_and_neck_mass_kg]
    return paper_inputs(markers[None], np.array([measures]))[0]


@pytest.fixture(scope="module")
def networks(neck: Anatomy, inputs: np.ndarray) -> Networks:
    """Trained on forces made up: a share of maximal force that some inputs rule, beyond 0 and 1."""
    highest = np.asarray(neck.max_isometric_force)
    ruling = inputs[:, np.arange(len(MUSCLES)) % 9]
    score = (ruling - ruling.mean(axis=0)) / ruling.std(axis=0)
    forces = (highest * (0.5 + 0.4 * score)).astype(np.float32)
    rows = np.arange(len(inputs))
    settings = TrainingSettings(most_epochs=30, batch=16, hidden=(8,))
    learnt, others = rows[rows % 3 > 0], rows[rows % 3 == 0]
    return train(inputs, forces, train_on=learnt, validate_on=others, settings=settings).networks


def found_in(networks: Networks, neck: Anatomy, motion: Motion) -> PaperForces:
    tracked = as_tracked(neck, motion)
    states = states_of(neck, motion, tracked.gravity)
    return forces_by_paper(networks, GENERIC_SUBJECT, neck, states, SETTINGS, origin="a file")


@pytest.fixture(scope="module")
def found(networks: Networks, neck: Anatomy, motion: Motion) -> PaperForces:
    return found_in(networks, neck, motion)


def test_forces_are_the_prediction_within_what_muscles_can_do(
    found: PaperForces, networks: Networks, neck: Anatomy, inputs: np.ndarray
) -> None:
    direct = predict_forces(networks, inputs)
    highest = np.asarray(neck.max_isometric_force)
    wanted = np.clip(direct, 0.0, highest)
    force = np.asarray(found.simulation.forces.force)
    assert np.abs(force - wanted).max() < 1e-6 * highest.max()
    assert np.abs(found.findings.predicted - direct).max() < 1e-6 * highest.max()
    assert (direct < 0.0).any()
    assert (direct > highest).any()


def test_the_reserve_is_what_forces_leave_of_inverse_dynamics(
    found: PaperForces, neck: Anatomy, motion: Motion
) -> None:
    simulation, balance = found.simulation, eqx.filter_jit(inverse_dynamics)
    for k in (0, len(motion.time) // 2):
        net = balance(neck, motion.q[k], motion.qd[k], motion.qdd[k], no_load()).net
        made = np.asarray(simulation.moment_arms)[k] @ np.asarray(simulation.forces.force)[k]
        assert simulation.forces.reserve[k] == pytest.approx(np.asarray(net) - made, abs=1e-9)
    assert np.abs(simulation.forces.reserve).max() > 0.1


def test_activation_is_force_over_what_the_muscle_can_do_here(found: PaperForces) -> None:
    forces = found.simulation.forces
    assert np.asarray(forces.activation).min() >= 0.0
    assert np.asarray(forces.activation).max() <= 1.0
    assert (np.asarray(forces.activation)[np.asarray(forces.force) == 0.0] == 0.0).all()


def test_frames_of_the_training_are_inside_and_others_are_marked(
    found: PaperForces, networks: Networks, neck: Anatomy, motion: Motion
) -> None:
    status = np.asarray(found.simulation.forces.status)
    assert (status == Status.OUTSIDE_TRAINING).mean() <= 1.0 / len(status)
    farther = replace(GENERIC_SUBJECT, neck_length_m=0.9 * GENERIC_SUBJECT.neck_length_m)
    states = states_of(neck, motion)
    other = forces_by_paper(networks, farther, neck, states, SETTINGS, origin="a file")
    assert np.asarray(other.findings.distance).min() > 1.0
    assert (np.asarray(other.simulation.forces.status) == Status.OUTSIDE_TRAINING).all()
    bent = jax.tree.map(lambda x: x[:1], states)
    bent = State(bent.q + np.radians(40.0), bent.qd, bent.qdd, bent.gravity, bent.status)
    assert (
        forces_by_paper(
            networks, GENERIC_SUBJECT, neck, bent, SETTINGS, origin=""
        ).findings.distance
        > 1.0
    )


def test_the_distance_is_that_of_the_nearest_training_input(
    networks: Networks, inputs: np.ndarray
) -> None:
    """By all distances one by one, over the border that the training set."""
    scaling, seen = networks.scaling, networks.seen
    some = inputs[7:60:9].copy()
    some[:, :9] += np.float32(0.01)
    scores = (some - scaling.input_mean) / scaling.input_sd
    away = np.linalg.norm(scores[:, None] - np.asarray(seen.points)[None], axis=2).min(axis=1)
    wanted = away / float(seen.border)
    assert distance_from_training(networks, some) == pytest.approx(wanted, rel=1e-5)


def told(found: PaperForces, about: dict) -> dict[object, Finding]:
    return {one.what: one for one in paper_findings(found, about)}


@pytest.mark.parametrize(
    ("kind", "motion_kind", "words"),
    [
        ("random", "standard", "is of that movement alone"),
        ("necks", "standard", "is of that movement alone"),
        ("movement", "standard", "on a movement kept apart"),
        ("necks", "free", "on a movement kept apart"),
    ],
)
def test_what_they_are_worth_is_said_with_what_it_was_measured_on(
    found: PaperForces, kind: str, motion_kind: str, words: str
) -> None:
    about = {
        "test_r2": {"median": 0.9876},
        "split": {"kind": kind},
        "data": {"recipe": {"motion": motion_kind}},
    }
    said = sentence(told(found, about)[Warned.PAPER_NETWORKS])
    assert words in said
    assert "0.988" in said
    assert said.count(".") == 2


@pytest.mark.parametrize("about", [{}, {"test_r2": None}, {"test_r2": {"median": "high"}}])
def test_a_file_that_tells_no_figure_is_no_failure(found: PaperForces, about: dict) -> None:
    assert "does not say" in sentence(told(found, about)[Warned.PAPER_NETWORKS])


def test_what_was_clipped_is_told(found: PaperForces, neck: Anatomy) -> None:
    highest = np.asarray(neck.max_isometric_force)
    predicted = np.asarray(found.findings.predicted)
    over = np.maximum(np.maximum(-predicted, predicted - highest), 0.0)
    values = told(found, {})[Found.PAPER_CLIPPED].values
    assert values["most_n"] == pytest.approx(over.max(), rel=1e-6)
    assert values["share"] == pytest.approx((over > 0.0).mean())
