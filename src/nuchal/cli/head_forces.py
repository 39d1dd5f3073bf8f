"""Settings of forces on the head from outside, by their Python names."""

from functools import partial
from pathlib import Path
from typing import Final, Literal

from nuchal.cli import values
from nuchal.cli.settings import setting

_outside = partial(setting, rich_help_panel="Forces from outside")

HEAD_FORCE: Final = {
    "force": _outside(
        Path | None,
        "--force",
        "A table of forces on the head over time: time, force, point and, if need be, torque.",
        metavar="FILE",
    ),
    "force_frame": _outside(
        Literal["laboratory", "thorax", "skull"] | None,
        "--force-frame",
        "Whose axes they are in: the laboratory's, as markers are, the thorax' or the skull's.",
    ),
    "point_frame": _outside(
        Literal["laboratory", "thorax", "skull"] | None,
        "--point-frame",
        "The same of the points where they act, if it is another.",
    ),
    "force_place_m": _outside(
        str | None,
        "--force-place",
        "Where they act, if the file does not say so: metres forward, up and right of the joint "
        "between C1 and skull.",
        metavar="X,Y,Z",
        read=values.force_place,
    ),
    "force_units": _outside(
        str | None,
        "--force-units",
        "Units of force and length, against what the file says, e.g. N,mm.",
        metavar="FORCE,LENGTH",
        read=values.units,
    ),
    "force_delay_s": _outside(
        float | None,
        "--force-delay",
        "How late the forces' clock is against the motion's.",
        metavar="SECONDS",
    ),
    "force_rate_hz": _outside(
        float | None, "--force-rate-hz", "Samples per second, where the file has none."
    ),
}
