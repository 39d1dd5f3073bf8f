"""A neck becomes as strong as was measured, muscle by muscle where it matters."""

from dataclasses import replace

import numpy as np
import pytest

from nuchal.commands.assumed import assumed_of_person
from nuchal.commands.strength import strength
from nuchal.conventions import PRESETS, Preset
from nuchal.findings import Assumed
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.optimisation.own_strength import CLOSE, as_strong, neck_of
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.strength import DIRECTIONS, isometric_strength
from nuchal.records import Subject
from nuchal.report.text import sentence

WOMAN = Subject(
    neck_length_m=0.106,
    shoulder_width_m=0.365,
    head_and_neck_mass_kg=5.4,
    body_mass_kg=67.8,
    sex="female",
)
SETTINGS = PRESET_SETTINGS["recommended"].recruitment


@pytest.fixture(scope="module")
def neck() -> Anatomy:
    return generic_anatomy("living")


@pytest.mark.slow
@pytest.mark.parametrize(
    "measured",
    [
        {"flexion": 16.6, "extension": 26.5},
        {"flexion": 45.0},
        {"extension": 52.0, "right_rotation": 9.0, "left_rotation": 15.0},
        dict(zip(DIRECTIONS, (15.0, 21.0, 16.0, 16.0, 6.0, 6.0), strict=True)),
    ],
)
def test_measured_strengths_are_made(neck: Anatomy, measured: dict[str, float]) -> None:
    own = as_strong(neck, SETTINGS, measured)
    moment = isometric_strength(own, SETTINGS).moment
    for name, wanted in measured.items():
        assert moment[DIRECTIONS.index(name)] == pytest.approx(wanted, rel=2.0 * CLOSE), name


def test_a_weak_side_is_weak_on_that_side_alone(neck: Anatomy) -> None:
    strong = isometric_strength(neck, SETTINGS).moment
    measured = dict(zip(DIRECTIONS, strong, strict=True))
    measured["left_rotation"] *= 0.6
    own = np.asarray(as_strong(neck, SETTINGS, measured).max_isometric_force)
    factor = own / np.asarray(neck.max_isometric_force)
    index = neck.system.index
    assert factor[index["obl_cap_inf_L"]] < 0.8
    assert factor[index["obl_cap_inf"]] > 0.9


def test_nothing_measured_leaves_the_neck_as_it_is(neck: Anatomy) -> None:
    assert as_strong(neck, SETTINGS, {}) is neck


def test_what_strength_was_taken_for_is_said() -> None:
    said = {one.what for one in strength(WOMAN, preset="recommended").assumptions}
    assert Assumed.STRENGTH_BY_SIZE in said
    assert Assumed.STRENGTH_OF_A_MAN not in said
    measured = replace(WOMAN, strength_Nm={"extension": 25.0})
    table = strength(measured, preset="recommended")
    assert Assumed.STRENGTH_MEASURED in {one.what for one in table.assumptions}
    (extension,) = (row for row in table.rows if row.direction == "extension")
    assert extension.moment_Nm == pytest.approx(25.0, rel=2.0 * CLOSE)
    unused = {one.what for one in strength(measured, preset="classical").assumptions}
    assert {Assumed.GENERIC_STRENGTH, Assumed.MEASURED_UNUSED} <= unused


def test_a_measured_area_makes_the_muscles_force_whoever_it_is() -> None:
    areas = {"stern_mast": 2.0, "obl_cap_inf_L": 1.0}
    own = replace(WOMAN, muscle_area_cm2=areas)
    force = np.asarray(neck_of(own, "recommended").max_isometric_force)
    by_size = np.asarray(neck_of(WOMAN, "recommended").max_isometric_force)
    index = generic_anatomy().system.index
    # 186.165 N of 2.814 cm2 by the source; 1 cm2 at 35 N/cm2 times the source's 1.4.
    assert force[index["stern_mast"]] == pytest.approx(186.165 * 2.0 / 2.81429, rel=1e-5)
    assert force[index["obl_cap_inf_L"]] == pytest.approx(49.0)
    others = np.delete(np.arange(72), [index[name] for name in areas])
    np.testing.assert_array_equal(force[others], by_size[others])
    for preset in ("paper", "classical"):
        unused = np.asarray(neck_of(own, preset).max_isometric_force)
        np.testing.assert_array_equal(unused, generic_anatomy().max_isometric_force)


def test_a_measured_strength_scales_what_areas_say() -> None:
    areas = {"trap_acr": 5.0, "trap_acr_L": 10.0}
    own = replace(WOMAN, muscle_area_cm2=areas, strength_Nm={"extension": 20.0})
    neck = neck_of(own, "recommended")
    moment = isometric_strength(neck, SETTINGS).moment
    assert moment[DIRECTIONS.index("extension")] == pytest.approx(20.0, rel=2.0 * CLOSE)
    right, left = (np.asarray(neck.max_isometric_force)[neck.system.index[m]] for m in areas)
    assert right < 0.9 * 5.0 * 49.0
    assert left / right == pytest.approx(2.0, rel=0.1)


def test_women_are_compared_with_women() -> None:
    table = strength(WOMAN)
    assert table.compared_with == "women"
    verdicts = {row.direction: (row.measured_sd_Nm, row.within_one_sd) for row in table.rows}
    assert verdicts["flexion"] == verdicts["extension"] == (None, None)
    assert verdicts["right_rotation"] == (2.3, True)
    strong = replace(WOMAN, strength_Nm={"right_rotation": 14.0})
    (rotation,) = (r for r in strength(strong).rows if r.direction == "right_rotation")
    assert rotation.within_one_sd is False
    assert Assumed.COMPARED_WITH_MEN not in {one.what for one in table.assumptions}


def test_whoever_is_of_unknown_sex_is_compared_with_men_and_told_so() -> None:
    table = strength(replace(WOMAN, sex=None))
    assert table.compared_with == "men"
    assert Assumed.COMPARED_WITH_MEN in {one.what for one in table.assumptions}


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_taken_for_the_heads_mass_is_said(preset: Preset) -> None:
    person = replace(WOMAN, head_and_neck_mass_kg=0.08 * 67.8)
    told = next(assumed_of_person(person, preset))
    assert told.what is Assumed.MASS_OF_BODY
    skull = float(neck_of(person, preset).mass[-1])
    assert told.values["head_alone_mass_kg"] == pytest.approx(skull)
    assert f"{skull:.2f} kg" in sentence(told)
    assert next(assumed_of_person(WOMAN, preset)).what is Assumed.MASS_GIVEN


def test_areas_are_said_with_what_they_make() -> None:
    own = replace(WOMAN, muscle_area_cm2={"obl_cap_inf_L": 1.0})
    (told,) = (
        f for f in assumed_of_person(own, "recommended") if f.what is Assumed.STRENGTH_BY_AREA
    )
    assert told.values["ratio"] == pytest.approx((49.0 / 95.109,))
    assert "obl_cap_inf_L are 0.52 times" in sentence(told)
