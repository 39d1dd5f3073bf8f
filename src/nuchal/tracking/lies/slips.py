"""Markers that leave their place on a body: what is done about each stay in another place.

A short stay is a jump: those cells are not seen. A marker that stays away has slipped. Where three
others are seen they place it; of three markers the one that slipped can be put back, if it keeps
still in its new place: its distances to the other two and the smooth turning of the body about the
line between these two say where that is. Else its cells are left out.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nuchal.findings import Assumed, Finding, Warned, finding
from nuchal.records import Recording
from nuchal.tracking.lies.creeping import Creep, creep_of
from nuchal.tracking.lies.leaps import Stay, stays, stretch
from nuchal.tracking.lies.twist import put_back


def without_slips(body: Recording, *, max_gap_s: float) -> tuple[Recording, tuple[Finding, ...]]:
    """Mend or leave out what markers of one rigid body show while they are not in their place.

    Args:
        body: markers of one body [m].
        max_gap_s: longest stay elsewhere that is a jump, and longest gap across which a body of
            three markers turns smoothly [s].

    Returns:
        The recording as far as it can be used, and a finding for each marker and stay.
    """
    found: list[Finding] = []
    away = [
        [stay for stay in one if stay.away_m > 0.0] if len(one) > 1 else [] for one in stays(body)
    ]
    seen = np.asarray(body.visible)
    good = seen.copy()
    for marker, parts in enumerate(away):
        for stay in parts:
            good[stay.first : stay.last + 1, marker] = False
    mended = replace(body, visible=good)
    for marker, parts in enumerate(away):
        jumps = [stay for stay in parts if _lasts(body, stay) <= max_gap_s]
        found += _jumped(body, marker, jumps)
        for stay in (stay for stay in parts if stay not in jumps):
            mended, what = _slipped(body, mended, marker, stay, max_gap_s)
            found.append(_said(what, body, marker, stay))
    return mended, tuple(found)


def without_creep(head: Recording, *, max_gap_s: float) -> tuple[Recording, tuple[Finding, ...]]:
    """Mend or leave out head markers that have left their place by and by.

    Args:
        head: markers of the head without what leaps [m].
        max_gap_s: longest way elsewhere across which a marker is put back [s].

    Returns:
        The recording as far as it can be used, and a finding for each marker that creeps.
    """
    found: list[Finding] = []
    for _ in head.names:
        creep = creep_of(head)
        if creep is None:
            break
        marker, stay = creep.markers[0], creep.stay
        if len(creep.markers) > 1:
            found.append(_unclear(head, creep))
            break
        away = replace(stay, first=min(stay.first, creep.way[0]), last=max(stay.last, creep.way[1]))
        visible = np.asarray(head.visible).copy()
        visible[away.first : away.last + 1, marker] = False
        head, what = _slipped(head, replace(head, visible=visible), marker, stay, max_gap_s)
        found.append(_said(what, head, marker, away))
    return head, tuple(found)


def _unclear(head: Recording, creep: Creep) -> Finding:
    first = creep.way[0]
    facts: dict[str, Any] = {"names": tuple(head.names[k] for k in sorted(creep.markers))}
    facts |= {"by_mm": creep.stay.away_m * 1e3, "first": first + 1}
    return finding(Warned.SLIP_UNCLEAR, **facts, time_s=float(head.time[first]))


def _slipped(
    body: Recording, mended: Recording, marker: int, stay: Stay, max_gap_s: float
) -> tuple[Recording, Assumed]:
    others = np.delete(np.asarray(mended.visible), marker, axis=1)
    part = others[stay.first : stay.last + 1]
    if (part.sum(axis=1) >= 3).mean() > 0.5:
        return mended, Assumed.SLIP_PLACED
    back = put_back(body, mended, marker, stay, max_gap_s) if others.shape[1] == 2 else None
    return (mended, Assumed.SLIP_LEFT_OUT) if back is None else (back, Assumed.SLIP_PUT_BACK)


def _lasts(body: Recording, stay: Stay) -> float:
    """Length of a stay [s]."""
    return (stay.last - stay.first + 1) / body.rate_hz


def _jumped(body: Recording, marker: int, jumps: list[Stay]) -> Iterator[Finding]:
    if jumps:
        frames = sum(stay.last - stay.first + 1 for stay in jumps)
        far = max(stay.away_m for stay in jumps)
        first = jumps[0].first
        facts: dict[str, Any] = {"name": body.names[marker], "by_mm": far * 1e3, "frames": frames}
        facts |= {"first": first + 1, "time_s": float(body.time[first])}
        yield finding(Assumed.JUMPED, **facts)


def _said(what: Assumed, body: Recording, marker: int, stay: Stay) -> Finding:
    facts: dict[str, Any] = {"name": body.names[marker], "by_mm": stay.away_m * 1e3}
    return finding(what, **facts, **stretch(body, stay.first, stay.last))
