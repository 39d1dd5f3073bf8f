"""Markers that lie: which cells of a recording are not believed, and which names are put right."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Finding
from nuchal.records import Recording
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.lies.frozen import left_standing
from nuchal.tracking.lies.outliers import drop_strays
from nuchal.tracking.lies.slips import without_creep, without_slips
from nuchal.tracking.smoothing import MIN_FRAMES, segments


def mended_head(head: Recording, *, max_gap_s: float) -> tuple[Recording, tuple[Finding, ...]]:
    """Head markers without what stands still, jumps, slips or is astray.

    Args:
        head: markers of the head, three or more [m].
        max_gap_s: longest gap that is bridged [s].

    Returns:
        The recording with such cells unseen or put back, and a finding for each.

    Raises:
        RecordingError: a marker that is none of the head's.
    """
    head, still = left_standing(head, measured=True)
    head, slips = without_slips(head, max_gap_s=max_gap_s)
    head, creeps = without_creep(head, max_gap_s=max_gap_s)
    head, strays = drop_strays(head)
    return head, (*still, *slips, *creeps, *strays)


def mended_thorax(thorax: Recording, *, max_gap_s: float) -> tuple[Recording, tuple[Finding, ...]]:
    """Torso markers without what stands still, jumps or slips.

    Skin moves over the thorax by more than over the skull, so that distances alone tell nothing.
    """
    thorax, still = left_standing(thorax, measured=False)
    thorax, slips = without_slips(thorax, max_gap_s=max_gap_s)
    return thorax, (*still, *slips)


def refuse_too_little(seen: SeenMarkers, found: Iterable[Finding]) -> None:
    """Refuse a recording of which too little is left once false cells are left out.

    Raises:
        RecordingError: naming the marker of most such cells, and the first of them.
    """
    longest = max((stop - start for start, stop in segments(seen.known)), default=0)
    lost = [one for one in found if "name" in one.values]
    if longest >= MIN_FRAMES or not lost:
        return
    values = max(lost, key=_lost_frames).values
    first = int(values["first"])
    facts: dict[str, Any] = {"name": values["name"], "frame": first, "longest": longest}
    facts |= {"time_s": float(np.asarray(seen.time)[first - 1]), "least": MIN_FRAMES}
    remedy = Setting("max_gap_s")
    raise RecordingError("markers.little_left", seen.source, remedy=remedy, **facts)


def _lost_frames(found: Finding) -> int:
    values = found.values
    return int(values["frames"] if "frames" in values else values["last"] - values["first"] + 1)
