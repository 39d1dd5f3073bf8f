"""How good a preset's networks are on people and movements that they have never seen."""

from collections.abc import Callable, Mapping
from typing import Final

import jax
import numpy as np

from nuchal.model.traits import known_by_range, trait_names, trait_sd
from nuchal.networks.equilibrium.learnt_traits import TraitsEstimate, estimate_traits
from nuchal.networks.equilibrium.records import NeckNetwork
from nuchal.networks.equilibrium.window import angle_noise_rad, level_of
from nuchal.networks.training.disturbances import CUTOFF_HZ, Disturbance, samples_from_recordings
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.necks import Necks, believed, necks_of
from nuchal.networks.training.records import Evaluation, LearnOptions, Score, recipe_of
from nuchal.networks.training.samples import (
    Conditions,
    known_traits,
    population_only,
    samples_from_windows,
)
from nuchal.networks.training.scores import ceiling, outside_shares, score, score_windows
from nuchal.optimisation.settings import PRESET_SETTINGS, PresetSettings
from nuchal.optimisation.solvers.fixed_steps import Descent
from nuchal.records import LabelledMotions
from nuchal.tracking.smoothing import smooth

NOISE_MM: Final = (0.2, 0.5, 1.0, 2.0)
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
    fixed = gather(recipe_of(options, seed=seed + 1, subjects=count, traits=(0.0,)))
    alike = necks_of(fixed, settings)
    doubtful = {name: (_drawn(options, seed, doubt), doubt) for name, doubt in _doubts(settings)}
    progress(0.2)

    by_doubt = _by_doubt(network, doubtful, alike, dice)
    progress(0.3)
    noise = {
        f"noise {mm:g} mm": score_windows(network, alike, _noisy(alike, mm), dice)
        for mm in NOISE_MM
    }
    progress(0.4)
    recordings = _recordings(network, alike, fixed.markers, dice)
    progress(0.6)
    ceilings = {
        name: ceiling(network, necks.first(_CEILING_NECKS), doubt, dice)
        for name, (necks, doubt) in doubtful.items()
    }
    progress(0.8)
    estimated, errors = _estimated_traits(network, options, dice)
    return Evaluation(
        windows=by_doubt | estimated,
        noise=noise,
        recordings=recordings,
        ceilings=ceilings,
        starts=_starts(network, alike, dice),
        outside=outside_shares(network, alike),
        traits_error=errors,
    )


def _doubts(settings: PresetSettings) -> list[tuple[str, np.ndarray]]:
    """What may not be known of people's traits, as a share of how people differ; all at last."""
    neck = settings.neck
    everything = np.ones(len(trait_names(neck)))
    if neck.passive_curves is None:
        return [
            ("share of yaw unknown", np.array([0.0, 0.0, 1.0])),
            ("all shares unknown", everything),
        ]
    return [("own range known", known_by_range(neck)), ("own range unknown", everything)]


def _drawn(options: LearnOptions, seed: int, doubt: np.ndarray) -> Necks:
    """People whose traits spread as far as they are in doubt."""
    spread = tuple(doubt.tolist())
    recipe = recipe_of(options, seed=seed, subjects=options.test_subjects, traits=spread)
    return necks_of(gather(recipe), PRESET_SETTINGS[options.preset])


def _by_doubt(
    network: NeckNetwork,
    doubtful: Mapping[str, tuple[Necks, np.ndarray]],
    alike: Necks,
    dice: np.random.Generator,
) -> dict[str, Score]:
    """From clean marker windows: traits that are known, and traits that are not."""
    own, _ = list(doubtful.values())[-1]
    cases = {
        "traits of the mean neck, known": (alike, known_traits(alike)),
        "traits of one's own, known": (own, known_traits(own)),
        **{name: (one, population_only(one, doubt)) for name, (one, doubt) in doubtful.items()},
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
    return known_traits(necks, level_of(angle_noise_rad(markers, noise_mm / 1e3)))


def _estimated_traits(
    network: NeckNetwork, options: LearnOptions, dice: np.random.Generator
) -> tuple[dict[str, Score], dict[str, dict[str, float]]]:
    """People of whom whole recordings are there: what estimating their traits gains."""
    data = gather(
        recipe_of(
            options,
            seed=options.seed + _LONG_SEED,
            subjects=options.recorded_subjects,
            frames=_RECORDED_FRAMES,
        )
    )
    necks = necks_of(data, PRESET_SETTINGS[options.preset])
    neck = necks.settings.neck
    unknown = population_only(necks, np.ones(len(trait_names(neck))))
    mean_necks = believed(necks, unknown.off)
    estimates = [_traits(mean_necks, data, k, dice) for k in range(len(necks))]
    found, sd = (np.stack([getattr(one, x) for one in estimates]) for x in ("traits", "sd"))
    estimated = Conditions(
        level=np.zeros(len(necks), int),
        doubt=(sd / trait_sd(neck)).astype(np.float32),
        off=(found - necks.traits).astype(np.float32),
    )

    def error(off: np.ndarray) -> dict[str, float]:
        by_trait = np.sqrt((off**2).mean(axis=0)).tolist()
        return dict(zip(trait_names(neck), by_trait, strict=True))

    scores = {
        f"six seconds each: {name}": score_windows(network, necks, conditions, dice)
        for name, conditions in (
            ("traits unknown", unknown),
            ("traits learnt from them", estimated),
        )
    }
    return scores, {"of the mean neck": error(unknown.off), "learnt": error(estimated.off)}


def _traits(
    necks: Necks, data: LabelledMotions, index: int, dice: np.random.Generator
) -> TraitsEstimate:
    """From markers with 1 mm of noise, each misplaced by 5 mm with its whole head, smoothed."""
    seen = data.markers[index] + 1e-3 * dice.normal(size=data.markers[index].shape)
    seen = seen + dice.normal(size=3) * 0.005 / np.sqrt(3.0)
    frames = len(data.time)
    curve = smooth(data.time, seen.reshape(frames, 9), cutoff_hz=CUTOFF_HZ)
    anatomy = jax.tree.map(
        lambda x: np.asarray(x[index], float) if isinstance(x, np.ndarray) else x,
        necks.people.anatomy,
    )
    doubt = np.ones(necks.traits.shape[1])
    return estimate_traits(anatomy, data.time, curve.value.reshape(frames, 3, 3), doubt)


def _starts(network: NeckNetwork, necks: Necks, dice: np.random.Generator) -> dict[str, Score]:
    """What the Newton steps do: forces after fewer of them."""
    found, whole = {}, Descent()
    for steps in (0, 4, whole.easing, 12, 16, whole.easing + whole.stiffening):
        fewer = Descent(easing=min(steps, whole.easing), stiffening=max(steps - whole.easing, 0))
        filters, known = np.asarray(network.filters), known_traits(necks)
        samples = samples_from_windows(necks, filters, network.proposal, known, dice, fewer)
        found[f"{steps} steps"] = score(network, necks, samples)
    return found
