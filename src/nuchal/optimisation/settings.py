"""Which neck and which static optimisation a preset means, as data: terms and their weights."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

import jax.numpy as jnp

from nuchal.arrays import Array, Scalar
from nuchal.conventions import Preset
from nuchal.dynamics.muscles.fibres import CurveFamily, Projection
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import Form, generic_anatomy
from nuchal.optimisation.terms import CausalRate, Effort, Energy, Rate, Reserve, Symmetry, Term

# Weights by the names that a user gives them: which term's, and which of its fields.
WEIGHTS: Final = MappingProxyType[str, tuple[type[Term], str]](
    {
        "deep": (Effort, "deep"),
        "superficial": (Effort, "superficial"),
        "hyoid": (Effort, "hyoid"),
        "energy": (Energy, "weight"),
        "rate": (Rate, "weight"),
        "symmetry": (Symmetry, "weight"),
        "reserve": (Reserve, "price"),
    }
)


@dataclass(frozen=True, kw_only=True)
class RecruitmentSettings:
    """Every choice of the static optimisation.

    Attributes:
        terms: Of the objective, all dimensionless; those of the presets are of He, Liu, Li (2026),
            doi 10.3390/s26020752.
        capacity: Upper bound of active force: what length and speed allow, or the maximal isometric
            force.
        lowest_activation: Lower bound: 0, or each muscle's own minimum (0.01), as OpenSim's tool
            has it.
        passive: Whether stretched fibres pull of their own accord, outside of the optimisation.
    """

    terms: tuple[Term, ...] = (Effort(),)
    capacity: Literal["physiological", "isometric"] = "physiological"
    lowest_activation: Literal["zero", "minimum"] = "zero"
    passive: bool = True
    curves: CurveFamily = "millard"
    projection: Projection = "pennation"

    @property
    def rate(self) -> Rate | None:
        """The term that ties frames together, if there is one."""
        return next((term for term in self.terms if isinstance(term, Rate)), None)

    @property
    def causal(self) -> CausalRate | None:
        """The same, if it looks back only."""
        return self.rate if isinstance(self.rate, CausalRate) else None

    def price_of_change(self, step_s: Scalar | float) -> Array:
        """What the rate term costs between frames ``step_s`` apart; zero without one."""
        return jnp.zeros(()) if self.rate is None else self.rate.price(step_s)

    def with_term(self, term: Term) -> "RecruitmentSettings":
        """The same with one more term, or with it in place of one of its class."""
        others = (one for one in self.terms if not isinstance(one, type(term)))
        return replace(self, terms=(*others, term))

    def weighted(self, name: str, weight: float) -> "RecruitmentSettings":
        """The same with another weight, by its name in :data:`WEIGHTS`; zero drops a term.

        A rate term that a preset leaves out looks back only when it comes in.
        """
        kind, field = WEIGHTS[name]
        terms = list(self.terms)
        place = next((k for k, term in enumerate(terms) if isinstance(term, kind)), None)
        if kind is not Effort and weight == 0.0:
            terms = [term for term in terms if not isinstance(term, kind)]
        elif place is not None:
            terms[place] = replace(terms[place], **{field: weight})  # type: ignore[type-var]
        else:
            terms.append((CausalRate if kind is Rate else kind)(**{field: weight}))
        return replace(self, terms=tuple(terms))


@dataclass(frozen=True, kw_only=True)
class PresetSettings:
    """A preset: the form of the neck and the static optimisation.

    Attributes:
        version: Raised when forces of the preset change; networks and datasets of another version
            are refused.
    """

    form: Form
    recruitment: RecruitmentSettings
    version: int = 1

    @property
    def neck(self) -> Anatomy:
        """The generic neck in this form."""
        return generic_anatomy(self.form)


# ``paper``: every term of the paper's objective, on the source's neck. Static optimisation goes
# from frame to frame, so its rate term looks back: a frame's forces then depend on the past only,
# which is what a network that reads the past can learn. The lag is that of a muscle, 30 ms; the
# weights are swept in ``benchmarks/weights/run.py``.
#
# ``recommended``: activation squared within what length and speed allow, on the neck of living
# people. Passive fibre force is off, because the curves of passive tissue are those of whole joints
# and the hyoid muscles end at C1 and C3. The minimum of 0.01 activation stands for the tone: at
# rest C5-C6 carries 110.0 N, where Barrett et al. (2022), doi 10.3357/amhp.5830.2022, found 116.5
# +- 5.7 N. Hyoid muscles cost ten times as much as others, since the generic neck ties them to C1
# and C3 where people have a hyoid bone that is free.
#
# ``classical``: OpenSim's own static optimisation, bounds and projection included.
PRESET_SETTINGS: Final = MappingProxyType[Preset, PresetSettings](
    {
        "paper": PresetSettings(
            form="source",
            recruitment=RecruitmentSettings(
                terms=(
                    Effort(of="force", deep=0.8),
                    Energy(weight=0.01),
                    CausalRate(),
                    Symmetry(),
                ),
                capacity="isometric",
                passive=False,
            ),
        ),
        "recommended": PresetSettings(
            form="living",
            recruitment=RecruitmentSettings(
                terms=(Effort(hyoid=10.0),), passive=False, lowest_activation="minimum"
            ),
            version=3,
        ),
        "classical": PresetSettings(
            form="source",
            recruitment=RecruitmentSettings(
                lowest_activation="minimum", passive=False, projection="opensim"
            ),
        ),
    }
)


def version_of(preset: object) -> int | None:
    """The present version of a preset; None for whatever is none."""
    return next((one.version for name, one in PRESET_SETTINGS.items() if name == preset), None)
