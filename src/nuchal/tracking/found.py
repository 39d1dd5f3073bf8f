"""What was found in a recording and what was assumed, one sentence each."""

import numpy as np
from jaxtyping import Float

from nuchal.conventions import MARKERS
from nuchal.records import Tracking
from nuchal.tracking.calibration import Calibration
from nuchal.tracking.inverse_kinematics import Precision
from nuchal.tracking.laboratory import Laboratory
from nuchal.tracking.naming import MarkerNames
from nuchal.tracking.neutral import NeutralPose
from nuchal.tracking.observation import Scene
from nuchal.tracking.outliers import LARGEST_STRAY_M
from nuchal.tracking.smoothing import segments, usable_cutoff

_LARGEST_THORAX_CHANGE_M = 0.015
_LARGEST_MISFIT_M = 0.04
_LARGEST_DISPLACEMENT_M = 0.08


def found_sentence(laboratory: Laboratory) -> str:
    """The laboratory's axes and how they were found."""
    how = "; ".join(laboratory.evidence)
    return f"Axes of the laboratory: {laboratory.sentence} ({how})."


def neutral_sentence(neutral: NeutralPose) -> str:
    """Which frames are the neutral pose."""
    frames = f"frames {neutral.first_frame + 1} to {neutral.last_frame + 1}"
    return f"Neutral pose: {frames} of {neutral.source.name}, {neutral.how}."


def marker_sentences(names: MarkerNames, thorax_how: str) -> tuple[str, ...]:
    """Which markers were used, and how the thorax was found from them."""
    carried = "" if set(MARKERS) <= set(names.head) else "; TP, LH and RH are carried by them"
    head = ", ".join(names.files_names(names.head))
    thorax = ", ".join(names.files_names(names.thorax)) or "no markers"
    return f"Head markers: {head}{carried}.", f"Thorax: {thorax}; {thorax_how}."


def gap_sentences(scene: Scene, max_gap_s: float) -> tuple[str, ...]:
    """What was filled and what stayed open."""
    sentences = [
        f"{name} left its place among the head markers by more than "
        f"{LARGEST_STRAY_M * 1e3:.0f} mm in {count} frames and was taken as not seen there."
        for name, count in scene.dropped
    ]
    if scene.filled.any():
        sentences.append(
            f"In {int(scene.filled.sum())} frames a marker was not seen and was filled, from the "
            f"other markers of its body or over at most {max_gap_s:g} s."
        )
    open_parts = segments(~scene.known)
    if open_parts:
        frames = sum(stop - start for start, stop in open_parts)
        sentences.append(
            f"{frames} frames in {len(open_parts)} gaps stay open and carry the status GAP."
        )
    return tuple(sentences)


def filter_sentence(cutoff_hz: float, time: Float[np.ndarray, " t"]) -> str:
    """The filter and its cut-off."""
    used, rate = usable_cutoff(cutoff_hz, time), 1.0 / float(np.median(np.diff(time)))
    why = "" if used == cutoff_hz else f" instead of {cutoff_hz:g} Hz, for {rate:g} frames a second"
    lasts = float(time[-1] - time[0])
    short = (
        ""
        if lasts * used >= 1.0
        else (
            f"; the recording lasts only {lasts:.2g} s, less than one period of it, so that both "
            "lean on little"
        )
    )
    return (
        f"Coordinates are smoothed by a quintic smoothing spline of {used:g} Hz (-3 dB, no "
        f"delay){why}, which also gives velocity and acceleration{short}."
    )


def rhythm_sentence(precision: Precision) -> str:
    """The rhythm between upper and lower neck."""
    shares = " / ".join(f"{share:g}" for share in precision.rhythm)
    spread = " / ".join(f"{np.degrees(sd):.1f}" for sd in precision.rhythm_sd_rad)
    return (
        f"The upper neck takes {shares} of pitch, roll and yaw, give or take {spread} degrees; "
        "the markers change this only where they say so."
    )


def misfit_sentences(
    calibration: Calibration, tracking: Tracking, thorax_residual: Float[np.ndarray, " t"]
) -> tuple[str, ...]:
    """Warnings where markers, head and neck don't go together."""
    sentences = []
    moved = float(np.median(thorax_residual))
    if moved > _LARGEST_THORAX_CHANGE_M:
        sentences.append(
            f"The torso markers lie {moved * 1e3:.0f} mm from where they were in the neutral pose, "
            "against one another: check their names, and that the arms hung down in both."
        )
    ahead, above = calibration.from_head[:2] * 1e3
    if np.hypot(ahead, above) > _LARGEST_DISPLACEMENT_M * 1e3:
        sentences.append(
            f"By the C7 marker the head lies {ahead:.0f} mm further forward and {above:.0f} mm "
            "higher than on the neck of these measures; check neck_length_m and the C7 marker."
        )
    typical = float(np.sqrt(np.median(np.asarray(tracking.residual) ** 2)))
    if typical > _LARGEST_MISFIT_M:
        sentences.append(
            f"The head markers lie {typical * 1e3:.0f} mm from where the neck can bring them, most "
            f"of all {tracking.worst_marker}; check the neutral pose, the names (--swap-sides if "
            "left and right are exchanged) and the measures."
        )
    return tuple(sentences)
