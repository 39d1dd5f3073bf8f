"""How head and trunk turn over time, as a picture whose text keeps its size on any screen."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

_WIDE, _HIGH = 1000.0, 300.0
# More are thinned out, to the least and the most of each stretch.
_MOST_FRAMES: Final = 1200
_LEAST_DEG: Final = 10.0
# Between ticks, at least.
_TICKS: Final = 7
_STEPS_DEG: Final = (5.0, 10.0, 20.0, 30.0, 60.0, 90.0)
_BAND: Final = "band"
_LOOKS: Final = ("first", "second", "third")


class Curve(NamedTuple):
    """One angle over time [degrees], and what it is called."""

    name: str
    angle: Float[np.ndarray, " t"]
    of_trunk: bool = False


def turns_picture(
    time: Float[np.ndarray, " t"],
    curves: Sequence[Curve],
    known: Bool[np.ndarray, " t"],
    spans: Mapping[str, tuple[float, float]],
) -> str:
    """A picture with axes and a key, as HTML.

    Args:
        time: from the first frame on [s].
        curves: up to three of the head, and one of the trunk.
        known: frames that were measured; the others are left out.
        spans: from when to when something was done [s], by what it is.
    """
    low, high = _reach(curves, known)
    end = max(float(time[-1]), 1e-3)
    looks = _looks(curves)

    def down(deg: Float[np.ndarray, "*t"] | float) -> Float[np.ndarray, "*t"]:
        return np.asarray(_HIGH * (high - deg) / (high - low))

    ticks = _ticks(low, high, _step_deg(high - low))
    grid = "".join(_rule(deg, float(down(deg))) for deg in ticks)
    bands = "".join(_band(what, span, end) for what, span in spans.items())
    lines = "".join(
        f'<path class="curve {look}" d="{_path(time / end * _WIDE, down(one.angle), known)}"/>'
        for one, look in zip(curves, looks, strict=True)
    )
    beside = "".join(_label("y", float(down(deg)) / _HIGH, f"{deg:.0f}") for deg in ticks)
    below = "".join(_label("x", s / end, f"{s:g}") for s in _ticks(0.0, end, _step_s(end)))
    key = "".join(_key(one.name, look) for one, look in zip(curves, looks, strict=True))
    key += "".join(_key(what, f"{_BAND} {what}") for what in spans)
    words = escape(_words(curves, known, spans, end))
    return _laid_out(key, f"{bands}{grid}{lines}", beside + below, words)


def _laid_out(key: str, drawn: str, labels: str, words: str) -> str:
    """The picture between its key and the words of its axes."""
    return (
        f'<div class="turns"><div class="turns-key">{key}</div>'
        '<div class="turns-unit">Head on trunk [degrees]</div><div class="turns-plot">'
        f'<svg viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" preserveAspectRatio="none" role="img" '
        f'aria-label="{words}">{drawn}</svg>{labels}</div>'
        '<div class="turns-unit time">Time [s]</div></div>'
    )


def _words(
    curves: Sequence[Curve],
    known: Bool[np.ndarray, " t"],
    spans: Mapping[str, tuple[float, float]],
    end: float,
) -> str:
    """The picture for those who do not see it."""
    said = [
        f"{one.name} from {one.angle[known].min():.0f} to {one.angle[known].max():.0f} degrees"
        for one in curves
        if known.any()
    ]
    said += [f"{what} from {first:.1f} to {last:.1f} s" for what, (first, last) in spans.items()]
    return f"Head on trunk over {end:.1f} s: {'; '.join(said) or 'not known in any frame'}."


def _reach(curves: Sequence[Curve], known: Bool[np.ndarray, " t"]) -> tuple[float, float]:
    """The least and the most that is shown, zero among it [degrees]."""
    shown = np.concatenate([np.zeros(1), *(one.angle[known] for one in curves)])
    low, high = float(np.floor(shown.min())), float(np.ceil(shown.max()))
    return low, max(high, low + _LEAST_DEG)


def _rule(deg: float, y: float) -> str:
    return f'<path class="{"grid" if deg else "zero"}" d="M0 {y:.1f}H{_WIDE:.0f}"/>'


def _looks(curves: Sequence[Curve]) -> list[str]:
    names = iter(_LOOKS)
    return ["trunk" if one.of_trunk else next(names) for one in curves]


def _key(name: str, look: str) -> str:
    line = f'<path class="{look} curve" d="M1 6H27"/>'
    if look.startswith(_BAND):
        line = f'<rect class="{look}" x="1" y="1" width="26" height="10"/>'
    return f'<span><svg viewBox="0 0 28 12" class="sample">{line}</svg>{name}</span>'


def _label(side: str, share: float, text: str) -> str:
    where = "top" if side == "y" else "left"
    return f'<span class="tick {side}" style="{where}:{100.0 * share:.2f}%">{text}</span>'


def _band(what: str, span: tuple[float, float], end: float) -> str:
    start, stop = (float(np.clip(s / end, 0.0, 1.0)) * _WIDE for s in span)
    wide = max(stop - start, 2.0)
    return (
        f'<rect class="{_BAND} {what}" x="{start:.1f}" y="0" width="{wide:.1f}" height="{_HIGH}"/>'
    )


def _path(
    x: Float[np.ndarray, " t"], y: Float[np.ndarray, " t"], known: Bool[np.ndarray, " t"]
) -> str:
    """Through all known frames, or through the least and the most of stretches of them."""
    kept = _kept(y, known)
    parts, pen = [], "M"
    for k in kept:
        if not known[k]:
            pen = "M"
            continue
        parts.append(f"{pen}{x[k]:.1f} {y[k]:.1f}")
        pen = "L"
    return "".join(parts)


def _kept(y: Float[np.ndarray, " t"], known: Bool[np.ndarray, " t"]) -> list[int]:
    every = np.arange(len(y))
    if len(y) <= _MOST_FRAMES:
        return every.tolist()
    kept: list[int] = []
    for stretch in np.array_split(every, _MOST_FRAMES // 2):
        gone = stretch[~known[stretch]]
        if gone.size:
            kept.append(int(gone[0]))
        else:
            ends = {int(stretch[np.argmin(y[stretch])]), int(stretch[np.argmax(y[stretch])])}
            kept += sorted(ends)
    return kept


def _ticks(low: float, high: float, step: float) -> list[float]:
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [k * step for k in range(first, last + 1)]


def _step_deg(span: float) -> float:
    return next((step for step in _STEPS_DEG if span / step <= _TICKS), _STEPS_DEG[-1])


def _step_s(span: float) -> float:
    """One, two or five times a power of ten."""
    power = 10.0 ** np.floor(np.log10(span / _TICKS))
    return float(next(k * power for k in (1.0, 2.0, 5.0, 10.0) if span / (k * power) <= _TICKS))
