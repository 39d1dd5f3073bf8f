"""A recording and a person become muscle forces, in files and figures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from nuchal.commands.network import network_on_offer
from nuchal.commands.options import ForceOptions, recruitment_settings
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.commands.tables import TABLES, write_tables
from nuchal.commands.tracked import read_and_track
from nuchal.conventions import Preset
from nuchal.dynamics.pipeline import states_of
from nuchal.errors import Setting, Status
from nuchal.findings import Assumed, Finding, finding
from nuchal.io.networks.equilibrium import StoredNeckNetwork
from nuchal.io.opensim.engine_frames import opensim_estimate
from nuchal.io.opensim.engine_result import as_simulation
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.model.scaling import personalise, scales_of
from nuchal.networks.equilibrium.domain import Choice, choose
from nuchal.networks.equilibrium.inference import distances_of
from nuchal.networks.equilibrium.records import Person
from nuchal.networks.recording import NetworkForces, forces_by_network, rhythm_finding
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.optimisation.simulate import Simulation, simulate
from nuchal.records import Estimate, HeadLoad, Subject
from nuchal.report.figures.all import FIGURES, write_figures
from nuchal.report.summaries.estimate import Summary, summarise
from nuchal.tracking.pipeline import TrackedMotion

ESTIMATE_FILES: Final = (*TABLES, *FIGURES, "summary.json")
# Frames whose posture is known.
_KNOWN: Final = (Status.OK, Status.BEYOND_RANGE)
_USABLE: Final = (Status.OK, Status.OUTSIDE_TRAINING)


@dataclass(frozen=True, kw_only=True)
class EstimateOptions(ForceOptions):
    """What :func:`run_estimate` may be told beside the recording and the person.

    Attributes:
        diagnostics: Write muscle lengths and moment arms too.
        figures: Draw figures.
    """

    diagnostics: bool = False
    figures: bool = True


class Plan(NamedTuple):
    """Whose neck, and how its forces are found; the same for all recordings of a person.

    Attributes:
        network: One that can be used; None leaves everything to optimisation.
        why_none: Why there is no network.
    """

    person: Subject
    options: ForceOptions
    anatomy: Anatomy
    settings: RecruitmentSettings
    load: HeadLoad
    network: StoredNeckNetwork | None
    why_none: Finding


class Estimated(NamedTuple):
    """An estimate, and the motion that it was made from."""

    estimate: Estimate
    tracked: TrackedMotion


def run_estimate(
    recording: Path,
    *,
    subject: Path,
    out: Path,
    options: EstimateOptions,
    progress: Progress = silent,
) -> Result[Estimate, Summary]:
    """Find the forces of all muscles from a recording, and write a folder.

    Args:
        recording: markers or coordinates, in any of the formats of ``io.recordings.read``.
        subject: the person's measures, a ``person.toml``.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    return run_into(
        out,
        inputs=(recording, subject, options.static, options.network),
        names=ESTIMATE_FILES,
        find=lambda: (
            estimate_recording(
                recording, plan_of(read_subject(subject), options), progress
            ).estimate
        ),
        write=lambda found, folder: _write(found, folder, options),
        progress=progress,
    )


def _write(found: Estimate, folder: Path, options: EstimateOptions) -> Summary:
    summary = summarise(found)
    write_tables(found, folder, diagnostics=options.diagnostics)
    summary.write(folder / "summary.json")
    if options.figures:
        write_figures(found, folder, anatomy=personalised(found.subject, options.preset))
    return summary


def personalised(person: Subject, preset: Preset) -> Anatomy:
    """A person's neck with a preset's inertias."""
    return personalise(person, inertias=PRESET_SETTINGS[preset].inertias)


def plan_of(person: Subject, options: ForceOptions) -> Plan:
    """How forces of a person's recordings are to be found.

    Raises:
        NuchalError: options that do not go together, or a network that is not there.
    """
    network, why_none = network_on_offer(options)
    settings, anatomy = recruitment_settings(options), personalised(person, options.preset)
    place = options.load_place_m or tuple(np.asarray(anatomy.mass_centre[-1]))
    load = HeadLoad(jnp.asarray(options.load_kg), jnp.asarray(place))
    return Plan(person, options, anatomy, settings, load, network, why_none)


