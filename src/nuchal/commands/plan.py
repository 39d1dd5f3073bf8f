"""How forces of a person's recordings are to be found: whose neck, which method, what weights."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.commands.options import ForceOptions
from nuchal.commands.paper import of_other_method, paper_on_offer
from nuchal.dynamics.pipeline import states_of
from nuchal.errors import POSTURE_KNOWN, NetworkError, NuchalError, Setting
from nuchal.findings import Finding, Found, finding
from nuchal.io.networks.equilibrium import StoredNeckNetwork, stored_network
from nuchal.io.networks.paper import StoredNetworks
from nuchal.model.anatomy import Anatomy
from nuchal.model.scaling import scales_of
from nuchal.networks.equilibrium.domain import AS_ASKED, Choice, choose
from nuchal.networks.equilibrium.inference import distances_of
from nuchal.networks.equilibrium.records import NeckNetwork, Person
from nuchal.optimisation.own_strength import neck_of
from nuchal.optimisation.settings import PRESET_SETTINGS, WEIGHTS, RecruitmentSettings
from nuchal.plain_text import file_name
from nuchal.records import HeadLoad, Subject
from nuchal.tracking.motion import TrackedMotion


class Plan(NamedTuple):
    """Whose neck, and how its forces are found; the same for all recordings of a person.

    Attributes:
        network: One that can be used; None leaves everything to optimisation.
        why_none: Why there is no network.
        paper: The paper's networks, where they find the forces.
    """

    person: Subject
    options: ForceOptions
    anatomy: Anatomy
    settings: RecruitmentSettings
    load: HeadLoad
    network: StoredNeckNetwork | None
    why_none: Finding
    paper: StoredNetworks | None


class Suited(NamedTuple):
    """A network that finds the forces of a recording.

    Attributes:
        origin: Where it is from.
        distance: Of every frame from the training frames, in each respect.
    """

    network: NeckNetwork
    origin: str
    distance: Float[np.ndarray, "t 5"]


def plan_of(person: Subject, options: ForceOptions) -> Plan:
    """How forces of a person's recordings are to be found.

    Raises:
        NuchalError: options that do not go together, or a network that is not there.
    """
    paper = paper_on_offer(options)
    network, why_none = (None, AS_ASKED) if paper else network_on_offer(options)
    settings, anatomy = recruitment_settings(options), neck_of(person, options.preset)
    load = head_load(anatomy, options)
    return Plan(person, options, anatomy, settings, load, network, why_none, paper)


def head_load(anatomy: Anatomy, options: ForceOptions) -> HeadLoad:
    """What the head carries, where it was said to be or at the head's own centre of mass."""
    place = options.load_place_m or tuple(np.asarray(anatomy.mass_centre[-1]))
    return HeadLoad(jnp.asarray(options.load_kg), jnp.asarray(place))


def network_person(plan: Plan) -> Person:
    """Whose neck, as a network is told."""
    scales = np.asarray(scales_of(plan.person).body)
    return Person(plan.anatomy, scales, plan.load)


def choose_method(
    tracked: TrackedMotion, plan: Plan, *, pushed: bool = False
) -> tuple[Choice, Suited | None]:
    """By network where there is one that suits, or that was asked for; else by optimisation.

    ``pushed`` says whether forces act on the head from outside, of which networks know nothing.

    Raises:
        NuchalError: A network was asked for where there are such forces.
    """
    if pushed:
        _refuse_network_asked_for(plan.options)
    if plan.paper is not None:
        return Choice("paper", AS_ASKED), None
    if plan.network is None:
        return Choice("optimisation", plan.why_none), None
    if pushed:
        return Choice("optimisation", finding(Found.METHOD_HEAD_FORCES)), None
    (network, about), options = plan.network, plan.options
    states = states_of(plan.anatomy, tracked.motion, tracked.gravity)
    distance = distances_of(network.domain, network_person(plan), states).astype(float)
    choice = choose(options.method, distance, np.isin(tracked.motion.status, POSTURE_KNOWN))
    if choice.method == "optimisation":
        return choice, None
    name = "shipped with nuchal" if options.network is None else file_name(options.network)
    return choice, Suited(network, f"{name}, version {about['version']}", distance)


def network_asked_for(options: ForceOptions) -> Setting | None:
    """The setting that asks for networks, if one does."""
    if options.method in ("network", "paper"):
        return Setting("method", options.method)
    return None if options.network is None else Setting("network")


def _refuse_network_asked_for(options: ForceOptions) -> None:
    asked = network_asked_for(options)
    if asked is not None:
        force, remedy = Setting("force"), Setting("method", "optimisation")
        raise NuchalError("force.with_network", asked=asked, force=force, remedy=remedy)


def recruitment_settings(options: ForceOptions) -> RecruitmentSettings:
    """The preset's settings with the weights that were asked for.

    Raises:
        NuchalError: a term that there is not, or options that do not go together.
    """
    if options.load_place_m is not None and not options.load_kg:
        given = Setting("load_place_m")
        raise NuchalError("options.place_without_load", given=given, remedy=Setting("load_kg"))
    settings = PRESET_SETTINGS[options.preset].recruitment
    for term, weight in options.weights.items():
        settings = _with_weight(settings, term, weight)
    if options.engine == "opensim" and settings != PRESET_SETTINGS["classical"].recruitment:
        raise NuchalError(
            "options.opensim_is_classical",
            engine=Setting("engine", "opensim"),
            weights=Setting("weights"),
            remedy=Setting("preset", "classical"),
        )
    return settings


def _with_weight(settings: RecruitmentSettings, term: str, weight: float) -> RecruitmentSettings:
    given = Setting("weights", {term: weight})
    if term not in WEIGHTS:
        raise NuchalError("options.no_such_term", given=given, terms=tuple(WEIGHTS))
    if term == "reserve" and weight == 0.0:
        raise NuchalError("options.free_reserves", given=given)
    return settings.weighted(term, weight)


def network_on_offer(options: ForceOptions) -> tuple[StoredNeckNetwork | None, Finding]:
    """The network that an estimate could use, before its recording is read; or why there is none.

    Raises:
        NuchalError: a network was asked for where there can be none.
    """
    if options.method == "optimisation":
        _refuse_without_network(options)
        return None, AS_ASKED
    by_method = options.method == "network"
    wanted = by_method or options.network is not None
    values: dict[str, Any] = {
        "asked": Setting("method", "network") if by_method else Setting("network"),
        "remedy": Setting("method", "optimisation"),
    }
    if options.engine == "opensim":
        if wanted:
            engine = Setting("engine", "opensim")
            raise NuchalError("options.no_opensim_network", engine=engine, **values)
        return None, finding(Found.METHOD_OF_OPENSIM)
    if options.weights:
        if wanted:
            raise NuchalError("options.weights_of_network", weights=Setting("weights"), **values)
        return None, finding(Found.METHOD_WEIGHTS_CHANGED)
    try:
        return stored_network(options.preset, options.network), AS_ASKED
    except NetworkError as error:
        if wanted:
            raise of_other_method(error) from error
        return None, finding(Found.METHOD_NO_NETWORK, preset=options.preset)


def _refuse_without_network(options: ForceOptions) -> None:
    """Refuse what has an effect only on a network's forces."""
    for given in ("network", "correct"):
        if getattr(options, given):
            remedy = Setting("method", "network")
            raise NuchalError("options.only_for_network", given=Setting(given), remedy=remedy)
