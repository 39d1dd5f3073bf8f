"""A recording and a person become muscle forces, in files and figures."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import jax.numpy as jnp
import numpy as np

from nuchal.conventions import Preset
from nuchal.dynamics.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.dynamics.simulate import Simulation, simulate
from nuchal.errors import NuchalError, RecordingError, Status
from nuchal.io.engine_simulation import as_simulation
from nuchal.io.opensim_engine import opensim_estimate
from nuchal.io.output import check_writable, staged
from nuchal.io.recordings import read_recording
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import Anatomy
from nuchal.model.personalise import personalise
from nuchal.motion.prepare import TrackedMotion, TrackingSettings, track
from nuchal.records import Engine, Estimate, HeadLoad, Recording, Subject
from nuchal.report.figures import FIGURES, write_figures
from nuchal.report.summary import write_summary
from nuchal.workflows.tables import TABLES, write_tables

Progress = Callable[[str, float], None]

_WEIGHTS: Final = {
    "deep": "deep_weight",
    "superficial": "superficial_weight",
    "hyoid": "hyoid_weight",
    "energy": "energy_weight",
    "rate": "rate_weight",
    "symmetry": "symmetry_weight",
    "reserve": "reserve_price",
}
"""Terms that ``--weight`` can name, and the setting that each one is."""
_SWITCHES: Final = {"rate": "causal", "symmetry": "soft"}
"""How a term that a preset leaves out comes in when it is given a weight."""


@dataclass(frozen=True, kw_only=True)
class EstimateOptions:
    """What ``nuchal estimate`` may be told beside the recording and the person."""

    preset: Preset = "recommended"
    engine: Engine = "jax"
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Weights of terms of the objective, by the names of ``--weight``."""
    load_kg: float = 0.0
    load_place_m: tuple[float, float, float] | None = None
    """Centre of the load in the skull frame; the head's own centre of mass if not given."""
    static: Path | None = None
    units: str | None = None
    rate_hz: float | None = None
    in_degrees: bool | None = None
    person: str | None = None
    """Whose markers, where a recording holds several people."""
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    diagnostics: bool = False
    figures: bool = True


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
        recording: markers or coordinates, in any of the formats of ``io.recordings``.
        subject: the person's measures, a ``person.toml``.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    inputs = [recording, subject, *([options.static] if options.static else [])]
    check_writable(out, inputs=inputs, names=(*TABLES, *FIGURES, "summary.json"))
    progress("reading", 0.0)
    person = read_subject(subject)
    settings = recruitment_settings(options)
    anatomy = personalise(person, inertias=PRESET_SETTINGS[options.preset].inertias)
    tracked = _track(recording, person, anatomy, options, progress)
    estimate = _estimate(person, anatomy, tracked, settings, options, progress)
    progress("writing", 0.7)
    with staged(out, inputs=inputs, ours=(*TABLES, *FIGURES, "summary.json")) as folder:
        write_tables(estimate, folder, diagnostics=options.diagnostics)
        write_summary(estimate, folder / "summary.json")
        if options.figures:
            progress("drawing", 0.75)
            write_figures(estimate, folder, anatomy=anatomy)
    progress("done", 1.0)
    return estimate


def recruitment_settings(options: EstimateOptions) -> RecruitmentSettings:
    """The preset's settings with the weights that were asked for.

    Raises:
        NuchalError: a term that there is not.
    """
    if options.load_place_m is not None and not options.load_kg:
        raise NuchalError("--load-place has no effect without a mass; add --load-kg.")
    settings = PRESET_SETTINGS[options.preset].recruitment
    for term, weight in options.weights.items():
        if term not in _WEIGHTS:
            raise NuchalError(
                f"--weight {term}: the objective has no such term; its terms are "
                f"{', '.join(_WEIGHTS)}."
            )
        changes: dict[str, float | str] = {_WEIGHTS[term]: weight}
        if term in _SWITCHES and weight == 0.0:
            changes[term] = "off"
        elif term in _SWITCHES and getattr(settings, term) == "off":
            changes[term] = _SWITCHES[term]
        if term == "reserve" and weight == 0.0:
            raise NuchalError("--weight reserve=0: free reserves would do all the work; raise it.")
        settings = dataclasses.replace(settings, **changes)  # type: ignore[arg-type]
    if options.engine == "opensim" and settings != PRESET_SETTINGS["classical"].recruitment:
        raise NuchalError(
            "--engine opensim: OpenSim's tool solves classical static optimisation only; "
            "add --preset classical and leave out --weight."
        )
    return settings


