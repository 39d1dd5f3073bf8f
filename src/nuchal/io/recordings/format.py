"""What a format of recordings is: how it is recognised, and what it gives."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from jaxtyping import Float

from nuchal.errors import Setting
from nuchal.findings import Finding
from nuchal.io.sheet import Sheet, sheet_of
from nuchal.io.text import TextFile, decode
from nuchal.records import CoordinateRecording, Recording

RATE: Final = Setting("rate_hz")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user states about a recording; None leaves it to the file.

    Attributes:
        units: Of length; or of voltage for analog channels.
        person: Whose markers to take where several people or things share a file.
        still: Whether a single frame will do, as of someone who keeps still.
        rate: The setting by which the user states the rate, for the messages.
    """

    units: str | None = None
    rate_hz: float | None = None
    in_degrees: bool | None = None
    person: str | None = None
    still: bool = False
    rate: Setting = RATE


@dataclass(frozen=True)
class Source:
    """A file that has been opened."""

    path: Path
    content: bytes

    @cached_property
    def text(self) -> TextFile:
        """Its lines.

        Raises:
            RecordingError: It is no text.
        """
        return decode(self.path, self.content)

    @cached_property
    def sheet(self) -> Sheet:
        """Its rows of cells.

        Raises:
            RecordingError: It is no text.
        """
        return sheet_of(self.text)


@dataclass(frozen=True)
class Timing:
    """Evenly spaced times [s]."""

    time: Float[np.ndarray, " t"]
    rate_hz: float
    notes: tuple[Finding, ...] = ()

    def noting(self, *notes: Finding) -> "Timing":
        """The same times with more to note."""
        return replace(self, notes=self.notes + notes)


@dataclass(frozen=True, kw_only=True)
class Analogs:
    """Analog channels, as a file has them.

    Attributes:
        units: As the file states them; empty where it does not.
        values: Scaled as the file says; NaN where it holds no number.
        timed: Whether the file itself places the samples in time.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Float[np.ndarray, "n c"]
    timing: Timing
    timed: bool = True
    notes: tuple[Finding, ...] = ()


Read: TypeAlias = Callable[[Source, Options], Recording | CoordinateRecording]
ReadAnalogs: TypeAlias = Callable[[Source, Options], Analogs]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of files, by which one is recognised.

    Attributes:
        name: As people call it.
        suffixes: Of its files, in lower case; the first is its own.
        sniff: Whether a file's content is of this kind, whatever its name.
        is_text: Whether its files are text.
        has_mark: Whether the content alone tells this kind from all others.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Source], bool]
    is_text: bool = True
    has_mark: bool = True


@dataclass(frozen=True, kw_only=True)
class Format(Kind):
    """One format of recordings; ``read.FORMATS`` lists them all.

    Attributes:
        read: Its markers or coordinates; raises ``RecordingError`` where it cannot.
        read_analogs: Its analog channels; None where the format has none.
        analogs_beside_markers: Whether a file holds analog channels beside its markers.
    """

    read: Read
    read_analogs: ReadAnalogs | None = None
    analogs_beside_markers: Callable[[Source], bool] = lambda _source: False
