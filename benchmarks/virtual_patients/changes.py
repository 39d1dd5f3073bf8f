"""How likely a muscle is truly asked much less or more of: fitted on some people, tried on others.

    python benchmarks/virtual_patients/changes.py --keep people            # prints it
    python benchmarks/virtual_patients/changes.py --keep people --write    # writes it, too

Half a minute where ``run.py --keep`` has made the people, and half an hour for 30 others.
``--write`` writes the law into src/nuchal/assessment/tables, how good it is into
results/muscle_changes.md, and the same into docs/virtual-patients.md.

Who fits the law and who says how good it is, was written down before the latter were looked at. Of
seed 303 those who avoid sore muscles and their twins fit it, and all others of even index. Those
who avoid them of seed 505, of whom nothing else was ever made, and the others of seed 303 of odd
index, try it. What the law sees was chosen among the people of seed 303 of even index alone. (Of
odd index are so few changed muscles, eight, that a split by index tells nothing; hence seed 505.)
People count by the shares of ``synthetic.patients.KINDS``: who avoids sore muscles, whose range is
restricted, and all others, whose movement is that of healthy people (the weak among them; what is
true of these is told apart).
"""

import argparse
import csv
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from drawn import put_into_page
from law import (
    BINS,
    DIGITS,
    LIMITS,
    SHARES,
    Person,
    Score,
    Table,
    chances,
    fitted,
    people_in,
    score_of,
    table_of,
    weak_in,
)
from scores import Share

from nuchal.assessment.muscles.changed import LEAST_PROBABILITY, LESS, MORE, Law, changes_in
from nuchal.assessment.muscles.flags import ASKED

_HERE: Final = Path(__file__)
TABLE: Final = _HERE.parents[2] / "src/nuchal/assessment/tables/muscle_changes_recommended.csv"
RESULTS: Final = _HERE.parents[1] / "results" / "muscle_changes.md"
PAGE: Final = _HERE.parents[2] / "docs" / "virtual-patients.md"
TITLE: Final = "Muscles as candidates"
TOP: Final = 3
_RESAMPLES: Final = 400


def reliability(table: Table, chance: np.ndarray) -> list[str]:
    """Said and observed, bin by bin; intervals by drawing people anew."""
    lines = [
        "| probability | muscles, each for less and for more | in people | of them truly so | "
        "mean said | observed (95 %) |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    place = np.digitize(chance, BINS[1:-1])
    for k, (low, high) in enumerate(pairwise(BINS)):
        those = place == k
        if not those.any():
            lines.append(f"| {low:g} to {high:g} | 0 | 0 | 0 | – | – |")
            continue
        weight, event = table.weight[those], table.event[those]
        said = weight @ chance[those] / weight.sum()
        seen = weight @ event / weight.sum()
        drawn = [_observed(table, those, count) for count in _draws(table)]
        ends = np.nanquantile(drawn, [0.025, 0.975])
        lines.append(
            f"| {low:g} to {high:g} | {those.sum()} | {len(set(table.person[those]))} | "
            f"{event.sum()} | {said:.3f} | {seen:.3f} ({ends[0]:.3f} to {ends[1]:.3f}) |"
        )
    return lines


def _draws(table: Table) -> np.ndarray:
    """How often each person is drawn, again and again."""
    count = int(table.person.max()) + 1
    dice = np.random.default_rng(1)
    return dice.multinomial(count, np.ones(count) / count, size=_RESAMPLES)


def _observed(table: Table, those: np.ndarray, count: np.ndarray) -> float:
    weight = (table.weight * count[table.person])[those]
    whole = weight.sum()
    return float(weight @ table.event[those] / whole) if whole > 0.0 else float("nan")


def scores(table: Table, chance: np.ndarray) -> list[str]:
    """How good the law is, beside the share of all alone."""
    found = score_of(table, chance, np.ones(int(table.person.max()) + 1))
    drawn = np.array([score_of(table, chance, count) for count in _draws(table)])
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)

    def between(name: str, digits: int) -> str:
        k = Score._fields.index(name)
        return f"{found[k]:.{digits}f} ({low[k]:.{digits}f} to {high[k]:.{digits}f})"

    return [
        "| | the law (95 %) | the share of all alone |",
        "| --- | --- | --- |",
        f"| Brier score | {between('brier', 5)} | {found.brier_of_share:.5f} |",
        f"| log loss | {between('log_loss', 5)} | {found.log_loss_of_share:.5f} |",
        f"| expected calibration error | {between('error', 5)} | – |",
        f"| area under the ROC curve | {between('area', 3)} | 0.5 |",
    ]


