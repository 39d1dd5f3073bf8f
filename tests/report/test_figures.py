"""The figures show what the records hold: data are read back from the axes."""

from dataclasses import replace
from pathlib import Path

import equinox as eqx
import jax.numpy as jnp
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from PIL import Image

from nuchal.conventions import COORDINATES, LEVELS
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.model.clinical import GROUPS
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.model.kinematics import body_poses, path_points
from nuchal.records import Estimate
from nuchal.report.figures.all import write_figures
from nuchal.report.figures.angles import angles_figure
from nuchal.report.figures.drawing import neck_scene, peak_forces, shown_muscles
from nuchal.report.figures.forces import forces_figure
from nuchal.report.figures.loads import LOADS, loads_figure
from nuchal.report.figures.moments import moments_figure
from nuchal.report.figures.overview import overview_figure, strongest_groups
from nuchal.report.figures.peaks import peaks_figure
from nuchal.report.figures.style import SIDE_LINES
from nuchal.report.text import muscle_name
from nuchal.tracking.smoothing import segments


@pytest.fixture(scope="module")
def forces(estimate: Estimate) -> Figure:
    return forces_figure(estimate)


@pytest.fixture(scope="module")
def moments(estimate: Estimate) -> Figure:
    return moments_figure(estimate)


@pytest.fixture(scope="module")
def loads(estimate: Estimate) -> Figure:
    return loads_figure(estimate)


@pytest.fixture(scope="module")
def angles(estimate: Estimate, anatomy: Anatomy) -> Figure:
    return angles_figure(estimate, anatomy)


@pytest.fixture(scope="module")
def peaks(estimate: Estimate, anatomy: Anatomy) -> Figure:
    return peaks_figure(estimate, anatomy)


def panel(figure: Figure, gid: str) -> Axes:
    (found,) = [axes for axes in figure.axes if axes.get_gid() == gid]
    return found


def line(axes: Axes, label: str) -> Line2D:
    (found,) = [drawn for drawn in axes.get_lines() if drawn.get_label() == label]
    return found


def assert_shows(drawn: Line2D, values: np.ndarray, shown: np.ndarray) -> None:
    """The line holds the values where they are to be shown and nothing elsewhere."""
    data = np.ma.masked_invalid(drawn.get_ydata(orig=True))
    np.testing.assert_array_equal(~np.ma.getmaskarray(data), shown)
    np.testing.assert_allclose(data.compressed(), values[shown])


def texts(figure: Figure) -> str:
    artists = figure.findobj(lambda artist: hasattr(artist, "get_text"))
    return "\n".join(str(artist.get_text()) for artist in artists)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_force_panels_show_sums_of_their_muscles_in_usable_frames(
    forces: Figure, estimate: Estimate, group: str
) -> None:
    axes = panel(forces, group)
    for side, left in (("right", False), ("left", True)):
        of = [
            m
            for m, name in enumerate(MUSCLES)
            if MUSCLE_GROUPS[m] == group and name.endswith("_L") == left
        ]
        total = np.asarray(estimate.forces.force)[:, of].sum(axis=1)
        assert_shows(line(axes, side), total, estimate.quality)


def test_every_muscle_belongs_to_one_panel(forces: Figure) -> None:
    shown = {axes.get_gid() for axes in forces.axes}
    assert set(MUSCLE_GROUPS) <= shown


def test_the_passive_part_is_an_area_under_the_force(forces: Figure, estimate: Estimate) -> None:
    right = [
        m
        for m, name in enumerate(MUSCLES)
        if MUSCLE_GROUPS[m] == "semispinalis" and not name.endswith("_L")
    ]
    passive = np.asarray(estimate.forces.passive)[:, right].sum(axis=1)
    areas = panel(forces, "semispinalis").collections
    (area,) = [a for a in areas if a.get_label() == "_passive right"]
    top = max(path.vertices[:, 1].max() for path in area.get_paths())
    gap = np.asarray(estimate.forces.status) == Status.GAP
    assert top == pytest.approx(passive[~gap].max())
    assert "of it passive, by stretch" in texts(forces)


