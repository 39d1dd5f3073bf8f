"""Tests and effect sizes beside published ones of data that everybody has.

Sleep: Student (1908), extra hours of ten people under two drugs, R's ``sleep``; the values are what
R's documentation and ``t.test`` print. Plant growth: R's ``PlantGrowth`` and ``aov``.
"""

from typing import Any

import numpy as np
import pytest

from nuchal.commands.study.statistics import anova, compare, corrected, paired, welch
from nuchal.report.summaries.study import Comparison

FIRST = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SECOND = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
PLANTS = (
    np.array([4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14]),
    np.array([4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69]),
    np.array([6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26]),
)


def test_two_groups_as_r_has_them() -> None:
    found = welch(FIRST, SECOND)
    assert found["statistic"] == pytest.approx(1.8608, abs=1e-4)
    assert found["df"] == pytest.approx(17.776, abs=1e-3)
    assert found["p"] == pytest.approx(0.07939, abs=1e-5)
    assert found["difference"] == pytest.approx(1.58)
    ends = found["difference_low"], found["difference_high"]
    assert ends == pytest.approx((-0.2054832, 3.3654832), abs=1e-6)


def test_hedges_g_worked_by_hand() -> None:
    """d = 1.58 / 1.898625; J = 1 - 3 / 71; v = 20 / 100 + g^2 / (2 * 16.06)."""
    found = welch(FIRST, SECOND)
    g = 0.957746 * 1.58 / 1.898625
    half = 1.959964 * np.sqrt(0.2 + g**2 / 32.12)
    assert found["effect_size"] == pytest.approx(g, abs=1e-5)
    assert found["effect_low"] == pytest.approx(g - half, abs=1e-4)
    assert found["effect_high"] == pytest.approx(g + half, abs=1e-4)


def test_two_sessions_as_r_has_them() -> None:
    """d_z with its interval: 1.28 [0.41, 2.12] (R's effectsize, of the same data)."""
    found = paired(FIRST, SECOND)
    assert found["statistic"] == pytest.approx(4.0621, abs=1e-4)
    assert (found["df"], found["p"]) == (9.0, pytest.approx(0.002833, abs=1e-6))
    ends = found["difference_low"], found["difference_high"]
    assert ends == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    sizes = [found[name] for name in ("effect_size", "effect_low", "effect_high")]
    assert sizes == pytest.approx([1.28, 0.41, 2.12], abs=0.006)


def test_three_groups_as_r_has_them() -> None:
    found = anova(PLANTS)
    assert found["statistic"] == pytest.approx(4.846, abs=1e-3)
    assert (found["df"], found["df_within"]) == (2, 27)
    assert found["p"] == pytest.approx(0.01591, abs=1e-5)
    assert found["effect_size"] == pytest.approx(3.76634 / (3.76634 + 10.49209), abs=1e-5)


@pytest.mark.parametrize(
    ("correction", "expected"),
    [("holm", [0.04, 0.06, 0.06, 0.9]), ("benjamini-hochberg", [0.04, 0.04, 0.04, 0.9])],
)
def test_corrections_worked_by_hand(correction: Any, expected: list[float]) -> None:
    family = [one_of(p) for p in (0.01, 0.02, 0.03, 0.9)]
    found = list(corrected(family, correction))
    assert [one.p_corrected for one in found] == pytest.approx(expected)
    assert {one.tests for one in found} == {4}


def one_of(p: float) -> Comparison:
    return Comparison(
        quantity="reach_deg", of="flexion", comparison="groups", within="all", first="a",
        second="b", first_people=2, second_people=2, test="Welch t", statistic=1.0, df=2.0, p=p,
        effect="Hedges g", effect_size=0.1,
    )  # fmt: skip


@pytest.mark.parametrize(
    "found",
    [
        welch(np.array([1.0]), np.array([1.0, 2.0])),
        welch(np.ones(3), np.ones(4)),
        paired(np.arange(3.0), np.arange(3.0) + 1.0),
        paired(np.array([1.0]), np.array([2.0])),
        anova([np.ones(3), np.ones(3), np.ones(3)]),
    ],
)
def test_nothing_to_test(found: dict[str, Any] | None) -> None:
    assert found is None


def rows_of(values: dict[tuple[str, str, str], float]) -> dict[str, list[dict[str, Any]]]:
    """``directions`` by person, group and session, and no muscles."""
    return {
        "directions": [
            {
                "person": person, "group": group, "session": session, "direction": "flexion",
                "reach_deg": reach, "peak_speed_deg_s": None, "smoothness": None,
                "verdict": "not restricted",
            }
            for (person, group, session), reach in values.items()
        ],
        "muscles": [],
    }  # fmt: skip


def test_groups_sessions_and_the_change_between_groups() -> None:
    values = {(f"{g}{k}", g, s): float(v) for g, s, k, v in (
        *(("a", "1", k, v) for k, v in enumerate(FIRST)),
        *(("a", "2", k, v) for k, v in enumerate(SECOND)),
        *(("b", "1", k, v) for k, v in enumerate(SECOND)),
        *(("b", "2", k, v) for k, v in enumerate(FIRST[:9])),
    )}  # fmt: skip
    found = compare(rows_of(values), ("a", "b"), ("1", "2"), "holm")
    by = {(one.comparison, one.within): one for one in found}
    assert set(by) == {
        ("groups", "1"), ("groups", "2"), ("sessions", "a"), ("sessions", "b"),
        ("change between groups", "2 - 1"),
    }  # fmt: skip
    assert by["groups", "1"].difference == pytest.approx(1.58)
    assert by["sessions", "a"].p == pytest.approx(0.002833, abs=1e-6)
    assert by["sessions", "b"].first_people == 9
    change = by["change between groups", "2 - 1"]
    steps = SECOND - FIRST
    assert change.first_mean == pytest.approx(steps.mean())
    assert change.second_mean == pytest.approx(-steps[:9].mean())


def test_three_groups_make_pairs_in_one_family_and_all_at_once() -> None:
    values = {
        (f"{g}{k}", g, "1"): float(v)
        for g, plants in zip("xyz", PLANTS, strict=True)
        for k, v in enumerate(plants)
    }
    found = compare(rows_of(values), ("x", "y", "z"), ("1",), "holm")
    pairs = [one for one in found if one.comparison == "groups"]
    assert [(one.first, one.second) for one in pairs] == [("x", "y"), ("x", "z"), ("y", "z")]
    assert {one.tests for one in pairs} == {3}
    (every,) = [one for one in found if one.comparison == "all groups"]
    assert every.p == pytest.approx(0.01591, abs=1e-5)


def test_directions_that_were_not_tested_take_no_part() -> None:
    tables = rows_of({("a1", "a", "1"): 1.0, ("a2", "a", "1"): 2.0, ("b1", "b", "1"): 3.0})
    tables["directions"].append({**tables["directions"][-1], "person": "b2", "reach_deg": 9.0})
    (one,) = compare(tables, ("a", "b"), ("1",), "holm")
    assert one.second_mean == pytest.approx(6.0)
    tables["directions"][-1]["verdict"] = "not tested"
    assert compare(tables, ("a", "b"), ("1",), "holm") == []
