"""The best of many necks against all of them, one by one, and bounds against what they bound."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.assessment.envelopes.bounds import crossing, every_pair, rise
from nuchal.assessment.envelopes.envelope import along_path, envelope_of, path_frames
from nuchal.assessment.envelopes.ideal import IdealTraces, ideal_traces, own_neutral
from nuchal.assessment.envelopes.matching import (
    Moving,
    best_match,
    border_of,
    moving_envelopes,
    overlaps_at,
)
from nuchal.assessment.envelopes.overlap import overlap, solid_of
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import skull_points
from nuchal.model.population import Population, draw_people
from nuchal.model.scaling import GENERIC_SUBJECT, personalise
from nuchal.movements.examination import ideal_movement
from nuchal.records import Subject
from nuchal.tracking.place.calibration import marker_traces

NORMAL = np.radians([58.0, 64.0, 36.0, 36.0, 64.0, 64.0])
LOCAL = np.asarray(generic_anatomy().markers)
OWN = 1.05


def subject(neck: float) -> Subject:
    generic = GENERIC_SUBJECT
    return Subject(
        neck_length_m=neck * generic.neck_length_m,
        shoulder_width_m=generic.shoulder_width_m,
        head_and_neck_mass_kg=generic.head_and_neck_mass_kg,
    )


def paths(neck: float, reach: np.ndarray, shake_m: float = 0.0) -> list[np.ndarray]:
    """Of a person who moves so far, laid on their own neck's neutral pose."""
    q = np.asarray(ideal_movement(reach).q)
    traces = ideal_traces(q, LOCAL, own_neutral(personalise(subject(OWN)), LOCAL)).of(neck)
    wave = np.sin(np.linspace(0.0, 40.0, len(traces)))[:, None, None]
    traces = traces + shake_m * wave * np.random.default_rng(3).normal(size=(3, 3))
    return [along_path(traces[:, k]) for k in range(3)]


def sum_of_overlaps(envelopes: list[Moving], neck: float) -> float:
    both = [(one.person, one.solid(neck)) for one in envelopes]
    common = [(a ^ b).volume() for a, b in both]
    return sum(c / (a.volume() + b.volume() - c) for (a, b), c in zip(both, common, strict=True))


@pytest.fixture(scope="module")
def ideal():
    q = np.asarray(ideal_movement(NORMAL).q)
    return ideal_traces(q, LOCAL, own_neutral(personalise(subject(OWN)), LOCAL))


@pytest.fixture(scope="module")
def necks() -> np.ndarray:
    drawn = draw_people(Population(seed=4), np.arange(2000))
    return np.asarray(drawn.neck_length_m) / GENERIC_SUBJECT.neck_length_m


@pytest.mark.slow
def test_traces_of_a_living_neck_turn_with_its_upper_thorax() -> None:
    """As its thorax markers see them, and in necks of any length as those would see them there."""
    neck = personalise(subject(OWN), form="living")
    q = np.asarray(ideal_movement(NORMAL, anatomy=neck).q)[::53]
    local, neutral = np.asarray(neck.markers), own_neutral(neck, LOCAL)
    ideal = ideal_traces(q, local, neutral, neck.thorax_share)
    np.testing.assert_allclose(ideal.of(OWN), marker_traces(neck, q), rtol=0, atol=1e-12)
    assert np.abs(ideal.of(OWN) - ideal_traces(q, local, neutral).of(OWN)).max() > 0.02
    for length in (0.8, 1.3):
        other = personalise(subject(length), form="living")
        off = np.asarray(marker_traces(other, q)) - own_neutral(other, local)
        np.testing.assert_allclose(ideal.of(length) - neutral, off, rtol=0, atol=1e-12)


