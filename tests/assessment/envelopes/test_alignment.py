"""Offsets that were put in, and what a recording tells of the neck's length."""

import jax
import numpy as np
import pytest

from nuchal.assessment.envelopes.alignment import ERROR_M, PRIOR_M, align
from nuchal.assessment.envelopes.ideal import ideal_traces, own_neutral
from nuchal.assessment.envelopes.records import Alignment
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_poses, skull_points
from nuchal.model.scaling import GENERIC_SUBJECT, personalise
from nuchal.movements.examination import ideal_movement
from nuchal.records import Subject

LOCAL = np.asarray(generic_anatomy().markers)
Q = np.asarray(ideal_movement(np.radians([60.0, 65.0, 40.0, 40.0, 70.0, 70.0])).q)[::10]
RATE = 10.0
ALL = np.ones(len(Q), bool)
SKULL, THORAX = np.array([0.004, -0.006, 0.003]), np.array([-0.005, 0.007, -0.002])


def subject(neck: float) -> Subject:
    generic = GENERIC_SUBJECT
    return Subject(
        neck_length_m=neck * generic.neck_length_m,
        shoulder_width_m=generic.shoulder_width_m,
        head_and_neck_mass_kg=generic.head_and_neck_mass_kg,
    )


@pytest.fixture(scope="module")
def skull() -> tuple[np.ndarray, np.ndarray]:
    """Rotation and origin by full kinematics of a neck built for its length."""
    anatomy = personalise(subject(1.1))
    poses = jax.jit(jax.vmap(body_poses, (None, 0)))(anatomy, Q)
    origin = poses.origin[:, -1] - anatomy.thorax_origin
    return np.asarray(poses.rotation[:, -1]), np.asarray(origin)


def seen(skull: tuple[np.ndarray, np.ndarray], on_skull: np.ndarray) -> np.ndarray:
    rotation, origin = skull
    return np.einsum("tij,kj->tki", rotation, LOCAL + on_skull) + origin[:, None]


@pytest.fixture(scope="module")
def measured(skull) -> np.ndarray:
    return seen(skull, SKULL) + THORAX


def aligned(markers: np.ndarray, neck: float, known: np.ndarray = ALL) -> Alignment:
    found = align(neck, Q, markers, LOCAL, known, rate_hz=RATE)
    assert found is not None
    return found


def test_offsets_come_back(measured: np.ndarray) -> None:
    """But for what the prior of 3 cm holds back of them."""
    found = aligned(measured, 1.1)
    assert found.skull_offset_m == pytest.approx(SKULL, abs=1.5e-3)
    assert found.thorax_offset_m == pytest.approx(THORAX, abs=1.5e-3)
    assert found.before_m == pytest.approx(
        np.sqrt(np.mean(((measured - model(1.1)) ** 2).sum(axis=2))), rel=1e-6
    )
    assert found.after_m < 0.02 * found.before_m
    assert found.neck == pytest.approx(1.1, abs=0.05)


def model(neck: float) -> np.ndarray:
    return ideal_traces(Q, LOCAL, own_neutral(personalise(subject(neck)), LOCAL)).of(neck)


@pytest.mark.slow
def test_a_living_neck_is_laid_on_as_its_upper_thorax_turns() -> None:
    neck = personalise(subject(1.1), form="living")
    head = jax.vmap(skull_points, (None, 0, None))(neck, Q, LOCAL + SKULL)
    offsets = []
    for share in (neck.thorax_share, None):
        found = align(
            1.1, Q, np.asarray(head) + THORAX, LOCAL, ALL, rate_hz=RATE, thorax_share=share
        )
        assert found is not None
        offsets.append(found)
    assert offsets[0].skull_offset_m == pytest.approx(SKULL, abs=1.5e-3)
    assert offsets[0].thorax_offset_m == pytest.approx(THORAX, abs=1.5e-3)
    assert offsets[0].after_m < 1e-3
    assert offsets[1].after_m > 5e-3


def test_length_is_told_as_well_as_it_says(skull) -> None:
    """Offsets of 3 cm and errors of 1 cm that last a second: off by what is said, or half that."""
    dice = np.random.default_rng(0)
    blocks, off = int(np.ceil(len(Q) / RATE)), []
    for _ in range(100):
        on_skull, on_thorax = PRIOR_M * dice.normal(size=(2, 3))
        errors = ERROR_M * dice.normal(size=(blocks, 3, 3)).repeat(round(RATE), axis=0)
        found = aligned(seen(skull, on_skull) + on_thorax + errors[: len(Q)], 1.1)
        off.append((found.neck - 1.1) / found.neck_sd)
    assert abs(np.mean(off)) < 0.3
    assert 0.5 < np.std(off) < 1.1
    assert found.neck_sd > 0.1


def test_unknown_frames_do_not_count(measured: np.ndarray) -> None:
    spoilt, known = measured.copy(), ALL.copy()
    spoilt[40:90], known[40:90] = np.nan, False
    found, whole = aligned(spoilt, 1.1, known), aligned(measured, 1.1)
    assert found.skull_offset_m == pytest.approx(whole.skull_offset_m, abs=1e-3)
    assert align(1.1, Q, measured, LOCAL, ~ALL, rate_hz=RATE) is None


def test_nothing_is_found_where_nothing_is_off() -> None:
    found = aligned(model(0.9), 0.9)
    assert found.before_m == pytest.approx(0.0, abs=1e-9)
    assert np.abs([*found.skull_offset_m, *found.thorax_offset_m]).max() < 1e-9
