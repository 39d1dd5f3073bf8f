"""The nouns of training: what is made, how it is learnt from, and how good the result is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from nuchal.batches import NECKS_ABREAST
from nuchal.conventions import Preset
from nuchal.errors import DatasetError
from nuchal.model.population import Population
from nuchal.movements.random_settings import FreeSettings
from nuchal.movements.standard import FRAMES as STANDARD_FRAMES
from nuchal.movements.standard import MOVEMENT_VERSION
from nuchal.movements.standard import RATE_HZ as STANDARD_RATE_HZ
from nuchal.networks.accuracy import Accuracy
from nuchal.optimisation.settings import PRESET_SETTINGS, PresetSettings

MotionKind: TypeAlias = Literal["standard", "free", "given"]
# Subjects that are made, written and found again together.
SUBJECTS_PER_SHARD: Final = NECKS_ABREAST
MOST_SUBJECTS: Final = 10_000_000


@dataclass(frozen=True)
class GivenMovement:
    """A movement from a file, the same for all necks.

    Attributes:
        name: Of the file.
        q: The six coordinates frame by frame [rad], rounded to a millionth.
    """

    name: str
    rate_hz: float
    q: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that a dataset depends on, but for the version of this software.

    Attributes:
        subjects: The first so many people of the population.
        motion: The standard movement, the same for all; free movements, one of each person's own;
            or a given one, the same for all.
        given: Where ``motion`` is given.
        free: Of use where ``motion`` is free; the population's seed draws the movements too.
        standard_version: Which standard movement it is; only the present one can be made.
    """

    subjects: int
    motion: MotionKind
    preset: Preset
    population: Population
    free: FreeSettings = field(default_factory=FreeSettings)
    standard_version: int = MOVEMENT_VERSION
    given: GivenMovement | None = None

    def __post_init__(self) -> None:
        if (self.motion == "given") != (self.given is not None):
            raise DatasetError("dataset.given_movement")
        if not 1 <= self.subjects <= MOST_SUBJECTS:
            raise DatasetError("dataset.subjects", subjects=self.subjects, most=MOST_SUBJECTS)
        if self.standard_version != MOVEMENT_VERSION:
            raise DatasetError(
                "dataset.standard_version", version=self.standard_version, ours=MOVEMENT_VERSION
            )

    @property
    def shards(self) -> int:
        """How many shards there are; the last may be short."""
        return -(-self.subjects // SUBJECTS_PER_SHARD)

    @property
    def frames(self) -> int:
        """Frames of every subject."""
        if self.given is not None:
            return len(self.given.q)
        return STANDARD_FRAMES if self.motion == "standard" else self.free.frames

    @property
    def rate_hz(self) -> float:
        """Frames a second."""
        if self.given is not None:
            return self.given.rate_hz
        return STANDARD_RATE_HZ if self.motion == "standard" else self.free.rate_hz

    @property
    def settings(self) -> PresetSettings:
        """What the preset means."""
        return PRESET_SETTINGS[self.preset]

    def subjects_of(self, shard: int) -> np.ndarray:
        """Numbers of a shard's people."""
        first = shard * SUBJECTS_PER_SHARD
        return np.arange(first, min(first + SUBJECTS_PER_SHARD, self.subjects))


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """Every choice of the training.

    Attributes:
        spread_decay: Decay of the second network's weights (Loshchilov and Hutter 2019), which
            learns from few people and many frames of each.
        learning_rate: Of Adam (Kingma and Ba 2015) at the start; falls to zero along a half
            cosine.
    """

    batch: int = 512
    proposal_steps: int = 6000
    spread_decay: float = 0.1
    spread_steps: int = 2500
    learning_rate: float = 2e-3


@dataclass(frozen=True, kw_only=True)
class LearnOptions:
    """The options of ``nuchal learn``: everything that a training and its tests depend on.

    Attributes:
        subjects: Training necks, each with a free movement of its own.
        frames: Of every movement.
        calibration_subjects: Other necks and movements, on which margins are set.
        test_subjects: Necks on each test set, none of them in training or calibration.
        recorded_subjects: Test necks with six seconds each, from which their traits are estimated.
        seed: Of people and movements for training; calibration has the next, tests have others.
    """

    preset: Preset
    subjects: int = 2400
    frames: int = 120
    calibration_subjects: int = 800
    test_subjects: int = 200
    recorded_subjects: int = 40
    seed: int = 1
    fit: FitSettings = field(default_factory=FitSettings)


def recipe_of(options: LearnOptions, *, seed: int, subjects: int, **changes: object) -> Recipe:
    """Free movements of people with traits and a range of their own, half of them with a load."""
    free = FreeSettings(frames=options.frames, own_range=True, traits=(1.0,), loaded_share=0.5)
    return Recipe(
        subjects=subjects,
        motion="free",
        preset=options.preset,
        population=Population(seed=seed),
        free=replace(free, **changes),  # type: ignore[arg-type]
    )


@dataclass(frozen=True, kw_only=True)
class Score:
    """Predicted against true forces on one test set; one entry for each muscle.

    Attributes:
        coverage: Share of the true forces that lie in their intervals.
        width: Mean width of the intervals over maximal isometric force.
        balanced: Share of the frames whose central forces balance the net moments within 0.01 N m.
    """

    accuracy: Accuracy
    coverage: Float[np.ndarray, " muscles"]
    width: Float[np.ndarray, " muscles"]
    balanced: float


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """R2 with unknown traits, muscle by muscle, all of the same frames.

    Attributes:
        best: Of the mean over all necks that are possible, everything else known exactly.
        central: Of the forces of the mean neck.
    """

    best: Float[np.ndarray, " muscles"]
    network: Float[np.ndarray, " muscles"]
    central: Float[np.ndarray, " muscles"]
    flat: Bool[np.ndarray, " muscles"]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Every figure about a preset's networks.

    Attributes:
        windows: From marker windows, by what is in doubt.
        noise: From windows of noisy markers.
        recordings: From recordings smoothed as a whole, by what they suffered.
        ceilings: By what of the traits is unknown.
        starts: Known traits, by the number of Newton steps.
        outside: Share of frames found outside of the domain, by respect, for each kind of people.
        traits_error: Root mean square error of every trait, by how they are known.
    """

    windows: Mapping[str, Score]
    noise: Mapping[str, Score]
    recordings: Mapping[str, Score]
    ceilings: Mapping[str, Ceiling]
    starts: Mapping[str, Score]
    outside: Mapping[str, Mapping[str, float]]
    traits_error: Mapping[str, Mapping[str, float]]
