"""How groups and sessions differ: tests, intervals, effect sizes, and p values corrected.

Welch's t-test and the paired one and one-way analysis of variance are SciPy's; Hedges' g with its
variance (Borenstein 2009) and corrections for several tests are statsmodels'. Intervals of d_z turn
the noncentral t distribution around (Cumming and Finch 2001, doi 10.1177/0013164401614002).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import combinations
from typing import Any, Final

import numpy as np
from jaxtyping import Float
from scipy.special import nctdtrinc
from scipy.stats import f_oneway, norm, ttest_ind, ttest_rel

from nuchal.commands.study.given import Correction
from nuchal.report.summaries.study import Comparison

# Quantities that are compared: the table and the column that says of what.
QUANTITIES: Final[Mapping[str, tuple[str, str]]] = {
    "reach_deg": ("directions", "direction"),
    "peak_speed_deg_s": ("directions", "direction"),
    "smoothness": ("directions", "direction"),
    "common_ratio": ("muscles", "muscle"),
}
NAMES: Final[Mapping[Correction, str]] = {
    "holm": "Holm",
    "benjamini-hochberg": "Benjamini-Hochberg",
}
_METHODS: Final[Mapping[Correction, str]] = {"holm": "holm", "benjamini-hochberg": "fdr_bh"}
_ALL: Final = "all"
_CONFIDENCE: Final = 0.95
_Values = Float[np.ndarray, " _"]
# By group and session, each person's value.
_Cells = Mapping[tuple[str, str], Mapping[str, float]]


def compare(
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    groups: Sequence[str],
    sessions: Sequence[str],
    correction: Correction,
) -> list[Comparison]:
    """All comparisons of a study.

    Directions that were not tested take no part. Where fewer than two people have a value, or all
    values are the same, there is nothing to test, and no row.

    Args:
        tables: ``directions`` and ``muscles``.
        groups: in order; the first is the one that others are compared with.
        sessions: likewise.
        correction: over the tests of one quantity in one comparison, that of all pairs of more
            than two groups or sessions.
    """
    found: list[Comparison] = []
    for quantity, (table, of) in QUANTITIES.items():
        rows = [row for row in tables[table] if row.get("verdict") != "not tested"]
        families: dict[tuple[str, str], list[Comparison]] = {}
        for name in dict.fromkeys(row[of] for row in rows):
            cells = _cells([row for row in rows if row[of] == name], quantity)
            for one in _comparisons(cells, groups, sessions, {"quantity": quantity, "of": name}):
                families.setdefault((one.comparison, one.within), []).append(one)
        for family in families.values():
            found += corrected(family, correction)
    return found


def corrected(family: Sequence[Comparison], correction: Correction) -> Iterator[Comparison]:
    """The same with p values corrected for there being so many tests."""
    found = _statsmodels("multitest").multipletests(
        [one.p for one in family], method=_METHODS[correction]
    )[1]
    for one, p in zip(family, found, strict=True):
        told = {"p_corrected": float(p), "correction": NAMES[correction], "tests": len(family)}
        yield one.model_copy(update=told)


def welch(first: _Values, second: _Values) -> dict[str, Any] | None:
    """Two groups: Welch's t-test and Hedges' g; None where there is nothing to test."""
    if min(len(first), len(second)) < 2 or not (np.ptp(first) > 0.0 or np.ptp(second) > 0.0):
        return None
    found = ttest_ind(second, first, equal_var=False)
    size, variance = _statsmodels("meta_analysis").effectsize_smd(*_three(second), *_three(first))
    half = float(norm.isf(0.5 - 0.5 * _CONFIDENCE)) * math.sqrt(variance)
    effect: dict[str, Any] = {"effect": "Hedges g", "effect_size": float(size)}
    effect |= {"effect_low": float(size - half), "effect_high": float(size + half)}
    return {"test": "Welch t", **_told(first, second, found), **effect}


def paired(first: _Values, second: _Values) -> dict[str, Any] | None:
    """Two sessions of the same people: paired t-test and d_z; None likewise."""
    if len(first) < 2 or not np.ptp(second - first) > 0.0:
        return None
    found = ttest_rel(second, first)
    n, t = len(first), float(found.statistic)
    ends = nctdtrinc(n - 1, [0.5 + 0.5 * _CONFIDENCE, 0.5 - 0.5 * _CONFIDENCE], t)
    effect: dict[str, Any] = {"effect": "d_z", "effect_size": t / math.sqrt(n)}
    if np.isfinite(ends).all():
        low, high = ends / math.sqrt(n)
        effect |= {"effect_low": float(low), "effect_high": float(high)}
    return {"test": "paired t", **_told(first, second, found), **effect}


def anova(samples: Sequence[_Values]) -> dict[str, Any] | None:
    """More than two groups: one-way analysis of variance and eta squared; None likewise."""
    if min(map(len, samples)) < 2 or not any(np.ptp(one) > 0.0 for one in samples):
        return None
    f, p = f_oneway(*samples)
    between, within = len(samples) - 1, sum(map(len, samples)) - len(samples)
    share = float(f) * between / (float(f) * between + within)
    told = {"test": "one-way ANOVA", "statistic": float(f), "df": between, "df_within": within}
    return {**told, "p": float(p), "effect": "eta squared", "effect_size": share}


def _comparisons(
    cells: _Cells, groups: Sequence[str], sessions: Sequence[str], named: Mapping[str, Any]
) -> Iterator[Comparison]:
    for session in sessions:
        within = session if len(sessions) > 1 else _ALL
        yield from _between(cells, groups, session, {**named, "within": within})
    for one, other in combinations(sessions, 2):
        for group in groups:
            first, second = _both(cells, group, one, other)
            within = group if len(groups) > 1 else _ALL
            what = {**named, "comparison": "sessions", "within": within}
            yield from _pair(what, one, other, first, second, paired(first, second))
        changes = {group: _change(cells, group, one, other) for group in groups}
        within = f"{other} - {one}"
        for group, against in combinations(groups, 2):
            first, second = changes[group], changes[against]
            what = {**named, "comparison": "change between groups", "within": within}
            yield from _pair(what, group, against, first, second, welch(first, second))


def _between(
    cells: _Cells, groups: Sequence[str], session: str, named: Mapping[str, Any]
) -> Iterator[Comparison]:
    """Groups in one session: every pair, and all of more than two."""
    samples = {group: _values(cells, group, session) for group in groups}
    for one, other in combinations(groups, 2):
        first, second = samples[one], samples[other]
        what = {**named, "comparison": "groups"}
        yield from _pair(what, one, other, first, second, welch(first, second))
    found = anova(list(samples.values())) if len(groups) > 2 else None
    if found is not None:
        people = sum(map(len, samples.values()))
        yield Comparison(
            **named, **found, comparison="all groups", first=_ALL, second=_ALL,
            first_people=people, second_people=people,
        )  # fmt: skip


def _pair(
    what: Mapping[str, Any],
    one: str,
    other: str,
    first: _Values,
    second: _Values,
    found: Mapping[str, Any] | None,
) -> Iterator[Comparison]:
    if found is not None:
        people: dict[str, Any] = {"first_people": len(first), "second_people": len(second)}
        yield Comparison(**what, first=one, second=other, **people, **found)


def _told(first: _Values, second: _Values, found: Any) -> dict[str, Any]:
    ends = found.confidence_interval(_CONFIDENCE)
    return {
        "first_mean": float(first.mean()),
        "first_sd": float(first.std(ddof=1)),
        "second_mean": float(second.mean()),
        "second_sd": float(second.std(ddof=1)),
        "difference": float(second.mean() - first.mean()),
        "difference_low": float(ends.low),
        "difference_high": float(ends.high),
        "statistic": float(found.statistic),
        "df": float(found.df),
        "p": float(found.pvalue),
    }


def _statsmodels(part: str) -> Any:
    """Loaded when it is used: it takes a second, and is of an extra."""
    return import_module(f"statsmodels.stats.{part}")


def _three(values: _Values) -> tuple[float, float, int]:
    return float(values.mean()), float(values.std(ddof=1)), len(values)


def _cells(rows: Sequence[Mapping[str, Any]], quantity: str) -> _Cells:
    cells: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        if row[quantity] is not None:
            where = row["group"], row["session"]
            cells.setdefault(where, {})[row["person"]] = float(row[quantity])
    return cells


def _values(cells: _Cells, group: str, session: str) -> _Values:
    return np.array(list(cells.get((group, session), {}).values()))


def _both(cells: _Cells, group: str, one: str, other: str) -> tuple[_Values, _Values]:
    """Values of the people of a group who have one in both sessions."""
    first, second = cells.get((group, one), {}), cells.get((group, other), {})
    people = [name for name in first if name in second]
    return np.array([first[n] for n in people]), np.array([second[n] for n in people])


def _change(cells: _Cells, group: str, one: str, other: str) -> _Values:
    first, second = _both(cells, group, one, other)
    return np.asarray(second - first)
