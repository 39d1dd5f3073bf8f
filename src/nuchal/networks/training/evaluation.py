"""How good a preset's networks are on people and movements that they have never seen."""

from collections.abc import Callable, Mapping
from typing import Final

import jax
import numpy as np

from nuchal.conventions import RHYTHM
from nuchal.networks.equilibrium.records import NeckNetwork
from nuchal.networks.equilibrium.rhythm import RhythmEstimate, estimate_rhythm
from nuchal.networks.equilibrium.window import angle_noise_rad, level_of
from nuchal.networks.training.disturbances import CUTOFF_HZ, Disturbance, samples_from_recordings
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.necks import Necks, necks_of
from nuchal.networks.training.records import Evaluation, LearnOptions, Score, recipe_of
from nuchal.networks.training.samples import (
    Conditions,
    known_rhythm,
    population_only,
    samples_from_windows,
)
from nuchal.networks.training.scores import ceiling, outside_shares, score, score_windows
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.solvers.fixed_steps import Descent
from nuchal.records import LabelledMotions
from nuchal.tracking.smoothing import smooth

NOISE_MM: Final = (0.2, 0.5, 1.0, 2.0)
# Parts of the rhythm that are hidden: of pitch, roll and yaw.
_UNKNOWN: Final = {
    "share of yaw unknown": (False, False, True),
    "all shares unknown": (True, True, True),
}
# Added to the seed of training, whose people and movements are others then.
_TEST_SEED, _LONG_SEED = 10, 20
_RECORDED_FRAMES: Final = 600
_CEILING_NECKS: Final = 80

_DISTURBANCES: Final[Mapping[str, Disturbance]] = {
    "clean": Disturbance(),
    **{f"noise {mm:g} mm": Disturbance(noise_m=mm / 1e3) for mm in NOISE_MM},
    **{f"{rate:g} Hz": Disturbance(rate_hz=rate) for rate in (50.0, 60.0, 200.0)},
    "5 % of frames lost": Disturbance(gaps_share=0.05),
    "10 % of frames lost": Disturbance(gaps_share=0.1),
    **{
        f"misplaced by {mm} mm, {how}": Disturbance(
            misplaced_m=mm / 1e3, calibrated=how == "calibrated"
        )
        for how in ("calibrated", "not calibrated")
        for mm in (5, 10)
    },
    "noise 1 mm, 10 % lost, misplaced by 10 mm, calibrated": Disturbance(
        noise_m=1e-3, gaps_share=0.1, misplaced_m=0.01
    ),
}


def evaluate(
    network: NeckNetwork,
    options: LearnOptions,
    progress: Callable[[float], None] = lambda _share: None,
) -> Evaluation:
    """Test networks on necks and movements of seeds that training did not have."""
    seed, count = options.seed + _TEST_SEED, options.test_subjects
    dice = np.random.default_rng(seed)
    settings = PRESET_SETTINGS[options.preset]
    fixed = gather(recipe_of(options, seed=seed + 1, subjects=count, rhythm_sd=(0.0, 0.0, 0.0)))
    own = necks_of(gather(recipe_of(options, seed=seed, subjects=count)), settings)
    alike = necks_of(fixed, settings)
    progress(0.2)

    by_doubt = _by_doubt(network, own, alike, dice)
    progress(0.3)
    noise = {
        f"noise {mm:g} mm": score_windows(network, alike, _noisy(alike, mm), dice)
        for mm in NOISE_MM
    }
    progress(0.4)
    recordings = _recordings(network, alike, fixed.markers, dice)
    progress(0.6)
    few = own.first(_CEILING_NECKS)
    ceilings = {name: ceiling(network, few, unknown, dice) for name, unknown in _UNKNOWN.items()}
    progress(0.8)
    estimated, errors = _estimated_rhythms(network, options, dice)
    return Evaluation(
        windows=by_doubt | estimated,
        noise=noise,
        recordings=recordings,
        ceilings=ceilings,
        starts=_starts(network, alike, dice),
        outside=outside_shares(network, alike),
        rhythm_error=errors,
    )


