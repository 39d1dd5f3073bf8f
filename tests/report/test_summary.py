"""Numbers of the summary, worked by hand on four frames."""

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import equinox as eqx
import numpy as np
import pytest

from nuchal.errors import Status
from nuchal.findings import Assumed, finding
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.records import (
    Estimate,
    JointMoments,
    JointReactions,
    Motion,
    MuscleForces,
    Subject,
    Tracking,
)
from nuchal.report.summaries.estimate import Summary, summarise, summary
from nuchal.report.text import status_meaning

COUPLERS = 1e-3
"""The source's couplers are rounded: their joint angles add up to a coordinate within this."""


@pytest.fixture
def four_frames() -> Estimate:
    """Frame 1 is a gap with absurd values; frame 3 is beyond range."""
    status = np.array([Status.OK, Status.GAP, Status.OK, Status.BEYOND_RANGE], dtype=int)
    force = np.zeros((4, 72))
    force[:, MUSCLES.index("stern_mast")] = [10.0, 9999.0, 30.0, 80.0]
    force[:, MUSCLES.index("cleid_mast")] = [5.0, 9999.0, 1.0, 2.0]
    force[:, MUSCLES.index("cleid_occ")] = [20.0, 9999.0, 2.0, 2.0]
    saturated = np.zeros((4, 72), dtype=bool)
    saturated[[1, 2, 3], MUSCLES.index("stern_mast")] = True
    reserve = np.zeros((4, 6))
    reserve[:, 1] = [0.3, 77.0, 0.0, -0.4]
    q = np.zeros((4, 6))
    q[:, 0] = np.deg2rad([-10.0, -80.0, 5.0, 0.0])
    q[:, 3] = np.deg2rad([-20.0, -80.0, 10.0, 0.0])
    compression = np.tile(np.array([[100.0], [9999.0], [140.0], [500.0]]), (1, 8))
    shear = np.tile(np.array([[3.0], [9999.0], [-6.0], [0.0]]), (1, 8))
    zero = np.zeros((4, 6))
    return Estimate(
        source=Path("/somewhere/private/turn.trc"),
        subject=Subject(neck_length_m=0.11, shoulder_width_m=0.4, head_and_neck_mass_kg=6.0),
        preset="paper",
        engine="jax",
        motion=Motion(np.array([1.0, 1.5, 2.0, 2.5]), q, zero, zero, status),
        moments=JointMoments(zero, zero, zero, zero),
        forces=MuscleForces(
            force=force,
            activation=force / 1e4,
            passive=0 * force,
            reserve=reserve,
            saturated=saturated,
            optimality=np.array([1e-9, 1.0, 3e-9, 2e-9]),
            status=status,
        ),
        reactions=JointReactions(compression, shear, 4.0 / 3.0 * shear),
        head_angles_deg=head_angles_deg(generic_anatomy(), q),
        length=force + 0.1,
        moment_arms=np.zeros((4, 6, 72)),
        tracking=Tracking(
            residual=np.array([0.003, 9.0, 0.004, 0.0]),
            worst_marker="RH",
            undetermined=np.array([0.0, 0.0, 1.0, 0.0, 0.0, 1.0]),
            coordinate_sd=np.full(6, math.pi / 180),
        ),
        assumptions=(finding(Assumed.THORAX_HELD),),
        quality=status == Status.OK,
    )


def test_peak_and_mean_are_over_usable_frames_only(four_frames: Estimate) -> None:
    muscle = summary(four_frames)["muscles"]["stern_mast"]
    assert (muscle["peak_N"], muscle["mean_N"], muscle["peak_time_s"]) == (30.0, 20.0, 2.0)
    assert (muscle["side"], muscle["group"]) == ("right", "sternocleidomastoid")
    assert muscle["peak_activation"] == pytest.approx(30.0 / 1e4)
    assert muscle["saturated_frames"] == 2


def test_group_peak_is_the_peak_of_the_sum_not_the_sum_of_peaks(four_frames: Estimate) -> None:
    group = summary(four_frames)["groups"]["sternocleidomastoid"]
    assert group["right"] == {"peak_N": 35.0, "mean_N": 34.0, "peak_time_s": 1.0}
    assert group["left"]["peak_N"] == 0.0
    assert group["muscles"]["left"] == ["stern_mast_L", "cleid_mast_L", "cleid_occ_L"]


