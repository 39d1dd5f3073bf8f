"""A neck becomes as strong as was measured, muscle by muscle where it matters."""

from dataclasses import replace

import numpy as np
import pytest

from nuchal.commands.strength import strength
from nuchal.findings import Assumed
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.optimisation.own_strength import CLOSE, as_strong
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.strength import DIRECTIONS, isometric_strength
from nuchal.records import Subject

SETTINGS = PRESET_SETTINGS["recommended"].recruitment


@pytest.fixture(scope="module")
def neck() -> Anatomy:
    return generic_anatomy("living")


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
    woman = Subject(
        neck_length_m=0.106,
        shoulder_width_m=0.365,
        head_mass_kg=5.4,
        body_mass_kg=67.8,
        sex="female",
    )
    said = {one.what for one in strength(woman, preset="recommended").assumptions}
    assert Assumed.STRENGTH_BY_SIZE in said
    assert Assumed.STRENGTH_OF_A_MAN not in said
    measured = replace(woman, strength_Nm={"extension": 25.0})
    table = strength(measured, preset="recommended")
    assert Assumed.STRENGTH_MEASURED in {one.what for one in table.assumptions}
    (extension,) = (row for row in table.rows if row.direction == "extension")
    assert extension.moment_Nm == pytest.approx(25.0, rel=2.0 * CLOSE)
    unused = {one.what for one in strength(measured, preset="classical").assumptions}
    assert Assumed.STRENGTH_OF_A_MAN in unused
