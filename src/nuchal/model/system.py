"""What a neck consists of, by name: muscles, their partners on the other side, groups, levels.

Everything that needs a number of muscles, an order or a name reads it from the system of the
anatomy that it was given (``anatomy.system``), so that another neck needs no change of code.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256

import jax.numpy as jnp
from jaxtyping import Shaped

from nuchal.arrays import Array
from nuchal.conventions import COORDINATES, LEFT_SUFFIX, LEVELS
from nuchal.model import tables

Partners = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class System:
    """Names, order and neutral posture of a neck; hashable, so a constant of compiled code.

    Attributes:
        muscles: Names, in the order of every array of muscles; ``_L`` ends those of the left.
        partners: Index of the same muscle on the other side.
        groups: Anatomical group of each muscle.
        layers: ``deep``, ``superficial`` or ``hyoid``, of each muscle.
        levels: Joints of the chain, from below.
        neutral: The coordinates in the neutral posture [rad].
        landmarks: Points of the bones that recordings are laid on, in the order of
            ``Anatomy.landmarks``.
    """

    muscles: tuple[str, ...]
    partners: Partners
    groups: tuple[str, ...]
    layers: tuple[str, ...]
    coordinates: tuple[str, ...]
    levels: tuple[str, ...]
    neutral: tuple[float, ...]
    landmarks: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of muscles."""
        return len(self.muscles)

    @cached_property
    def index(self) -> dict[str, int]:
        """Place of each muscle by its name."""
        return {name: k for k, name in enumerate(self.muscles)}

    @cached_property
    def left(self) -> tuple[bool, ...]:
        """Which muscles are on the left."""
        return tuple(name.endswith(LEFT_SUFFIX) for name in self.muscles)

    @cached_property
    def fingerprint(self) -> str:
        """Short digest of all that forces by network depend on: names, order, neutral posture."""
        facts = (
            self.muscles,
            self.partners,
            self.layers,
            self.coordinates,
            self.levels,
            self.neutral,
        )
        return sha256(repr(facts).encode()).hexdigest()[:16]


@cache
def generic_system() -> System:
    """The system of the package's tables: 72 muscles, six coordinates, eight levels."""
    muscles = tables.names("muscles", "muscle")
    return System(
        muscles=muscles,
        partners=tuple(muscles.index(_partner(name)) for name in muscles),
        groups=tables.names("muscles", "group"),
        layers=tables.names("muscles", "layer"),
        coordinates=COORDINATES,
        levels=LEVELS,
        neutral=(0.0,) * len(COORDINATES),
        landmarks=tables.names("landmarks", "landmark"),
    )


def _partner(name: str) -> str:
    left = name.endswith(LEFT_SUFFIX)
    return name.removesuffix(LEFT_SUFFIX) if left else name + LEFT_SUFFIX


def of_partner(
    array: Shaped[Array, "*k muscles"], partners: Partners
) -> Shaped[Array, "*k muscles"]:
    """What belongs to the same muscle on the other side: ``array[..., partners]``.

    Made of slices where sides change places in blocks, as these compile to quicker code than a
    lookup.
    """
    blocks = _blocks(partners)
    if blocks is None:
        return jnp.asarray(array[..., jnp.array(partners)])
    swapped = []
    for start, width, count in blocks:
        part = array[..., start : start + 2 * width * count]
        part = part.reshape(*part.shape[:-1], count, 2, width)
        other = jnp.stack([part[..., 1, :], part[..., 0, :]], axis=-2)
        swapped.append(other.reshape(*other.shape[:-3], -1))
    return jnp.concatenate(swapped, axis=-1)


@cache
def _blocks(partners: Partners) -> tuple[tuple[int, int, int], ...] | None:
    """Start, width and count of neighbouring blocks that change places; None: not in blocks."""
    blocks: list[tuple[int, int, int]] = []
    start = 0
    while start < len(partners):
        width = partners[start] - start
        here = range(start, start + width)
        if width < 1 or any(partners[k] != k + width or partners[k + width] != k for k in here):
            return None
        if blocks and blocks[-1][1] == width:
            first, _, count = blocks.pop()
            blocks.append((first, width, count + 1))
        else:
            blocks.append((start, width, 1))
        start += 2 * width
    return tuple(blocks)
