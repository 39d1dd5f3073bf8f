"""Reads a C3D file with ezc3d, as a process of its own that a damaged file may end.

``c3d_file`` runs this file by its path; it imports nothing of nuchal. ezc3d: Michaud and Begon
2021, doi 10.21105/joss.02911.
"""

import contextlib
import sys

import ezc3d
import numpy as np

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]


def limit(most_bytes: int, most_seconds: int) -> None:
    """Limit the memory and the time that this process may take, where the system can."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, most_bytes),
        (resource.RLIMIT_CPU, most_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some
            resource.setrlimit(what, (most, most))


def main(source: str, target: str) -> None:
    """Write points, residuals and analog values of a C3D file into an ``.npz``."""
    data = ezc3d.c3d(source)["data"]
    np.savez(
        target,
        points=data["points"],
        residuals=data["meta_points"]["residuals"],
        analogs=data["analogs"],
    )


if __name__ == "__main__":
    limit(int(sys.argv[3]), int(sys.argv[4]))
    main(sys.argv[1], sys.argv[2])
