"""``report.html`` of made people: what it says in each state, and that it needs nothing else."""

import base64
import dataclasses
import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nuchal.assessment.assess import Normal
from nuchal.assessment.envelopes.geometry import geometry_of
from nuchal.assessment.envelopes.ideal import ideal_traces, own_neutral
from nuchal.assessment.envelopes.overlap import paired_test
from nuchal.assessment.healthy import healthy_movement
from nuchal.assessment.muscles.changed import Candidate
from nuchal.assessment.muscles.exertion import Exertion, exerted
from nuchal.assessment.muscles.flags import FEWEST, Flag
from nuchal.assessment.muscles.judged import judge
from nuchal.assessment.muscles.limits import healthy_limits
from nuchal.assessment.muscles.ratios import KINDS, ratios_of
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.assessment.ranges.restriction import restrictions_of
from nuchal.assessment.reaching import reaching_of
from nuchal.assessment.records import Assessment, Healthy, HealthyForces, Trial, exertion_of
from nuchal.assessment.stiff import read_as_stiff, short_share
from nuchal.commands.coactivity import coactivity_of
from nuchal.conventions import LEVELS
from nuchal.errors import EngineError
from nuchal.findings import Assumed, Warned, finding
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import MUSCLES
from nuchal.model.scaling import GENERIC_SUBJECT, personalise
from nuchal.movements.examination import RATE_HZ, ideal_movement
from nuchal.records import (
    Estimate,
    Intervals,
    JointMoments,
    JointReactions,
    Motion,
    MuscleForces,
    NetworkFindings,
    Subject,
    Tracking,
)
from nuchal.report.html import pdf
from nuchal.report.html.document import report_html, write_report
from nuchal.report.html.in_words import ratios_in_words
from nuchal.report.html.packing import template
from nuchal.report.html.page import number, signed
from nuchal.report.html.pdf import check_pdf, write_pdf
from nuchal.report.html.verdicts import directions_of
from nuchal.report.summaries.assessment import summarise_assessment
from nuchal.report.text import muscle_name, percent, sentence

PERSON = Subject(
    neck_length_m=GENERIC_SUBJECT.neck_length_m,
    shoulder_width_m=GENERIC_SUBJECT.shoulder_width_m,
    head_and_neck_mass_kg=GENERIC_SUBJECT.head_and_neck_mass_kg,
    age_years=45.0,
)
ANATOMY = personalise(PERSON)
STRENGTH = np.asarray(ANATOMY.max_isometric_force)
LOCAL = np.asarray(ANATOMY.markers)
# Moment arms that differ [m/rad].
ARMS = 0.02 * np.cos(np.arange(6)[:, None] + np.arange(72))
# Of plotly-gl3d.min.js 4.1.1, as npm has it.
PUBLISHED_PLOTLY = "aab04dcd9c103a92b18723f8c837712fe820f325d0bcd2421e415e8124a75b9f"
HARDLY = np.array([4.0, 20.0, 3.0, 3.0, 4.0, 4.0])
SECTIONS = (
    "envelopes", "ranges", "forces", "candidates", "ratios", "sides", "coactivity", "loads",
    "recordings", "quality", "match", "marker-test", "assumptions", "methods",
)  # fmt: skip
Make = Callable[..., Assessment]


@pytest.fixture(scope="session")
def healthy() -> Healthy:
    return healthy_movement(45.0, ANATOMY)


@pytest.fixture(scope="session")
def healthy_exertion(healthy: Healthy) -> Exertion:
    angles = healthy.angles_deg
    return exerted(forces(angles), np.ones(len(angles), bool), angles)


def forces(angles_deg: np.ndarray) -> np.ndarray:
    """Forces that grow with the angle, each muscle's in a direction of its own [N]."""
    pull = np.stack([np.cos(np.arange(72)), np.sin(np.arange(72)), np.cos(2 * np.arange(72))])
    return STRENGTH * np.clip(0.02 + np.maximum(angles_deg @ pull, 0.0) / 200.0, 0.0, 1.0)


def recorded(
    reach_deg: np.ndarray, name: str, *, network: bool = False, usable: bool = True
) -> tuple[Trial, Estimate]:
    motion = ideal_movement(np.radians(reach_deg))
    motion = Motion(*(np.asarray(x)[::4] for x in dataclasses.astuple(motion)))
    q = np.asarray(motion.q)
    frames = len(q)
    angles = np.degrees(q[:, :3] + q[:, 3:]) * [-1.0, 1.0, -1.0]
    force, seen = forces(angles), np.ones(frames, bool)
    seen[5:9] = False
    quality = seen & usable
    trial = Trial(
        name=name,
        rate_hz=RATE_HZ / 4,
        q=q,
        angles_deg=angles,
        markers=ideal_traces(q, LOCAL, own_neutral(ANATOMY, LOCAL)).of(1.0),
        known=seen,
        exertion=exerted(force, quality, angles),
    )
    return trial, estimated(name, motion, force, quality, network=network)


