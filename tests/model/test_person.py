"""What sex, size and range say of a neck of living people, and what they leave alone."""

from dataclasses import replace

import equinox as eqx
import numpy as np
import pytest
from scipy.optimize import brentq

from nuchal.conventions import HEAD_MASS_SHARE
from nuchal.model.generic import generic_anatomy
from nuchal.model.norms import farthest_deg, norm_of
from nuchal.model.passive import resistance
from nuchal.model.person import RANGE_KEYS, in_range, range_stretch
from nuchal.model.scaling import personalise
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.strength import DIRECTIONS, isometric_strength
from nuchal.records import Subject

RESIST = eqx.filter_jit(resistance)
MAN = Subject(
    neck_length_m=0.107768,
    shoulder_width_m=0.415676,
    head_and_neck_mass_kg=85.524 * HEAD_MASS_SHARE,
    body_mass_kg=85.524,
    sex="male",
)
WOMAN = Subject(
    neck_length_m=0.106331,
    shoulder_width_m=0.365349,
    head_and_neck_mass_kg=67.758 * HEAD_MASS_SHARE,
    body_mass_kg=67.758,
    sex="female",
)
"""The means of ANSUR II."""

# Moment about C7-T1 and standard deviation [N m]: Vasavada 2001 and Fice 2014; Cagnie 2007 and
# Vasavada 2001, and for rotation 220 women of Salo 2006.
MEN = {"flexion": (30.0, 5.0), "extension": (52.0, 11.0), "right_bending": (36.0, 8.0),
       "right_rotation": (15.0, 4.0)}  # fmt: skip
WOMEN = {"flexion": (16.6, 4.0), "extension": (26.5, 12.0), "right_rotation": (8.1, 2.3)}


@pytest.mark.parametrize(("person", "measured"), [(MAN, MEN), (WOMAN, WOMEN)])
def test_men_and_women_are_as_strong_as_measured(
    person: Subject, measured: dict[str, tuple[float, float]]
) -> None:
    neck = personalise(person, form="living")
    found = isometric_strength(neck, PRESET_SETTINGS["recommended"].recruitment).moment
    for direction, (mean, sd) in measured.items():
        assert abs(found[DIRECTIONS.index(direction)] - mean) <= sd, direction


def test_twice_the_mass_is_the_section_of_a_larger_body() -> None:
    larger = replace(MAN, body_mass_kg=2.0 * MAN.body_mass_kg)
    one, other = (personalise(who, form="living").max_isometric_force for who in (MAN, larger))
    np.testing.assert_allclose(np.asarray(other) / np.asarray(one), 2.0 ** (2.0 / 3.0))


def test_the_sources_neck_is_as_strong_whoever_it_is() -> None:
    own = personalise(WOMAN, form="source").max_isometric_force
    np.testing.assert_array_equal(own, generic_anatomy("source").max_isometric_force)


def bend_deg(person: Subject, joint: int, axis: int, sign: float, moment: float) -> float:
    neck = personalise(person, form="living")

    def apart(degrees: float) -> float:
        bend = np.zeros((8, 3))
        bend[joint, axis] = sign * np.radians(degrees)
        return float(sign * RESIST(neck, bend)[joint, axis]) - moment

    return float(brentq(apart, 0.0, 120.0))


@pytest.mark.parametrize(
    ("direction", "axis", "sign"),
    [
        ("flexion", 2, -1.0),
        ("extension", 2, 1.0),
        ("right_bending", 0, 1.0),
        ("left_bending", 0, -1.0),
        ("right_rotation", 1, -1.0),
        ("left_rotation", 1, 1.0),
    ],
)
def test_who_goes_farther_than_usual_has_longer_curves_there(
    direction: str, axis: int, sign: float
) -> None:
    usual = norm_of(None).mean_deg[RANGE_KEYS.index(direction)]
    far = replace(MAN, range_deg={direction: 1.2 * usual})
    for joint in (2, 6):
        mean, own = (bend_deg(who, joint, axis, sign, 3.0) for who in (MAN, far))
        assert own == pytest.approx(1.2 * mean, rel=0.01)
        other = (bend_deg(who, joint, axis, -sign, 3.0) for who in (MAN, far))
        assert np.ptp(list(other)) < 0.02 * mean


def test_who_goes_less_far_keeps_the_curves_of_the_mean() -> None:
    short = replace(MAN, range_deg=dict.fromkeys(RANGE_KEYS, 15.0))
    np.testing.assert_array_equal(range_stretch(short), np.ones(6))


def test_a_stiff_neck_holds_at_its_own_range_what_the_mean_holds_at_the_mean() -> None:
    mean = personalise(MAN, form="living")
    stiff = in_range(mean, np.array([1.0, 1.0, 0.5, 1.0, 1.0, 0.7]))
    bend = np.zeros((8, 3))
    bend[4] = np.radians([12.0, 9.0, -5.0])
    held = np.asarray(RESIST(mean, bend))[4]
    own = np.asarray(RESIST(stiff, bend * np.array([0.5, 0.7, 1.0])))[4]
    np.testing.assert_allclose(own, held, rtol=0.02)
    assert (np.abs(np.asarray(RESIST(stiff, bend))[4, :2]) > 1.5 * np.abs(held[:2])).all()


def test_a_range_beyond_all_norms_is_within_reach_of_its_owner() -> None:
    farthest = farthest_deg(30.0)[4]
    person = replace(MAN, age_years=30.0, range_deg={"right_rotation": farthest + 5.0})
    reach = np.degrees(personalise(person, form="living").head_range)
    assert reach[4] == pytest.approx(farthest + 5.0)
    np.testing.assert_allclose(reach[:4], farthest_deg(30.0)[:4])