def estimate_recording(recording: Path, plan: Plan, progress: Progress = silent) -> Estimated:
    """Forces from a recording; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    progress("tracking", 0.05)
    tracked = read_and_track(recording, plan.person, plan.anatomy, plan.options)
    return estimate_tracked(tracked, plan, progress)


def estimate_tracked(tracked: TrackedMotion, plan: Plan, progress: Progress = silent) -> Estimated:
    """Forces of a motion that is there already."""
    progress("solving", 0.25)
    choice, solved = _solve(tracked, plan, progress)
    network = solved.findings if isinstance(solved, NetworkForces) else None
    rhythm = None if network is None else network.rhythm
    found = solved.simulation if isinstance(solved, NetworkForces) else solved
    estimate = Estimate(
        source=tracked.source,
        subject=plan.person,
        preset=plan.options.preset,
        engine=plan.options.engine,
        motion=tracked.motion,
        moments=found.moments,
        forces=found.forces,
        reactions=found.reactions,
        length=found.length,
        moment_arms=found.moment_arms,
        tracking=tracked.tracking,
        assumptions=(
            *tracked.assumptions,
            *_assumptions(tracked, plan),
            *choice.findings,
            *([] if rhythm is None else [rhythm_finding(rhythm)]),
        ),
        quality=np.isin(found.forces.status, _USABLE),
        method=choice.method,
        method_reason=choice.reason,
        network=network,
    )
    return Estimated(estimate, tracked)


def network_person(plan: Plan) -> Person:
    """Whose neck, as a network is told."""
    scales = np.asarray(scales_of(plan.person).body)
    return Person(plan.anatomy, scales, plan.load)


def _solve(
    tracked: TrackedMotion, plan: Plan, progress: Progress
) -> tuple[Choice, Simulation | NetworkForces]:
    """By network where there is one that suits, or that was asked for; else by optimisation."""
    choice, options = Choice("optimisation", plan.why_none), plan.options
    if plan.network is not None:
        network, about = plan.network
        person = network_person(plan)
        states = states_of(plan.anatomy, tracked.motion, tracked.gravity)
        distance = distances_of(network.domain, person, states).astype(float)
        choice = choose(options.method, distance, np.isin(tracked.motion.status, _KNOWN))
        if choice.method == "network":
            name = "shipped with nuchal" if options.network is None else options.network.name
            return choice, forces_by_network(
                network,
                person,
                tracked,
                states,
                plan.settings,
                corrected=options.correct,
                origin=f"{name}, version {about['version']}",
            )
    if options.engine == "jax":
        motion, gravity = tracked.motion, tracked.gravity
        return choice, simulate(plan.anatomy, motion, plan.settings, plan.load, gravity)
    theirs = opensim_estimate(
        plan.anatomy,
        tracked.motion,
        load=plan.load if options.load_kg else None,
        progress=lambda doing, done, of: progress(f"OpenSim: {doing}", 0.25 + 0.4 * done / of),
    )
    return choice, as_simulation(plan.anatomy, tracked.motion, theirs)


def _assumptions(tracked: TrackedMotion, plan: Plan) -> list[Finding]:
    """Of the person, the trunk, the load and the objective."""
    options, settings = plan.options, plan.settings
    said = [finding(Assumed.GENERIC_STRENGTH, head_mass_kg=plan.person.head_mass_kg)]
    if np.abs(tracked.gravity - tracked.gravity[:1]).max() > 0.0:
        if options.engine == "jax":
            said.append(finding(Assumed.GRAVITY_LEANS))
        else:
            said.append(finding(Assumed.GRAVITY_UPRIGHT, engine=Setting("engine", "jax")))
    if options.load_kg:
        where = Assumed.LOAD_AT_HEAD if options.load_place_m is None else Assumed.LOAD_AT_PLACE
        said.append(finding(where, load_kg=options.load_kg))
    if settings.capacity == "isometric":
        said.append(finding(Assumed.ISOMETRIC_CAPACITY))
    if not settings.passive:
        said.append(finding(Assumed.NO_PASSIVE_FIBRES))
    if options.weights:
        changed = tuple(f"{term} {weight:g}" for term, weight in options.weights.items())
        said.append(finding(Assumed.WEIGHTS_CHANGED, weights=changed))
    return said