def estimated(
    name: str, motion: Motion, force: np.ndarray, quality: np.ndarray, *, network: bool
) -> Estimate:
    frames, none = len(force), np.zeros((len(force), 6))
    found = NetworkFindings(
        weights="made",
        intervals=Intervals(low=0.8 * force, high=1.3 * force, coverage=0.9),
        distance=np.full((frames, 5), 0.5),
        traits=None,
        correction=None,
    )
    return Estimate(
        source=Path(f"{name}.trc"),
        subject=PERSON,
        preset="recommended",
        engine="jax",
        motion=motion,
        moments=JointMoments(none, none, none, none),
        forces=MuscleForces(
            force, force / STRENGTH, 0.0 * force, none + 0.125, force > 1e9, np.zeros(frames),
            np.zeros(frames, int),
        ),
        reactions=JointReactions(
            100.0 + np.outer(np.arange(frames), np.arange(1, 9)) / frames,
            np.full((frames, 8), -12.0), np.full((frames, 8), 9.0),
        ),
        head_angles_deg=head_angles_deg(ANATOMY, motion.q),
        length=force, moment_arms=np.zeros((frames, 6, 72)),
        tracking=Tracking(
            residual=np.full(frames, 0.0023), worst_marker="LH", undetermined=np.zeros(6),
            coordinate_sd=np.zeros(6),
        ),
        assumptions=(finding(Assumed.THORAX_HELD),),
        quality=quality,
        method="network" if network else "optimisation",
        network=found if network else None,
        intervals=found.intervals if network else None,
    )  # fmt: skip


@pytest.fixture(scope="session")
def make(healthy: Healthy, healthy_exertion: Exertion) -> Make:
    kept: dict[str, Assessment] = {}

    def made(key: str, *recordings: tuple[Trial, Estimate]) -> Assessment:
        if key not in kept:
            kept[key] = assessed(recordings, healthy, healthy_exertion)
        return kept[key]

    return made


def assessed(
    recordings: tuple[tuple[Trial, Estimate], ...], healthy: Healthy, exertion: Exertion
) -> Assessment:
    trials, estimates = zip(*recordings, strict=True)
    geometry = geometry_of(
        trials, healthy, anatomy=ANATOMY, own_neck=1.0, necks=np.linspace(0.8, 1.3, 51)
    )
    ratios = ratios_of(exertion_of(trials), exertion, STRENGTH, healthy.norm.mean_deg)
    limits = {kind: healthy_limits("recommended", ANATOMY.system, kind) for kind in KINDS}
    whose = HealthyForces(
        whose="own",
        exertion=exertion,
        activation=exertion.force / STRENGTH,
        moment_arms=np.broadcast_to(ARMS, (len(exertion.force), 6, 72)),
    )
    overlaps = [one.with_match.iou for one in geometry.envelopes]
    test = None
    if None not in overlaps:
        test = paired_test(np.array(overlaps, float), np.full(3, 0.93))
    flags, changes = judge(ratios, limits, "recommended", FEWEST)
    found = Assessment(
        subject=PERSON,
        trials=trials,
        estimates=estimates,
        geometry=geometry,
        necks=51,
        seed=1,
        restrictions=restrictions_of(geometry.ranges, healthy),
        healthy=whose,
        matched=whose,
        ratios=ratios,
        matched_ratios=ratios,
        limits=limits,
        flags=flags,
        changes=changes,
        healthy_iou=np.full(3, 0.93),
        marker_test=test,
        assumptions=(finding(Assumed.OWN_NEUTRAL_POSES),),
        reaching=reaching_of(geometry.ranges, whose, STRENGTH),
    )
    networks = coactivity_of(trials, estimates, Normal(healthy, whose), ())
    return dataclasses.replace(found, coactivity=networks)


@pytest.fixture(scope="session")
def normal(make: Make, healthy: Healthy) -> Assessment:
    return make("normal", recorded(healthy.norm.mean_deg, "whole"))


@pytest.fixture(scope="session")
def stiff(make: Make, healthy: Healthy) -> Assessment:
    reach = healthy.norm.mean_deg * [1, 1, 0.35, 1, 1, 1]
    both = [recorded(reach, name, network=True) for name in ("first", "second <b>&</b>")]
    return make("stiff", *both)


@pytest.fixture(scope="session")
def still(make: Make) -> Assessment:
    return make("still", recorded(HARDLY, "walking", usable=False))


@pytest.fixture(scope="session")
def flat(make: Make) -> Assessment:
    return make("flat", recorded(np.array([50.0, 40.0, 0.0, 0.0, 0.0, 0.0]), "nodding"))


@pytest.fixture(scope="session")
def page(pages: dict[str, str]) -> str:
    return pages["stiff"]


@pytest.fixture(scope="session")
def pages(
    normal: Assessment, stiff: Assessment, still: Assessment, flat: Assessment
) -> dict[str, str]:
    made = {"normal": normal, "stiff": stiff, "still": still, "flat": flat}
    return {name: report_html(found, summarise_assessment(found)) for name, found in made.items()}


