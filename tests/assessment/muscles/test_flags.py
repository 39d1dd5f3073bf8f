"""Who stands out, for ratios that are known."""

import numpy as np

from nuchal.assessment.muscles.flags import flags_of
from nuchal.assessment.muscles.limits import limits_of
from nuchal.assessment.muscles.ratios import Ratio, Ratios
from nuchal.model.generic import generic_system

SYSTEM = generic_system()
PARTNERS = SYSTEM.partners
ALL = np.ones(SYSTEM.size, bool)


def ratio(value: np.ndarray, defined: np.ndarray = ALL) -> Ratio:
    return Ratio(actual=50.0 * value, healthy=50.0 * np.ones(SYSTEM.size), defined=defined)


def ratios(value: np.ndarray, defined: np.ndarray = ALL) -> Ratios:
    """In the common range; beside it everything is ten times as much."""
    beside = ratio(10.0 * value, defined)
    return Ratios(common=ratio(value, defined), whole=beside, end=beside)


def drawn(count: int, seed: int) -> np.ndarray:
    """Logarithms of people whose muscles go up and down together, and by themselves."""
    dice = np.random.default_rng(seed)
    return 0.2 * dice.normal(size=(count, 1)) + 0.15 * dice.normal(size=(count, 72)) - 0.1


def test_one_side_that_does_little_is_flagged_and_the_other_is_not() -> None:
    limits = limits_of(drawn(400, 5), PARTNERS)
    value = np.exp(limits.mean)
    side = SYSTEM.index["stern_mast"]
    value[side] *= 0.3
    found = flags_of(ratios(value), limits)
    assert found[0].muscle == side
    assert found[0].kind == "less"
    assert found[0].ratio < found[0].low < found[0].high
    assert {one.muscle for one in found} <= {side, PARTNERS[side]}


def test_people_as_those_who_set_the_limits_are_rarely_flagged() -> None:
    limits = limits_of(drawn(400, 7), PARTNERS)
    flagged = [bool(flags_of(ratios(np.exp(one)), limits)) for one in drawn(200, 8)]
    assert np.mean(flagged) < 0.1


def test_a_muscle_without_a_ratio_is_not_judged() -> None:
    limits = limits_of(drawn(100, 9), PARTNERS)
    value = np.exp(limits.mean)
    value[0] = 1e-9
    defined = np.ones(72, bool)
    defined[0] = False
    assert not flags_of(ratios(value, defined), limits)
    assert not flags_of(ratios(value, ~ALL), limits)


def test_a_muscle_that_works_in_nobody_cannot_stand_out() -> None:
    people = drawn(100, 9)
    idle = [0, PARTNERS[0]]
    people[:, idle] = 0.0
    limits = limits_of(people, PARTNERS)
    assert np.isfinite(limits.farthest).all()
    found = flags_of(
        ratios(np.exp(np.where(np.arange(len(PARTNERS)) == 0, 3.0, people[0]))), limits
    )
    assert not {one.muscle for one in found} & set(idle)


def test_muscles_are_named_for_the_common_range_alone() -> None:
    limits = limits_of(drawn(400, 5), PARTNERS)
    usual = np.exp(limits.mean)
    assert not flags_of(ratios(usual), limits)
    elsewhere = Ratios(common=None, whole=ratio(0.1 * usual), end=ratio(0.1 * usual))
    assert not flags_of(elsewhere, limits)


def test_a_small_change_names_no_muscle_however_little_healthy_people_differ() -> None:
    people = 0.01 * np.random.default_rng(3).normal(size=(200, 72))
    limits, value = limits_of(people, PARTNERS), np.ones(72)
    value[:2] = 1.12, 1.20
    assert [one.muscle for one in flags_of(ratios(value), limits)] == [1]
    value[:2] = 0.90, 0.80
    assert [one.muscle for one in flags_of(ratios(value), limits)] == [1]


def test_less_is_never_said_of_a_muscle_that_does_more() -> None:
    """Its mirrored muscle does so much more that it lags behind what one expects beside it."""
    limits, value = limits_of(0.05 * drawn(400, 5), PARTNERS), np.ones(72)
    one = SYSTEM.index["stern_mast"]
    value[[one, PARTNERS[one]]] = 1.2, 4.0
    found = flags_of(ratios(value), limits)
    assert [(flag.muscle, flag.kind) for flag in found] == [(PARTNERS[one], "more")]


def test_of_many_healthy_people_one_in_twenty_has_a_name() -> None:
    """However many muscles are tested, and whatever they have in common."""
    limits = limits_of(drawn(1000, 11), PARTNERS)
    named = [flags_of(ratios(np.exp(one)), limits) for one in drawn(600, 12)]
    assert 0.02 < np.mean([bool(one) for one in named]) < 0.08
    assert {flag.kind for one in named for flag in one} == {"less", "more"}
