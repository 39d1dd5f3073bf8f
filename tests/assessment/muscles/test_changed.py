"""How likely changes are, for a law and limits that are known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from nuchal.assessment.muscles.changed import (
    CALIBRATED,
    LEAST_PROBABILITY,
    Law,
    changes_in,
    changes_of,
    law_of,
)
from nuchal.assessment.muscles.limits import healthy_limits, limits_of
from nuchal.assessment.muscles.ratios import Ratio, Ratios
from nuchal.conventions import PRESETS
from nuchal.model.generic import generic_system

SYSTEM = generic_system()
PARTNERS = np.array(SYSTEM.partners)
LIMITS = limits_of(0.1 * np.random.default_rng(1).normal(size=(300, 72)), SYSTEM.partners)
LAW = Law(base=1.0, more=-1.0, beside=12.0, spread=2.0)
ONE = SYSTEM.index["obl_cap_inf"]


def ratio(**values: float) -> Ratio:
    value = np.ones(SYSTEM.size)
    for name, x in values.items():
        value[SYSTEM.index[name]] = x
    return Ratio(actual=value, healthy=np.ones(72), defined=np.ones(72, bool))


def test_the_law_by_hand() -> None:
    found = changes_in(ratio(obl_cap_inf=0.7, obl_cap_inf_L=1.2), LIMITS, LAW)
    off = np.log(0.7) - 0.5 * np.log(1.2) - LIMITS.beside_mean[ONE]
    spread = 2.0 * np.log(LIMITS.sd[ONE])
    assert found.less[ONE] == pytest.approx(expit(1.0 - 12.0 * off + spread))
    assert found.more[ONE] == pytest.approx(expit(0.0 + 12.0 * off + spread))


def test_the_farther_off_the_likelier_and_the_likeliest_first() -> None:
    found = changes_in(ratio(obl_cap_inf=0.6, stern_mast_L=0.5, levator_scap=2.2), LIMITS, LAW)
    named = [SYSTEM.muscles[one.muscle] for one in found.candidates]
    chances = [one.probability for one in found.candidates]
    assert chances == sorted(chances, reverse=True)
    assert min(chances) >= LEAST_PROBABILITY
    assert named.index("stern_mast_L") < named.index("obl_cap_inf")
    kinds = {SYSTEM.muscles[one.muscle]: one.asked for one in found.candidates}
    assert kinds["levator_scap"] == "more"
    assert kinds["obl_cap_inf"] == "less"
    for one in found.candidates:
        assert one.low < one.high
        assert one.probability == found.of(one.asked)[one.muscle]


def test_nobody_is_a_candidate_where_all_is_usual() -> None:
    assert changes_in(ratio(), LIMITS, LAW).candidates == ()


def test_a_muscle_that_does_more_is_no_candidate_for_less() -> None:
    """However far it lags behind its mirrored muscle."""
    found = changes_in(ratio(obl_cap_inf=1.1, obl_cap_inf_L=9.0), LIMITS, LAW)
    assert found.less[ONE] > LEAST_PROBABILITY
    assert not any(one.muscle == ONE for one in found.candidates)


def test_a_muscle_without_a_ratio_or_that_never_varies_is_not_judged() -> None:
    some = np.ones(72, bool)
    some[ONE] = False
    found = changes_in(replace(ratio(obl_cap_inf=0.1), defined=some), LIMITS, LAW)
    assert (found.judged[ONE], found.less[ONE]) == (False, 0.0)
    still = replace(LIMITS, sd=np.where(np.arange(72) == ONE, 0.0, LIMITS.sd))
    found = changes_in(ratio(obl_cap_inf=0.1), still, LAW)
    assert (found.judged[ONE], found.less[ONE]) == (False, 0.0)
    assert not any(one.muscle == ONE for one in found.candidates)


def test_only_presets_whose_patients_are_known_have_a_law() -> None:
    """Forces of every preset spread otherwise, so that a law is of one alone."""
    ratios = Ratios(common=ratio(obl_cap_inf=0.5), whole=ratio(), end=ratio())
    for preset in PRESETS:
        limits = healthy_limits(preset, SYSTEM, "common")
        found = changes_of(ratios, limits, law_of(preset))
        assert (found is not None) == (preset in CALIBRATED)
    assert changes_of(replace(ratios, common=None), LIMITS, LAW) is None


def test_sides_are_treated_alike() -> None:
    even = limits_of(
        np.tile(0.1 * np.random.default_rng(1).normal(size=(300, 1)), 72), SYSTEM.partners
    )
    right, left = (
        changes_in(ratio(**{name: 0.6}), replace(even, sd=LIMITS.sd.mean() + 0 * even.sd), LAW)
        for name in ("stern_mast", "stern_mast_L")
    )
    np.testing.assert_allclose(right.less, left.less[PARTNERS])