class Reader(HTMLParser):
    """Collects what a test asks about: addresses, identifiers, headings, tables' rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self._text: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"src", "href", "xlink:href", "action", "data", "poster", "srcset"}:
                self.addresses.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
        if tag == "tr":
            self.rows.append([])
        if tag in {"h1", "h2", "h3", "td", "th"}:
            self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._text is None:
            return
        if tag in {"td", "th"}:
            self.rows[-1].append("".join(self._text).strip())
        if tag in {"h1", "h2", "h3"}:
            self.headings.append((int(tag[1]), "".join(self._text).strip()))
        if tag in {"td", "th", "h1", "h2", "h3"}:
            self._text = None


def in_short(html: str) -> str:
    """The words in the box of the first page."""
    box = re.search(r'<div class="short">(.*?)</div>', html, re.DOTALL)
    assert box
    return " ".join(re.sub(r"<[^>]+>", " ", box[1]).split())


def unpacked(html: str, name: str) -> bytes:
    found = re.search(rf'id="{name}">([^<]*)<', html)
    assert found
    return gzip.decompress(base64.b64decode(found[1]))


def test_nothing_is_fetched_from_anywhere(page: str) -> None:
    for tag, name, value in Reader(page).addresses:
        outside = tag == "a" and name == "href" and value.startswith("https://doi.org/10.")
        assert outside or value.startswith(("#", "data:")), (tag, name, value)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none';")
    assert "http" not in policy[1]


@pytest.mark.slow
def test_it_is_one_file_of_four_megabytes_at_most(
    healthy: Healthy, healthy_exertion: Exertion, tmp_path: Path
) -> None:
    """Five recordings of 20 s at 100 Hz, noisy so that they hardly compress."""
    dice = np.random.default_rng(4)
    five = []
    for k in range(5):
        trial, one = recorded(healthy.norm.mean_deg, f"trial_{k}", network=True)
        force = dice.uniform(0.0, 100.0, (2000, 72))
        index = np.linspace(0, len(trial.q) - 1, 2000).astype(int)
        seen = np.ones(2000, bool)
        motion = Motion(
            np.arange(2000) / 100.0,
            *(np.asarray(getattr(one.motion, x))[index] for x in ("q", "qd", "qdd")),
            np.zeros(2000, int),
        )  # fmt: skip
        long = estimated(trial.name, motion, force, seen, network=True)
        five.append(
            (
                dataclasses.replace(
                    trial, rate_hz=100.0, q=trial.q[index], angles_deg=trial.angles_deg[index],
                    markers=trial.markers[index], known=seen,
                    exertion=exerted(force, seen, trial.angles_deg[index]),
                ),
                long,
            )
        )  # fmt: skip
    found = assessed(tuple(five), healthy, healthy_exertion)
    write_report(found, summarise_assessment(found), tmp_path / "report.html")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").stat().st_size <= 4_000_000


def test_names_from_files_are_escaped(page: str) -> None:
    assert "<b>&</b>" not in page
    assert "second &lt;b&gt;&amp;&lt;/b&gt;" in page
    assert "b" not in Reader(page).tags


def test_every_identifier_is_used_once(page: str) -> None:
    ids = Reader(page).ids
    assert len(ids) == len(set(ids))
    pointed = re.findall(r'(?:url\(#|href="#)([^)"]+)', page)
    assert set(pointed) <= set(ids)


def test_headings_go_down_one_by_one(page: str) -> None:
    levels = [level for level, _ in Reader(page).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("state", ["normal", "stiff", "still", "flat"])
def test_every_state_has_every_section(state: str, pages: dict[str, str]) -> None:
    html = pages[state]
    assert [x for x in Reader(html).ids if x in SECTIONS] == list(SECTIONS)
    for said in (
        "Research use; not a medical device.",
        "nuchal 0.",
        sentence(finding(Assumed.OWN_NEUTRAL_POSES)),
    ):
        assert said in unescape(html)
    assert html.count(sentence(finding(Assumed.THORAX_HELD))) == 1
    words = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"\b(nan|inf|None(?!:)|Undefined)\b", words)


def test_a_free_neck_is_not_called_restricted(pages: dict[str, str]) -> None:
    html = pages["normal"]
    assert "No restriction was found. All 10 directions were tested." in in_short(html)
    assert "▼ less than expected" not in html
    assert "reached, less than expected" not in html


def test_a_stiff_neck_is_told_where_and_by_how_much(stiff: Assessment, page: str) -> None:
    by_way = {one.direction: one for one in stiff.restrictions}
    right = by_way["right bending"]
    assert right.restricted
    said = in_short(page)
    assert "The head moves less than it should:" in said
    assert f"bending to the right side (by {right.short_deg:.0f}°)" in said
    assert "left side" not in said
    assert "turning" not in said


def test_hardly_any_movement_says_nothing_of_restriction_or_muscles(pages: dict[str, str]) -> None:
    html = pages["still"]
    assert "nothing can be said about restriction" in in_short(html)
    assert "at most by 20°" in in_short(html)
    assert "▼ less than expected" not in html
    assert "reached, less than expected" not in html
    assert "stand out</h2>" not in html
    assert html.count("– not tested</td>") == len(ALL_DIRECTIONS)
    assert "no frame has forces that can be used" in html


def test_of_directions_that_were_not_tested_nothing_is_said(
    flat: Assessment, pages: dict[str, str]
) -> None:
    html = pages["flat"]
    assert flat.geometry.match is None
    assert "There is no match:" in html
    assert "2 of 10 directions were tested. Of the others nothing can be said." in in_short(html)
    assert "the recordings cannot tell which" in html
    assert "About muscles nothing can be said" in in_short(html)
    assert "▼ asked less of:" not in html
    assert "▲ asked more of:" not in html


def test_numbers_are_those_of_the_json(stiff: Assessment, page: str) -> None:
    summary, rows = summarise_assessment(stiff), Reader(page).rows
    table = next(k for k, row in enumerate(rows) if row and row[0] == "Direction" and len(row) > 6)
    for row, one in zip(rows[table + 1 :], summary.directions.values(), strict=False):
        assert row[1] == number(one.reach_deg, 1)
        assert row[2] == number(one.mean_deg, 1)
        assert row[4] == f"{number(one.expected_deg, 1)} ± {number(one.expected_sd_deg, 1)}"
        assert row[6] == number(one.short_deg, 1)
        assert row[7] == percent(one.likelihood_of_restriction)
        assert row[8].startswith(number(one.missing_volume_cm3, 0))
    for name, one in summary.envelopes.items():
        row = next(row for row in rows if row and row[0] == name)
        assert row[1:5] == [
            number(one.volume_cm3, 0), number(one.surface_cm2, 0), number(one.iou_match, 3),
            number(one.iou_own, 3),
        ]  # fmt: skip
    assert summary.marker_test is not None
    assert f"t(2) = {signed(summary.marker_test.t, 2)}" in page
    assert summary.match is not None
    assert f"number {summary.match.person} sweeps" in page


def test_all_muscles_stand_in_the_table(stiff: Assessment, page: str) -> None:
    summary = summarise_assessment(stiff)
    start = page.index('<section id="ratios"')
    rows = Reader(page[start : page.index('<section id="sides"')]).rows
    muscles = [row for row in rows if len(row) == 15]
    assert len(muscles) == len(MUSCLES) / 2
    for row in muscles:
        right, left = (
            next(one for one in summary.muscles.values() if one.name == row[0] and one.side == side)
            for side in ("right", "left")
        )
        for k, one in enumerate((right, left)):
            assert row[1 + k] == number(one.common.actual_N, 1)
            sign = {None: "", "less": "▼ ", "more": "▲ "}[one.finding]
            assert row[3 + k] == sign + number(one.common.ratio, 2)
            assert row[9 + k] == number(one.whole.ratio, 2)
            assert row[11 + k] == number(one.end.ratio, 2)
            assert row[13 + k] == number(one.matched_end_ratio, 2)


def test_a_muscle_that_stands_out_is_named_with_all_three_ratios(stiff: Assessment) -> None:
    """By what the movement asks of it; weakness is left to a strength, if one was measured."""
    name, other = "stern_mast", "splen_cap_sklc6_L"
    flags = (
        Flag(muscle=MUSCLES.index(name), kind="less", ratio=0.5, low=0.8, high=1.2, q=0.011),
        Flag(muscle=MUSCLES.index(other), kind="more", ratio=1.5, low=0.7, high=1.3, q=0.0),
    )
    measured = dataclasses.replace(PERSON, strength_Nm={"flexion": 20.0, "right_bending": 22.0})
    weak = "Whether a muscle is weak no movement tells"
    for subject, has in ((PERSON, True), (measured, False)):
        found = dataclasses.replace(stiff, flags=flags, subject=subject)
        summary = summarise_assessment(found)
        html = report_html(found, summary, live=False)
        assert "1 is asked for less and 1 for more force" in in_short(html)
        rows = {row[0]: row[1:] for row in Reader(html).rows if len(row) == 5}
        part = summary.muscles[name]
        assert part.finding == "less"
        ratios = [number(one.ratio, 2) for one in (part.common, part.whole, part.end)]
        row = rows["▼ Sternomastoid, right"]
        assert [cell.split()[0] for cell in row[:3]] == ratios
        assert row[0].endswith("(0.80–1.20)")
        assert row[3] == "11 in 1000"
        assert rows["▲ Splenius capitis, C6, left"][3] == "< 1 in 1000"
        assert (weak in html) == has
        assert ("(bending forward (flexion) and bending to the right side)" in html) != has
        ours = unescape(html).replace(section_of(html, "candidates"), "")
        assert not re.search(r"\b(reduced|compensat\w+|weakened)\b", ours)


def read_again(found: Assessment, factor: dict[str, float]) -> Assessment:
    """As if forces of some muscles were other on the stiff neck, of the person's movement alone."""
    every = np.array([factor.get(name, 1.0) for name in MUSCLES])
    exertion = exertion_of(found.trials)
    actual = dataclasses.replace(exertion, force=exertion.force * every)
    share = short_share(found.geometry.ranges, found.geometry.healthy.norm, {})
    stiff = read_as_stiff(found, share, actual, found.healthy.exertion, STRENGTH)
    return dataclasses.replace(found, stiff=stiff)