def test_traces_are_those_of_personalised_necks(ideal) -> None:
    """Built anew for each length, by the full kinematics."""

    q = jnp.asarray(ideal_movement(NORMAL).q)[::97]
    for neck in (0.8, 1.0, 1.3):
        anatomy = personalise(subject(neck))
        expected = np.asarray(jax.vmap(skull_points, (None, 0, None))(anatomy, q, LOCAL))
        moved = expected - own_neutral(anatomy, LOCAL)
        found = ideal.of(neck)[::97] - own_neutral(personalise(subject(OWN)), LOCAL)
        np.testing.assert_allclose(found, moved, rtol=0, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("true", "reach", "shake_m", "people", "each"),
    [
        (1.12, NORMAL, 0.0, 150, 1),
        (0.93, NORMAL * [1.1, 0.9, 1.05, 0.95, 1.0, 1.1], 0.002, 2000, 40),
        (1.0, NORMAL * [1.0, 1.0, 0.5, 1.0, 1.0, 1.0], 0.002, 150, 1),
    ],
)
def test_the_best_is_that_of_trying_all(ideal, necks, true, reach, shake_m, people, each) -> None:
    """All of them only with few points, for that takes long."""
    necks = necks[:people]
    ideal = IdealTraces(at_zero=ideal.at_zero[::each], per_neck=ideal.per_neck[::each])
    mine = [points[:: 1 + each // 10] for points in paths(true, reach, shake_m)]
    envelopes = moving_envelopes(mine, ideal, OWN)
    assert len(envelopes) == 3
    found = best_match(envelopes, necks, tolerance=0.0)
    tried = np.array([sum_of_overlaps(envelopes, float(neck)) for neck in necks])
    assert found.index == int(tried.argmax())
    assert found.total == pytest.approx(tried.max(), abs=1e-12)
    assert found.neck == necks[found.index]
    assert found.missed_by == 0.0
    assert found.evaluations < 60
    near = best_match(envelopes, necks, tolerance=1e-4)
    assert near.total >= tried.max() - 1e-4
    assert near.missed_by <= 1e-4
    assert near.evaluations <= found.evaluations


def test_of_necks_alike_the_first_is_told(ideal) -> None:
    envelopes = moving_envelopes(paths(1.1, NORMAL), ideal, OWN)
    found = best_match(envelopes, np.array([0.9, 1.1, 1.3, 0.9, 1.1]))
    assert (found.index, found.neck, found.evaluations) == (1, 1.1, 3)
    assert best_match(envelopes, np.array([0.9])).neck == 0.9


def test_a_person_who_moves_as_is_normal_has_their_own_neck(ideal) -> None:
    necks = np.linspace(0.8, 1.3, 51)
    for true in (0.9, 1.2):
        envelopes = moving_envelopes(paths(true, NORMAL), ideal, OWN)
        found = best_match(envelopes, necks, tolerance=0.0)
        assert found.neck == pytest.approx(true, abs=0.011)
        assert min(found.iou) > 0.99
        assert found.border is None


@pytest.mark.parametrize(("true", "border"), [(0.7, "shortest"), (1.5, "longest")])
def test_a_person_beyond_all_necks_is_matched_at_the_border(ideal, true, border) -> None:
    envelopes = moving_envelopes(paths(true, NORMAL), ideal, OWN)
    found = best_match(envelopes, np.linspace(0.8, 1.3, 51), tolerance=0.0)
    assert found.neck == pytest.approx({"shortest": 0.8, "longest": 1.3}[border])
    assert found.border == border


def test_the_border_is_the_last_thousandth() -> None:
    necks = np.linspace(0.8, 1.3, 5000)
    assert [border_of(necks[k], necks) for k in (0, 4, 5, 2500, 4994, 4995, 4999)] == [
        "shortest", "shortest", None, None, None, "longest", "longest",
    ]  # fmt: skip
    assert border_of(1.0, np.array([1.0, 1.0])) is None


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


@pytest.mark.parametrize(("start", "end"), [(0.6, 1.4), (0.9, 1.0), (1.08, 1.11), (1.2, 1.201)])
def test_common_volumes_stay_below_their_bounds(ideal, start, end) -> None:
    """And in narrow intervals as in wide not so far below that the bound would be of no use."""
    mine = paths(1.1, NORMAL * [1.1, 0.9, 1.05, 0.95, 1.0, 1.1], 0.002)
    t = np.linspace(0.0, 1.0, 9)
    for one in moving_envelopes(mine, ideal, OWN):
        sweep = one.between(start, end)
        pairs = crossing(sweep, one.surface, every_pair(len(one.faces), len(one.surface.corners)))
        solids = [one.solid(neck) for neck in start + t * (end - start)]
        common = np.array([(one.person ^ solid).volume() for solid in solids])
        above = (common - common[0] - t * (common[-1] - common[0]))[1:-1] / (t * (1 - t))[1:-1]
        highest = rise(sweep, one.surface, pairs)
        assert above.max() <= highest < 30.0 * above.max()
        low, high = (f(one.volumes(start, end)) for f in (np.min, np.max))
        own = np.array([solid.volume() for solid in solids])
        assert low - 1e-15 <= own.min()
        assert own.max() <= high + 1e-15
        assert high - low < 1.1 * np.ptp(own)


def test_common_volumes_are_those_of_all_tetrahedra_together(ideal) -> None:
    """Of a neck so short that its envelope folds, tetrahedra turned inside out counting less."""
    mine = paths(1.1, NORMAL)
    one = moving_envelopes(mine, ideal, OWN)[1]
    path = ideal.of(OWN)[:, 1]
    frames = path_frames(path)
    filled = envelope_of(path[frames], one.radius_m).tetrahedra
    corners = ideal.of(0.6)[frames, 1][filled]
    signed = np.linalg.det(corners[:, 1:] - corners[:, :1]) / 6.0
    assert (signed < 0.0).any()
    sides = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    total = 0.0
    for volume, tetrahedron in zip(signed, corners, strict=True):
        if abs(volume) > 1e-16:
            turned = sides if volume > 0.0 else sides[:, ::-1]
            total += np.sign(volume) * (one.person ^ solid_of(tetrahedron, turned)).volume()
    assert (one.person ^ one.solid(0.6)).volume() == pytest.approx(total, rel=1e-7)


def test_markers_without_an_envelope_are_left_out(ideal, necks) -> None:
    some = paths(1.0, NORMAL)
    some[0] = np.zeros((20, 3))
    envelopes: list[Moving] = moving_envelopes(some, ideal, OWN)
    assert len(envelopes) == 2
    assert best_match(envelopes, necks[:50]).iou[2] == 0.0


def test_nothing_cannot_be_matched(ideal, necks) -> None:
    still = [np.zeros((20, 3))] * 3
    with pytest.raises(ValueError, match="no envelopes"):
        best_match(moving_envelopes(still, ideal, OWN), necks)
