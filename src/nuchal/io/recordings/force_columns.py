"""Which columns are the force, the point and the torque of which force, as people name them.

OpenSim's external loads: ``strap_vx``, ``strap_px`` and ``strap_x`` (or ``strap_torque_x``). Load
cells and plates: ``Fx``, ``COPx`` and ``Mx``, with a name before or a number behind where there are
several.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from nuchal.errors import RecordingError

Kind: TypeAlias = Literal["force", "point", "torque"]
Triple: TypeAlias = tuple[int, int, int]

_KINDS: Final = "|".join(
    (
        r"(?P<force>force[_. -]?v|force|f|v)",
        r"(?P<point>force[_. -]?p|point|cop|p)",
        r"(?P<torque>(?:torque|moment)(?:[_. -]?(?:t|m))?|t|m)",
    )
)
_LABEL: Final = re.compile(
    rf"^(?:(?P<name>.*?[^_. -])[_. -]+)?(?:{_KINDS})[_. -]?(?P<axis>[xyz])(?P<number>\d*)$",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"^(?P<name>.+?)[_. -]+(?P<axis>[xyz])$", re.IGNORECASE)
# Words between a name and its number, as in ``ground_force_1_vx`` and ``ground_moment_1_mx``.
_WORDS: Final = re.compile(r"[_. -]*\b(?:force|torque|moment|cop)\b[_. -]*|[_. -]+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ForceColumns:
    """Columns of x, y and z of one force; None where the file has none of a kind."""

    name: str
    force: Triple
    point: Triple | None
    torque: Triple | None


def force_columns(path: Path, labels: Sequence[str]) -> list[ForceColumns]:
    """The forces in a table's columns, in their order.

    Raises:
        RecordingError: There is none, two columns are called alike, or one of three is missing.
    """
    found: dict[str, dict[Kind, dict[str, int]]] = {}
    for column, label in enumerate(labels):
        for name, kind, axis in _meanings(label):
            axes = found.setdefault(name, {}).setdefault(kind, {})
            if kind == "force" and axis in axes:
                raise RecordingError("force.same_columns", path, column=label)
            axes.setdefault(axis, column)
    forces = {name: kinds for name, kinds in found.items() if "force" in kinds}
    if not forces:
        raise RecordingError("force.no_columns", path, columns=tuple(labels))
    if len(forces) == 1:
        (only,) = forces
        forces = {only: {**_elsewhere(found), **forces[only]}}
    return [_one(path, name, kinds) for name, kinds in forces.items()]


def _meanings(label: str) -> list[tuple[str, Kind, str]]:
    """Name, kind and axis of a label; one without a kind may be a torque, as OpenSim has it."""
    match = _LABEL.match(label.strip())
    if match:
        kinds: tuple[Kind, ...] = ("force", "point", "torque")
        kind = next(kind for kind in kinds if match[kind])
        return [(_plain(match["name"] or "", match["number"]), kind, match["axis"].lower())]
    bare = _BARE.match(label.strip())
    return [(_plain(bare["name"], ""), "torque", bare["axis"].lower())] if bare else []


def _plain(name: str, number: str) -> str:
    """A name without the words that tell force from torque: ``ground 1`` of ``ground_force_1``."""
    words = _WORDS.sub(" ", name.replace("_", " ")).split()
    return " ".join([*words, *([number] if number else [])]).lower()


def _elsewhere(found: Mapping[str, Mapping[Kind, dict[str, int]]]) -> dict[Kind, dict[str, int]]:
    """Point of a nameless kind that must be the only force's."""
    points = [kinds["point"] for kinds in found.values() if "point" in kinds]
    return {"point": points[0]} if len(points) == 1 else {}


def _one(path: Path, name: str, kinds: Mapping[Kind, Mapping[str, int]]) -> ForceColumns:
    threes: dict[Kind, Triple] = {}
    for kind, axes in kinds.items():
        lacking = [axis for axis in "xyz" if axis not in axes]
        if lacking:
            raise RecordingError(
                "force.axis_lacking", path, kind=kind, axis=lacking[0], name=name or "the force"
            )
        threes[kind] = axes["x"], axes["y"], axes["z"]
    return ForceColumns(
        name=name or "force",
        force=threes["force"],
        point=threes.get("point"),
        torque=threes.get("torque"),
    )