def test_a_short_range_is_read_in_two_ways(stiff: Assessment) -> None:
    """A muscle that stands out under one reading only says so, wherever it is named."""
    changed = {"stern_mast": 0.2, "splen_cap_sklc6_L": 5.0}
    other = read_again(dataclasses.replace(stiff, flags=()), changed)
    summary = summarise_assessment(other)
    part = summary.if_stiff
    assert part is not None
    assert part.range_deg == pytest.approx({"right bending": 0.35 * 35.5}, abs=0.5)
    assert part.stiff_only["stern_mast"] == "less"
    assert part.stiff_only["splen_cap_sklc6_L"] == "more"
    assert part.both == part.early_only == {}
    for name, one in summary.muscles.items():
        mine, ratio = one.common.ratio, part.muscles[name].ratio
        assert ratio == (None if mine is None else pytest.approx(changed.get(name, 1.0) * mine))
    said = " ".join(part.text)
    assert "Sternomastoid, right (asked less of)" in said
    assert "Splenius capitis, C6, left (asked more of)" in said
    html = report_html(other, summary, live=False)
    section = html[html.index('<section id="stiff"') : html.index('<section id="sides"')]
    rows = [row for row in Reader(section).rows if len(row) == 5]
    assert {"Sternomastoid, right", "Splenius capitis, C6, left"} <= {row[0] for row in rows}
    assert len(rows) == len(part.stiff_only)
    assert all(line in unescape(html) for line in part.text)


