"""A recording and a person become muscle forces, in files and figures."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from nuchal.commands.assumed import assumptions
from nuchal.commands.case import Case
from nuchal.commands.estimate_options import EstimateOptions, recruitment_settings
from nuchal.commands.method import Choice, Offer, choose, network_on_offer
from nuchal.commands.network_forces import forces_by_network, rhythm_sentence
from nuchal.commands.tables import TABLES, write_tables
from nuchal.commands.tracked import read_and_track
from nuchal.errors import Status
from nuchal.io.opensim.engine_frames import opensim_estimate
from nuchal.io.opensim.engine_result import as_simulation
from nuchal.io.output import check_writable, staged
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.model.scaling import personalise
from nuchal.networks.equilibrium.inference import distances_of
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.optimisation.simulate import Simulation, simulate
from nuchal.records import Estimate, HeadLoad, NetworkFindings, Subject
from nuchal.report.figures.all import FIGURES, write_figures
from nuchal.report.summaries.estimate import write_summary
from nuchal.tracking.pipeline import TrackedMotion

# Frames whose posture is known.
_KNOWN: Final = (Status.OK, Status.BEYOND_RANGE)
_USABLE: Final = (Status.OK, Status.OUTSIDE_TRAINING)
Progress = Callable[[str, float], None]


class Plan(NamedTuple):
    """Whose neck, and how its forces are to be found; the same for all recordings of a person."""

    person: Subject
    options: EstimateOptions
    anatomy: Anatomy
    settings: RecruitmentSettings
    offer: Offer


class Estimated(NamedTuple):
    """An estimate, and what it was made from."""

    estimate: Estimate
    anatomy: Anatomy
    tracked: TrackedMotion


class _Found(NamedTuple):
    """Forces, how they were found, and what there is to say of that."""

    simulation: Simulation
    choice: Choice
    network: NetworkFindings | None = None


def run_estimate(
    recording: Path,
    *,
    subject: Path,
    out: Path,
    options: EstimateOptions,
    progress: Progress = lambda _doing, _share: None,
) -> Estimate:
    """Forces of 72 muscles from a recording, written to a folder.

    Args:
        recording: markers or coordinates, in any of the formats of ``io.recordings.read``.
        subject: the person's measures, a ``person.toml``.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    given = (options.static, options.network)
    inputs = [recording, subject, *(path for path in given if path is not None)]
    check_writable(out, inputs=inputs, names=(*TABLES, *FIGURES, "summary.json"))
    progress("reading", 0.0)
    plan = plan_of(read_subject(subject), options)
    estimate, anatomy, _ = estimate_recording(recording, plan, progress)
    progress("writing", 0.7)
    with staged(out, inputs=inputs, ours=(*TABLES, *FIGURES, "summary.json")) as folder:
        write_tables(estimate, folder, diagnostics=options.diagnostics)
        write_summary(estimate, folder / "summary.json")
        if options.figures:
            progress("drawing", 0.75)
            write_figures(estimate, folder, anatomy=anatomy)
    progress("done", 1.0)
    return estimate


def plan_of(person: Subject, options: EstimateOptions) -> Plan:
    """How forces of a person's recordings are to be found.

    Raises:
        NuchalError: options that do not go together, or a network that is not there.
    """
    return Plan(
        offer=network_on_offer(options),
        settings=recruitment_settings(options),
        anatomy=personalise(person, inertias=PRESET_SETTINGS[options.preset].inertias),
        person=person,
        options=options,
    )


def estimate_recording(
    recording: Path,
    plan: Plan,
    progress: Progress = lambda _doing, _share: None,
) -> Estimated:
    """Forces from a recording; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    progress("tracking", 0.05)
    tracked = read_and_track(recording, plan.person, plan.anatomy, plan.options)
    return estimate_tracked(tracked, plan, progress)


def estimate_tracked(
    tracked: TrackedMotion,
    plan: Plan,
    progress: Progress = lambda _doing, _share: None,
) -> Estimated:
    """Forces of a motion that is there already."""
    case = Case(
        subject=plan.person,
        anatomy=plan.anatomy,
        tracked=tracked,
        settings=plan.settings,
        load=_load(plan.anatomy, plan.options),
        options=plan.options,
    )
    return Estimated(_estimate(case, plan.offer, progress), plan.anatomy, tracked)


def _estimate(case: Case, offer: Offer, progress: Progress) -> Estimate:
    found = _forces(case, offer, progress)
    solved, network, tracked = found.simulation, found.network, case.tracked
    rhythm = None if network is None else network.rhythm
    return Estimate(
        source=tracked.source,
        subject=case.subject,
        preset=case.options.preset,
        engine=case.options.engine,
        motion=tracked.motion,
        moments=solved.moments,
        forces=solved.forces,
        reactions=solved.reactions,
        length=solved.length,
        moment_arms=solved.moment_arms,
        tracking=tracked.tracking,
        assumptions=(
            *tracked.assumptions,
            *assumptions(case),
            *found.choice.sentences,
            *([] if rhythm is None else [rhythm_sentence(rhythm)]),
        ),
        quality=np.isin(solved.forces.status, _USABLE),
        method=found.choice.method,
        method_reason=found.choice.reason,
        network=network,
    )


def _forces(case: Case, offer: Offer, progress: Progress) -> _Found:
    """By network where there is one that suits, or that was asked for; else by optimisation."""
    progress("solving", 0.25)
    choice = Choice("optimisation", offer.reason)
    if offer.stored is not None:
        distance = distances_of(offer.stored.network.domain, case.person, case.states)
        known = np.isin(case.tracked.motion.status, _KNOWN)
        choice = choose(case.options, distance.astype(float), known)
        if choice.method == "network":
            made = forces_by_network(offer.stored, case)
            return _Found(made.simulation, choice, made.findings)
    return _Found(_optimised(case, progress), choice)


def _optimised(case: Case, progress: Progress) -> Simulation:
    anatomy, motion, load = case.anatomy, case.tracked.motion, case.load
    if case.options.engine == "jax":
        return simulate(anatomy, motion, case.settings, load, case.tracked.gravity)
    theirs = opensim_estimate(
        anatomy,
        motion,
        load=load if case.options.load_kg else None,
        progress=lambda doing, done, of: progress(f"OpenSim: {doing}", 0.25 + 0.4 * done / of),
    )
    return as_simulation(anatomy, motion, theirs)


def _load(anatomy: Anatomy, options: EstimateOptions) -> HeadLoad:
    place = options.load_place_m or tuple(np.asarray(anatomy.mass_centre[-1]))
    return HeadLoad(jnp.asarray(options.load_kg), jnp.asarray(place))