def test_full_activation_is_ticked_on_its_side(estimate: Estimate) -> None:
    saturated = np.zeros((240, 72), dtype=bool)
    saturated[[20, 21, 64], MUSCLES.index("levator_scap_L")] = True  # frame 64 is a gap
    forces = eqx.tree_at(lambda f: f.saturated, estimate.forces, saturated)
    axes = panel(forces_figure(replace(estimate, forces=forces)), "levator scapulae")
    ticks = line(axes, "_full activation left").get_xdata()
    np.testing.assert_array_equal(ticks, np.asarray(estimate.motion.time)[[20, 21]])
    assert "_full activation right" not in [drawn.get_label() for drawn in axes.get_lines()]


def test_sides_differ_in_line_style_and_lightness() -> None:
    lightness = {
        side: float(np.dot(to_rgba(look["color"])[:3], [0.2126, 0.7152, 0.0722]))
        for side, look in SIDE_LINES.items()
    }
    assert SIDE_LINES["right"]["linestyle"] != SIDE_LINES["left"]["linestyle"]
    assert abs(lightness["right"] - lightness["left"]) > 0.25


def test_gaps_are_never_drawn_and_doubtful_frames_are_faint(
    forces: Figure, moments: Figure, loads: Figure, estimate: Estimate
) -> None:
    gap = np.asarray(estimate.forces.status) == Status.GAP
    doubtful = np.asarray(estimate.forces.status) == Status.BEYOND_RANGE
    assert gap.any()
    assert doubtful.any()
    for figure in (forces, moments, loads):
        for axes in figure.axes:
            for drawn in axes.get_lines():
                data = np.ma.masked_invalid(drawn.get_ydata(orig=True))
                if data.size == gap.size:
                    assert np.ma.getmaskarray(data)[gap].all()
                if drawn.get_label() == "_doubtful":
                    assert not np.ma.getmaskarray(data)[doubtful].any()
                    assert (drawn.get_alpha() or 1.0) < 1.0


def test_flagged_frames_are_shaded_where_they_are(forces: Figure, estimate: Estimate) -> None:
    axes = panel(forces, "longus")
    time = np.asarray(estimate.motion.time)
    spans = sorted(
        (patch.get_x(), patch.get_x() + patch.get_width())
        for patch in axes.patches
        if patch.get_y() == 0 and patch.get_height() == 1
    )
    flagged = segments(~np.asarray(estimate.quality))
    assert len(spans) == len(flagged)
    for (left, right), (start, stop) in zip(spans, flagged, strict=True):
        assert time[start - 1] < left < time[start]
        assert time[stop - 1] < right < time[stop]


def test_moments_show_net_passive_and_reserve(moments: Figure, estimate: Estimate) -> None:
    for k, name in enumerate(COORDINATES):
        axes = panel(moments, name)
        assert_shows(line(axes, "net"), np.asarray(estimate.moments.net)[:, k], estimate.quality)
        passive = np.asarray(estimate.moments.passive)[:, k]
        assert_shows(line(axes, "passive"), passive, estimate.quality)
        arms, fibre = np.asarray(estimate.moment_arms)[:, k], np.asarray(estimate.forces.passive)
        stretched = (arms * fibre).sum(axis=1)
        assert_shows(line(axes, "stretched"), stretched, estimate.quality)
        (area,) = axes.collections
        reserve = np.asarray(estimate.forces.reserve)[:, k]
        corners = np.concatenate([path.vertices[:, 1] for path in area.get_paths()])
        worst = reserve[np.argmax(np.abs(reserve))]
        assert corners[np.argmax(np.abs(corners))] == pytest.approx(worst)
        assert f"worst reserve {abs(worst):.2f} N m" in [t.get_text() for t in axes.texts]
    assert "external" not in texts(moments)


def test_a_load_on_the_head_appears_as_external_moment(estimate: Estimate) -> None:
    external = np.full_like(np.asarray(estimate.moments.net), -0.7)
    loaded = replace(
        estimate, moments=eqx.tree_at(lambda m: m.external, estimate.moments, external)
    )
    figure = moments_figure(loaded)
    assert_shows(line(panel(figure, "pitch2"), "external"), external[:, 3], estimate.quality)
    assert "external: what is on the head" in texts(figure)