def section_of(html: str, anchor: str) -> str:
    start = html.index(f'id="{anchor}"')
    return unescape(html[start : html.index("</section>", start)])


def with_candidates(found: Assessment, *candidates: Candidate) -> Assessment:
    assert found.changes is not None
    changes = dataclasses.replace(found.changes, candidates=candidates)
    return dataclasses.replace(found, changes=changes)


def candidate(name: str, asked: str, probability: float) -> Candidate:
    return Candidate(
        muscle=MUSCLES.index(name), asked=asked, probability=probability, ratio=0.61, low=0.8,
        high=1.25,
    )  # fmt: skip


def test_candidates_stand_by_side_with_probability_ratio_and_limits(normal: Assessment) -> None:
    found = with_candidates(
        normal, candidate("obl_cap_inf_L", "less", 0.62), candidate("trap_acr", "more", 0.14)
    )
    summary = summarise_assessment(found)
    assert summary.candidates is not None
    first = summary.candidates.muscles[0]
    assert (first.muscle, first.side, first.asked) == ("obl_cap_inf_L", "left", "less")
    peaks = summary.muscles["obl_cap_inf_L"].matched_end_ratio
    assert peaks is not None
    assert first.matched_end_ratio == peaks
    assert first.by_peaks == ("reduced" if peaks < 1.0 else "compensatory")
    html = report_html(found, summary, live=False)
    rows = [row[:5] for row in Reader(section_of(html, "candidates")).rows]
    assert ["Left", "▼ less", "Obliquus capitis inferior", "62 %", "0.61 (0.80–1.25)"] in rows
    assert ["Left", "▲ more", "no candidate"] in rows
    assert ["Right", "▼ less", "no candidate"] in rows
    assert rows.index(["Right", "▼ less", "no candidate"]) < rows.index(
        ["Right", "▲ more", "Trapezius, acromial", "14 %", "0.61 (0.80–1.25)"]
    )
    said = "right ▲ Trapezius, acromial 14 %; left ▼ Obliquus capitis inferior 62 %"
    assert said in unescape(html)


def test_a_list_without_candidates_says_so(normal: Assessment) -> None:
    found = with_candidates(normal)
    summary = summarise_assessment(found)
    html = report_html(found, summary, live=False)
    assert section_of(html, "candidates").count("no candidate</td>") == 4
    assert "For no muscle is it 10 % likely or more that the movement truly" in unescape(html)
    one = summary.muscles["stern_mast"]
    assert one.probability_less is not None
    assert 0.0 <= one.probability_less < 1.0


def test_a_preset_without_patients_has_no_probability(normal: Assessment) -> None:
    found = dataclasses.replace(normal, changes=None)
    summary = summarise_assessment(found)
    assert summary.candidates is None
    assert {one.probability_less for one in summary.muscles.values()} == {None}
    html = report_html(found, summary, live=False)
    assert "The probability is not known" in section_of(html, "candidates")


def test_networks_of_recordings_and_of_the_healthy_movement_stand_side_by_side(
    normal: Assessment, pages: dict[str, str]
) -> None:
    part = summarise_assessment(normal).coactivity
    assert part is not None
    assert part.own is not None
    assert part.healthy is not None
    assert part.emg is None
    assert 0 < len(part.own.edges) < 72 * 71 / 2
    assert min(r for _, _, r in part.own.edges) >= round(part.own.least_r, 3)
    pairs = len(part.own.nodes) * (len(part.own.nodes) - 1) / 2
    assert part.own.density == pytest.approx(len(part.own.edges) / pairs)
    rows = {row[0]: row for row in Reader(section_of(pages["normal"], "coactivity")).rows}
    mine = rows["These recordings, modelled"]
    assert mine[2:4] == [str(len(part.own.nodes)), str(len(part.own.edges))]
    assert "too little movement" in section_of(pages["still"], "coactivity")


