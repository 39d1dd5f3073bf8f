"""Which neck and which static optimisation a preset means, as data."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from nuchal.conventions import Preset
from nuchal.dynamics.muscles.hill import CurveFamily, Projection
from nuchal.model.anatomy import Inertias


@dataclass(frozen=True, kw_only=True)
class RecruitmentSettings:
    """Every choice of the static optimisation; all terms of the objective are dimensionless.

    The terms are those of He, Liu, Li (2026), doi 10.3390/s26020752, each of which a weight of
    zero, or ``"off"``, leaves out.

    Attributes:
        effort: What is squared and summed: activation, or active force over maximal isometric
            force.
        capacity: Upper bound of active force: what length and speed allow, or the maximal isometric
            force.
        lowest_activation: Lower bound: 0, or each muscle's own minimum (0.01), as OpenSim's tool
            has it.
        passive: Whether stretched fibres pull of their own accord, outside of the optimisation.
        hyoid_weight: Weights of the effort of a muscle by its layer.
        energy_weight: Weight of metabolic power, Minetti and Alexander (1997), over its mean at
            rest.
        rate: Rate of force: left out, against the frame before only, or over the whole recording.
        rate_time_s: What the rate is measured by: 30 ms, the geometric mean of activation (15 ms)
            and deactivation (60 ms). Over the whole recording, a change of force by F_max within
            this time costs as much as holding F_max; looking back only, forces lag by about weight
            x this time.
        symmetry: Left against right activation: free, drawn together in sagittal movement, or
            equal.
        reserve_price: Price of squared reserve moments [1/(N m)^2]; None: reserves only where
            muscles fail.
    """

    effort: Literal["activation", "force"] = "activation"
    capacity: Literal["physiological", "isometric"] = "physiological"
    lowest_activation: Literal["zero", "minimum"] = "zero"
    passive: bool = True
    deep_weight: float = 1.0
    superficial_weight: float = 1.0
    hyoid_weight: float = 1.0
    energy_weight: float = 0.0
    rate: Literal["off", "causal", "whole"] = "off"
    rate_weight: float = 1.0
    rate_time_s: float = 0.03
    symmetry: Literal["off", "soft", "hard"] = "off"
    symmetry_weight: float = 1.0
    reserve_price: float | None = None
    curves: CurveFamily = "millard"
    projection: Projection = "pennation"


@dataclass(frozen=True, kw_only=True)
class PresetSettings:
    """A preset: the inertias of the neck and the static optimisation."""

    inertias: Inertias
    recruitment: RecruitmentSettings


# ``paper``: every term of the paper's objective, on the source's neck. Static optimisation goes
# from frame to frame, so its rate term looks back: a frame's forces then depend on the past only,
# which is what a network that reads the past can learn. The lag is that of a muscle, 30 ms; the
# weights are swept in ``benchmarks/weights/run.py``.
#
# ``recommended``: activation squared within what length and speed allow, on anatomical inertias.
# Passive fibre force is off, because the eight bushings already stand for the passive resistance of
# the whole neck, and stretched fibres on top of them made real trials impossible to balance: in one
# person's rotation 498 of 1762 frames lacked up to 5.5 N m with it, 121 frames 0.9 N m without, 171
# frames 1.1 N m without it and with tone. The minimum of 0.01 activation stands for that tone: at
# rest C5-C6 carries 110.0 N, and 122.8 N with stretched fibres in its place, where Barrett et al.
# (2022), doi 10.3357/amhp.5830.2022, found 116.5 +- 5.7 N. Hyoid muscles cost ten times as much as
# others, since the generic neck ties them to C1 and C3 where people have a hyoid bone that is free.
#
# ``classical``: OpenSim's own static optimisation, bounds and projection included.
PRESET_SETTINGS: Final = MappingProxyType[Preset, PresetSettings](
    {
        "paper": PresetSettings(
            inertias="source",
            recruitment=RecruitmentSettings(
                effort="force",
                capacity="isometric",
                passive=False,
                deep_weight=0.8,
                energy_weight=0.01,
                rate="causal",
                symmetry="soft",
            ),
        ),
        "recommended": PresetSettings(
            inertias="anatomical",
            recruitment=RecruitmentSettings(
                passive=False, lowest_activation="minimum", hyoid_weight=10.0
            ),
        ),
        "classical": PresetSettings(
            inertias="source",
            recruitment=RecruitmentSettings(
                lowest_activation="minimum", passive=False, projection="opensim"
            ),
        ),
    }
)
