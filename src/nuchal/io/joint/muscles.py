"""The muscles of a joint, from a table or from the OpenSim model that they belong to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias
from xml.etree import ElementTree as ET

from nuchal.errors import Place, RecordingError
from nuchal.io.joint.words import read_words
from nuchal.io.text import read_text
from nuchal.plain_text import plain_line

MUSCLES_FILE: Final = "muscles.csv"
CHANNELS_FILE: Final = "channels.csv"
_MODEL: Final = ".osim"
# Names of a table's columns by ours, OpenSim's first.
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "muscle"),
    "max_isometric_force": ("max_isometric_force",),
    "optimal_fibre_length": ("optimal_fiber_length", "optimal_fibre_length"),
    "tendon_slack_length": ("tendon_slack_length",),
    "pennation_at_optimal": ("pennation_angle_at_optimal", "pennation_angle"),
    "max_velocity": ("max_contraction_velocity",),
}
# What a muscle of a model has that the file says nothing of, as OpenSim has it.
_OPENSIM: Final = {
    "max_isometric_force": 1000.0,
    "optimal_fibre_length": 0.1,
    "tendon_slack_length": 0.2,
    "pennation_at_optimal": 0.0,
    "max_velocity": 10.0,
}
_MAY_LACK: Final = ("max_velocity",)
# From which to which a value makes sense, and in what unit: beyond, it is in another.
_LIMITS: Final = {
    "max_isometric_force": (0.1, 50_000.0, "N"),
    "optimal_fibre_length": (0.001, 1.0, "m"),
    "tendon_slack_length": (0.0, 1.5, "m"),
    "pennation_at_optimal": (0.0, 1.5, "rad"),
    "max_velocity": (1.0, 50.0, "optimal fibre lengths/s"),
}


class MuscleRow(NamedTuple):
    """What a muscle can do; units as in ``emg.hidden.muscles.MuscleSystem``."""

    max_isometric_force: float
    optimal_fibre_length: float
    tendon_slack_length: float
    pennation_at_optimal: float
    max_velocity: float


class MuscleTable(NamedTuple):
    """Muscles by name, and the file that they are from."""

    source: Path
    rows: Mapping[str, MuscleRow]


# Muscles beneath each channel, by the channel's name.
Seen: TypeAlias = Mapping[str, tuple[str, ...]]


def find_muscles(folder: Path) -> MuscleTable:
    """The muscles of a folder: its ``muscles.csv``, or else the one model in it.

    Raises:
        RecordingError: there is neither, several models, or what is there cannot be used.
    """
    table = folder / MUSCLES_FILE
    if table.exists():
        return MuscleTable(table, read_muscles(table))
    models = sorted(one for one in folder.iterdir() if one.suffix.lower() == _MODEL)
    if len(models) > 1:
        both = [plain_line(one.name) for one in models]
        raise RecordingError("joint.two_models", folder, files=both, table=MUSCLES_FILE)
    if not models:
        raise RecordingError("joint.no_muscles", folder, table=MUSCLES_FILE, kind=_MODEL)
    return MuscleTable(models[0], read_model_muscles(models[0]))


def read_muscles(path: Path) -> Mapping[str, MuscleRow]:
    """A table with a row a muscle.

    Raises:
        RecordingError: it cannot be read, a column is missing, or a value is in another unit.
    """
    table = read_words(path)
    columns = {ours: table.column(names, needed=ours not in _MAY_LACK)
               for ours, names in _COLUMNS.items()}  # fmt: skip
    name_column = columns.pop("name")
    found: dict[str, MuscleRow] = {}
    for row in range(len(table.rows)):
        name, place = table.word(row, name_column), Place(line=table.lines[row])
        if name in found:
            raise RecordingError("joint.same_muscle", path, place=place, muscle=name)
        values = {
            ours: _OPENSIM[ours] if column is None else table.number(row, column)
            for ours, column in columns.items()
        }
        found[name] = _checked(path, name, values, place)
    return found


def read_model_muscles(path: Path) -> Mapping[str, MuscleRow]:
    """The muscles of an OpenSim model.

    Raises:
        RecordingError: it is no model, or has none.
    """
    text = "\n".join(read_text(path).lines)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise RecordingError("joint.no_model", path, reason="DOCTYPE")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise RecordingError("joint.no_model", path, reason=str(error)) from error
    usual = {id(one): one for part in root.iter("defaults") for one in part.iter()}
    by_tag = {one.tag: one for one in usual.values()}
    found = {}
    for one in root.iter():
        name = plain_line(one.get("name") or "")
        if "Muscle" in one.tag and name and id(one) not in usual:
            values = {ours: _of_model(path, name, ours, one, by_tag.get(one.tag))
                      for ours in _OPENSIM}  # fmt: skip
            found[name] = _checked(path, name, values, None)
    if not found:
        raise RecordingError("joint.model_without_muscles", path)
    return found


def read_channels(path: Path, muscles: tuple[str, ...]) -> Seen:
    """Which muscles every channel sees; a channel over several muscles has several rows.

    Args:
        path: The table, with columns ``channel`` and ``muscle``.
        muscles: Those that move the joint.

    Raises:
        RecordingError: it cannot be read, or names a muscle that is not there or is seen twice.
    """
    table = read_words(path)
    of_channel, of_muscle = (table.column((name,)) for name in ("channel", "muscle"))
    found: dict[str, tuple[str, ...]] = {}
    for row, line in enumerate(table.lines):
        channel, muscle = table.word(row, of_channel), table.word(row, of_muscle)
        place = Place(line=line)
        if muscle not in muscles:
            raise RecordingError(
                "joint.unknown_muscle", path, place=place, muscle=muscle, muscles=muscles
            )
        if any(muscle in seen for seen in found.values()):
            raise RecordingError("joint.seen_twice", path, place=place, muscle=muscle)
        found[channel] = (*found.get(channel, ()), muscle)
    if len(found) < 2:
        raise RecordingError("joint.few_channels", path, channels=tuple(found))
    return found


def _checked(path: Path, name: str, values: Mapping[str, float], place: Place | None) -> MuscleRow:
    for ours, value in values.items():
        least, most, unit = _LIMITS[ours]
        if not least <= value <= most:
            facts: dict[str, Any] = {
                "what": _COLUMNS[ours][0],
                "value": value,
                "least": least,
                "most": most,
            }
            raise RecordingError(
                "joint.other_unit", path, place=place, muscle=name, unit=unit, **facts
            )
    return MuscleRow(**values)


def _of_model(
    path: Path, muscle: str, ours: str, one: ET.Element, usual: ET.Element | None
) -> float:
    """A value of a muscle, of its kind in the model, or of OpenSim."""
    for part in (one, usual):
        for name in _COLUMNS[ours]:
            text = None if part is None else part.findtext(name)
            if text is not None:
                return _number(path, muscle, name, text)
    return _OPENSIM[ours]


def _number(path: Path, muscle: str, name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        shown = plain_line(text.strip())[:20]
        raise RecordingError(
            "joint.no_number", path, muscle=muscle, what=name, found=shown
        ) from error
