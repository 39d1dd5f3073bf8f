"""What cameras see of a virtual person: markers on head and thorax, with all that goes wrong.

Three head markers and four of the thorax, in the axes of a laboratory with Z up in which the person
faces anywhere and the trunk sways. Markers sit elsewhere than on the model, are noisy, and get
lost.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial.transform import Rotation

from nuchal.arrays import Array, CoordsT
from nuchal.batches import in_chunks
from nuchal.conventions import MARKERS
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.model.kinematics import marker_positions
from nuchal.model.passive import posture_of_head
from nuchal.model.person import in_range
from nuchal.model.scaling import personalise
from nuchal.model.traits import with_traits
from nuchal.programs.kept import kept
from nuchal.records import Recording
from nuchal.synthetic.movement import STILL_S, TRIALS, trial_angles
from nuchal.synthetic.people import VirtualPerson, neutral_error_deg
from nuchal.tracking.place.calibration import calibrate

# Places on a person of the generic neck's size; C7 is where the calibration looks for it.
_THORAX_M: Final = {
    "T10": (-0.10, -0.27, 0.0),
    "CLAV": (0.07, -0.04, 0.0),
    "STRN": (0.10, -0.17, 0.0),
}
# From forward, up, right to X, Y, Z with Z up.
_TO_LABORATORY: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
_GAP_S: Final = 0.1
_WAVES: Final = 5


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What a recording suffers from.

    Attributes:
        noise_m: White, of every marker and axis, one standard deviation.
        misplaced_m: How far every marker sits from its place, likewise.
        gaps_share: Of every marker's frames, lost in gaps of a tenth of a second.
        sway_rad: Of the trunk.
    """

    rate_hz: float = 60.0
    noise_m: float = 0.0005
    misplaced_m: float = 0.005
    gaps_share: float = 0.01
    sway_m: float = 0.01
    sway_rad: float = float(np.radians(1.5))


class Truth(NamedTuple):
    """One trial as it was."""

    trial: str
    q: Float[np.ndarray, "t 6"]
    rate_hz: float


def true_anatomy(person: VirtualPerson) -> Anatomy:
    """The neck as it is, at full strength."""
    neck = personalise(person.true, form=person.form)
    return with_traits(in_range(neck, person.softness), jnp.asarray(person.traits))


def true_trials(person: VirtualPerson, rate_hz: float) -> tuple[Truth, ...]:
    """What a person does when asked, in the order of ``TRIALS``."""
    found, neck = [], true_anatomy(person)
    for k, trial in enumerate(TRIALS):
        dice = np.random.default_rng([person.seed, person.index, 1, k])
        total = CLINICAL_SIGNS * trial_angles(person, trial, dice, rate_hz=rate_hz)
        q = postures(neck, total)
        found.append(Truth(trial, q, rate_hz))
    return tuple(found)


def recordings_of(
    person: VirtualPerson, trials: tuple[Truth, ...], conditions: Conditions
) -> tuple[Recording, ...]:
    """What cameras see of trials."""
    anatomy = true_anatomy(person)
    dice = np.random.default_rng([person.seed, person.index, 2])
    heading = float(dice.uniform(0.0, 2.0 * np.pi))
    local = np.asarray(anatomy.markers) + conditions.misplaced_m * dice.normal(size=(3, 3))
    thorax = _thorax(anatomy) + conditions.misplaced_m * dice.normal(size=(4, 3))
    return tuple(
        _recording(person, anatomy, one, (local, thorax, heading), k, conditions)
        for k, one in enumerate(trials)
    )


def _recording(
    person: VirtualPerson,
    anatomy: Anatomy,
    truth: Truth,
    placed: tuple[np.ndarray, np.ndarray, float],
    k: int,
    conditions: Conditions,
) -> Recording:
    local, thorax, heading = placed
    dice = np.random.default_rng([person.seed, person.index, 3, k])
    off = CLINICAL_SIGNS * np.radians(neutral_error_deg(dice))
    q = truth.q + postures(anatomy, off[None])
    head = np.asarray(in_chunks(lambda part: _head(anatomy, local, part), q))
    frames, rate_hz = len(q), truth.rate_hz
    seen = np.concatenate([head, np.broadcast_to(thorax, (frames, *thorax.shape))], axis=1)
    lean = Rotation.from_rotvec(conditions.sway_rad * _sway(frames, rate_hz, dice)).as_matrix()
    seen = np.einsum("tij,tmj->tmi", lean, seen)
    seen = seen + conditions.sway_m * _sway(frames, rate_hz, dice)[:, None] + [0.0, 1.3, 0.0]
    turned = Rotation.from_euler("z", heading).as_matrix() @ _TO_LABORATORY
    seen = seen @ turned.T + conditions.noise_m * dice.normal(size=seen.shape)
    visible = _visible(seen.shape[:2], rate_hz, conditions, dice)
    return Recording(
        source=Path(f"{k + 1} {truth.trial}.trc"),
        names=(*MARKERS, "C7", *_THORAX_M),
        time=jnp.arange(frames) / rate_hz,
        positions=jnp.asarray(np.where(visible[:, :, None], seen, 0.0)),
        visible=jnp.asarray(visible),
        rate_hz=rate_hz,
        units="m",
        vertical="Z",
    )


def postures(neck: Anatomy, heads: Float[np.ndarray, "t 3"]) -> Float[np.ndarray, "t 6"]:
    """With which a neck turns the head by these angles about z, x and y [rad]."""
    return np.asarray(in_chunks(lambda part: _least_energy(neck, part), heads))


@kept
def _least_energy(neck: Anatomy, heads: Float[Array, "t 3"]) -> CoordsT:
    return jnp.asarray(jax.vmap(posture_of_head, (None, 0))(neck, heads))


def _thorax(anatomy: Anatomy) -> Float[np.ndarray, "4 3"]:
    """Places of the thorax markers in the thorax frame [m]."""
    top = np.asarray(anatomy.markers)[0]
    c7 = calibrate(anatomy, {"TP": top}, c7=np.zeros(3)).offset
    return np.array([c7, *_THORAX_M.values()])


@kept
def _head(anatomy: Anatomy, local: Float[Array, "3 3"], q: CoordsT) -> Float[Array, "t 3 3"]:
    own = eqx.tree_at(lambda a: a.markers, anatomy, local)
    return jax.vmap(marker_positions, (None, 0))(own, q)


def _sway(frames: int, rate_hz: float, dice: np.random.Generator) -> Float[np.ndarray, "t 3"]:
    """Slow waves of unit standard deviation."""
    time = np.arange(frames) / rate_hz
    pace = 2.0 * np.pi * dice.uniform(0.05, 0.4, (_WAVES, 3))
    waves = np.sin(time[:, None, None] * pace + dice.uniform(0.0, 2.0 * np.pi, (_WAVES, 3)))
    return np.asarray(np.sqrt(2.0 / _WAVES) * waves.sum(axis=1))


def _visible(
    shape: tuple[int, ...], rate_hz: float, conditions: Conditions, dice: np.random.Generator
) -> Bool[np.ndarray, "t m"]:
    """All but gaps; there are none while the head is still to begin with."""
    visible = np.ones(shape, dtype=bool)
    length, still = max(1, round(_GAP_S * rate_hz)), round(STILL_S[0] * rate_hz)
    count = round(conditions.gaps_share * shape[0] / length)
    for marker in range(shape[1]):
        for first in dice.integers(still, shape[0], count):
            visible[first : first + length, marker] = False
    return visible
