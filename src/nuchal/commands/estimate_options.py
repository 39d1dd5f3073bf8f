"""What an estimate may be told, and which static optimisation that means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from nuchal.conventions import Preset
from nuchal.errors import NuchalError
from nuchal.optimisation.settings import PRESET_SETTINGS, WEIGHTS, RecruitmentSettings
from nuchal.records import Engine, Method
from nuchal.tracking.pipeline import TrackingSettings

AnyMethod = Literal["auto", Method]


@dataclass(frozen=True, kw_only=True)
class EstimateOptions:
    """What ``nuchal estimate`` may be told beside the recording and the person.

    Attributes:
        method: How forces are found; ``auto``: by network where the recording is like its training.
        network: A file of networks other than those that come with nuchal.
        correct: Whether a network's forces are brought into equilibrium by the exact solver.
        weights: Weights of terms of the objective, by the names of ``--weight``.
        load_place_m: Centre of the load in the skull frame; the head's own centre of mass if not
            given.
        person: Whose markers, where a recording holds several people.
    """

    method: AnyMethod = "auto"
    network: Path | None = None
    correct: bool = False
    preset: Preset = "recommended"
    engine: Engine = "jax"
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    load_kg: float = 0.0
    load_place_m: tuple[float, float, float] | None = None
    static: Path | None = None
    units: str | None = None
    rate_hz: float | None = None
    in_degrees: bool | None = None
    person: str | None = None
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    diagnostics: bool = False
    figures: bool = True


def recruitment_settings(options: EstimateOptions) -> RecruitmentSettings:
    """The preset's settings with the weights that were asked for.

    Raises:
        NuchalError: a term that there is not.
    """
    if options.load_place_m is not None and not options.load_kg:
        raise NuchalError("--load-place has no effect without a mass; add --load-kg.")
    settings = PRESET_SETTINGS[options.preset].recruitment
    for term, weight in options.weights.items():
        if term not in WEIGHTS:
            raise NuchalError(
                f"--weight {term}: the objective has no such term; its terms are "
                f"{', '.join(WEIGHTS)}."
            )
        if term == "reserve" and weight == 0.0:
            raise NuchalError("--weight reserve=0: free reserves would do all the work; raise it.")
        settings = settings.weighted(term, weight)
    if options.engine == "opensim" and settings != PRESET_SETTINGS["classical"].recruitment:
        raise NuchalError(
            "--engine opensim: OpenSim's tool solves classical static optimisation only; "
            "add --preset classical and leave out --weight."
        )
    return settings
