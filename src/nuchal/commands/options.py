"""Options that several commands share: how a recording is read, and how forces are found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from nuchal.conventions import Preset
from nuchal.errors import NuchalError, Setting
from nuchal.optimisation.settings import PRESET_SETTINGS, WEIGHTS, RecruitmentSettings
from nuchal.records import Engine, Method
from nuchal.tracking.pipeline import TrackingSettings


@dataclass(frozen=True, kw_only=True)
class RecordingOptions(TrackingSettings):
    """How a recording is read and tracked.

    Attributes:
        static: A recording of the same person upright and at rest.
        units: Of length, against what the file says.
        rate_hz: Where the file states none.
        in_degrees: Unit of coordinates, against the file's header.
        person: Whose markers, where a recording holds several people.
    """

    static: Path | None = None
    units: str | None = None
    rate_hz: float | None = None
    in_degrees: bool | None = None
    person: str | None = None


@dataclass(frozen=True, kw_only=True)
class ForceOptions(RecordingOptions):
    """How forces are found.

    Attributes:
        method: ``auto`` takes the network where the recording is like its training.
        network: A file of networks in place of those that come with nuchal.
        correct: Bring a network's forces into equilibrium by the exact solver.
        weights: Weights of terms of the objective, by the terms' names.
        load_kg: Mass on the head [kg].
        load_place_m: Centre of the load in the skull frame [m]; the head's own centre of mass if
            not given.
    """

    method: Literal["auto"] | Method = "auto"
    network: Path | None = None
    correct: bool = False
    preset: Preset = "recommended"
    engine: Engine = "jax"
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    load_kg: float = 0.0
    load_place_m: tuple[float, float, float] | None = None


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
