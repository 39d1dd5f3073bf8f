"""Tables of how well virtual people and patients are judged."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from people import (
    HEALTHY,
    LESS_DEG,
    MATCHED,
    PATIENTS,
    STRENGTHS,
    TROUBLED,
    TROUBLED_LESS_DEG,
    TROUBLES,
    WEAK,
    WEAK_GROUPS,
    WITH_FORCES,
    Kept,
    avoiders,
    way_of,
)
from scores import (
    Area,
    Share,
    area,
    flagged,
    judged,
    likely,
    muscle_scores,
    names_of,
    restricted,
    said_of,
    sensitivity_at,
    truly,
    truly_at_end,
    unused,
)

from nuchal.assessment.muscles.changed import LESS, MORE
from nuchal.assessment.muscles.limits import healthy_iou
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.model.generic import MUSCLES, generic_system
from nuchal.report.text import muscle_name
from nuchal.synthetic.forces import ailing_muscles
from nuchal.synthetic.people import Weakness
from nuchal.synthetic.truth import sign_of

People = Mapping[str, Kept]
PAPERS_MUSCLES: Final = {
    "reduced on the right": (
        "long_cap_sklc4",
        "semi_cap_sklc5",
        "semi_cap_sklthx",
        "obl_cap_inf",
        "trap_acr",
        "trap_cl",
    ),
    "raised": ("levator_scap", "stern_mast", "cleid_mast", "scalenus_ant", "scalenus_med"),
}
# A tenth more or less of a muscle's force.
_SOMEWHAT = 1.1


def healthy_of(people: People) -> list[Kept]:
    return [people[f"healthy_{k}"] for k in range(HEALTHY)]


def restricted_of(people: People, less: float) -> list[Kept]:
    return [people[f"ranges_{k}_{less:.0f}"] for k in range(PATIENTS)]


def overlaps(people: People) -> list[str]:
    well = [people[f"healthy_{k}"] for k in range(MATCHED)]
    ill = [people[f"forces_{k}"] for k in range(MATCHED)]
    lines = [
        "| | people | TP | LH | RH | mean | standard deviation | the paper |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, group, paper in (
        ("healthy", well, "0.9275"),
        (f"{LESS_DEG[-1]:.0f}° missing in one direction", ill, ""),
        ("our reading of the paper's patient", [people["paper"]], "0.7720"),
    ):
        iou = np.array([one["iou"] for one in group])
        each = " | ".join(f"{x:.2f}" for x in iou.mean(axis=0))
        spread = f"{iou.mean(axis=1).std(ddof=1):.2f}" if len(group) > 1 else ""
        lines.append(f"| {name} | {len(group)} | {each} | {iou.mean():.2f} | {spread} | {paper} |")
    score = [[np.array([-one["iou"].mean()]) for one in group] for group in (ill, well)]
    own = [[np.array([-one["own_iou"].mean()]) for one in group] for group in (ill, well)]
    return [
        *lines,
        "",
        f"By their mean alone, patients are told from healthy people with an area under the ROC "
        f"curve of {area(*score)}, by the mean with the own neck of {area(*own)}. Healthy people "
        "of the limits have " + ", ".join(f"{x:.2f}" for x in healthy_iou("recommended")) + ".",
    ]


def by_amount(people: People) -> list[str]:
    well = [judged(one) for one in healthy_of(people)]
    none = sum(not restricted(one).any() for one in well)
    ways = sum(int((~restricted(one)).sum()) for one in well)
    lines = [
        f"Of {len(well)} healthy people {Share(none, len(well))} have no direction that is called "
        f"restricted; of their directions, {Share(ways, len(well) * len(ALL_DIRECTIONS))}.",
        "",
        "| missing | the direction is called restricted | or hardly used | some direction is "
        "called restricted | another one is | area, presence | area, direction | sensitivity for "
        "the direction at specificity 0.95 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for less in LESS_DEG:
        ill = [judged(one) for one in restricted_of(people, less)]
        lines.append(f"| {less:.0f}° | " + " | ".join(_amount_cells(ill, well)) + " |")
    return lines


def by_way(people: People) -> list[str]:
    lines = [
        "| direction | " + " | ".join(f"{less:.0f}°" for less in LESS_DEG) + " |",
        "| --- |" + " --- |" * len(LESS_DEG),
    ]
    for k, way in enumerate(ALL_DIRECTIONS):
        cells = []
        for less in LESS_DEG:
            group = restricted_of(people, less)[k :: len(ALL_DIRECTIONS)]
            found = [judged(one) for one in group]
            named = sum(bool(restricted(one)[k]) for one in found)
            hardly = sum(bool(unused(one)[k]) for one in found)
            cells.append(f"{named} of {len(group)}" + (f", {hardly} hardly used" if hardly else ""))
        lines.append(f"| {way} | " + " | ".join(cells) + " |")
    return lines


def by_trouble(people: People) -> list[str]:
    lines = [
        f"| recording | {TROUBLED_LESS_DEG:.0f}° missing: called restricted | or hardly used | "
        "nothing missing: no direction called restricted | error of a reach |",
        "| --- | --- | --- | --- | --- |",
    ]
    usual = [people[f"ranges_{k}_{TROUBLED_LESS_DEG:.0f}"] for k in range(TROUBLED)]
    groups = [("as usual", usual, [people[f"healthy_{k}"] for k in range(TROUBLED)])]
    for n, name in enumerate(TROUBLES):
        ill, well = (
            [people[f"trouble_{n}_{k}_{less:.0f}"] for k in range(TROUBLED)]
            for less in (TROUBLED_LESS_DEG, 0.0)
        )
        groups.append((name, ill, well))
    for name, ill, well in groups:
        found = [judged(one) for one in ill]
        named = sum(bool(restricted(one)[_way(k)]) for k, one in enumerate(found))
        hardly = sum(bool(unused(one)[_way(k)]) for k, one in enumerate(found))
        free = sum(not restricted(judged(one)).any() for one in well)
        error = np.array([one["reach"] - one["true_reach"] for one in well])
        lines.append(
            f"| {name} | {Share(named, len(ill))} | {hardly} | {Share(free, len(well))} | "
            f"{error.mean():+.1f} ± {error.std():.1f}° |"
        )
    return lines


def by_muscle(people: People) -> list[str]:
    well = [muscle_scores(one) for one in healthy_of(people)]
    wrong = [flagged(one) for one in well]
    twins = [people[f"healthy_{k}"] for k in range(WITH_FORCES)]
    ill = [people[f"forces_{k}"] for k in range(WITH_FORCES)]
    truth = [truly(*both) for both in zip(ill, twins, strict=True)]
    scores = [muscle_scores(one) for one in ill]
    lines = [
        f"Of {len(well)} healthy people, {Share(sum(x.any() for x in wrong), len(well))} have a "
        f"muscle flagged; in the mean {np.mean([x.sum() for x in wrong]):.2f} muscles.",
        "",
        "| muscles whose true force in the common range | how many | in people | flagged rightly | "
        "flagged the other way | area under the ROC curve |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    passed = sum(int(((one <= LESS) | (one >= 1 / LESS)).sum()) for one in truth)
    if not passed:
        return [
            *lines[:2],
            f"In {len(ill)} patients who lack {LESS_DEG[-1]:.0f} degrees in one direction no "
            f"muscle's true force in the common range fell to {LESS:g} or rose to {1 / LESS:.2f} "
            "of the twin's.",
        ]
    for name, sign, low, high in (
        (f"fell to {LESS:g} or less", -1.0, 0.0, LESS),
        ("fell to 0.5 or less", -1.0, 0.0, 0.5),
        (f"rose to {1 / LESS:.2f} or more", 1.0, 1 / LESS, np.inf),
    ):
        hit = [(low <= one) & (one <= high) for one in truth]
        right = sum(
            int((flagged(s)[h] & (sign * s[h] > 0.0)).sum())
            for s, h in zip(scores, hit, strict=True)
        )
        other = sum(
            int((flagged(s)[h] & (sign * s[h] < 0.0)).sum())
            for s, h in zip(scores, hit, strict=True)
        )
        count = sum(int(h.sum()) for h in hit)
        found = area(
            [sign * s[h] for s, h in zip(scores, hit, strict=True)], [sign * s for s in well]
        )
        lines.append(
            f"| {name} | {count} | {sum(bool(h.any()) for h in hit)} | {Share(right, count)} | "
            f"{other} | {found} |"
        )
    return lines


def by_avoidance(people: People) -> list[str]:
    """Muscles of people who avoid sore ones: to be found by their mean force where all get."""
    well = [said_of(people[f"twin_{k}"]) for k in avoiders()]
    ill = [people[f"avoids_{k}"] for k in avoiders()]
    named = [said_of(one) for one in ill]
    lines = [
        f"Of {len(well)} healthy twins, {Share(sum(x.any() for x in well), len(well))} have a "
        "muscle named.",
        "",
        "| asked of a muscle, where everybody gets | muscles | in people | named rightly | named "
        "the other way |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, sign in ((f"below {LESS} of the twin's", -1), (f"above {MORE}", 1)):
        true = [sign_of(one["asked"][0]) == sign for one in ill]
        said = [sign * one[which] for one, which in zip(named, true, strict=True)]
        total = sum(len(one) for one in said)
        right, other = (sum(int((x == way).sum()) for x in said) for way in (1, -1))
        some = sum(bool(one.any()) for one in true)
        lines.append(f"| {name} | {total} | {some} | {Share(right, total)} | {other} |")
    wrong = [
        (said != 0) & (sign_of(one["asked"]) != said).all(axis=0)
        for one, said in zip(ill, named, strict=True)
    ]
    somewhat = [
        one & (said * np.log(truly["asked"][0]) > np.log(_SOMEWHAT))
        for one, said, truly in zip(wrong, named, ill, strict=True)
    ]
    return [
        *lines,
        "",
        "Named though neither that, nor the mean of the whole movement, nor the peak is so: "
        f"{np.sum(wrong)} muscles in {np.any(wrong, axis=1).sum()} people; of {np.sum(somewhat)} "
        "of them as much as a tenth more or less is truly asked there, the way that is said.",
    ]


def by_weakness(people: People) -> list[str]:
    lines = [
        "| weak group | strength left | people | head goes less far | true force of the weak "
        "muscles in the common range, median of their healthy ones | said to be asked less of | "
        "area under the ROC curve |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for n, group in enumerate(WEAK_GROUPS):
        who = range(n * WEAK, (n + 1) * WEAK)
        for strength in STRENGTHS:
            cells = _weak_cells(people, list(who), group, strength)
            lines.append(f"| {group} | {strength:g} | {WEAK} | " + " | ".join(cells) + " |")
    return lines


def of_papers_patient(people: People) -> list[str]:
    found, twin = people["paper"], people["healthy_0"]
    truth, scores = truly_at_end(found, twin), muscle_scores(found)
    named = flagged(scores)
    lines = [
        "| muscle | the paper | right, against the match | right, own neck | right, truly | left, "
        "against the match | left, own neck | left, truly | flagged |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for said, names in PAPERS_MUSCLES.items():
        for name in names:
            cells, flags = [], []
            for side, m in (("right", MUSCLES.index(name)), ("left", MUSCLES.index(f"{name}_L"))):
                mine = found["mine"][m]
                cells += [mine / found["matched"][m], mine / found["healthy"][m], truth[m]]
                if named[m]:
                    flags.append(f"{side} {'less' if scores[m] < 0.0 else 'more'}")
            each = " | ".join(f"{x:.2f}" for x in cells)
            lines.append(f"| {muscle_name(name)} | {said} | {each} | {', '.join(flags)} |")
    ways = names_of(restricted(judged(found)))
    return [*lines, "", f"Called restricted: {', '.join(ways) if ways else 'nothing'}."]


def _amount_cells(ill: list, well: list) -> list[str]:
    named = [bool(restricted(one)[_way(k)]) for k, one in enumerate(ill)]
    hardly = [bool(unused(one)[_way(k)]) for k, one in enumerate(ill)]
    some = sum(bool(restricted(one).any()) for one in ill)
    other = sum(bool(np.delete(restricted(one), _way(k)).any()) for k, one in enumerate(ill))
    presence = area(
        [np.array([likely(one).max()]) for one in ill],
        [np.array([likely(one).max()]) for one in well],
    )
    ways, best = by_direction(ill, well)
    return [
        str(Share(sum(named), len(ill))),
        str(sum(hardly)),
        str(Share(some, len(ill))),
        str(Share(other, len(ill))),
        str(presence),
        str(ways),
        f"{best:.2f}",
    ]


def by_direction(ill: list, well: list) -> tuple[Area, float]:
    """The area for a direction that is asked about, and the sensitivity at specificity 0.95.

    A direction that is hardly used counts as found: the report says so of it.
    """
    short = [
        np.array([2.0 if unused(one)[_way(k)] else likely(one)[_way(k)]])
        for k, one in enumerate(ill)
    ]
    free = [likely(one) for one in well]
    return area(short, free), sensitivity_at(np.concatenate(short), np.concatenate(free), 0.95)


def _weak_cells(people: People, who: list[int], group: str, strength: float) -> list[str]:
    stopped, share, right, ill, well = 0, [], 0, [], []
    for k in who:
        weak = ailing_muscles(
            generic_system(), Weakness(group=group, left=bool(k % 2), strength=strength)
        )
        found, twin = people[f"weak_{k}_{strength:g}"], people[f"healthy_{k}"]
        stopped += bool(found["lost"].any())
        share += list(truly(found, twin)[weak])
        scores = muscle_scores(twin)
        right += int((flagged(scores)[weak] & (scores[weak] < 0.0)).sum())
        ill.append(-scores[weak])
        others = [people[f"healthy_{j}"] for j in range(HEALTHY) if j not in who]
        well += [-muscle_scores(one)[weak] for one in others]
    return [
        str(stopped),
        f"{np.median(share):.2f}",
        f"{right} of {len(share)}",
        str(area(ill, well)),
    ]


def _way(k: int) -> int:
    return ALL_DIRECTIONS.index(way_of(k))
