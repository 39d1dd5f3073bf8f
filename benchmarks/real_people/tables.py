"""Tables of the comparison on real people, in Markdown."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from partings import compared, coverage, in_other_necks, widths
from people import Both
from wording import NEARER, NOT_NEARER

from nuchal.conventions import Preset
from nuchal.errors import Status
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.networks.accuracy import Accuracy
from nuchal.records import RESPECTS
from nuchal.report.cards.paper import table
from nuchal.report.figures.networks import FOUR
from nuchal.report.text import sentence

MAXIMUM: Final = np.asarray(generic_anatomy().max_isometric_force)
BALANCED_NM: Final = 0.01
_ARTICLES: Final = {"network": "the network", "optimisation": "optimisation"}
_KNOWN: Final = (Status.OK, Status.BEYOND_RANGE, Status.INFEASIBLE, Status.OUTSIDE_TRAINING)


def figure_of(value: float) -> str:
    """R2 with as many nines as it has, five at most."""
    return f"{value:.3f}" if value < 0.9995 else f"{np.floor(value * 1e5) / 1e5:.5f}"


def percent(value: float) -> str:
    """A small share with two figures, a large one in whole percent."""
    if 0.0 < value < 1e-5:
        return "< 0.001 %"
    return f"{100 * value:.2g} %" if value < 0.1 else f"{100 * value:.0f} %"


def short(value: float) -> str:
    """Two figures, without an exponent where the number is large."""
    return f"{value:.0f}" if value >= 10.0 else f"{value:.2g}"


def overview(recommended: Sequence[Both], paper: Sequence[Both]) -> str:
    heads = ("person, movement", "frames", "counted", "balanced by network", "by optimisation")
    heads += ("`auto` takes", "farthest")
    rows = []
    for both in zip(recommended, paper, strict=True):
        chosen = list(dict.fromkeys(one.choice.method for one in both))
        rows.append(
            (
                both[0].name,
                str(len(both[0].exact)),
                " / ".join(percent(one.counted.mean()) for one in both),
                " / ".join(percent(_balanced(one, "network")) for one in both),
                " / ".join(percent(_balanced(one, "optimised")) for one in both),
                " / ".join(chosen),
                " / ".join(_farthest(one) for one in both),
            )
        )
    return table(heads, rows)


def reasons(*found: Sequence[Both]) -> str:
    """Why ``auto`` takes what it takes, a sentence for each choice and for each kind of doubt."""
    choices = [one.choice for recordings in found for one in recordings]
    said = dict.fromkeys((one.method, sentence(one.reason)) for one in choices)
    sentences = [f"`auto` takes {_ARTICLES[method]}, {reason}." for method, reason in said]
    beside = {found.what: sentence(found) for one in reversed(choices) for found in one.findings}
    return " ".join([*sentences, *beside.values()])


def _balanced(both: Both, which: str) -> float:
    forces = getattr(both, which).forces
    known = np.isin(np.asarray(forces.status), _KNOWN)
    small = np.abs(np.asarray(forces.reserve)).max(axis=1) < BALANCED_NM
    return float(small[known].mean()) if known.any() else 0.0


def _farthest(both: Both) -> str:
    known = np.isin(np.asarray(both.case.tracked.motion.status), _KNOWN)
    worst = np.asarray(both.findings.distance)[known].max(axis=0, initial=0.0)
    return f"{worst.max():.2f} in {RESPECTS[int(worst.argmax())]}"


def traits(recordings: Sequence[Both]) -> str:
    """What is left unknown of each trait after each recording, as a share of how people differ."""
    found = [(one.name, one.findings.traits) for one in recordings]
    known = [(name, learnt) for name, learnt in found if learnt is not None]
    rows = [(name, *(f"{share:.2f}" for share in learnt.doubt)) for name, learnt in known]
    named = [name.replace("_", " ") for name in known[0][1].names] if known else []
    return table(("person, movement", *named), rows)


def pooled(recordings: Sequence[Both], which: str) -> Accuracy | None:
    """Accuracy of ``central`` or ``mean`` over the counted frames of all recordings."""
    exact, found = (
        np.concatenate([getattr(one, name) for one in recordings]) for name in ("exact", which)
    )
    return compared(exact, found, np.concatenate([one.counted for one in recordings]), MAXIMUM)


def summary(found: Mapping[Preset, Sequence[Both]]) -> str:
    heads = ("preset", "forces", "frames", "R2 worst", "median", "above 0.99")
    heads += ("NRMSE worst", "median", "flat", "their worst RMSE / maximal force")
    rows = []
    for preset, recordings in found.items():
        for which in ("central", "mean"):
            near = pooled(recordings, which)
            if near is None:
                continue
            good = int((near.r2[~near.flat] > 0.99).sum())
            rows.append(
                (
                    *(f"`{preset}`", which, str(near.samples)),
                    *(figure_of(value) for value in near.spread("r2")[:2]),
                    f"{good} of {int((~near.flat).sum())}",
                    *(percent(value) for value in near.spread("nrmse")[:2]),
                    *_flat(near),
                )
            )
    return table(heads, rows)


def _flat(near: Accuracy) -> tuple[str, str]:
    if not near.flat.any():
        return "0", ""
    return str(int(near.flat.sum())), percent(float(near.share_of_maximum[near.flat].max()))


def four_muscles(found: Mapping[Preset, Sequence[Both]]) -> str:
    rows = []
    for preset, recordings in found.items():
        for which in ("central", "mean"):
            near = pooled(recordings, which)
            if near is not None:
                cells = [judged(near, MUSCLES.index(name)) for name in FOUR]
                rows.append((f"`{preset}`, {which}", *cells))
    return table(("", *FOUR), rows)


def judged(near: Accuracy, k: int) -> str:
    """One muscle: R2 and NRMSE, or RMSE over maximal force where it is flat."""
    if near.flat[k]:
        return f"flat, {percent(near.share_of_maximum[k])} of maximum"
    return f"{figure_of(near.r2[k])}, {percent(near.nrmse[k])}"


def intervals(found: Mapping[Preset, Sequence[Both]]) -> str:
    heads = ("preset", "hold of the optimisation", "of those in other necks")
    heads += ("by muscle", "R2 of the mean there, worst / median", "of the central forces")
    heads += ("muscles to which the mean is nearer",)
    rows = []
    for preset, recordings in found.items():
        other = in_other_necks(recordings, MAXIMUM)
        if other is None:
            continue
        inside = other.inside
        rows.append(
            (
                f"`{preset}`",
                percent(float(coverage(recordings).mean())),
                percent(float(inside.mean())),
                f"{percent(inside.min())} to {percent(inside.max())}",
                *(
                    " / ".join(f"{value:.3f}" for value in near.spread("r2")[:2])
                    for near in (other.mean, other.central)
                ),
                f"{int((other.mean.rmse_n < other.central.rmse_n).sum())} of {len(MUSCLES)}",
            )
        )
    return table(heads, rows)


def nearer(found: Mapping[Preset, Sequence[Both]]) -> str:
    """Whether the mean is what it is meant to be."""
    for recordings in found.values():
        other = in_other_necks(recordings, MAXIMUM)
        if other and (other.mean.rmse_n < other.central.rmse_n).mean() <= 0.5:
            return NOT_NEARER
    return NEARER


def breadths(found: Mapping[Preset, Sequence[Both]]) -> str:
    heads = ("preset", "degrees", "frames", "spread", "mean off central", "intervals")
    rows = [
        (
            *(f"`{preset}`", f"{one.low_deg:g} to {one.high_deg:g}", str(one.frames)),
            *(f"{share:.2%}" for share in (one.spread, one.shift, one.interval)),
        )
        for preset, recordings in found.items()
        for one in widths(recordings, MAXIMUM)
    ]
    return table(heads, rows)


def each_recording(recordings: Sequence[Both]) -> str:
    heads = ("person, movement", "central: R2 worst", "NRMSE worst", "flat, worst")
    heads += ("mean: R2 worst", "median", "NRMSE median", "flat, worst")
    heads += ("intervals hold optimisation", "other necks")
    rows = []
    for one in recordings:
        central, mean = (
            compared(one.exact, x, one.counted, MAXIMUM) for x in (one.central, one.mean)
        )
        other = in_other_necks([one], MAXIMUM)
        if central is None or mean is None:
            rows.append((one.name, *[""] * (len(heads) - 1)))
            continue
        rows.append(
            (
                one.name,
                figure_of(central.spread("r2")[0]),
                percent(central.spread("nrmse")[0]),
                _flat_cell(central),
                *(f"{value:.3f}" for value in mean.spread("r2")[:2]),
                percent(mean.spread("nrmse")[1]),
                _flat_cell(mean),
                percent(float(coverage([one]).mean())),
                "" if other is None else percent(float(other.inside.mean())),
            )
        )
    return table(heads, rows)


def _flat_cell(near: Accuracy) -> str:
    count, worst = _flat(near)
    return f"{count}, {worst}" if worst else count


def every_muscle(recordings: Sequence[Both]) -> str:
    central, mean = pooled(recordings, "central"), pooled(recordings, "mean")
    other = in_other_necks(recordings, MAXIMUM)
    if central is None or mean is None or other is None:
        return "No frame is counted."
    held = coverage(recordings)
    counted = np.concatenate([one.exact[one.counted] for one in recordings])
    heads = ("muscle", "least to highest force [N]", "central: R2, NRMSE", "RMSE [N]")
    heads += ("mean: R2, NRMSE", "RMSE [N]", "held, optimisation", "other necks")
    rows = [
        (
            name,
            f"{counted[:, k].min():.1f} to {counted[:, k].max():.1f}",
            judged(central, k),
            f"{central.rmse_n[k]:.1e}",
            judged(mean, k),
            f"{mean.rmse_n[k]:.2f}",
            percent(held[k]),
            percent(other.inside[k]),
        )
        for k, name in enumerate(MUSCLES)
    ]
    return table(heads, rows)
