"""Forces of one recording by the paper's networks, and what they make of moments and joints.

The networks see the markers of the person's neck, which moves as tracked, for those are what they
were trained on: a marker that sits elsewhere on a real head has been allowed for by then. Forces
are held within zero and maximal isometric force; nothing brings them into balance, so that the
reserve is what they leave of the net moment.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Muscles
from nuchal.batches import in_chunks, of_frames
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.muscles.fibres import activation_of_force
from nuchal.dynamics.pipeline import State, frame_mechanics, under
from nuchal.dynamics.reactions import joint_reactions
from nuchal.errors import POSTURE_KNOWN, Phrase, Status, phrase
from nuchal.findings import Finding, Found, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.networks.equilibrium.outcome import marked
from nuchal.networks.paper.network import Networks, predict_forces
from nuchal.networks.paper.samples import paper_inputs
from nuchal.networks.paper.seen import distance_from_training
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import Simulation
from nuchal.programs.kept import kept
from nuchal.records import MuscleForces, PaperFindings, Subject
from nuchal.tracking.place.calibration import marker_traces

# Activation of a muscle at its bound, as single precision tells it.
_FULL: Final = 1.0 - 1e-4


class PaperForces(NamedTuple):
    """The networks' forces with all that follows from them."""

    simulation: Simulation
    findings: PaperFindings


def forces_by_paper(
    networks: Networks,
    person: Subject,
    anatomy: Anatomy,
    states: State,
    settings: RecruitmentSettings,
    *,
    origin: str,
) -> PaperForces:
    """Forces in the frames of one recording.

    Args:
        networks: of the preset.
        person: whose measures the networks see.
        anatomy: the person's neck.
        states: of the neck in every frame.
        settings: of the preset; they say what a force is of a muscle's capacity.
        origin: where the networks are from.
    """
    measures = [person.neck_length_m, person.shoulder_width_m, person.head_and_neck_mass_kg]
    markers = np.asarray(marker_traces(anatomy, states.q))
    inputs = paper_inputs(markers[None], np.array([measures]))[0]
    predicted = predict_forces(networks, inputs).astype(float)
    force = np.clip(predicted, 0.0, np.asarray(anatomy.max_isometric_force))
    found = in_chunks(lambda part: _frames(anatomy, part, settings), (states, force))
    distance = distance_from_training(networks, inputs)
    findings = PaperFindings(weights=origin, predicted=predicted, distance=distance)
    return PaperForces(marked(found, distance > 1.0), findings)


def paper_findings(found: PaperForces, about: Mapping[str, Any]) -> Iterator[Finding]:
    """What the networks know, and what became of their forces; ``about`` is how they were made."""
    yield finding(Warned.PAPER_NETWORKS, tested=_tested(about))
    forces, told = found.simulation.forces, found.findings
    known = np.isin(forces.status, (*POSTURE_KNOWN, Status.OUTSIDE_TRAINING))
    outside = told.distance[known] > 1.0
    if outside.any():
        share, worst = float(outside.mean()), float(told.distance[known].max())
        yield finding(Warned.PAPER_OUTSIDE, share=share, worst=worst)
    moved = np.abs(np.asarray(forces.force) - told.predicted)[known]
    if moved.any():
        share, most = float((moved > 0.0).mean()), float(moved.max())
        yield finding(Found.PAPER_CLIPPED, share=share, most_n=most)


def _tested(about: Mapping[str, Any]) -> Phrase:
    """How good the networks' own test found them, and what that test was of."""
    try:
        r2 = float(about["test_r2"]["median"])
        kind, motion = about["split"]["kind"], about["data"]["recipe"]["motion"]
    except (KeyError, TypeError, ValueError):
        return phrase("tested.unknown")
    apart = kind == "movement" or (kind == "necks" and motion == "free")
    return phrase("tested.other_movement" if apart else "tested.same_movement", r2=r2)


@kept
def _frames(
    anatomy: Anatomy, frames: tuple[State, Float[Array, "t muscles"]], settings: RecruitmentSettings
) -> Simulation:
    return of_frames(lambda frame: _one(anatomy, *frame, settings), frames)


def _one(
    anatomy: Anatomy, state: State, force: Muscles, settings: RecruitmentSettings
) -> Simulation:
    load = no_load()
    known = frame_mechanics(
        anatomy, state, load, family=settings.curves, projection=settings.projection
    )
    able, paths = known.capacity, known.paths
    passive = able.passive if settings.passive else jnp.zeros_like(able.passive)
    if settings.capacity == "physiological":
        able = eqx.tree_at(lambda a: a.passive, able, passive)
    activation = activation_of_force(able, force)
    forces = MuscleForces(
        force=force,
        activation=activation,
        passive=jnp.minimum(passive, force),
        reserve=known.moments.net - paths.moment_arms @ force,
        saturated=(activation >= _FULL) & (able.active > 0.0),
        optimality=jnp.zeros(()),
        status=state.status,
    )
    felt = under(anatomy, known.gravity)
    reactions = joint_reactions(felt, known.body, paths, force, load, known.wrench)
    return Simulation(known.moments, forces, reactions, paths.length, paths.moment_arms)