def test_angles_are_in_degrees_with_flexion_and_right_positive(
    angles: Figure, estimate: Estimate
) -> None:
    tracked = np.asarray(estimate.forces.status) != Status.GAP
    q = np.rad2deg(np.asarray(estimate.motion.q))
    rows = [axes for axes in angles.axes if "+" in axes.get_ylabel()]
    assert [axes.get_ylabel()[-3:] for axes in rows] == ["[°]"] * 3
    for axes, sign, k in zip(rows, (-1, 1, -1), range(3), strict=True):
        assert_shows(line(axes, "upper neck"), sign * q[:, k], tracked)
        assert_shows(line(axes, "lower neck"), sign * q[:, k + 3], tracked)
    plane = tracked & (np.abs(q[:, [1, 2, 4, 5]]).max(axis=1) < 1e-9)  # sagittal: angles add up
    total = np.ma.masked_invalid(line(rows[0], "head on thorax").get_ydata(orig=True))
    expected = -(q[:, 0] + q[:, 3])[plane]
    # The source's couplers are rounded: their joint angles add up to a coordinate within 0.1 %.
    np.testing.assert_allclose(total[plane].compressed(), expected, rtol=1e-3, atol=1e-9)


def test_generic_range_is_shaded(angles: Figure) -> None:
    axes = angles.axes[0]
    (band,) = [p for p in axes.patches if p.get_label() == "range of the generic neck"]
    assert band.get_y() == pytest.approx(-72.0)  # extension, as the model's authors give it
    assert band.get_y() + band.get_height() == pytest.approx(49.0)


def test_tracking_residual_is_in_millimetres_and_absent_without_tracking(
    angles: Figure, estimate: Estimate, anatomy: Anatomy
) -> None:
    axes = panel(angles, "residual")
    tracked = np.asarray(estimate.forces.status) != Status.GAP
    assert estimate.tracking is not None
    assert_shows(line(axes, "residual"), 1e3 * np.asarray(estimate.tracking.residual), tracked)
    assert "[mm]" in axes.get_ylabel()
    untracked = angles_figure(replace(estimate, tracking=None), anatomy)
    assert "residual" not in {a.get_gid() for a in untracked.axes}


def test_loads_show_every_level(loads: Figure, estimate: Estimate) -> None:
    for name, _ in LOADS:
        values = np.asarray(getattr(estimate.reactions, name))
        axes = panel(loads, name)
        for k, level in enumerate(LEVELS):
            assert_shows(line(axes, level), values[:, k], estimate.quality)
        mean = line(panel(loads, f"{name} profile"), "mean").get_xdata()
        np.testing.assert_allclose(mean, values[estimate.quality].mean(axis=0))
        assert [t.get_text() for t in panel(loads, f"{name} profile").get_yticklabels()] == list(
            LEVELS
        )


def test_drawing_holds_all_muscles_coloured_by_peak(
    peaks: Figure, estimate: Estimate, anatomy: Anatomy
) -> None:
    peak = np.asarray(estimate.forces.force)[np.asarray(estimate.quality)].max(axis=0)
    scale = neck_scene(anatomy, peak).scale
    drawn: dict[str, int] = dict.fromkeys(MUSCLES, 0)
    for view in ("right side", "left side", "back", "front"):
        for belly in panel(peaks, view).patches:
            if isinstance(belly, Polygon) and belly.get_gid() in drawn:
                drawn[belly.get_gid()] += 1
                force = peak[MUSCLES.index(belly.get_gid())]
                assert belly.get_facecolor() == pytest.approx(scale.colours(force / scale.top))
    assert set(drawn.values()) == {2}
    assert scale.top >= peak.max()


def test_muscles_are_drawn_along_their_paths(peaks: Figure, anatomy: Anatomy) -> None:
    points = np.asarray(path_points(anatomy, body_poses(anatomy, jnp.zeros(6))))
    levator = anatomy.topology.segment_muscle.index(56)
    ends = points[[anatomy.topology.segment_start[levator], anatomy.topology.segment_end[levator]]]
    assert MUSCLES[56] == "levator_scap"
    axes = panel(peaks, "back")
    (belly,) = [p for p in axes.patches if p.get_gid() == "levator_scap"]
    corners = belly.get_xy()
    for end in ends:
        nearest = np.linalg.norm(corners - end[[2, 1]], axis=1).min()
        assert nearest < 0.004
    assert corners[:, 0].min() > 0.0  # seen from behind, the right side is on the right


