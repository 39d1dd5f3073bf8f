"""Tidy tables of a study, one row a person, session and thing, out of the assessments' JSON."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from nuchal.commands.assess_files import SUMMARY_FILE
from nuchal.commands.read_back import read_document
from nuchal.commands.study.curves import curve_rows
from nuchal.commands.study.plan import Visit
from nuchal.io.tidy import Kind
from nuchal.model.clinical import DIRECTIONS
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.summaries.estimate import Summary

Row = dict[str, Any]
Rows = list[Row]
# Tables of the assessments; ``statistics`` and ``left_out`` are made from others.
TABLES: Final = (
    "people", "directions", "muscles", "attempts", "relocations", "loads", "curves",
)  # fmt: skip
_WIDTHS: Final = ("common", "whole", "end")


class Column(NamedTuple):
    """A line of the data dictionary.

    Attributes:
        kind: ``text``, ``count`` or ``number``.
        unit: Empty where there is none.
    """

    table: str
    column: str
    kind: Kind
    unit: str
    meaning: str


@cache
def dictionary() -> tuple[Column, ...]:
    """Every column of every table, in order."""
    text = (files(__package__) / "dictionary.csv").read_text("utf-8")
    rows: list[dict[str, Any]] = list(csv.DictReader(text.splitlines()))
    return tuple(Column(**row) for row in rows)


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of one table."""
    return tuple(one for one in dictionary() if one.table == table)


def tables_of(visits: Sequence[tuple[Visit, Path]], lost: Mapping[Visit, int]) -> dict[str, Rows]:
    """All tables of the assessments.

    Args:
        visits: each with the folder of its assessment.
        lost: how many recordings each lost.

    Raises:
        RecordingError: a file is gone, or none of ours.
    """
    tables: dict[str, Rows] = {name: [] for name in TABLES}
    for visit, folder in visits:
        found = read_document(folder / SUMMARY_FILE, AssessmentSummary)
        rows = {
            "people": [_person(found, lost[visit])],
            "directions": list(_directions(found)),
            "muscles": list(_muscles(found)),
            "attempts": attempt_rows(found),
            "relocations": list(_relocations(found)),
            "loads": list(_loads(found, folder)),
            "curves": list(curve_rows(attempt_rows(found), folder)),
        }
        who = {"person": visit.person, "session": visit.session, "group": visit.group}
        for name, those in rows.items():
            tables[name] += [who | row for row in those]
    return tables


def attempt_rows(found: AssessmentSummary) -> Rows:
    """Attempts, numbered by direction."""
    rows: Rows = []
    for way in DIRECTIONS:
        those = [one for one in found.attempts if one.direction == way]
        for number, one in enumerate(those, start=1):
            beside = {
                f"beside_{angle.replace(' ', '_')}_deg": one.beside_deg.get(angle)
                for angle in DIRECTIONS[::2]
            }
            told = one.model_dump(exclude={"beside_deg"})
            rows.append({**told, "attempt": number, **beside})
    return rows


def _person(found: AssessmentSummary, lost: int) -> Row:
    return {
        **found.subject.model_dump(),
        "preset": found.preset,
        "recordings": len(found.trials),
        "recordings_left_out": lost,
        "frames": sum(one.frames for one in found.trials),
        "usable_frames": sum(one.usable_frames for one in found.trials),
    }


def _directions(found: AssessmentSummary) -> Iterator[Row]:
    for way, one in found.directions.items():
        moved = found.movement.get(way)
        smooth = None if moved is None else moved.smoothness
        yield {
            "direction": way,
            "reach_deg": one.reach_deg,
            "attempts": (moved.reach_deg.count if moved else 0) if way in DIRECTIONS else None,
            "mean_reach_deg": moved and moved.reach_deg.mean,
            "sd_reach_deg": moved and moved.reach_deg.sd,
            "norm_mean_deg": one.mean_deg,
            "expected_deg": one.expected_deg,
            "expected_sd_deg": one.expected_sd_deg,
            "likelihood_of_restriction": one.likelihood_of_restriction,
            "verdict": one.verdict,
            "peak_speed_deg_s": moved and moved.peak_speed_deg_s.mean,
            "mean_speed_deg_s": moved and moved.mean_speed_deg_s.mean,
            "smoothness": smooth and smooth.mean,
        }


def _muscles(found: AssessmentSummary) -> Iterator[Row]:
    for muscle, one in found.muscles.items():
        row: Row = {
            "muscle": muscle,
            "name": one.name,
            "side": one.side,
            "muscle_group": one.group,
            "common_low": one.common.low,
            "common_high": one.common.high,
            "matched_end_ratio": one.matched_end_ratio,
            "finding": one.finding,
            "q": one.q,
            "probability_less": one.probability_less,
            "probability_more": one.probability_more,
        }
        for kind in _WIDTHS:
            part = getattr(one, kind)
            row |= {f"{kind}_{key}": getattr(part, key) for key in ("ratio", "actual_N")}
            row[f"{kind}_healthy_N"] = part.healthy_N
        yield row


def _relocations(found: AssessmentSummary) -> Iterator[Row]:
    for way in DIRECTIONS:
        those = [one for one in found.relocations if one.direction == way]
        for number, one in enumerate(those, start=1):
            yield {**one.model_dump(), "return": number}


def _loads(found: AssessmentSummary, folder: Path) -> Iterator[Row]:
    for trial in found.trials:
        summary = read_document(folder / trial.recording / "summary.json", Summary)
        for level, load in summary.levels.items():
            yield {"recording": trial.recording, "level": level, **load.model_dump()}
