"""Trained networks of a preset, put to every test of their model card."""

import dataclasses
from collections.abc import Callable, Mapping

import jax
import numpy as np

from nuchal.commands.learnt import LearnOptions
from nuchal.networks.choice import MOST_OUTSIDE, OF_THE_PERSON
from nuchal.networks.equilibrium.cell import Descent
from nuchal.networks.equilibrium.domain import RESPECTS
from nuchal.networks.equilibrium.head_motion import HeadMotion
from nuchal.networks.equilibrium.inference import NeckNetwork
from nuchal.networks.equilibrium.rhythm import RhythmBelief, learn_rhythm
from nuchal.networks.equilibrium.sequence import Person
from nuchal.networks.equilibrium.window import angle_noise_rad, level_of
from nuchal.networks.training.conditions import Conditions, known_rhythm, population_only, see
from nuchal.networks.training.disturbances import CUTOFF_HZ, Disturbance, see_recorded
from nuchal.networks.training.evaluation import Judged, Trials, ceiling, judge, judge_seen
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.many_necks import Crowd, crowd_of, distances, true_head_motion
from nuchal.networks.training.preset_networks import recipe_of
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.records import HeadLoad, LabelledMotions
from nuchal.tracking.inverse_kinematics import RHYTHM
from nuchal.tracking.smoothing import smooth

NOISE_MM = (0.2, 0.5, 1.0, 2.0)
_YAW, _ALL = (False, False, True), (True, True, True)
# Added to the seed of training, whose people and movements are others then.
_TEST_SEED, _LONG_SEED = 10, 20
_RECORDED_FRAMES = 600

_DISTURBANCES: Mapping[str, Disturbance] = {
    "clean": Disturbance(),
    **{f"noise {mm:g} mm": Disturbance(noise_m=mm / 1e3) for mm in NOISE_MM},
    "50 Hz": Disturbance(rate_hz=50.0),
    "60 Hz": Disturbance(rate_hz=60.0),
    "200 Hz": Disturbance(rate_hz=200.0),
    "5 % of frames lost": Disturbance(gaps_share=0.05),
    "10 % of frames lost": Disturbance(gaps_share=0.1),
    "misplaced by 5 mm, calibrated": Disturbance(misplaced_m=0.005),
    "misplaced by 10 mm, calibrated": Disturbance(misplaced_m=0.01),
    "misplaced by 5 mm, not calibrated": Disturbance(misplaced_m=0.005, calibrated=False),
    "misplaced by 10 mm, not calibrated": Disturbance(misplaced_m=0.01, calibrated=False),
    "noise 1 mm, 10 % lost, misplaced by 10 mm, calibrated": Disturbance(
        noise_m=1e-3, gaps_share=0.1, misplaced_m=0.01
    ),
}


def run_tests(
    network: NeckNetwork, options: LearnOptions, progress: Callable[[float], None]
) -> Trials:
    """All of them, on necks and movements of seeds that training did not have."""
    teaching = options.teaching
    settings = PRESET_SETTINGS[teaching.preset]
    dice = np.random.default_rng(teaching.seed + _TEST_SEED)
    seed, count = teaching.seed + _TEST_SEED, options.test_subjects
    own = gather(recipe_of(teaching, seed=seed, subjects=count))
    fixed = gather(recipe_of(teaching, seed=seed + 1, subjects=count, rhythm_sd=(0.0, 0.0, 0.0)))
    progress(0.2)
    people, alike = crowd_of(own, settings), crowd_of(fixed, settings)
    windows = {
        "the population's rhythm, known": judge(network, alike, known_rhythm(alike), dice),
        "a rhythm of one's own, known": judge(network, people, known_rhythm(people), dice),
        "share of yaw unknown": judge(network, people, population_only(people, RHYTHM, _YAW), dice),
        "all shares unknown": judge(network, people, population_only(people, RHYTHM, _ALL), dice),
    }
    progress(0.3)
    noise = {
        f"noise {mm:g} mm": judge(network, alike, known_rhythm(alike, _level(alike, mm)), dice)
        for mm in NOISE_MM
    }
    progress(0.4)
    recordings = {
        name: judge_seen(network, alike, see_recorded(network, alike, fixed.markers, how, dice))
        for name, how in _DISTURBANCES.items()
    }
    progress(0.6)
    some = _first(people, 80)
    ceilings = {
        "share of yaw unknown": ceiling(network, some, _YAW, dice),
        "all shares unknown": ceiling(network, some, _ALL, dice),
    }
    progress(0.8)
    learnt, errors = _learnt_rhythms(network, options, dice)
    return Trials(
        windows=windows | learnt,
        noise=noise,
        recordings=recordings,
        ceilings=ceilings,
        starts=_starts(network, alike, dice),
        beyond=_strangers(network, alike),
        rhythm_error=errors,
    )


def _level(crowd: Crowd, noise_mm: float) -> int:
    markers = np.asarray(crowd.people.anatomy.markers[0], float)
    return level_of(angle_noise_rad(markers, noise_mm / 1e3))


