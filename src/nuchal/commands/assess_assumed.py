"""What an assessment takes for granted, one sentence each."""

from collections.abc import Sequence

from nuchal.assessment.envelopes.geometry import Geometry
from nuchal.commands.assess_options import AssessOptions
from nuchal.commands.estimate import Estimated
from nuchal.movements.examination import PARTS


def assessment_sentences(
    done: Sequence[Estimated], geometry: Geometry, options: AssessOptions
) -> tuple[str, ...]:
    """Of the healthy movement, the neutral pose, the alignment and the match."""
    norm, motion = geometry.healthy.norm, geometry.healthy.motion
    whose = (
        "of 25 to 65 years, as the person's age is not known"
        if norm.age_years is None
        else f"of {norm.age_years:g} years"
    )
    said = [
        f"Movement and forces are compared with a healthy movement that reaches to every side as "
        f"far as the mean of people {whose}, in {len(PARTS)} parts and "
        f"{float(motion.time[-1]):.0f} s; the forces in it depend on that tempo.",
    ]
    if options.estimate.static is None and len(done) > 1:
        said.append(
            "Each recording's own neutral pose was taken for upright, as no static trial was "
            "given; how far the head goes is counted from there."
        )
    if geometry.alignment is not None:
        skull, thorax = (
            " / ".join(f"{1e3 * x:.0f}" for x in offset)
            for offset in (geometry.alignment.skull_offset_m, geometry.alignment.thorax_offset_m)
        )
        said.append(
            f"Markers and model were laid on one another by {skull} mm (forward, up, right) on the "
            f"skull and {thorax} mm on the thorax, which brings them from "
            f"{1e3 * geometry.alignment.before_m:.1f} to {1e3 * geometry.alignment.after_m:.1f} mm "
            "root mean square."
        )
    if geometry.match is not None:
        said.append(
            f"The best match among {options.necks} people is by neck length alone, for neither "
            "shoulder width nor mass moves a head marker; the matched neck's forces are for the "
            "person's own width and mass."
        )
    return tuple(said)