def test_frames_are_counted_by_status_with_their_sentences(four_frames: Estimate) -> None:
    frames = summary(four_frames)["frames"]
    assert (frames["count"], frames["usable"]) == (4, 2)
    assert (frames["duration_s"], frames["rate_hz"]) == (1.5, 2.0)
    assert frames["by_status"]["gap"] == {"count": 1, "meaning": status_meaning(Status.GAP)}
    assert frames["by_status"]["not_converged"]["count"] == 0
    assert frames["flagged"] == [
        {"status": "gap", "start_s": 1.5, "end_s": 1.5, "count": 1},
        {"status": "beyond_range", "start_s": 2.5, "end_s": 2.5, "count": 1},
    ]


def test_reserves_and_optimality_include_flagged_but_solved_frames(four_frames: Estimate) -> None:
    told = summary(four_frames)
    assert told["reserves"]["roll1"]["worst_Nm"] == -0.4
    assert told["reserves"]["roll1"]["worst_time_s"] == 2.5
    assert told["reserves"]["roll1"]["rms_Nm"] == pytest.approx(0.5 / math.sqrt(3.0))
    assert told["worst_optimality"] == 3e-9


def test_range_of_motion_in_the_clinics_words(four_frames: Estimate) -> None:
    ranges = summary(four_frames)["range_of_motion_deg"]
    assert ranges["head_on_thorax"]["flexion"] == pytest.approx(30.0, rel=COUPLERS)
    assert ranges["head_on_thorax"]["extension"] == pytest.approx(15.0, rel=COUPLERS)
    assert ranges["upper_neck"]["flexion"] == pytest.approx(10.0)
    assert ranges["lower_neck"]["extension"] == pytest.approx(10.0)
    assert ranges["head_on_thorax"]["left_rotation"] == pytest.approx(0.0, abs=1e-9)


def test_clinical_signs_of_bending_and_rotation() -> None:
    q = np.deg2rad(np.array([[0, 4.0, 0, 0, 16.0, 0], [0, 0, 25.0, 0, 0, 15.0]]))
    bend, turn = head_angles_deg(generic_anatomy(), q)
    assert bend == pytest.approx(
        [0.0, 20.0, 0.0], rel=COUPLERS, abs=1e-9
    )  # model: right bending positive
    assert turn == pytest.approx(
        [0.0, 0.0, -40.0], rel=COUPLERS, abs=1e-9
    )  # model: left rotation positive


def test_loads_by_level(four_frames: Estimate) -> None:
    level = summary(four_frames)["levels"]["C5-C6"]
    assert (level["peak_compression_N"], level["mean_compression_N"]) == (140.0, 120.0)
    assert level["peak_time_s"] == 2.0
    assert level["peak_shear_N"] == pytest.approx(10.0)  # 6 forward with 8 sideways
    assert level["mean_shear_N"] == pytest.approx(7.5)


def test_tracking_leaves_gaps_out(four_frames: Estimate) -> None:
    tracking = summary(four_frames)["tracking"]
    assert tracking["residual_max_mm"] == pytest.approx(4.0)
    assert tracking["residual_rms_mm"] == pytest.approx(5.0 / math.sqrt(3.0))
    assert tracking["coordinates"]["yaw1"] == pytest.approx(
        {"share_from_rhythm": 1.0, "sd_deg": 1.0}
    )


def test_nothing_usable_gives_nulls_and_valid_json(four_frames: Estimate, tmp_path: Path) -> None:
    gaps = np.full(4, int(Status.GAP))
    nothing = replace(
        four_frames,
        quality=np.zeros(4, dtype=bool),
        forces=eqx.tree_at(lambda f: f.status, four_frames.forces, gaps),
    )
    summarise(nothing).write(tmp_path / "summary.json")
    told = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert told["muscles"]["stern_mast"]["peak_N"] is None
    assert told["reserves"]["pitch1"]["rms_Nm"] is None
    assert told["worst_optimality"] is None
    assert told["tracking"] is None


def test_written_file_obeys_the_schema_and_names_no_folder(
    four_frames: Estimate, tmp_path: Path
) -> None:
    summarise(four_frames).write(tmp_path / "summary.json")
    text = (tmp_path / "summary.json").read_text("utf-8")
    assert Summary.model_validate_json(text).model_dump(mode="json") == summary(four_frames)
    assert "private" not in text
    assert "Research use; not a medical device." in text
    assert len(json.loads(text)["muscles"]) == 72


def test_infinite_force_is_refused(four_frames: Estimate) -> None:
    broken = np.array(four_frames.forces.force)
    broken[2, 0] = np.inf
    with pytest.raises(ValueError, match="finite"):
        summary(
            replace(four_frames, forces=eqx.tree_at(lambda f: f.force, four_frames.forces, broken))
        )


def test_summary_does_not_import_matplotlib() -> None:
    code = "import sys, nuchal.report.summaries.estimate; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