def _learnt_rhythms(
    network: NeckNetwork, options: LearnOptions, dice: np.random.Generator
) -> tuple[dict[str, Judged], dict[str, tuple[float, float, float]]]:
    """People of whom whole recordings are there: what learning their rhythm gains."""
    teaching = options.teaching
    recipe = recipe_of(
        teaching,
        seed=teaching.seed + _LONG_SEED,
        subjects=options.recorded_subjects,
        frames=_RECORDED_FRAMES,
    )
    data = gather(recipe)
    crowd = crowd_of(data, PRESET_SETTINGS[teaching.preset])
    beliefs = [_belief(crowd, data, k, dice) for k in range(len(crowd))]
    share, sd = (np.stack([getattr(b, x) for b in beliefs]) for x in ("share", "sd"))
    as_learnt = Conditions(
        rhythm_sd=sd.astype(np.float32),
        level=np.zeros(len(crowd), int),
        rhythm=share.astype(np.float32),
    )
    unknown = population_only(crowd, RHYTHM, _ALL)

    def error(found: np.ndarray) -> tuple[float, float, float]:
        pitch, roll, yaw = np.sqrt(((found - crowd.rhythm) ** 2).mean(axis=0)).tolist()
        return pitch, roll, yaw

    judged = {
        "six seconds each: all shares unknown": judge(network, crowd, unknown, dice),
        "six seconds each: shares learnt from them": judge(network, crowd, as_learnt, dice),
    }
    return judged, {"population's": error(unknown.rhythm), "learnt": error(share)}


def _belief(
    crowd: Crowd, data: LabelledMotions, index: int, dice: np.random.Generator
) -> RhythmBelief:
    """From markers with 1 mm of noise, each misplaced by 5 mm with its whole head, smoothed."""
    seen = data.markers[index] + 1e-3 * dice.normal(size=data.markers[index].shape)
    seen = seen + dice.normal(size=3) * 0.005 / np.sqrt(3.0)
    frames = len(data.time)
    curve = smooth(data.time, seen.reshape(frames, 9), cutoff_hz=CUTOFF_HZ)
    anatomy = jax.tree.map(
        lambda x: np.asarray(x[index], float) if isinstance(x, np.ndarray) else x,
        crowd.people.anatomy,
    )
    return learn_rhythm(anatomy, data.time, curve.value.reshape(frames, 3, 3))


def _starts(network: NeckNetwork, crowd: Crowd, dice: np.random.Generator) -> dict[str, Judged]:
    """What the Newton steps do, and what they would do without them being proposed to."""
    found = {}
    whole = Descent()
    for steps in (0, 4, whole.easing, 12, 16, whole.easing + whole.stiffening):
        seen = see(
            crowd,
            np.asarray(network.filters),
            network.proposal,
            known_rhythm(crowd),
            dice,
            Descent(easing=min(steps, whole.easing), stiffening=max(steps - whole.easing, 0)),
        )
        found[f"{steps} steps"] = judge_seen(network, crowd, seen)
    return found


def _strangers(network: NeckNetwork, crowd: Crowd) -> dict[str, dict[str, float]]:
    """Who is not like the training people, and whether that is seen."""
    motion, people = true_head_motion(crowd), crowd.people

    def outside(moved: HeadMotion, people: Person = people) -> dict[str, float]:
        stranger = dataclasses.replace(crowd, people=people)
        away = distances(network.domain, stranger, moved) > 1.0
        share = dict(zip(RESPECTS, away.mean(axis=(0, 1)).tolist(), strict=True))
        any_way = away.any(axis=2).mean(axis=1)
        of_person = away[..., [RESPECTS.index(x) for x in OF_THE_PERSON]].any(axis=(1, 2))
        refused = (any_way > MOST_OUTSIDE) | of_person
        return share | {"any": float(any_way.mean()), "refused": float(refused.mean())}

    def scaled(angle: float, rate: float, acceleration: float) -> HeadMotion:
        return HeadMotion(
            motion.angle * angle, motion.rate * rate, motion.acceleration * acceleration
        )

    load = people.load
    heavy = jax.vmap(HeadLoad)(np.full_like(load.mass, 6.0), load.place)
    return {
        "like those of training": outside(motion),
        "twice as fast": outside(scaled(1.0, 2.0, 4.0)),
        "three times as fast": outside(scaled(1.0, 3.0, 9.0)),
        "half as far again": outside(scaled(1.5, 1.5, 1.5)),
        "bodies a third larger": outside(
            motion, Person(people.anatomy, people.scales * 4.0 / 3.0, load)
        ),
        "loads of 6 kg": outside(motion, Person(people.anatomy, people.scales, heavy)),
    }


def _first(crowd: Crowd, count: int) -> Crowd:
    """The first few people."""
    people, states = jax.tree.map(
        lambda x: x[:count] if isinstance(x, np.ndarray) else x, (crowd.people, crowd.states)
    )
    return dataclasses.replace(
        crowd,
        people=people,
        states=states,
        angles=crowd.angles[:count],
        rhythm=crowd.rhythm[:count],
        active=crowd.active[:count],
        usable=crowd.usable[:count],
    )
