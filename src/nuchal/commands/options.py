"""Options that several commands share: how a recording is read, and how forces are found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from nuchal.conventions import Preset
from nuchal.records import Engine, Method
from nuchal.tracking.observation import TrackingSettings

# Axes and origin in which forces on the head can be told.
ForceFrame: TypeAlias = Literal["laboratory", "thorax", "skull"]


@dataclass(frozen=True, kw_only=True)
class RecordingOptions(TrackingSettings):
    """How a recording is read and tracked.

    Attributes:
        static: A recording of the same person upright and at rest.
        units: Of length, against what the file says.
        rate_hz: Where the file states none.
        in_degrees: Unit of coordinates, against the file's header; of angles of orientations, where
            it has none.
        person: Whose markers, where a recording holds several people.
        quaternion: Order of the numbers of orientations where their columns do not say.
        euler: Order of the angles of orientations, as SciPy has it.
        left_handed: Whether a table's axes are left-handed, as Unity's.
        columns: What the columns of head and torso start with, in a plain table of orientations.
        each: Of single recordings, in place of all of these, where several are read differently.
    """

    static: Path | None = None
    units: str | None = None
    rate_hz: float | None = None
    in_degrees: bool | None = None
    person: str | None = None
    quaternion: str | None = None
    euler: str | None = None
    left_handed: bool = False
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    each: Mapping[Path, "RecordingOptions"] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, path: Path) -> "RecordingOptions":
        """Those of one recording."""
        return self.each.get(path, self)


@dataclass(frozen=True, kw_only=True)
class ForceOptions(RecordingOptions):
    """How forces are found.

    Attributes:
        method: ``auto`` takes the network where the recording is like its training.
        network: A file of networks in place of those that come with nuchal.
        correct: Bring a network's forces into equilibrium by the exact solver.
        weights: Weights of terms of the objective, by the terms' names.
        load_kg: Mass on the head [kg].
        load_place_m: Centre of the load in the skull frame [m]; the head's own centre of mass if
            not given.
    """

    method: Literal["auto"] | Method = "auto"
    network: Path | None = None
    correct: bool = False
    preset: Preset = "recommended"
    engine: Engine = "jax"
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    load_kg: float = 0.0
    load_place_m: tuple[float, float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class HeadForceReading:
    """How files of forces on the head from outside are meant.

    Attributes:
        force_frame: In whose axes they are, and from whose origin their points.
        point_frame: That of the points alone, where it is another.
        force_place_m: Where they act in the skull frame [m], if the file does not say it.
        force_units: Of force and length, such as ``("N", "mm")``, against what the file says.
        force_delay_s: How late the forces' clock is against the motion's [s].
        force_rate_hz: Samples a second, where the file states none or a wrong one.
    """

    force_frame: ForceFrame | None = None
    point_frame: ForceFrame | None = None
    force_place_m: tuple[float, float, float] | None = None
    force_units: tuple[str, str] | None = None
    force_delay_s: float | None = None
    force_rate_hz: float | None = None


@dataclass(frozen=True, kw_only=True)
class HeadForceOptions(HeadForceReading):
    """Forces on the head from outside, over time: a strap, a headrest, a dynamometer.

    Attributes:
        force: Their file; none act if not given.
    """

    force: Path | None = None


# No forces on the head from outside.
NOTHING_OUTSIDE: Final = HeadForceOptions()
