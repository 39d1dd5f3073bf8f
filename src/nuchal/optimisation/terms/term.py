"""What a term of the objective sees of a frame, and what it may give to the frame's problem."""

from typing import NamedTuple, Protocol, runtime_checkable

from nuchal.arrays import Array, Coords, Muscles, Scalar
from nuchal.dynamics.muscles.hill import Capacity
from nuchal.model.anatomy import Anatomy


class Frame(NamedTuple):
    """What a term sees of one frame.

    Attributes:
        share: Active force at full activation over maximal isometric force.
        net: Moments that the muscles have to supply [N m].
    """

    anatomy: Anatomy
    capacity: Capacity
    share: Muscles
    net: Coords


class Part(NamedTuple):
    """What a term gives to the problem (``optimisation.problem``); parts of all terms add up.

    Attributes:
        curvature: h of each muscle.
        slope: g of each muscle.
        symmetry: s; None where the term has nothing to do with left and right.
        reserve_price: Price of squared reserve moments [1/(N m)^2]; None: no reserves.
        equal: Whether left and right activations have to be equal.
    """

    curvature: Muscles | float = 0.0
    slope: Muscles | float = 0.0
    symmetry: Scalar | None = None
    reserve_price: Array | float | None = None
    equal: bool = False


@runtime_checkable
class Term(Protocol):
    """One term of the objective; a frozen dataclass, as it is a constant of compiled code."""

    def part(self, frame: Frame) -> Part:
        """What the term gives to the problem of one frame."""
