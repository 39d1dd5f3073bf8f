"""The best of many necks against all of them, one by one, and bounds against what they bound."""

import numpy as np
import pytest

from nuchal.assessment.envelope import along_path, envelope_of
from nuchal.assessment.ideal import ideal_traces, own_neutral
from nuchal.assessment.matching import (
    Moving,
    _rates,
    best_match,
    moving_envelopes,
    overlaps_at,
)
from nuchal.assessment.overlap import overlap
from nuchal.model.anatomy import generic_anatomy
from nuchal.model.kinematics import skull_points
from nuchal.model.personalise import GENERIC_SUBJECT, personalise
from nuchal.model.population import Population, draw_people
from nuchal.motion.ideal import ideal_movement, reach_of
from nuchal.records import Subject

NORMAL = np.radians([58.0, 64.0, 36.0, 36.0, 64.0, 64.0])
LOCAL = np.asarray(generic_anatomy().markers)
OWN = 1.05


def subject(neck: float) -> Subject:
    generic = GENERIC_SUBJECT
    return Subject(
        neck_length_m=neck * generic.neck_length_m,
        shoulder_width_m=generic.shoulder_width_m,
        head_mass_kg=generic.head_mass_kg,
    )


def paths(neck: float, reach: np.ndarray, shake_m: float = 0.0) -> list[np.ndarray]:
    """Of a person who moves so far, laid on their own neck's neutral pose."""
    q = np.asarray(ideal_movement(reach_of(reach)).q)
    traces = ideal_traces(q, LOCAL, own_neutral(personalise(subject(OWN)), LOCAL)).of(neck)
    wave = np.sin(np.linspace(0.0, 40.0, len(traces)))[:, None, None]
    traces = traces + shake_m * wave * np.random.default_rng(3).normal(size=(3, 3))
    return [along_path(traces[:, k]) for k in range(3)]


@pytest.fixture(scope="module")
def ideal():
    q = np.asarray(ideal_movement(reach_of(NORMAL)).q)
    return ideal_traces(q, LOCAL, own_neutral(personalise(subject(OWN)), LOCAL))


@pytest.fixture(scope="module")
def necks() -> np.ndarray:
    drawn = draw_people(Population(seed=4), np.arange(2000))
    return np.asarray(drawn.neck_length_m) / GENERIC_SUBJECT.neck_length_m


def test_traces_are_those_of_personalised_necks(ideal) -> None:
    """Built anew for each length, by the full kinematics."""

    q = np.asarray(ideal_movement(reach_of(NORMAL)).q)[::97]
    for neck in (0.8, 1.0, 1.3):
        anatomy = personalise(subject(neck))
        expected = np.stack([np.asarray(skull_points(anatomy, one, LOCAL)) for one in q])
        moved = expected - own_neutral(anatomy, LOCAL)
        found = ideal.of(neck)[::97] - own_neutral(personalise(subject(OWN)), LOCAL)
        np.testing.assert_allclose(found, moved, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("true", "reach", "shake_m", "people"),
    [
        (1.12, NORMAL, 0.0, 300),
        (0.93, NORMAL * [1.1, 0.9, 1.05, 0.95, 1.0, 1.1], 0.002, 2000),
        (1.0, NORMAL * [1.0, 1.0, 0.5, 1.0, 1.0, 1.0], 0.002, 300),
    ],
)
def test_the_best_is_that_of_trying_all(ideal, necks, true, reach, shake_m, people) -> None:
    necks = necks[:people]
    envelopes = moving_envelopes(paths(true, reach, shake_m), ideal, OWN)
    assert len(envelopes) == 3
    found = best_match(envelopes, necks, tolerance=0.0)
    tried = np.array([overlaps_at(envelopes, float(neck)).sum() for neck in necks])
    assert found.index == int(tried.argmax())
    assert found.total == pytest.approx(tried.max(), abs=1e-12)
    assert found.neck == necks[found.index]
    assert found.missed_by == 0.0
    assert found.evaluations < len(necks) / 2
    near = best_match(envelopes, necks)
    assert near.total >= tried.max() - 1e-4
    assert near.missed_by <= 1e-4
    assert near.evaluations <= found.evaluations


def test_a_person_who_moves_as_is_normal_has_their_own_neck(ideal) -> None:
    necks = np.linspace(0.8, 1.3, 51)
    for true in (0.9, 1.2):
        envelopes = moving_envelopes(paths(true, NORMAL), ideal, OWN)
        found = best_match(envelopes, necks, tolerance=0.0)
        assert found.neck == pytest.approx(true, abs=0.011)
        assert min(found.iou) > 0.99


def test_overlaps_are_those_of_envelopes_built_anew(ideal) -> None:
    """Triangulated once for the own length, and afresh for each: nearly the same."""
    mine = paths(1.0, NORMAL * 0.9)
    envelopes = moving_envelopes(mine, ideal, OWN)
    for neck in (0.85, 1.0, 1.2):
        for k, one in enumerate(envelopes):
            theirs = along_path(ideal.of(neck)[:, k])
            both = (envelope_of(points, one.radius_m) for points in (mine[k], theirs))
            anew = overlap(*both)
            assert anew.iou is not None
            assert overlaps_at([one], neck)[0] == pytest.approx(anew.iou, abs=0.005)


def test_volumes_change_no_faster_than_the_bounds_say(ideal) -> None:
    envelopes = moving_envelopes(paths(1.1, NORMAL * 0.9), ideal, OWN)
    start, end = 0.9, 1.1
    grows, shrinks = _rates(envelopes, start, end)
    at = np.linspace(start, end, 9)
    common = np.array([[(one.person ^ one.solid(s)).volume() for one in envelopes] for s in at])
    slope = np.diff(common, axis=0) / np.diff(at)[:, None]
    assert (slope <= grows).all()
    assert (slope >= -shrinks).all()
    assert (np.abs(slope).max(axis=0) > 0.1 * grows).all()
    for one in envelopes:
        volumes = [one.solid(s).volume() for s in at]
        least = one.least_volume_m3(start, end)
        assert 0.98 * min(volumes) < least <= min(volumes) + 1e-12


def test_markers_without_an_envelope_are_left_out(ideal, necks) -> None:
    some = paths(1.0, NORMAL)
    some[0] = np.zeros((20, 3))
    envelopes: list[Moving] = moving_envelopes(some, ideal, OWN)
    assert len(envelopes) == 2
    assert best_match(envelopes, necks[:50]).iou[2] == 0.0


def test_nothing_cannot_be_matched(ideal, necks) -> None:
    still = [np.zeros((20, 3))] * 3
    with pytest.raises(ValueError, match="needs an envelope"):
        best_match(moving_envelopes(still, ideal, OWN), necks)