@pytest.mark.slow
def test_a_muscle_that_stands_out_under_one_reading_says_so(stiff: Assessment) -> None:
    flags = tuple(
        Flag(muscle=MUSCLES.index(name), kind="less", ratio=0.5, low=0.8, high=1.2, q=0.01)
        for name in ("stern_mast", "splen_cap_sklc6_L")
    )
    found = dataclasses.replace(read_again(stiff, {"stern_mast": 0.2}), flags=flags)
    summary = summarise_assessment(found)
    assert summary.if_stiff is not None
    assert set(summary.if_stiff.both) == {"stern_mast"}
    assert set(summary.if_stiff.early_only) == {"splen_cap_sklc6_L"}
    for language, hangs in (("en", "only if the neck"), ("de", "nur wenn der Hals nicht steif")):
        html = report_html(found, summary, live=False, language=language)
        named = [row[0] for row in Reader(html).rows if len(row) == 5 and row[0][:2] == "▼ "]
        (hanging,) = [row for row in named if hangs in row]
        assert muscle_name("splen_cap_sklc6", language) in hanging


def test_no_short_range_has_no_other_reading(normal: Assessment, pages: dict[str, str]) -> None:
    assert summarise_assessment(normal).if_stiff is None
    assert "stiff and does not merely" not in pages["normal"]


def test_what_ends_a_movement_stands_beside_the_range(normal: Assessment) -> None:
    found = dataclasses.replace(
        normal, active_end_deg={"right rotation": 81.2, "left rotation": 80.6}
    )
    directions = summarise_assessment(found).directions
    assert directions["right rotation"].active_end_deg == 81.2
    assert directions["flexion"].stopped_by == "chin"
    assert directions["right forward"].stopped_by is None
    rows = {
        row[0]: row for row in Reader(report_html(found, summarise_assessment(found))).rows if row
    }
    assert rows["Right rotation"][3] == "81"
    assert rows["Extension"][3] == "facet joints"
    assert rows["Right forward"][2:4] == ["–", "–"]


def test_loads_are_extremes_over_usable_frames(stiff: Assessment, page: str) -> None:
    rows = Reader(page[page.index('<section id="loads"') :]).rows
    usable = np.concatenate([one.quality for one in stiff.estimates])
    down = np.concatenate([one.reactions.compression for one in stiff.estimates])[usable]
    for k, level in enumerate(LEVELS):
        row = next(row for row in rows if row and row[0] == level)
        assert row[1:5] == [
            number(float(down[:, k].max()), 0), number(float(down[:, k].mean()), 0), "15",
            "−12 to −12",
        ]  # fmt: skip


def test_curves_keep_their_peaks(stiff: Assessment, page: str) -> None:
    data = json.loads(unpacked(page, "packed-data"))
    assert len(data["recordings"]) == 2
    assert len(data["muscles"]) == len(MUSCLES) / 2
    for one, trial in zip(data["recordings"], stiff.trials, strict=True):
        usable = np.asarray(trial.exertion.usable)
        peaks = np.asarray(trial.exertion.force)[usable].max(axis=0)
        shown = np.repeat(np.array(one["kind"]) == 2, 2)
        assert np.array(one["force"])[:, shown].max(axis=1) / 10 == pytest.approx(peaks, abs=0.051)
        assert np.array(one["high"])[:, np.array(one["kind"]) == 2].max(axis=1) / 10 == (
            pytest.approx(1.3 * peaks, abs=0.051)
        )
    assert data["healthy"]["low"] is None


def test_the_drawing_library_is_inside(page: str) -> None:
    code = unpacked(page, "packed-plotly").decode("utf-8")
    assert "mesh3d" in code
    assert code.startswith("/**\n* plotly.js (gl3d - minified) v4.1.1\n")
    assert sha256(code.encode("utf-8")).hexdigest() == PUBLISHED_PLOTLY


def test_the_drawing_library_draws_all_that_the_page_asks_for(page: str) -> None:
    """Its bundle holds a module for each kind of trace, by name."""
    code = unpacked(page, "packed-plotly").decode("utf-8")
    kinds = set(re.findall(r'type: "(\w+)", (?:mode|x)', template("report.js")))
    assert kinds == {"mesh3d", "scatter3d"}
    for kind in {*kinds, "scatter"}:
        assert re.search(rf'moduleType:"trace",name:"{kind}"', code), kind


