"""What OpenSim makes of a fitted path: its ``FunctionBasedPath`` with the polynomial."""

import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

import numpy as np
from fitted import Polynomial
from jaxtyping import Float
from no_sink import MUSCLES

from nuchal.conventions import COORDINATES
from nuchal.io.opensim.engine import OpensimNeck, engine_version
from nuchal.io.opensim.model import osim_tree
from nuchal.model.anatomy import Anatomy
from nuchal.model.source import source_coordinates

# The muscle that is looked at has one segment, so that its strand is all of it.
_NAME: Final = "stern_mast"
_PULL_N: Final = 100.0
_C5_C6: Final = 2


class Agreement(NamedTuple):
    """OpenSim against the polynomial: largest differences, and what a pull presses on C5-C6.

    Attributes:
        length: [m].
        arms: [m/rad].
        compression: Of C5-C6 by a pull of 100 N at rest, with a straight path and by function [N].
    """

    version: str
    length: float
    arms: float
    compression: tuple[float, float]


def agreement(anatomy: Anatomy, fitted: Polynomial, q: Float[np.ndarray, "t 6"]) -> Agreement:
    """The same muscle in both engines."""
    place, ours = anatomy.system.index[_NAME], fitted.jets(q)[MUSCLES.index(_NAME)] * 1e-3
    with tempfile.TemporaryDirectory() as folder:
        tree = osim_tree(anatomy)
        straight = _opened(tree, Path(folder) / "straight.osim", anatomy)
        _by_function(tree, fitted)
        curved = _opened(tree, Path(folder) / "function.osim", anatomy)
        length, arms = [], []
        for posture, jet in zip(q, ours, strict=True):
            curved.move(posture)
            length.append(curved.lengths()[place] - jet[0])
            arms.append(curved.moment_arms()[:, place] + jet[1:])
        pressed = _pressed(straight, place), _pressed(curved, place)
    largest = (float(np.abs(x).max()) for x in (length, arms))
    return Agreement(engine_version(), *largest, pressed)


def _opened(tree: ET.Element, path: Path, anatomy: Anatomy) -> OpensimNeck:
    path.write_bytes(ET.tostring(tree))
    return OpensimNeck(path, anatomy)


def _pressed(neck: OpensimNeck, place: int) -> float:
    """What the muscle adds to the compression of C5-C6 at rest."""
    neck.move(np.zeros(6))
    loads, force = [], np.zeros(len(neck.lengths()))
    for pull in (0.0, _PULL_N):
        force[place] = pull
        neck.pull(force)
        loads.append(neck.level_forces()[_C5_C6])
    return float(np.abs(loads[1] - loads[0])[1])


def _by_function(tree: ET.Element, fitted: Polynomial) -> None:
    muscle = next(m for m in tree.iter("Millard2012EquilibriumMuscle") if m.get("name") == _NAME)
    muscle.remove(next(child for child in muscle if child.tag == "GeometryPath"))
    path = ET.SubElement(muscle, "FunctionBasedPath", name="path")
    joints = {c.name: c.joint for c in source_coordinates()}
    where = [f"/jointset/{joints[name]}/{name}" for name in COORDINATES]
    ET.SubElement(path, "coordinate_paths").text = " ".join(where)
    holder = ET.SubElement(path, "length_function")
    function = ET.SubElement(holder, "MultivariatePolynomialFunction")
    order = fitted.powers.sum(axis=1).max()
    ET.SubElement(function, "dimension").text = "6"
    ET.SubElement(function, "order").text = str(order)
    written = " ".join(repr(float(c)) for c in _in_its_order(fitted, order))
    ET.SubElement(function, "coefficients").text = written


def _in_its_order(fitted: Polynomial, order: int) -> Iterator[float]:
    """Coefficients [m, rad] with the power of the last coordinate counting up first."""
    column = fitted.coefficient[:, MUSCLES.index(_NAME)]
    known = dict(zip(map(tuple, fitted.powers), column, strict=True))
    for powers in product(range(order + 1), repeat=6):
        if sum(powers) <= order:
            yield 1e-3 * known[powers] / np.prod(fitted.scale ** np.array(powers))
