"""What is said of muscles: which stand out, and how likely much less or more is asked of each."""

from collections.abc import Mapping

from nuchal.assessment.muscles.changed import Changes, changes_of, law_of
from nuchal.assessment.muscles.flags import FEWEST, NAMING, Flag, flags_of
from nuchal.assessment.muscles.limits import Limits
from nuchal.assessment.muscles.ratios import Kind, Ratios
from nuchal.conventions import Preset


def judge(
    ratios: Ratios | None, limits: Mapping[Kind, Limits], preset: Preset, tested: int
) -> tuple[tuple[Flag, ...], Changes | None]:
    """Flags, and how likely changes are; nothing where too few directions were tested.

    Args:
        ratios: None where no frame can be used.
        limits: of every kind of ratios.
        preset: by which the forces were found.
        tested: how many of the six directions were.
    """
    if ratios is None or tested < FEWEST:
        return (), None
    mine = limits[NAMING]
    return flags_of(ratios, mine), changes_of(ratios, mine, law_of(preset))