def test_meshes_are_those_of_the_envelopes(stiff: Assessment, page: str) -> None:
    data = json.loads(unpacked(page, "packed-data"))["envelopes"]
    for marker, one in zip(data["markers"], stiff.geometry.envelopes, strict=True):
        right, forward, up = np.array(marker["person"]["at"]) * 1e-4
        corners = np.stack([forward, up, right], axis=1)[np.array(marker["person"]["faces"]).T]
        volume = np.einsum("fi,fi->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6
        assert volume == pytest.approx(one.person.volume_m3, rel=0.01)
        assert len(marker["way"]) == len(marker["missing"][0])


def test_missing_places_count_as_missing_volume(stiff: Assessment) -> None:
    """Another number of points, the same share of the healthy envelope."""
    whole = sum(float(one.missing_m3.sum()) for one in stiff.geometry.missing)
    right = next(x for x in stiff.geometry.missing if x.direction == "right bending")
    ways = np.concatenate([one.direction for one in stiff.geometry.places])
    share = float(np.mean(ways == ALL_DIRECTIONS.index("right bending")))
    assert share == pytest.approx(float(right.missing_m3.sum()) / whole, abs=0.06)


def test_what_reaching_asks_for_stands_where_the_head_goes_less_far(
    stiff: Assessment, normal: Assessment, page: str, pages: dict[str, str]
) -> None:
    """The made neck bends to the right by a third of what is normal; the healthy one is whole."""
    parts = summarise_assessment(stiff).not_reached
    right, reached = parts["right bending"], stiff.geometry.ranges.reach_deg[2]
    normally = stiff.geometry.healthy.ranges.reach_deg[2]
    assert right.beyond_deg == pytest.approx(normally - reached, abs=0.1)
    rows = Reader(page).rows
    first = right.asks_for[0]
    row = [f"{first.name}, {first.side}", percent(first.carried), percent(first.share_of_maximum)]
    (found,) = [one for one in rows if one and one[0].startswith("Right bending, ")]
    assert found[1:4] == row
    assert not [one for one in rows if one and one[0].startswith("Flexion, ")]
    assert "not what is impaired" in page
    assert summarise_assessment(normal).not_reached == {}
    assert "not what is impaired" not in pages["normal"]


def test_without_a_browser_nothing_waits_for_one(stiff: Assessment, page: str) -> None:
    html = report_html(stiff, summarise_assessment(stiff), live=False)
    assert "<script" not in html
    assert 'class="live"' not in html
    packed = re.findall(r'id="packed-(\w+)">([^<]*)</script>', page)
    assert {name for name, _ in packed} == {"plotly", "data"}
    assert len(html) < len(page) - sum(len(text) for _, text in packed)
    assert html.count("<svg") == page.count("<svg") == 7


@pytest.mark.slow
def test_a_browser_draws_it_from_the_file(page: str, tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no browser is installed")
    (tmp_path / "report.html").write_text(page, "utf-8")
    words = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000")
    profile = f"--user-data-dir={tmp_path}"
    drawn = subprocess.run(
        [browser, *words, profile, "--dump-dom", (tmp_path / "report.html").as_uri()],
        capture_output=True, text=True, timeout=300, check=True,
    ).stdout  # fmt: skip
    assert re.search(r'<html[^>]* data-drawn="yes"', drawn)
    curves = drawn[drawn.index('id="curve-plot"') :]
    assert curves.count("scatterlayer") >= 4
    assert "this recording" in curves


def test_it_can_be_read_aloud_and_used_with_a_keyboard(
    page: str, browser, patiently, violations, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text(page, "utf-8")
    browser.get((tmp_path / "report.html").as_uri())
    drawn = "return document.documentElement.dataset.drawn"
    patiently(lambda: browser.execute_script(drawn) == "yes")
    names = "return [...document.querySelectorAll('.modebar-btn')].map(one => one.ariaLabel)"
    buttons = browser.execute_script(names)
    assert "Download plot as a PNG" in buttons
    assert [one for one in buttons if re.search("share|cloud|edit", one, re.IGNORECASE)] == []
    before = named_by(browser, "#curve-plot")
    browser.execute_script("document.querySelector('#envelope-plot').focus()")
    eye = "return document.querySelector('#envelope-plot').layout.scene.camera.eye.x"
    seen = browser.execute_script(eye)
    browser.switch_to.active_element.send_keys("\ue012")  # arrow left
    assert browser.execute_script(eye) != seen
    browser.execute_script(
        "const one = document.querySelector('[name=muscle]'); one.selectedIndex = 0;"
        "one.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    assert named_by(browser, "#curve-plot") != before
    browser.set_window_size(600, 900)
    boxes = "return [...document.querySelectorAll('.scroll[tabindex]')].length"
    patiently(lambda: browser.execute_script(boxes))
    assert violations(browser) == []


def named_by(browser, selector: str) -> str:
    return browser.find_element("css selector", selector).get_attribute("aria-label")


def test_pictures_say_what_they_show(stiff: Assessment, page: str) -> None:
    summary = summarise_assessment(stiff)
    said = [unescape(one) for one in re.findall(r'<svg [^>]*role="img" aria-label="(.*?)"', page)]
    assert len(said) == page.count("<svg") == 7
    (envelopes,) = [one for one in said if one.startswith("Outlines")]
    for name, one in summary.envelopes.items():
        assert f"{name}: {one.volume_cm3:.0f} cm³, " in envelopes
        assert f"own neck {one.iou_own:.2f}" in envelopes
    (forces,) = [one for one in said if one.startswith("Forces of four")]
    for muscle in ("stern_mast", "stern_mast_L"):
        assert f"{summary.muscles[muscle].end.actual_N:.0f} N" in forces
    (ratios,) = [one for one in said if one.startswith("Forces of all")]
    common = [one.common.ratio for one in summary.muscles.values() if one.common.ratio is not None]
    assert f"from {min(common):.2f} to {max(common):.2f}." in ratios
    assert "No muscle stands out." in ratios
    name, one = next(iter(summary.muscles.items()))
    odd = {**summary.muscles, name: one.model_copy(update={"finding": "less"})}
    told = f"Standing out: {one.name}, {one.side}, asked less of ({one.common.ratio:.2f})."
    assert told in ratios_in_words(odd, judged=True)
    assert "tanding out" not in ratios_in_words(odd, judged=False)
    (joined,) = [one for one in said if one.startswith("Pairs of muscles")]
    assert f"{len(summary.coactivity.own.edges)} pairs are joined in these" in joined
    (loads,) = [one for one in said if one.startswith("Compression")]
    assert "C7-T1" in loads


@pytest.mark.slow
def test_paper_says_the_same(stiff: Assessment, tmp_path: Path) -> None:
    try:
        check_pdf()
    except EngineError as missing:
        pytest.skip(str(missing))
    write_pdf(report_html(stiff, summarise_assessment(stiff), live=False), tmp_path / "report.pdf")
    data = (tmp_path / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(data) < 2_000_000


def test_without_weasyprint_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    with pytest.raises(EngineError) as caught:
        check_pdf()
    assert caught.value.what == "pdf.no_package"


@pytest.mark.slow
def test_what_asks_for_a_check_stands_on_the_first_page(stiff: Assessment) -> None:
    first, second = stiff.estimates
    assert first.tracking is not None
    far = dataclasses.replace(first.tracking, residual=np.full(len(first.quality), 0.049))
    moved = finding(Warned.THORAX_MOVED, moved_mm=41.0)
    found = dataclasses.replace(
        stiff,
        estimates=(
            dataclasses.replace(first, tracking=far),
            dataclasses.replace(second, assumptions=(moved,)),
        ),
    )
    said = unescape(in_short(report_html(found, summarise_assessment(found), live=False)))
    assert "Quality of the recordings: poor." in said
    assert "first: the model's head lies 49 mm from the markers" in said
    assert f"second <b>&</b>: {sentence(moved)}" in said
    assert "Check first" not in in_short(
        report_html(stiff, summarise_assessment(stiff), live=False)
    )


@pytest.mark.parametrize(
    ("likely", "words"),
    [(0.999, "almost certain (> 99 %)"), (0.93, "very likely (93 %)"), (0.7, "likely (70 %)"),
     (0.48, "about as likely as not (48 %)"), (0.3, "possible (30 %)"), (0.1, "unlikely (10 %)")],
)  # fmt: skip
def test_how_sure_in_words(stiff: Assessment, likely: float, words: str) -> None:
    one = directions_of(summarise_assessment(stiff).directions)[0]
    found = one.found.model_copy(update={"likelihood_of_restriction": likely})
    assert dataclasses.replace(one, found=found).sure() == words


@pytest.mark.slow
def test_the_first_page_speaks_german(
    pages: dict[str, str], request: pytest.FixtureRequest
) -> None:
    for state in pages:
        found = request.getfixturevalue(state)
        html = report_html(found, summarise_assessment(found), live=False, language="de")
        first = html[html.index('<section class="first"') : html.index('<nav class="screen"')]
        english = pages[state]
        english = english[english.index('<section class="first"') : english.index("<nav class")]
        assert html.startswith('<!doctype html>\n<html lang="de">')
        assert html.count('<section lang="en" id=') == len(SECTIONS)
        assert set(_sentences(first)) & set(_sentences(english)) == set()
        assert "Die Haltung" in first or "die Haltung" in first
        assert pages[state].startswith('<!doctype html>\n<html lang="en">')


def _sentences(html: str) -> list[str]:
    """Runs of four words or more, of texts and of the picture."""
    texts = [" ".join(text.split()) for text in re.findall(r">([^<>]+)<", html)]
    return [text for text in texts if len(text.split()) >= 4 and "{" not in text]


def test_without_places_of_markers_nothing_is_said_of_the_necks_length(
    normal: Assessment, pages: dict[str, str]
) -> None:
    turned = tuple(dataclasses.replace(one, tracking=None) for one in normal.estimates)
    found = dataclasses.replace(normal, estimates=turned)
    said = unescape(report_html(found, summarise_assessment(found), live=False))
    measured = unescape(pages["normal"])
    for words in ("Residual: distance of the head markers", "Fitted to all marker positions"):
        assert words in measured
        assert words not in said
    assert "No places were measured" in said
    assert "No places were measured" not in measured
