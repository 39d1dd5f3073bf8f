"""Into which directions a head goes less far than it should, and how sure that is."""

from dataclasses import dataclass

from scipy.stats import norm

from nuchal.assessment.geometry import Healthy
from nuchal.assessment.missing import WAYS
from nuchal.assessment.norms import SMALLEST_CHANGE_DEG
from nuchal.assessment.ranges import Ranges
from nuchal.motion.ideal import DIRECTIONS


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """What there is to say of one direction."""

    way: str
    """One of ``WAYS``."""
    reach_deg: float
    normal_deg: float
    """What is expected of this person."""
    sd_deg: float
    """Of healthy people about that."""
    likely: float
    """How likely movement is restricted there, 0 to 1."""
    restricted: bool

    @property
    def short_deg(self) -> float:
        """What is missing; negative where the head goes farther."""
        return self.normal_deg - self.reach_deg


def restrictions_of(ranges: Ranges, healthy: Healthy) -> tuple[Restriction, ...]:
    """Of every direction, in the order of ``WAYS``."""
    norms = healthy.norm
    normal = [*norms.mean_deg, *healthy.ranges.corner_deg]
    sd = [*norms.sd_deg, *[float(norms.sd_deg[0])] * (len(WAYS) - len(DIRECTIONS))]
    reach = [*ranges.reach_deg, *ranges.corner_deg]
    found = []
    for way, mine, mean, spread in zip(WAYS, reach, normal, sd, strict=True):
        likely = float(norm.cdf((mean - mine) / spread))
        found.append(
            Restriction(
                way=way,
                reach_deg=float(mine),
                normal_deg=float(mean),
                sd_deg=float(spread),
                likely=likely,
                restricted=bool(likely > 0.975 and mean - mine > SMALLEST_CHANGE_DEG),
            )
        )
    return tuple(found)
