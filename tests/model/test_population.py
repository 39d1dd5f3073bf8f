"""The population against the survey's own files, published figures and its own promises."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuchal.errors import PopulationError
from nuchal.io.measures import LIMITS as ACCEPTED
from nuchal.model import tables
from nuchal.model.population import (
    FARTHEST,
    LIMITS,
    SEXES,
    People,
    Population,
    blocks_of_people,
    draw_people,
    draw_person,
    subject_of,
)
from nuchal.model.scaling import scales_of, scales_of_people
from nuchal.model.survey import MEASURES, Statistics, survey

LARGE = 1_000_000
REMEMBERED = (
    (0.100821, 0.411833, 91.952779, 0.153785, 0.201155, 0.135613),
    (0.080869, 0.368507, 51.088698, 0.154110, 0.194281, 0.133068),
    (0.091465, 0.423725, 74.800318, 0.152832, 0.203295, 0.138444),
)
MIXES = {"women": 1.0, "men": 0.0, "half": 0.5, "pooled": None}


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("s", root / "scripts" / "ansur_statistics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=MIXES, ids=MIXES)
def crowd(request) -> tuple[Population, list[People]]:
    population = Population(seed=20, women=MIXES[request.param], heads=True)
    return population, list(blocks_of_people(population, LARGE))


def measures(crowd: list[People]) -> np.ndarray:
    return np.concatenate([people.measures() for people in crowd])


# The survey


def test_the_table_is_what_the_script_makes_of_the_survey(shared: Path, script: ModuleType) -> None:
    found = script.statistics(script.survey(shared / "reference" / "ansur2"))
    assert [dict(zip(script.COLUMNS, row, strict=True)) for row in found] == list(
        tables.rows("population")
    )


def test_the_measures_have_one_order(script: ModuleType) -> None:
    assert script.MEASURES == MEASURES


@pytest.mark.parametrize(
    ("group", "people", "means", "sds"),
    [
        ("men", 4082, (10.78, 41.57, 85.52), (1.27, 1.92, 14.22)),
        ("women", 1986, (10.63, 36.53, 67.76), (1.18, 1.83, 10.98)),
        ("pooled", 6068, (10.73, 39.92, 79.71), (1.24, 3.02, 15.65)),
    ],
)
def test_the_survey_has_the_known_figures(group, people, means, sds) -> None:
    """Neck length and shoulder width in cm and body mass in kg, as others worked them out."""
    known = survey(group)
    to_cm = np.array([100.0, 100.0, 1.0])
    assert known.people == people
    np.testing.assert_array_equal(np.round(known.mean[:3] * to_cm, 2), means)
    sd = np.sqrt(np.diag(known.covariance))[:3]
    np.testing.assert_array_equal(np.round(sd * to_cm, 2), sds)


def test_the_generic_neck_is_the_surveys_average_man() -> None:
    """Lengths only: its head weighs 13 % more than 8 % of his body."""
    generic = draw_people(Population(seed=0), np.arange(1))
    average = People(
        generic.index, generic.sex, *survey("men").mean[:3, None], survey("men").mean[None, 3:],
        generic.attempts,
    )  # fmt: skip
    scales = scales_of_people(average)
    np.testing.assert_allclose(scales.neck, 1.0, rtol=1e-5)
    np.testing.assert_allclose(scales.shoulder, 1.0, rtol=1e-5)
    np.testing.assert_allclose(scales.skull, 1.0, rtol=1e-5)


# What is drawn


def mixture(population: Population) -> Statistics:
    """Mean and covariance that a population has before anyone is rejected; ``people`` is 0."""
    if population.women is None:
        return survey("pooled")._replace(people=0)
    share = np.array([1.0 - population.women, population.women])
    groups = survey("men"), survey("women")
    mean = sum(p * np.asarray(g.mean) for p, g in zip(share, groups, strict=True))
    apart = np.asarray(groups[0].mean) - np.asarray(groups[1].mean)
    within = sum(p * np.asarray(g.covariance) for p, g in zip(share, groups, strict=True))
    return Statistics(0, np.asarray(mean), within + share.prod() * np.outer(apart, apart))


def test_means_and_covariances_keep_within_one_percent(crowd) -> None:
    """Covariances as a share of the product of the standard deviations, variances of themselves.

    A million people's own standard error is 0.14 % of a variance.
    """
    population, blocks = crowd
    drawn, meant = measures(blocks), mixture(population)
    sd = np.sqrt(np.diag(meant.covariance))
    np.testing.assert_allclose(drawn.mean(axis=0), meant.mean, rtol=0.01)
    assert np.abs((drawn.mean(axis=0) - meant.mean) / sd).max() < 0.01
    off = (np.cov(drawn.T) - meant.covariance) / np.outer(sd, sd)
    assert np.abs(off).max() < 0.01


def test_the_mixture_of_the_survey_itself_is_the_pooled_survey() -> None:
    """With the survey's share of women; its covariances have n - 1 below, which differs."""
    found = mixture(Population(seed=0, women=1986 / 6068))
    np.testing.assert_allclose(found.mean, survey("pooled").mean, rtol=1e-9)
    sd = np.sqrt(np.diag(found.covariance))
    off = (found.covariance - survey("pooled").covariance) / np.outer(sd, sd)
    assert np.abs(off).max() < 1.0 / 1986