def test_side_views_split_the_muscles_by_side() -> None:
    right, left = shown_muscles("right side"), shown_muscles("left side")
    assert sorted(right + left) == list(range(72))
    assert all(MUSCLES[m].endswith("_L") for m in left)
    assert sorted(shown_muscles("back") + shown_muscles("front")) == list(range(72))


def test_chart_lists_every_pair_with_its_peaks(peaks: Figure, estimate: Estimate) -> None:
    axes = panel(peaks, "chart")
    peak = peak_forces(estimate.forces.force, estimate.quality)
    shown = dict(
        zip(
            [t.get_text() for t in axes.get_yticklabels()],
            zip(line(axes, "right").get_xdata(), line(axes, "left").get_xdata(), strict=True),
            strict=True,
        )
    )
    assert len(shown) == 36
    for name in MUSCLES:
        if not name.endswith("_L"):
            pair = (peak[MUSCLES.index(name)], peak[MUSCLES.index(name + "_L")])
            assert shown[muscle_name(name)] == pytest.approx(pair)


def test_overview_shows_the_strongest_groups(estimate: Estimate, anatomy: Anatomy) -> None:
    figure = overview_figure(estimate, anatomy)
    usable = np.asarray(estimate.forces.force)[np.asarray(estimate.quality)]
    highest = {
        group: max(
            usable[
                :,
                [
                    m
                    for m, n in enumerate(MUSCLES)
                    if MUSCLE_GROUPS[m] == group and n.endswith("_L") == left
                ],
            ]
            .sum(axis=1)
            .max()
            for left in (False, True)
        )
        for group in GROUPS
    }
    front = ("sternocleidomastoid", "scalenes", "longus")
    back = tuple(g for g in GROUPS if g not in front and "hyoid" not in g)
    expected = []
    for region in (front, back):
        strongest = sorted(region, key=lambda g: -highest[g])[:2]
        assert strongest_groups(estimate, region, 2) == strongest
        expected += strongest
    assert set(expected) == {axes.get_gid() for axes in figure.axes} & set(GROUPS)
    assert "volunteer_01.c3d" in texts(figure)


@pytest.mark.parametrize("name", ["forces", "moments", "loads", "angles", "peaks"])
def test_every_labelled_axis_has_a_unit(request: pytest.FixtureRequest, name: str) -> None:
    figure = request.getfixturevalue(name)
    labels = [label for axes in figure.axes for label in (axes.get_xlabel(), axes.get_ylabel())]
    labels = [label for label in labels if label]
    assert len(labels) >= 1
    for label in labels:
        assert any(unit in label for unit in ("[N]", "[N m]", "[°]", "[mm]", "[s]")), label


@pytest.mark.slow
def test_files_are_written_and_no_setting_is_left_behind(
    estimate: Estimate, anatomy: Anatomy, tmp_path: Path
) -> None:
    before = dict(mpl.rcParams)
    paths = write_figures(estimate, tmp_path, anatomy=anatomy)
    assert dict(mpl.rcParams) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in paths)
    names = {"overview", "forces", "peak_forces", "moments", "angles", "loads"}
    assert {p.stem for p in paths} == names
    with Image.open(tmp_path / "forces.png") as picture:
        assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("frames", [1, 2])
def test_a_recording_without_a_usable_frame_still_draws(
    estimate: Estimate, anatomy: Anatomy, tmp_path: Path, frames: int
) -> None:
    def cut(record):
        kept = {f: v[:frames] for f, v in vars(record).items()}
        return type(record)(**kept)

    gaps = np.full(frames, int(Status.GAP))
    forces = eqx.tree_at(lambda f: f.status, cut(estimate.forces), gaps)
    nothing = replace(
        estimate,
        motion=cut(estimate.motion),
        moments=cut(estimate.moments),
        reactions=cut(estimate.reactions),
        forces=forces,
        length=np.asarray(estimate.length)[:frames],
        moment_arms=np.asarray(estimate.moment_arms)[:frames],
        head_angles_deg=np.asarray(estimate.head_angles_deg)[:frames],
        tracking=None,
        quality=np.zeros(frames, dtype=bool),
    )
    assert len(write_figures(nothing, tmp_path, anatomy=anatomy)) == 12
