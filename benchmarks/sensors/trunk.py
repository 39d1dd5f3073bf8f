"""How the trunk moves of people who are asked to move the neck alone: what one sensor misses.

    python benchmarks/sensors/trunk.py     # half a minute

From torso markers of the recordings in ``shared/recordings/vicon_neck``. Writes
benchmarks/results/trunk.md.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from run import FOLDER, SKIPPED, head_and_trunk
from scipy.spatial.transform import Rotation

from nuchal.io.recordings.read import read_recording
from nuchal.records import Recording
from nuchal.tracking.location import stand
from nuchal.tracking.observation import TrackingSettings, observe

RESULTS: Final = Path(__file__).parents[1] / "results" / "trunk.md"
PLANES: Final = ("bending", "rotation", "flexion")
"""About forward, up and right."""


def rows() -> Iterator[str]:
    """A row of the table for each recording."""
    settings = TrackingSettings()
    for person in sorted(FOLDER.glob("subject_*")):
        static = read_recording(person / "Static.csv", still=True)
        for path in sorted(person.glob("trial_*/data_marker.csv")):
            recording = read_recording(path)
            assert isinstance(recording, Recording)
            assert isinstance(static, Recording)
            seen = observe(recording, settings, static=static)
            standing = stand(seen, settings)
            turns, trunk = (
                Rotation.from_matrix(one).as_rotvec()[seen.markers.known]
                for one in head_and_trunk(seen, standing)
            )
            size = np.sum(turns**2, axis=0)
            main = int(np.argmax(size))
            share = float(turns[:, main] @ trunk[:, main] / size[main])
            rms = np.degrees(np.sqrt(np.mean(trunk**2, axis=0)))
            cells = " | ".join(f"{x:.1f}" for x in rms[[2, 0, 1]])
            name = f"{person.name}, {path.parent.name}".replace("_", " ")
            yield f"| {name} | {PLANES[main]} | {share:.1%} | {cells} |"


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    if not FOLDER.is_dir():
        print(f"{FOLDER}: no such folder, and it has the recordings.")
        return SKIPPED
    lines = [
        "# The trunk of people who move the neck alone",
        "",
        "Written by `benchmarks/sensors/trunk.py` from markers on torso and head. The share that "
        "the trunk's turn has in the head's (least squares) in",
        "the plane of the main movement, and how far the trunk turns in each plane, rms [degrees].",
        "",
        "## Each recording",
        "",
        "| recording | main movement | trunk's share | flexion | bending | rotation |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *rows(),
    ]
    RESULTS.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
