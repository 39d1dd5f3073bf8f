"""Reserve: moments that nobody supplies, at a price."""

from dataclasses import dataclass

from nuchal.optimisation.terms.term import Frame, Part


@dataclass(frozen=True, kw_only=True)
class Reserve:
    """Squared reserve moments; without the term there are reserves only where muscles fail.

    Attributes:
        price: [1/(N m)^2].
    """

    price: float

    def part(self, frame: Frame) -> Part:  # noqa: ARG002
        """The price."""
        return Part(reserve_price=self.price)
