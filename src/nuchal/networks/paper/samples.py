"""What the paper's networks see of a frame, twelve numbers, and who is learnt from and judged by.

Nine marker coordinates and three measures of the body, as in He, Liu, Li (2026),
doi 10.3390/s26020752. No velocity and no past, so that such networks serve a movement whose timing
is known, and no other: see ``docs/networks.md``.

The paper splits at random over samples, so that frames of one neck and one movement lie on all
sides: it asks how well a network interpolates. To ask how it fares on new people or new movements,
split by whole groups of samples.
"""

from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.conventions import MARKERS
from nuchal.errors import DatasetError, Setting, Status
from nuchal.movements.standard import PARTS, part_of
from nuchal.records import LabelledMotions

TEST_SHARE: Final = 0.2
# Of what the test leaves: 64, 16 and 20 % of all (He, Liu, Li 2026).
VALIDATION_SHARE: Final = 0.2
FEWEST_SAMPLES: Final = 10
SplitKind: TypeAlias = Literal["random", "necks", "movement"]
# The part of the standard movement that a split by movement keeps for the test: who has learnt each
# axis by itself is asked for all of them together.
HELD_OUT: Final = "combined movement"

# Names and units of the twelve inputs, in order; markers in the thorax frame.
INPUTS: Final[tuple[str, ...]] = (
    *(f"{marker}_{axis}_m" for marker in MARKERS for axis in "xyz"),
    "neck_length_m",
    "shoulder_width_m",
    "head_and_neck_mass_kg",
)


def paper_inputs(
    markers: Float[np.ndarray, "n t 3 3"], measures: Float[np.ndarray, "n 3"]
) -> Float[np.ndarray, "n t 12"]:
    """The twelve inputs of every frame, single precision.

    Args:
        markers: TP, LH, RH in the thorax frame [m], by subject and frame.
        measures: neck length [m], shoulder width [m], head and neck [kg] of every subject.
    """
    subjects, frames = markers.shape[:2]
    body = np.broadcast_to(measures[:, None], (subjects, frames, 3))
    return np.concatenate([markers.reshape(subjects, frames, 9), body], axis=2, dtype=np.float32)


def solved_frames(data: LabelledMotions) -> Bool[np.ndarray, "n t"]:
    """Frames whose forces can be learnt from: those with status OK."""
    return np.asarray(data.status == int(Status.OK))


def samples(
    data: LabelledMotions,
) -> tuple[Float[np.ndarray, "s 12"], Float[np.ndarray, "s muscles"], Int[np.ndarray, " s"]]:
    """All solved frames of a dataset, one row each.

    Returns:
        Inputs, forces [N], and the row of the dataset that each sample is from.
    """
    solved = solved_frames(data)
    inputs = paper_inputs(data.markers, data.measures)[solved]
    neck = np.broadcast_to(np.arange(len(solved))[:, None], solved.shape)[solved]
    return inputs, data.force[solved].astype(np.float32), neck


class Split(NamedTuple):
    """Numbers of samples, sorted; no sample is in two parts."""

    train: Int[np.ndarray, " a"]
    validation: Int[np.ndarray, " b"]
    test: Int[np.ndarray, " c"]


def random_split(count: int, seed: int) -> Split:
    """The paper's split over so many samples.

    Raises:
        DatasetError: too few to have all three parts.
    """
    if count < FEWEST_SAMPLES:
        raise DatasetError("dataset.too_few_samples", samples=count, fewest=FEWEST_SAMPLES)
    tested = max(1, round(TEST_SHARE * count))
    validated = max(1, round(VALIDATION_SHARE * (count - tested)))
    order = np.random.default_rng(seed).permutation(count)
    parts = np.split(order, [tested, tested + validated])
    return Split(*(np.sort(part) for part in (parts[2], parts[1], parts[0])))


def held_out_split(held_out: Bool[np.ndarray, " s"], seed: int) -> Split:
    """A split whose test is given; validation is drawn at random over the other samples.

    Raises:
        DatasetError: no sample for the test, or too few for the others.
    """
    rest = np.flatnonzero(~held_out)
    if not held_out.any() or len(rest) < FEWEST_SAMPLES:
        raise DatasetError("dataset.too_few_parts", tested=int(held_out.sum()), others=len(rest))
    order = np.random.default_rng(seed).permutation(rest)
    validated = max(1, round(VALIDATION_SHARE * len(rest)))
    return Split(np.sort(order[validated:]), np.sort(order[:validated]), np.flatnonzero(held_out))


def group_split(group: Int[np.ndarray, " s"], seed: int) -> Split:
    """A split in which every group of samples, a neck or a movement, is on one side as a whole.

    Raises:
        DatasetError: fewer than three groups.
    """
    names, member = np.unique(group, return_inverse=True)
    count = len(names)
    if count < 3:
        raise DatasetError("dataset.too_few_groups", groups=count, fewest=3)
    tested = min(max(1, round(TEST_SHARE * count)), count - 2)
    validated = min(max(1, round(VALIDATION_SHARE * (count - tested))), count - tested - 1)
    part = np.zeros(count, dtype=int)
    order = np.random.default_rng(seed).permutation(count)
    part[order[:tested]] = 2
    part[order[tested : tested + validated]] = 1
    return Split(*(np.flatnonzero(part[member] == k) for k in range(3)))


def split_samples(data: LabelledMotions, kind: SplitKind, seed: int) -> Split:
    """Split the solved frames of a dataset, in the order of :func:`samples`.

    Args:
        data: the dataset.
        kind: ``random`` over frames, as the paper; ``necks`` keeps each neck on one side;
            ``movement`` keeps movements on one side: of the standard movement the combined part is
            the test, for all necks, and of free movements each one is on one side as a whole, and
            its neck with it, since every neck has a movement of its own.
        seed: of the draw.

    Raises:
        DatasetError: too few frames, necks or movements; or data that don't say how they move.
    """
    solved = solved_frames(data)
    if kind == "random":
        return random_split(int(solved.sum()), seed)
    neck = np.broadcast_to(np.arange(len(solved))[:, None], solved.shape)[solved]
    if kind == "necks" or _motion(data) == "free":
        return group_split(neck, seed)
    if _motion(data) == "given":
        raise DatasetError("dataset.no_held_out_part", remedy=Setting("split", "necks"))
    tested = part_of(data.time) == PARTS.index(HELD_OUT)
    return held_out_split(np.broadcast_to(tested, solved.shape)[solved], seed)


def _motion(data: LabelledMotions) -> str:
    motion = data.recipe.get("motion")
    if motion not in ("standard", "free", "given"):
        raise DatasetError("dataset.unknown_movement", remedy=Setting("split", "random"))
    return str(motion)
