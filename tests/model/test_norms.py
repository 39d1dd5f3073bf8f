"""How directions of one neck go together, in people and in virtual ones."""

import numpy as np
import pytest

from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import correlation, drawn_correlation, norm_of, repetition_sd_deg
from nuchal.model.tables import names

MIRRORED = [0, 1, 3, 2, 5, 4]


def test_directions_of_the_table_are_ours() -> None:
    columns = names("range_correlations", "direction")
    assert columns == tuple(way.replace(" ", "_") for way in DIRECTIONS)


def test_people_go_as_measured() -> None:
    """Fourteen people: .80 and .79 between sides, bending with rotation .54 to .68, others less."""
    alike = correlation()
    assert alike[2, 3] == pytest.approx(0.80, abs=0.005)
    assert alike[4, 5] == pytest.approx(0.79, abs=0.005)
    assert ((alike[2:4, 4:] > 0.54) & (alike[2:4, 4:] < 0.68)).all()
    assert ((alike[:2, 2:] > 0.23) & (alike[:2, 2:] < 0.40)).all()
    assert ((repetition_sd_deg() > 1.7) & (repetition_sd_deg() < 3.4)).all()


@pytest.mark.parametrize("alike", [correlation(), drawn_correlation()])
def test_sides_are_alike_and_people_can_be_drawn(alike: np.ndarray) -> None:
    np.testing.assert_array_equal(alike, alike.T)
    np.testing.assert_allclose(alike, alike[np.ix_(MIRRORED, MIRRORED)])
    np.testing.assert_array_equal(np.diag(alike), np.ones(6))
    assert np.linalg.eigvalsh(alike)[0] > 0.1


def test_norms_hold_the_correlations_that_are_asked_for() -> None:
    for alike, norm in (
        (correlation(), norm_of(45.0)),
        (drawn_correlation(), norm_of(45.0, drawn_correlation())),
    ):
        held = norm.covariance_deg2 / np.outer(norm.sd_deg, norm.sd_deg)
        np.testing.assert_allclose(held, alike)