def _by_doubt(
    network: NeckNetwork, own: Necks, alike: Necks, dice: np.random.Generator
) -> dict[str, Score]:
    """From clean marker windows: rhythms that are known, and rhythms that are not."""
    cases = {
        "the population's rhythm, known": (alike, known_rhythm(alike)),
        "a rhythm of one's own, known": (own, known_rhythm(own)),
        **{name: (own, population_only(own, RHYTHM, part)) for name, part in _UNKNOWN.items()},
    }
    return {name: score_windows(network, *case, dice) for name, case in cases.items()}


def _recordings(
    network: NeckNetwork, necks: Necks, markers: np.ndarray, dice: np.random.Generator
) -> dict[str, Score]:
    """From whole recordings, by what they suffered."""
    return {
        name: score(network, necks, samples_from_recordings(network, necks, markers, how, dice))
        for name, how in _DISTURBANCES.items()
    }


def _noisy(necks: Necks, noise_mm: float) -> Conditions:
    markers = np.asarray(necks.people.anatomy.markers[0], float)
    return known_rhythm(necks, level_of(angle_noise_rad(markers, noise_mm / 1e3)))


def _estimated_rhythms(
    network: NeckNetwork, options: LearnOptions, dice: np.random.Generator
) -> tuple[dict[str, Score], dict[str, tuple[float, float, float]]]:
    """People of whom whole recordings are there: what estimating their rhythm gains."""
    data = gather(
        recipe_of(
            options,
            seed=options.seed + _LONG_SEED,
            subjects=options.recorded_subjects,
            frames=_RECORDED_FRAMES,
        )
    )
    necks = necks_of(data, PRESET_SETTINGS[options.preset])
    estimates = [_rhythm(necks, data, k, dice) for k in range(len(necks))]
    share, sd = (np.stack([getattr(one, x) for one in estimates]) for x in ("share", "sd"))
    estimated = Conditions(
        rhythm_sd=sd.astype(np.float32),
        level=np.zeros(len(necks), int),
        rhythm=share.astype(np.float32),
    )
    unknown = population_only(necks, RHYTHM, (True, True, True))

    def error(found: np.ndarray) -> tuple[float, float, float]:
        pitch, roll, yaw = np.sqrt(((found - necks.rhythm) ** 2).mean(axis=0)).tolist()
        return pitch, roll, yaw

    scores = {
        f"six seconds each: {name}": score_windows(network, necks, conditions, dice)
        for name, conditions in (
            ("all shares unknown", unknown),
            ("shares learnt from them", estimated),
        )
    }
    return scores, {"population's": error(unknown.rhythm), "learnt": error(share)}


def _rhythm(
    necks: Necks, data: LabelledMotions, index: int, dice: np.random.Generator
) -> RhythmEstimate:
    """From markers with 1 mm of noise, each misplaced by 5 mm with its whole head, smoothed."""
    seen = data.markers[index] + 1e-3 * dice.normal(size=data.markers[index].shape)
    seen = seen + dice.normal(size=3) * 0.005 / np.sqrt(3.0)
    frames = len(data.time)
    curve = smooth(data.time, seen.reshape(frames, 9), cutoff_hz=CUTOFF_HZ)
    anatomy = jax.tree.map(
        lambda x: np.asarray(x[index], float) if isinstance(x, np.ndarray) else x,
        necks.people.anatomy,
    )
    return estimate_rhythm(anatomy, data.time, curve.value.reshape(frames, 3, 3))


def _starts(network: NeckNetwork, necks: Necks, dice: np.random.Generator) -> dict[str, Score]:
    """What the Newton steps do: forces after fewer of them."""
    found, whole = {}, Descent()
    for steps in (0, 4, whole.easing, 12, 16, whole.easing + whole.stiffening):
        fewer = Descent(easing=min(steps, whole.easing), stiffening=max(steps - whole.easing, 0))
        filters, known = np.asarray(network.filters), known_rhythm(necks)
        samples = samples_from_windows(necks, filters, network.proposal, known, dice, fewer)
        found[f"{steps} steps"] = score(network, necks, samples)
    return found