def test_everyone_is_plausible_and_few_were_refused(crowd) -> None:
    population, blocks = crowd
    drawn = measures(blocks)
    low, high = np.array([LIMITS[name] for name in MEASURES]).T
    assert (drawn >= low).all()
    assert (drawn <= high).all()
    attempts = np.concatenate([people.attempts for people in blocks])
    assert attempts.min() == 1
    assert 1e-4 < 1.0 - len(attempts) / attempts.sum() < 2e-3
    if population.women in (0.0, 1.0):
        group = survey("women" if population.women else "men")
        white = np.linalg.solve(np.linalg.cholesky(group.covariance), (drawn - group.mean).T)
        assert np.linalg.norm(white, axis=0).max() < FARTHEST + 1e-3


def test_limits_lie_within_what_a_persons_file_may_say() -> None:
    for name, (low, high) in LIMITS.items():
        assert ACCEPTED[name][0] <= low < high <= ACCEPTED[name][1]


def test_the_share_of_women_is_the_one_asked_for() -> None:
    people = draw_people(Population(seed=4, women=0.3), np.arange(100_000))
    women = people.sex == SEXES.index("female")
    assert women.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 1e5))
    assert people.shoulder_width_m[women].mean() == pytest.approx(0.36535, abs=5e-4)
    assert people.shoulder_width_m[~women].mean() == pytest.approx(0.41568, abs=5e-4)


def test_the_pooled_have_no_sex() -> None:
    people = draw_people(Population(seed=4, women=None), np.arange(10))
    assert {SEXES[sex] for sex in people.sex} == {None}
    assert subject_of(people, 0).sex is None


# Who is who


@settings(max_examples=20, deadline=None)
@given(index=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=200))
def test_a_person_is_the_same_in_any_company(index: list[int]) -> None:
    population = Population(seed=5, heads=True)
    together = draw_people(population, np.array(index))
    for k in {0, len(index) // 2, len(index) - 1}:
        assert draw_person(population, index[k]) == subject_of(together, k)


def test_blocks_do_not_matter() -> None:
    population = Population(seed=6, women=None, heads=True)
    whole = measures(list(blocks_of_people(population, 20_000)))
    for size in (777, 4096):
        parts = measures(list(blocks_of_people(population, 10_000, start=10_000, size=size)))
        np.testing.assert_array_equal(parts, whole[10_000:])


def test_who_had_to_be_drawn_again_is_the_same_alone() -> None:
    population = Population(seed=7)
    people = draw_people(population, np.arange(50_000))
    again = np.flatnonzero(people.attempts > 1)
    assert len(again) > 5
    alone = draw_people(population, again)
    np.testing.assert_array_equal(alone.attempts, people.attempts[again])
    np.testing.assert_array_equal(alone.measures(), people.measures()[again])


def test_heads_change_nobody_else() -> None:
    index = np.arange(1000)
    without, along = (draw_people(Population(seed=8, heads=h), index) for h in (False, True))
    assert without.head_m is None
    np.testing.assert_array_equal(without.measures(), along.measures()[:, :3])


def test_seeds_make_other_people() -> None:
    one, two = (draw_people(Population(seed=s), np.arange(100)).neck_length_m for s in (1, 2))
    assert not (one == two).any()


def test_people_stay_who_they_were() -> None:
    """Written down once: a release that changes them has to say so."""
    people = draw_people(Population(seed=1, heads=True), np.array([0, 1, 999_999]))
    np.testing.assert_array_equal(people.measures(), REMEMBERED)


def test_measures_are_whole_millionths() -> None:
    drawn = draw_people(Population(seed=9, heads=True), np.arange(1000)).measures()
    again = np.array([[float(f"{value:.6f}") for value in row] for row in drawn])
    np.testing.assert_array_equal(again, drawn)


@pytest.mark.parametrize("heads", [False, True])
def test_many_peoples_scales_are_each_ones(heads: bool) -> None:
    people = draw_people(Population(seed=10, heads=heads), np.arange(20))
    many = scales_of_people(people)
    for k in range(20):
        one = scales_of(subject_of(people, k))
        for name in ("neck", "shoulder", "mass", "skull"):
            np.testing.assert_allclose(
                np.asarray(getattr(many, name))[k], getattr(one, name), rtol=4e-16
            )


# What cannot be drawn


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"seed": -1}, "population.seed"),
        ({"seed": 2**63}, "population.seed"),
        ({"seed": 0, "women": 1.5}, "population.women"),
        ({"seed": 0, "women": float("nan")}, "population.women"),
        ({"seed": 0, "limits": {"neck_length_m": (0.1, 0.2)}}, "population.limits"),
    ],
)
def test_impossible_populations_are_refused(asked, what) -> None:
    with pytest.raises(PopulationError) as refused:
        Population(**asked)
    assert refused.value.what == what


@pytest.mark.parametrize("index", [-1, 2**32])
def test_people_beyond_the_numbers_are_refused(index: int) -> None:
    with pytest.raises(PopulationError, match="counted from 0"):
        draw_people(Population(seed=0), np.array([0, index]))


def test_limits_that_nobody_meets_are_refused() -> None:
    limits = dict(LIMITS, neck_length_m=(0.5, 0.6))
    with pytest.raises(PopulationError, match="widen the limits"):
        draw_people(Population(seed=0, limits=limits), np.arange(2))
