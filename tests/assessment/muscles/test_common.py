"""Forces in the range that everybody reaches: known ones, and what must not change them."""

import numpy as np
import pytest

from nuchal.assessment.muscles.common import COMMON_SHARE, cells_of, in_both
from nuchal.assessment.muscles.exertion import Exertion, exerted, one_after_another
from nuchal.assessment.muscles.ratios import Ratio, ratios_of
from nuchal.model.norms import norm_of

MEAN_DEG = norm_of(45.0).mean_deg
ENDS_DEG = COMMON_SHARE * MEAN_DEG
STRENGTH = np.full(3, 100.0)


def nod(*, reach: float = 1.0, seconds: float = 4.0, rest_s: float = 1.0) -> np.ndarray:
    """Angles: rest, as far as that to all six sides in turn, and rest again [degrees]."""
    parts = [np.zeros((round(100.0 * rest_s), 3))]
    out = np.sin(np.pi * np.linspace(0.0, 1.0, round(100.0 * seconds))) ** 2
    for side, far in enumerate(reach * MEAN_DEG):
        parts.append(np.outer(out, far * (1 - 2 * (side % 2)) * np.eye(3)[side // 2]))
    return np.concatenate([*parts, parts[0]])


def asked(angles_deg: np.ndarray, gain: float = 1.0) -> Exertion:
    """Of one muscle that tilts, one that turns, and one that is steep at the end of range [N]."""
    forward, aside, turned = np.abs(angles_deg.T)
    force = np.stack([forward + aside, gain * turned, np.exp(turned / 12.0)], axis=1)
    return exerted(10.0 + force, np.ones(len(force), bool), angles_deg)


def common(actual: Exertion, healthy: Exertion) -> Ratio:
    found = ratios_of(actual, healthy, STRENGTH, MEAN_DEG)
    assert found is not None
    assert found.common is not None
    return found.common


def test_cells_are_of_postures_that_everybody_reaches() -> None:
    """From a quarter of the common range to its end, to six sides: two cells each."""
    cells = cells_of(asked(nod()), MEAN_DEG)
    assert sorted(map(tuple, cells.place)) == sorted(
        tuple(far * side * np.eye(3, dtype=int)[axis])
        for axis in range(3) for side in (1, -1) for far in (1, 2)
    )  # fmt: skip
    corner, rest = np.outer(np.linspace(0.71, 1.0, 50), [1, 1, 0]), 0.01 * nod() / MEAN_DEG[0]
    for outside in (corner, rest):
        assert len(cells_of(asked(ENDS_DEG[::2] * outside), MEAN_DEG).place) == 0


def test_forces_of_a_cell_are_means_over_the_way() -> None:
    """Over a range of angles covered evenly, a force that is the angle has their mean."""
    angles = np.outer(np.linspace(0.0, 1.0, 4000) ** 3, [0, 0, ENDS_DEG[4]])
    cells = cells_of(asked(angles), MEAN_DEG)
    assert cells.place.tolist() == [[0, 0, 1], [0, 0, 2]]
    force = 10.0 + np.array([0.5, 0.875]) * ENDS_DEG[4]
    assert cells.force[:, 1] == pytest.approx(force, rel=1e-3)


def test_what_is_asked_of_one_muscle_is_told_of_it() -> None:
    found = common(asked(nod(), gain=0.5), asked(nod()))
    assert found.value[[0, 2]] == pytest.approx(1.0)
    cells = cells_of(asked(nod()), MEAN_DEG).force[:, 1].mean()
    assert found.value[1] == pytest.approx((0.5 * (cells - 10.0) + 10.0) / cells)


@pytest.mark.parametrize(
    "angles",
    [nod(seconds=8.0), nod(rest_s=20.0), nod(reach=1.3), nod(reach=0.75), np.tile(nod(), (3, 1)),
     np.concatenate([nod(), nod()[100:500], nod()[100:500]])],
    ids=["twice as slow", "long rests", "farther", "less far", "thrice", "one side more often"],
)  # fmt: skip
def test_neither_tempo_nor_range_nor_rests_nor_order_count(angles: np.ndarray) -> None:
    """For forces that are those of the posture; those of the end of range change throughout."""
    found = common(asked(angles), asked(nod()))
    assert found.value == pytest.approx(1.0, abs=0.015)


def test_between_two_recordings_there_is_no_way() -> None:
    up, down = nod()[:250], nod()[250:]
    both = one_after_another([asked(up), asked(down)])
    assert both.way_deg.sum() < asked(nod()).way_deg.sum()
    assert both.way_deg[:250] == pytest.approx(asked(up).way_deg)
    spoilt = exerted(both.force, np.arange(len(both.force)) % 100 != 50, both.angles_deg)
    assert spoilt.way_deg[[50, 150]].tolist() == [0.0, 0.0]
    assert np.isfinite(cells_of(spoilt, MEAN_DEG).force).all()


def test_only_postures_of_both_are_compared() -> None:
    right, whole = nod()[2100:], nod()
    mine, theirs = in_both(cells_of(asked(right), MEAN_DEG), cells_of(asked(whole), MEAN_DEG))
    assert mine.place.tolist() == theirs.place.tolist() == [[0, 0, -2], [0, 0, -1]]
    assert mine.force == pytest.approx(theirs.force)


def test_too_few_postures_are_not_compared() -> None:
    few = ratios_of(asked(nod()[2100:]), asked(nod()), STRENGTH, MEAN_DEG)
    assert few is not None
    assert few.common is None
    assert few.of("end") is few.end
