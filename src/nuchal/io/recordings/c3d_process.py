"""Reads a C3D file with ezc3d, as a process of its own that a damaged file may end.

``c3d`` runs this file by its path; it imports nothing of nuchal. ezc3d: Michaud and Begon 2021,
doi 10.21105/joss.02911.
"""

import json
import sys

import ezc3d
import numpy as np

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

# Groups of parameters that are handed over.
GROUPS = ("POINT", "ANALOG", "TRIAL")


def main(source: str, target: str, most_bytes: int) -> None:
    """Write points, residuals, analog values and parameters of a file into an ``.npz``.

    Args:
        source: The C3D file.
        target: The ``.npz``; parameters are JSON, by group and name.
        most_bytes: Memory that this process may take, where the system can limit it.
    """
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    loaded = ezc3d.c3d(source)
    data, groups = loaded["data"], loaded["parameters"]
    parameters = {
        group: {
            name: np.asarray(entry["value"]).tolist()
            for name, entry in groups[group].items()
            if "value" in entry
        }
        for group in GROUPS
        if group in groups
    }
    np.savez(
        target,
        points=data["points"],
        residuals=data["meta_points"]["residuals"],
        analogs=data["analogs"],
        parameters=json.dumps(parameters),
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