def _track(
    recording: Path,
    person: Subject,
    anatomy: Anatomy,
    options: EstimateOptions,
    progress: Progress,
) -> TrackedMotion:
    read = read_recording(
        recording,
        units=options.units,
        rate_hz=options.rate_hz,
        in_degrees=options.in_degrees,
        person=options.person,
    )
    _refuse_idle(recording, isinstance(read, Recording), options)
    static = None if options.static is None else _static(options.static, options)
    progress("tracking", 0.05)
    markers = MappingProxyType({**person.markers, **options.tracking.markers})
    settings = dataclasses.replace(options.tracking, markers=markers)
    return track(read, anatomy, settings=settings, static=static)


def _refuse_idle(path: Path, of_markers: bool, options: EstimateOptions) -> None:
    """Refuse options that would have no effect, for whoever gives them expects one."""
    given = options.tracking
    idle = (
        {
            "--degrees or --radians": options.in_degrees is not None,
        }
        if of_markers
        else {
            "--static": options.static is not None,
            "--units": options.units is not None,
            "--person": options.person is not None,
            "--marker": bool(given.markers),
            "--swap-sides": given.swap_sides,
            "--mirror": given.mirror is not None,
            "--up": given.up is not None,
            "--forward": given.forward is not None,
            "--neutral": given.neutral_window_s is not None,
        }
    )
    holds = "markers" if of_markers else "the coordinates themselves"
    for option, is_given in idle.items():
        if is_given:
            raise RecordingError(
                path, f"holds {holds}, on which {option} has no effect; leave it out."
            )


def _static(path: Path, options: EstimateOptions) -> Recording:
    read = read_recording(path, units=options.units, rate_hz=options.rate_hz, person=options.person)
    if not isinstance(read, Recording):
        raise RecordingError(path, "--static needs a recording of markers, not of coordinates.")
    return read


def _estimate(
    person: Subject,
    anatomy: Anatomy,
    tracked: TrackedMotion,
    settings: RecruitmentSettings,
    options: EstimateOptions,
    progress: Progress,
) -> Estimate:
    load = _load(anatomy, options)
    progress("solving", 0.25)
    if options.engine == "jax":
        found = simulate(anatomy, tracked.motion, settings, load, tracked.gravity)
    else:
        theirs = opensim_estimate(
            anatomy,
            tracked.motion,
            load=load if options.load_kg else None,
            progress=lambda doing, done, of: progress(f"OpenSim: {doing}", 0.25 + 0.4 * done / of),
        )
        found = as_simulation(anatomy, tracked.motion, theirs)
    return Estimate(
        source=tracked.source,
        subject=person,
        preset=options.preset,
        engine=options.engine,
        motion=tracked.motion,
        moments=found.moments,
        forces=found.forces,
        reactions=found.reactions,
        length=found.length,
        moment_arms=found.moment_arms,
        tracking=tracked.tracking,
        assumptions=(*tracked.assumptions, *_assumptions(person, tracked, settings, options)),
        quality=_usable(found),
    )


def _load(anatomy: Anatomy, options: EstimateOptions) -> HeadLoad:
    place = options.load_place_m or tuple(np.asarray(anatomy.mass_centre[-1]))
    return HeadLoad(jnp.asarray(options.load_kg), jnp.asarray(place))


def _usable(found: Simulation) -> np.ndarray:
    return np.equal(found.forces.status, Status.OK)


def _assumptions(
    person: Subject,
    tracked: TrackedMotion,
    settings: RecruitmentSettings,
    options: EstimateOptions,
) -> list[str]:
    said = [
        f"Everything above T1 weighs {person.head_mass_kg:.2f} kg; maximal isometric forces and "
        "the stiffness of the joints are the generic neck's, whoever the person is."
    ]
    leans = np.abs(tracked.gravity - tracked.gravity[:1]).max() > 0.0
    if leans and options.engine == "jax":
        said.append(
            "Weight follows the trunk's measured lean; the trunk's own acceleration is not."
        )
    elif leans:
        said.append("OpenSim is given an upright trunk; --engine jax follows its measured lean.")
    if options.load_kg:
        where = "at the place given" if options.load_place_m else "at the head's centre of mass"
        said.append(f"The head carries {options.load_kg:g} kg {where}.")
    if settings.capacity == "isometric":
        said.append(
            "Forces are bounded by the maximal isometric force alone, as in the paper, so some "
            "can exceed what length and speed allow; their activation is then given as 1."
        )
    if not settings.passive:
        said.append("Stretched muscle fibres are taken to make no passive force.")
    changed = ", ".join(f"{term} {weight:g}" for term, weight in options.weights.items())
    return [*said, *([f"Weights changed by hand: {changed}."] if changed else [])]
