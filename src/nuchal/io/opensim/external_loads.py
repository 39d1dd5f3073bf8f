"""Writes forces on the head as OpenSim's external loads: an XML file and the table it names."""

import re
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np

from nuchal.arrays import Time
from nuchal.io.opensim.parts import add
from nuchal.io.opensim.storage import write_storage
from nuchal.records import HeadForces

LOADS_FILE: Final = "head_forces.xml"
TABLE_FILE: Final = "head_forces.mot"
# The body that the forces act on, in whose axes they and their points are.
_BODY: Final = "skull"
_NO_LETTERS: Final = re.compile(r"\W+")
# Ends of the names of columns. OpenSim finds columns by how their names begin, so that a number
# stands before every name.
_KINDS: Final = {"force": "v", "point": "p", "torque": "torque_"}


def write_external_loads(folder: Path, forces: HeadForces, time: Time) -> None:
    """Write ``head_forces.xml`` and ``head_forces.mot`` for OpenSim's tools.

    Args:
        folder: Where to.
        forces: In the skull's axes.
        time: Of the frames [s].

    Raises:
        OSError: The files cannot be written.
    """
    names = [f"{k}_{_NO_LETTERS.sub('_', name)}" for k, name in enumerate(forces.names, start=1)]
    parts = np.stack([forces.force, forces.point, forces.torque], axis=2)
    write_storage(
        folder / TABLE_FILE,
        name="head_forces",
        labels=[
            f"{name}_{kind}{axis}" for name in names for kind in _KINDS.values() for axis in "xyz"
        ],
        time=np.asarray(time),
        data=parts.reshape(len(parts), -1),
        note="N, m, N m in the skull's axes",
    )
    root = ET.Element("OpenSimDocument", Version="40000")
    loads = add(root, "ExternalLoads", "head_forces")
    every = add(loads, "objects")
    for name in names:
        frames = dict.fromkeys(
            ("applied_to_body", "force_expressed_in_body", "point_expressed_in_body"), _BODY
        )
        columns = {f"{what}_identifier": f"{name}_{kind}" for what, kind in _KINDS.items()}
        add(every, "ExternalForce", name, **frames, **columns)
    add(loads, "groups")
    ET.SubElement(loads, "datafile").text = TABLE_FILE
    ET.indent(root, space="\t")
    ET.ElementTree(root).write(folder / LOADS_FILE, encoding="UTF-8", xml_declaration=True)
