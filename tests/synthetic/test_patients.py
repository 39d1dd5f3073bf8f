"""Patients are drawn by the rule that is written down, and avoid what is sore."""

from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pytest

from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.generic import generic_system
from nuchal.synthetic.avoidance import COEFFICIENTS, SLOWER
from nuchal.synthetic.forces import ailing_muscles
from nuchal.synthetic.movement import coupled
from nuchal.synthetic.patients import (
    GROUPS,
    KINDS,
    LESS_DEG,
    PAIRS,
    SLOWNESS,
    STRENGTH,
    draw_fault,
    draw_patient,
)
from nuchal.synthetic.people import Avoidance, Fault, VirtualPerson, draw_healthy, twin_of
from nuchal.synthetic.truth import sign_of, truth_of

SEED = 78


AVOIDERS = [k for k in range(40) if draw_fault(SEED, k)[0] == "avoidance"][:3]


@pytest.fixture(scope="module")
def avoider() -> VirtualPerson:
    return draw_patient(SEED, AVOIDERS[0]).person


def test_kinds_have_their_shares() -> None:
    drawn = Counter(draw_fault(SEED, k)[0] for k in range(2000))
    for kind, share in KINDS.items():
        # Three standard deviations of a count.
        assert drawn[kind] == pytest.approx(2000 * share, abs=3 * np.sqrt(2000 * share))
    assert sum(KINDS.values()) == pytest.approx(1.0)


def test_faults_are_as_the_rule_says() -> None:
    drawn = [draw_fault(SEED, k) for k in range(500)]
    less = {kind: [f.less_deg for k, f in drawn if k == kind] for kind in KINDS}
    for one in less["restriction"]:
        assert np.flatnonzero(one).size == 1
        assert one.argmax() < len(DIRECTIONS)
    pairs = {tuple(ALL_DIRECTIONS[k] for k in np.flatnonzero(one)) for one in less["corners"]}
    assert pairs == set(PAIRS)
    missing = np.concatenate([*less["restriction"], *less["corners"]])
    missing = missing[missing > 0.0]
    assert missing.min() == pytest.approx(LESS_DEG[0], abs=0.5)
    assert missing.max() == pytest.approx(LESS_DEG[1], abs=0.5)
    assert missing.mean() == pytest.approx(np.mean(LESS_DEG), abs=1.0)
    slow = [f.slowness for kind, f in drawn if kind == "guarded"]
    assert SLOWNESS[0] <= min(slow) < max(slow) <= SLOWNESS[1]
    for kind, name in (("avoidance", "avoidance"), ("weakness", "weakness")):
        where = [getattr(f, name) for k, f in drawn if k == kind]
        assert {one.group for one in where} == set(GROUPS)
        assert {one.left for one in where} == {True, False}
        assert all(ailing_muscles(generic_system(), one).any() for one in where)
    strengths = [f.weakness.strength for kind, f in drawn if kind == "weakness"]
    assert STRENGTH[0] <= min(strengths) < max(strengths) <= STRENGTH[1]
    assert all(f.slowness == SLOWER for kind, f in drawn if kind == "avoidance")


@pytest.mark.slow
def test_anyone_can_be_drawn_alone(avoider: VirtualPerson) -> None:
    """Whoever else was drawn before."""
    again = draw_patient(SEED, AVOIDERS[0]).person
    assert again.subject == avoider.subject
    assert (again.fault.avoidance.beside == avoider.fault.avoidance.beside).all()
    kinds = [[draw_fault(seed, k)[0] for k in range(20)] for seed in (SEED, SEED, SEED + 1)]
    assert kinds[0] == kinds[1] != kinds[2]


def test_a_twin_differs_in_nothing_but_the_fault(avoider: VirtualPerson) -> None:
    restricted = next(k for k in range(40) if draw_fault(SEED, k)[0] == "restriction")
    for person in (avoider, draw_patient(SEED, restricted).person):
        healthy, twin = draw_healthy(SEED, person.index, form="living"), twin_of(person)
        assert twin.fault.avoidance is None
        assert not twin.fault.less_deg.any()
        for one in fields(VirtualPerson):
            if one.name != "fault":
                mine, theirs, drawn = (getattr(x, one.name) for x in (person, twin, healthy))
                assert np.all(mine == theirs)
                assert np.all(theirs == drawn)


def test_what_comes_along_is_of_the_stated_family(avoider: VirtualPerson) -> None:
    beside = avoider.fault.avoidance.beside
    assert set(beside.ravel()) <= set(COEFFICIENTS)
    assert not beside[np.arange(6), np.arange(6) // 2].any()
    assert beside.any()


def test_other_axes_come_along_to_one_side_alone() -> None:
    person = replace(draw_healthy(SEED, 0, form="living"), coupling=np.zeros(3))
    beside = np.zeros((6, 3))
    beside[DIRECTIONS.index("right rotation")] = [0.2, -0.4, 0.0]
    sore = Avoidance(group="scalenes", left=True, beside=beside)
    person = replace(person, fault=Fault(avoidance=sore))
    path = np.array([[0.0, 0.0, 0.5], [0.0, 0.0, -0.5], [0.1, 0.0, 0.5]])
    expected = [[0.1, -0.2, 0.5], [0.0, 0.0, -0.5], [0.2, -0.2, 0.5]]
    assert coupled(person, path) == pytest.approx(np.array(expected))


@pytest.mark.slow
def test_less_is_asked_of_what_is_sore_and_the_head_goes_as_far() -> None:
    """By moving, over the whole of it: true forces with all speeds, which the choice left out."""
    spared, others = [], []
    for person in (draw_patient(SEED, k).person for k in AVOIDERS):
        truth = truth_of(person, 20.0)
        sore = ailing_muscles(generic_system(), person.fault.avoidance)
        spared.append(truth.asked.whole[sore].mean())
        others.append((truth.asked.whole[~sore] > 1.1).sum())
        assert truth.lost_deg[:6] == pytest.approx(np.zeros(6), abs=6.0)
    assert np.median(spared) < 0.93
    assert min(others) >= 1


def test_less_and_more_begin_where_they_are_said_to() -> None:
    assert sign_of(np.array([0.74, 0.76, 1.0, 1.32, 1.34])).tolist() == [-1, 0, 0, 0, 1]


@pytest.mark.slow
def test_truth_has_what_the_fault_takes_away() -> None:
    index = next(k for k in range(60) if draw_fault(SEED, k)[0] == "corners")
    kind, person = draw_patient(SEED, index)
    truth = truth_of(person, 20.0)
    less = person.fault.less_deg
    assert kind == "corners"
    assert truth.lost_deg[less > 0.0] == pytest.approx(less[less > 0.0], abs=0.1)
    assert np.abs(truth.lost_deg[:6]).max() < 3.0
    assert truth.lost.sum() == 2
    common, _, peak = (np.abs(np.log(ratio)).max() for ratio in truth.asked)
    assert common < 0.5 * peak


@pytest.mark.slow
def test_who_is_healthy_moves_like_the_twin() -> None:
    index = next(k for k in range(60) if draw_fault(SEED, k)[0] == "healthy")
    truth = truth_of(draw_patient(SEED, index).person, 20.0)
    assert truth.lost_deg == pytest.approx(np.zeros(10))
    assert [ratio.tolist() for ratio in truth.asked] == [[1.0] * generic_system().size] * 3
