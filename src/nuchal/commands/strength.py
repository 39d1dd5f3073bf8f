"""A neck's isometric strength beside what necks of men or women measured."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np

from nuchal.commands.assumed import assumed_of_person
from nuchal.conventions import Preset
from nuchal.errors import Status
from nuchal.findings import Assumed, Finding, finding
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.optimisation.own_strength import neck_of
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.strength import DIRECTIONS, LEVER_M, Strength, isometric_strength
from nuchal.records import Subject


class Measured(NamedTuple):
    """Strength of a group of people [N m]; ``sd`` is None where the source has none."""

    mean: float
    sd: float | None


Group: TypeAlias = Literal["men", "women"]

_NEGLIGIBLE_NM: Final = 1e-9
_BENDING: Final = Measured(36.0, 8.0)
_ROTATION: Final = Measured(15.0, 4.0)
# Men's strength, Vasavada, Li and Delp (2001), doi 10.1097/00007632-200109010-00018.
MEASURED_MEN: Final = MappingProxyType(
    {
        "flexion": Measured(30.0, 5.0),
        "extension": Measured(52.0, 11.0),
        "right_bending": _BENDING,
        "left_bending": _BENDING,
        "right_rotation": _ROTATION,
        "left_rotation": _ROTATION,
    }
)
_WOMENS_BENDING: Final = Measured(16.0, 8.0)
# Women's strength. Flexion and extension: Cagnie et al. (2007), doi 10.1016/j.apmr.2007.06.776, who
# give means alone; bending: Vasavada, Li and Delp (2001); rotation: Salo et al. (2006), 220 women.
MEASURED_WOMEN: Final = MappingProxyType(
    {
        "flexion": Measured(16.6, None),
        "extension": Measured(26.5, None),
        "right_bending": _WOMENS_BENDING,
        "left_bending": _WOMENS_BENDING,
        "right_rotation": Measured(8.1, 2.3),
        "left_rotation": Measured(7.9, 2.3),
    }
)
_MEASURED: Final = MappingProxyType({"men": MEASURED_MEN, "women": MEASURED_WOMEN})


@dataclass(frozen=True, kw_only=True)
class StrengthRow:
    """Strength in one direction.

    Attributes:
        moment_Nm: About C7-T1 with a lever of 32 cm, or axial; None where there is no answer.
        force_N: Horizontal force 20 cm above the joint between C1 and skull; None in rotation.
        measured_sd_Nm: Of :data:`MEASURED_MEN` or :data:`MEASURED_WOMEN`; None: no source has it.
        hangs_on_Nm: Share of ``moment_Nm`` by muscle group, largest first; the rest is ``head_Nm``.
        head_Nm: What weight, bushings and stretched fibres add; negative where they are a burden.
        saturated: Muscles at full activation.
    """

    direction: str
    moment_Nm: float | None
    force_N: float | None
    measured_mean_Nm: float
    measured_sd_Nm: float | None
    hangs_on_Nm: dict[str, float]
    head_Nm: float
    saturated: tuple[str, ...]
    status: Status

    @property
    def within_one_sd(self) -> bool | None:
        """Whether somebody of this strength would be ordinary; None where nobody knows the SD."""
        if self.measured_sd_Nm is None:
            return None
        if self.moment_Nm is None:
            return False
        return abs(self.moment_Nm - self.measured_mean_Nm) <= self.measured_sd_Nm


@dataclass(frozen=True, kw_only=True)
class StrengthTable:
    """Strength of one neck in six directions, at rest in the neutral posture.

    Attributes:
        compared_with: Whose strength was measured.
        lever_m: This neck's own height of the force above C7-T1; moments are reported with 0.32 m.
    """

    rows: tuple[StrengthRow, ...]
    preset: Preset
    compared_with: Group
    lever_m: float
    assumptions: tuple[Finding, ...]


def strength(subject: Subject | None = None, *, preset: Preset = "recommended") -> StrengthTable:
    """Isometric strength of a person's neck, all six coordinates in balance.

    Args:
        subject: The person; the generic neck without one.
        preset: What the muscles can do: ``recommended`` and ``classical`` by their length,
            each with its own pennation, ``paper`` the maximal isometric force whatever the length.
    """
    chosen = PRESET_SETTINGS[preset]
    anatomy = neck_of(subject or GENERIC_SUBJECT, preset)
    found = isometric_strength(anatomy, chosen.recruitment)
    group: Group = "women" if subject is not None and subject.sex == "female" else "men"
    return StrengthTable(
        rows=tuple(_row(found, k, group) for k in range(len(DIRECTIONS))),
        preset=preset,
        compared_with=group,
        lever_m=found.lever_m,
        assumptions=_assumptions(subject, preset),
    )


def _row(found: Strength, k: int, group: Group) -> StrengthRow:
    direction = DIRECTIONS[k]
    solved = found.status[k] == Status.OK
    measured = _MEASURED[group][direction]
    return StrengthRow(
        direction=direction,
        moment_Nm=float(found.moment[k]) if solved else None,
        force_N=float(found.load[k]) if solved and "rotation" not in direction else None,
        measured_mean_Nm=measured.mean,
        measured_sd_Nm=measured.sd,
        hangs_on_Nm=_by_group(found.worth[k]),
        head_Nm=float(found.head[k]),
        saturated=tuple(MUSCLES[i] for i in np.flatnonzero(found.saturated[k])),
        status=Status(found.status[k]),
    )


def _by_group(worth: np.ndarray) -> dict[str, float]:
    groups = np.array(MUSCLE_GROUPS)
    total = {group: float(worth[groups == group].sum()) for group in sorted(set(MUSCLE_GROUPS))}
    ranked = sorted(total, key=lambda group: -total[group])
    return {group: total[group] for group in ranked if total[group] > _NEGLIGIBLE_NM}


def _assumptions(subject: Subject | None, preset: Preset) -> tuple[Finding, ...]:
    said = [finding(Assumed.STRENGTH_AT_REST), finding(Assumed.STRENGTH_LEVER, lever_m=LEVER_M)]
    if subject is None:
        return (*said, finding(Assumed.STRENGTH_OF_A_MAN), finding(Assumed.GENERIC_NECK))
    if subject.sex is None:
        said.append(finding(Assumed.COMPARED_WITH_MEN))
    return (*said, *assumed_of_person(subject, preset))
