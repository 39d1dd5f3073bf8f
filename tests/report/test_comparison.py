"""What a comparison says and shows, of figures that are made by hand."""

from typing import Any

import pytest

from nuchal.assessment.visits.changes import Verdict
from nuchal.model.clinical import DIRECTIONS
from nuchal.report.html.svg import inline_svg
from nuchal.report.html.two_ranges import two_ranges_figure
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.summaries.compared import emg_parts
from nuchal.report.summaries.comparison import ChangePart, ComparisonSummary
from nuchal.report.summaries.comparison_words import headline, in_short
from nuchal.report.summaries.emg import Agreement
from nuchal.report.summaries.readings import ReadingPart, TimesPart


def change(verdict: Verdict | None, by: float | None = 0.0, **more: Any) -> ChangePart:
    before = None if by is None else 60.0
    return ChangePart(
        attempts=(3, 3),
        before_deg=before,
        after_deg=None if by is None else 60.0 + by,
        change_deg=by,
        interval_deg=None if by is None else (by - 8.0, by + 8.0),
        smallest_detectable_deg=None if by is None else 9.4,
        likelihoods_of_restriction=(0.1, 0.1),
        restrictions=("not restricted", "not restricted"),
        verdict=verdict,
        **{"probability_worse": 0.1, "probability_better": 0.1, "chance": 0.5, **more},
        chance_of_any=0.5,
    )


def told(people: int = 1, chance: float = 0.02, **ways: ChangePart) -> ComparisonSummary:
    every = {way: ways.get(way.replace(" ", "_"), change("unchanged")) for way in DIRECTIONS}
    changed = [way for way, one in every.items() if one.verdict in ("worse", "better")]
    return ComparisonSummary.model_construct(
        people=people, directions=every, changed=changed, chance_of_any=chance, muscles={}
    )


def test_nothing_that_changed_is_said_to_have_changed() -> None:
    assert headline(told()) == "no direction has surely changed"
    first, second, _ = in_short(told())
    assert first.startswith("In none of the 6 directions")
    assert second.startswith("Unchanged: bending forward (flexion), ")


def test_what_changed_is_named_with_its_size_and_both_its_probabilities() -> None:
    worse = change("worse", -14.0, probability_worse=0.93, chance=0.004)
    found = told(right_rotation=worse, extension=change("cannot be told", 6.0))
    assert headline(found) == "1 direction worse, 0 better"
    said = in_short(found)
    assert said[0] == (
        "The head goes 14° less far into turning to the right (93 % likely) in the second visit."
    )
    assert said[1].startswith("Of a hundred people of whom nothing has changed, 2 would")
    assert said[3].startswith("Cannot be told: bending backward (extension);")


@pytest.mark.parametrize(("chance", "begins"), [(0.0, "Of a thousand"), (0.003, "Of a hundred")])
def test_a_chance_is_never_said_to_be_none(chance: float, begins: str) -> None:
    found = told(chance=chance, flexion=change("better", 20.0, probability_better=0.99))
    assert in_short(found)[1].startswith(begins)
    assert " 0 would" not in in_short(found)[1]


def test_visits_that_share_no_direction_say_so_alone() -> None:
    none = {way.replace(" ", "_"): change("not tested", None) for way in DIRECTIONS}
    assert in_short(told(**none))[0] == "No direction was tested in both."


def test_of_two_people_neither_is_better() -> None:
    found = told(people=2, flexion=change(None, 12.0), left_bending=change(None, -9.0))
    (said, *_) = in_short(found)
    assert "farther than the first by 7° or more in bending forward (flexion)" in said
    assert said.endswith("less far in bending to the left side.")
    assert in_short(told(people=2))[0].startswith("Neither goes farther")


def reading(value: float) -> ReadingPart:
    return ReadingPart(
        reading="as_expected", doubt=None, postures=9, measured_over_asked=None,
        measured_over_healthy=TimesPart(value=value, low=0.5, high=2.0),
        predicted_over_healthy=None, at_other_times=False, text="",
    )  # fmt: skip


def with_emg(**channels: float) -> AssessmentSummary:
    readings = {name: reading(value) for name, value in channels.items()}
    agreement = Agreement.model_construct(readings=readings)
    return AssessmentSummary.model_construct(emg={"flexion": agreement})


def test_channels_of_either_stand_side_by_side() -> None:
    both = with_emg(right_trapezius=1.2, left_trapezius=0.9), with_emg(right_trapezius=1.6)
    found = emg_parts(both)
    assert list(found) == ["right_trapezius", "left_trapezius"]
    right, left = found.values()
    assert [one and one.value for one in right.measured_over_healthy] == [1.2, 1.6]
    assert left.readings == ("as_expected", None)
    assert left.measured_over_healthy[1] is None
    assert emg_parts((AssessmentSummary.model_construct(emg={}), both[0])).keys() == set(found)


def test_the_same_figures_are_the_same_picture_to_the_letter() -> None:
    ways = told(flexion=change("worse", -20.0)).directions
    one, other = (
        inline_svg(two_ranges_figure(ways, ("a", "b"), banded=True), key="x", words="both")
        for _ in range(2)
    )
    assert one == other
