"""Virtual people are as they are said to be, and recordings of them tell it."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nuchal.assessment.muscles.limits import healthy_limits
from nuchal.assessment.muscles.ratios import KINDS
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, farthest_ranges, ranges_of
from nuchal.assessment.ranges.restriction import ellipse_deg
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.commands.virtual import tracked_trials
from nuchal.model import tables
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import MUSCLES, generic_system
from nuchal.model.norms import norm_of
from nuchal.synthetic.forces import ailing_muscles, true_forces
from nuchal.synthetic.movement import TRIALS, region_rad, trial_angles
from nuchal.synthetic.people import (
    Fault,
    VirtualPerson,
    Weakness,
    draw_healthy,
    patient_of,
    restricted,
)
from nuchal.synthetic.recording import Conditions, recordings_of, true_anatomy, true_trials
from nuchal.synthetic.weakness import limited_by_weakness

SEED = 77


@pytest.fixture(scope="module")
def person() -> VirtualPerson:
    return draw_healthy(SEED, 3)


def angles_deg(person: VirtualPerson) -> list[np.ndarray]:
    dice = np.random.default_rng(4)
    return [np.degrees(trial_angles(person, one, dice, rate_hz=60.0)) for one in TRIALS]


def test_people_spread_as_published() -> None:
    people = [draw_healthy(SEED, k) for k in range(200)]
    norms = [norm_of(one.subject.age_years) for one in people]
    score = np.array([n.scores(one.reach_deg) for n, one in zip(norms, people, strict=True)])
    assert score.mean(axis=0) == pytest.approx(np.zeros(6), abs=0.2)
    assert score.std(axis=0) == pytest.approx(np.ones(6), abs=0.15)
    alike = np.corrcoef(score.T)
    assert alike[2, 3] == pytest.approx(0.75, abs=0.1)
    assert alike[0, 4] == pytest.approx(0.35, abs=0.18)
    off = [one.subject.neck_length_m - one.true.neck_length_m for one in people]
    assert np.std(off) == pytest.approx(0.005, rel=0.15)


def test_people_have_curves_of_their_own_whatever_their_form() -> None:
    pairs = [(draw_healthy(SEED, k), draw_healthy(SEED, k, form="source")) for k in range(200)]
    for one, other in pairs:
        assert one.subject == other.subject
        assert (one.reach_deg == other.reach_deg).all()
        assert one.speed_deg_s == other.speed_deg_s
    far = np.array([one.reach_deg / norm_of(one.subject.age_years).mean_deg for one, _ in pairs])
    softness = np.array([one.softness for one, _ in pairs])
    assert (softness[far > 1.0] == far[far > 1.0]).all()
    stops_early = (softness[far < 1.0] == 1.0).mean()
    assert stops_early == pytest.approx(0.5, abs=0.12)
    traits = np.array([one.traits for one, _ in pairs])
    assert traits.std(axis=0) == pytest.approx([0.05] * 6 + [0.1], rel=0.15)


@pytest.mark.slow
def test_a_living_person_turns_as_far_as_their_markers_tell() -> None:
    person = draw_healthy(SEED, 5, form="living")
    neck = true_anatomy(person)
    for one in true_trials(person, 30.0)[:2]:
        dice = np.random.default_rng([person.seed, person.index, 1, TRIALS.index(one.trial)])
        asked = np.degrees(trial_angles(person, one.trial, dice, rate_hz=30.0))
        assert head_angles_deg(neck, one.q) == pytest.approx(asked, abs=2.0)


def test_anyone_can_be_drawn_alone(person: VirtualPerson) -> None:
    again = draw_healthy(SEED, 3)
    assert again.subject == person.subject
    assert (again.reach_deg == person.reach_deg).all()
    assert (draw_healthy(SEED, 4).reach_deg != person.reach_deg).any()


@pytest.mark.slow
def test_movement_goes_as_far_as_the_person_does(person: VirtualPerson) -> None:
    found = farthest_ranges([ranges_of(one) for one in angles_deg(person)])
    assert found.reach_deg == pytest.approx(person.reach_deg, abs=4.0)
    shares = found.corner_deg / ellipse_deg(person.reach_deg)
    assert shares == pytest.approx(person.corner_share, abs=0.15)


@pytest.mark.slow
def test_a_fault_takes_away_what_it_says(person: VirtualPerson) -> None:
    ill = patient_of(person, restricted(("left rotation", 20.0), ("left backward", 20.0)))
    well, less = (farthest_ranges([ranges_of(x) for x in angles_deg(p)]) for p in (person, ill))
    lost = np.concatenate([well.reach_deg - less.reach_deg, well.corner_deg - less.corner_deg])
    expected = np.zeros(len(ALL_DIRECTIONS))
    expected[[5, 9]] = 20.0
    assert lost == pytest.approx(expected, abs=3.5)
    with pytest.raises(ValueError, match="not in tuple"):
        restricted(("sideways", 1.0))


def test_corners_leave_the_sides_alone(person: VirtualPerson) -> None:
    ill = patient_of(person, restricted(("right forward", 25.0)))
    sides = np.radians([0.0, 90.0, 180.0, 270.0])
    assert region_rad(ill, sides) == pytest.approx(region_rad(person, sides), abs=1e-9)
    corner = np.radians([45.0])
    lost = np.linalg.norm(region_rad(person, corner)) - np.linalg.norm(region_rad(ill, corner))
    assert np.degrees(lost) == pytest.approx(25.0)


@pytest.mark.slow
def test_guarded_movement_takes_longer(person: VirtualPerson) -> None:
    slow = replace(person, fault=Fault(slowness=2.0))
    long, usual = (sum(len(one) for one in angles_deg(p)) for p in (slow, person))
    assert 1.4 < long / usual < 2.1


@pytest.mark.slow
def test_a_recording_tells_the_range_in_spite_of_its_faults(person: VirtualPerson) -> None:
    """Sway, heading, noise, gaps, misplaced markers, a neutral pose that is two degrees off."""
    plan = plan_of(person.subject, ForceOptions(method="optimisation"))
    tracked = tracked_trials(person, plan, Conditions())
    found = []
    for one in tracked[:2]:
        q = np.asarray(one.motion.q)
        found.append(ranges_of(np.degrees(q[:, :3] + q[:, 3:]) * [-1.0, 1.0, -1.0]))
    assert farthest_ranges(found).reach_deg[2:] == pytest.approx(person.reach_deg[2:], abs=6.0)


@pytest.mark.slow
def test_gaps_and_places_are_as_asked(person: VirtualPerson) -> None:
    trial = true_trials(person, 60.0)[:1]
    (clean,) = recordings_of(person, trial, Conditions(gaps_share=0.0))
    (holed,) = recordings_of(person, trial, Conditions(gaps_share=0.1))
    assert np.asarray(clean.visible).all()
    lost = 1.0 - np.asarray(holed.visible).mean()
    assert 0.06 < lost < 0.1
    assert clean.names == ("TP", "LH", "RH", "C7", "T10", "CLAV", "STRN")


@pytest.mark.slow
def test_a_silent_muscle_does_nothing_and_others_do_more(person: VirtualPerson) -> None:
    trials = true_trials(person, 60.0)[2:3]
    weakness = Weakness(group="sternocleidomastoid", left=False, strength=0.0)
    silent = replace(person, fault=Fault(weakness=weakness))
    weak = ailing_muscles(generic_system(), weakness)
    assert {MUSCLES[m] for m in np.flatnonzero(weak)} == {"stern_mast", "cleid_mast", "cleid_occ"}
    strong, less = (np.asarray(true_forces(p, trials).force) for p in (person, silent))
    assert less[:, weak].max() < 0.1 * strong[:, weak].max()
    assert less[:, ~weak].max(axis=0).sum() > strong[:, ~weak].max(axis=0).sum()


@pytest.mark.slow
def test_who_is_strong_is_not_limited(person: VirtualPerson) -> None:
    """And whoever has lost a whole group may be."""
    assert not np.asarray(limited_by_weakness(person).fault.less_deg).any()


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "healthy_limits.py"
    spec = importlib.util.spec_from_file_location("healthy_limits", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_shipped_limits_are_what_the_script_makes(script: ModuleType) -> None:
    """For one of the people, to what single precision leaves alone."""
    rows = script.of_person(1, "recommended")
    assert tuple(rows) == KINDS
    for kind in KINDS:
        row = tables.numbers(f"healthy_ratios_recommended_{kind}", MUSCLES, "assessment")[1]
        assert rows[kind] == pytest.approx(row, abs=0.005)


def test_the_script_writes_what_is_shipped(script: ModuleType, tmp_path: Path) -> None:
    people = tables.numbers("healthy_ratios_recommended_common", MUSCLES, "assessment")
    script.write_table(tmp_path / "again.csv", MUSCLES, list(enumerate(people)))
    shipped = script.OUT / "healthy_ratios_recommended_common.csv"
    assert (tmp_path / "again.csv").read_text("utf-8") == shipped.read_text("utf-8")
    assert healthy_limits("recommended", generic_system(), "common").people == len(people)
