"""Loads of the eight levels over all recordings."""

from dataclasses import dataclass

import numpy as np

from nuchal.assessment.findings import Assessment
from nuchal.conventions import LEVELS


@dataclass(frozen=True, kw_only=True)
class LevelLoad:
    """Of one level, over all frames of all recordings that can be used [N]."""

    level: str
    compression_peak_n: float
    compression_mean_n: float
    shear_peak_n: float
    """Of forward and sideways shear together."""
    anterior_n: tuple[float, float]
    """Least and greatest; positive where the upper body is pushed forward."""
    right_n: tuple[float, float]
    """Positive where it is pushed to the right."""


def level_loads(found: Assessment) -> tuple[LevelLoad, ...]:
    """From C7-T1 up; none where no frame can be used."""
    usable = [np.asarray(one.quality) for one in found.estimates]
    if not any(one.any() for one in usable):
        return ()
    names = ("compression", "anterior_shear", "right_shear")
    down, ahead, right = (
        np.concatenate(
            [
                np.asarray(getattr(one.reactions, name))[keep]
                for one, keep in zip(found.estimates, usable, strict=True)
            ]
        )
        for name in names
    )
    return tuple(
        LevelLoad(
            level=level,
            compression_peak_n=float(down[:, k].max()),
            compression_mean_n=float(down[:, k].mean()),
            shear_peak_n=float(np.hypot(ahead[:, k], right[:, k]).max()),
            anterior_n=(float(ahead[:, k].min()), float(ahead[:, k].max())),
            right_n=(float(right[:, k].min()), float(right[:, k].max())),
        )
        for k, level in enumerate(LEVELS)
    )