def named(people: list[Person], law: Law) -> list[str]:
    """What a user sees: the candidates of each person."""
    lines = [
        f"| people | how many | with a candidate | candidates in all | truly so | truly at least "
        f"halfway so | with a true change | of these, one of the first {TOP} candidates is true |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for group in SHARES:
        those = [one for one in people if one.group == group]
        found = [changes_in(one.ratio, LIMITS, law).candidates for one in those]
        right = [
            [bool(who.truly(x.asked)[x.muscle]) for x in each]
            for who, each in zip(those, found, strict=True)
        ]
        half = sum(
            bool(np.log(who.true[x.muscle]) * bound >= 0.5 * bound**2)
            for who, each in zip(those, found, strict=True)
            for x in each
            for bound in [np.log(LESS if x.asked == "less" else MORE)]
        )
        changed = [any(one.truly(asked).any() for asked in ASKED) for one in those]
        hit = sum(any(x[:TOP]) for x, some in zip(right, changed, strict=True) if some)
        some = sum(map(bool, found))
        lines.append(
            f"| {group} | {len(those)} | {Share(some, len(those))} | {sum(map(len, found))} | "
            f"{sum(map(sum, right))} | {half} | {sum(changed)} | {Share(hit, sum(changed))} |"
        )
    return lines


def missed(people: list[Person], law: Law) -> str:
    """True changes that are no candidate, by whom."""
    said = []
    for asked in ASKED:
        true = found = 0
        for one in people:
            which = set(np.flatnonzero(one.truly(asked)).tolist())
            true += len(which)
            named_so = changes_in(one.ratio, LIMITS, law).candidates
            found += len(which & {x.muscle for x in named_so if x.asked == asked})
        said.append(f"of {true} that are truly asked {asked} of, {found}")
    return f"Candidates (from {LEAST_PROBABILITY:.0%} on) are {' and '.join(said)}."


def of_weak(people: list[Person], law: Law) -> str:
    """What is said of muscles that are weak in truth."""
    said = [
        x
        for one in people
        for x in changes_in(one.ratio, LIMITS, law).less[one.truly("less")].tolist()
    ]
    return (
        f"Of {len(people)} weak people, whose movement is their healthy twins', {len(said)} "
        f"muscles make less than {LESS} of the twins' force; of these the law says "
        f"{np.mean(said):.3f} in the mean, and {sum(x >= LEAST_PROBABILITY for x in said)} are "
        "candidates."
    )


def written(law: Law, people: list[Person], weak: list[Person]) -> list[str]:
    """All that is said of the law."""
    trying = [one for one in people if not one.fits]
    fit, other = table_of([one for one in people if one.fits]), table_of(trying)
    chance = chances(other, law)
    back = fitted(other)
    turned = score_of(fit, chances(fit, back), np.ones(int(fit.person.max()) + 1))
    numbers = ", ".join(f"{name} {x:.2f}" for name, x in zip(Law._fields, law, strict=True))
    return [
        f"Log odds: {numbers}. Fitted on {fit.person.max() + 1} people with "
        f"{int(fit.event.sum())} changed muscles, {int(fit.event[fit.more > 0.0].sum())} of "
        f"them asked more of. All that follows is of {other.person.max() + 1} others with "
        f"{int(other.event.sum())}, {int(other.event[other.more > 0.0].sum())} of them asked more "
        "of.",
        "",
        *reliability(other, chance),
        "",
        *scores(other, chance),
        "",
        *named(trying, law),
        "",
        missed(trying, law),
        f"Fitted on these and tried on the first instead: Brier score {turned.brier:.5f} "
        f"(share alone {turned.brier_of_share:.5f}), log loss {turned.log_loss:.5f} "
        f"({turned.log_loss_of_share:.5f}), calibration error {turned.error:.5f}, area "
        f"{turned.area:.3f}.",
        of_weak(weak, law),
    ]


def main() -> None:
    """Fit and try, and write where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, required=True, help="where finished people are kept")
    parser.add_argument("--write", action="store_true", help="write table, results and docs")
    given = parser.parse_args()
    people = people_in(given.keep)
    law = fitted(table_of([one for one in people if one.fits]))
    lines = written(law, people, weak_in(given.keep))
    page = f"# {TITLE}\n\n`benchmarks/virtual_patients/changes.py --write`.\n\n" + "\n".join(lines)
    sys.stdout.write(page + "\n")
    if given.write:
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([Law._fields, [f"{x:.{DIGITS}f}" for x in law]])
        RESULTS.write_text(page + "\n", "utf-8")
        put_into_page({TITLE: lines}, PAGE)


if __name__ == "__main__":
    main()
