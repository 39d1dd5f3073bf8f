"""The paper from end to end: who stands in it, what is kept, and a small run of it."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import OutputError
from nuchal.model.survey import survey
from nuchal.reproduction.cast import cast_of
from nuchal.reproduction.keeping import made_once, open_run
from nuchal.reproduction.parts import WAYS
from nuchal.reproduction.population import measured_groups
from nuchal.reproduction.run import run_reproduce
from nuchal.reproduction.settings import QUICK, WHOLE, ReproduceOptions, Sizes

SMALL = ReproduceOptions(seed=7, others=Sizes(necks=2000, subjects=3, epochs=1, judged=1))


def test_the_whole_is_as_large_as_the_papers() -> None:
    assert (WHOLE.necks, WHOLE.subjects) == (1_000_000, 200)
    assert WHOLE.subjects * 600 * 72 == 8_640_000
    assert ReproduceOptions(quick=True).sizes == QUICK
    assert ReproduceOptions().sizes == WHOLE


def test_three_young_men_and_women_and_nobody_twice() -> None:
    cast = cast_of(7, 2)
    everyone = [*cast.reference, cast.healthy, cast.patient, *sum(cast.others, ())]
    assert len({one.index for one in everyone}) == len(everyone) == 12
    assert [one.subject.sex for one in cast.reference] == ["male"] * 3 + ["female"] * 3
    assert all(one.subject.age_years < 35.0 for one in everyone)
    for one in (cast.patient, *(pair[1] for pair in cast.others)):
        assert sorted(one.fault.less_deg) == [0.0] * 8 + [25.0] * 2
    for one in (*cast.reference, cast.healthy, *(pair[0] for pair in cast.others)):
        assert not one.fault.less_deg.any()


def test_people_are_drawn_as_surveyed() -> None:
    for one in measured_groups(1, 40_000):
        known = survey(one.group)
        sd = np.sqrt(np.diag(known.covariance)[:3])
        assert one.surveyed == known.people
        assert np.abs((one.drawn_mean - known.mean[:3]) / sd).max() < 0.03
        off = (one.drawn_covariance - known.covariance[:3, :3]) / np.outer(sd, sd)
        assert np.abs(off).max() < 0.05


def test_a_run_goes_on_and_no_other_does(tmp_path: Path) -> None:
    out = tmp_path / "run"
    open_run(out, SMALL)
    left = out / ".nuchal-0123456789ab"
    left.mkdir()
    open_run(out, SMALL)
    assert not left.exists()
    with pytest.raises(OutputError, match="other settings"):
        open_run(out, ReproduceOptions(quick=True))
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="no run to go on with"):
        open_run(foreign, SMALL)
    with pytest.raises(OutputError, match="is a file"):
        open_run(foreign / "thesis.txt", SMALL)
    assert [one.name for one in foreign.iterdir()] == ["thesis.txt"]


def test_a_stage_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    place, calls = tmp_path / "stage", []

    def broken(draft: Path) -> None:
        draft.mkdir()
        (draft / "half").write_text("half", "utf-8")
        raise KeyboardInterrupt

    def whole(draft: Path) -> None:
        calls.append(draft)
        draft.write_text("whole", "utf-8")

    with pytest.raises(KeyboardInterrupt):
        made_once(place, broken)
    assert list(tmp_path.iterdir()) == []
    made_once(place, whole)
    made_once(place, whole)
    assert (len(calls), place.read_text("utf-8")) == (1, "whole")


@pytest.mark.slow
def test_a_small_run_that_is_broken_off_and_goes_on(tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    def stop(doing: str, _: float) -> None:
        if doing == "parts":
            raise EnoughError

    out = tmp_path / "run"
    with pytest.raises(EnoughError):
        run_reproduce(out, options=SMALL, progress=stop)
    judged = (out / "judged" / "judged.json").read_bytes()
    page = run_reproduce(out, options=SMALL)
    assert (out / "judged" / "judged.json").read_bytes() == judged
    with (out / "judged" / "table_2.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 72
    assert all(
        (row["random_frames_r2"] == "") == (row["random_frames_flat"] == "True") for row in rows
    )
    told = json.loads(judged)
    for whose in ("healthy", "patient"):
        assert all(0.2 < iou < 1.0 for iou in told["table_3"]["iou"][whose].values())
    parts = json.loads((out / "parts" / "healthy_00.json").read_text("utf-8"))
    assert set(parts) == set(WAYS)
    # What is compared with itself, as far as it goes, has more in common than shells that are thin.
    assert parts["as_far_own"] > parts["averaged_match_half"]
    text = page.read_text("utf-8")
    assert "0.9275" in text
    assert f"{np.mean(list(told['table_3']['iou']['healthy'].values())):.3f}" in text
    again = page.read_bytes()
    assert run_reproduce(out, options=SMALL).read_bytes() == again
