"""Which EMG belongs to which recording of an assessment, and what comes of comparing them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nuchal.assessment.assess import Normal
from nuchal.commands.emg_readings import with_readings
from nuchal.commands.emg_signals import EmgComparing, EmgReading, read_signals
from nuchal.commands.plan import Plan
from nuchal.emg.comparison import compare
from nuchal.emg.records import ComparisonSettings, EmgComparison, Signals
from nuchal.errors import NuchalError, RecordingError, Setting
from nuchal.io.recordings.emg import has_analogs
from nuchal.records import Estimate, Subject

# Words in the name of a file of EMG that its recording's lacks.
_SAYS_EMG: Final = frozenset({"emg", "semg"})


@dataclass(frozen=True, kw_only=True)
class EmgOfRecordings(EmgComparing):
    """How EMG of several recordings is read, and set beside the model's activations.

    Attributes:
        emg: Files of it, where it is not in the recordings themselves: one for each, in their order
            or called as they are.
    """

    emg: tuple[Path, ...] = ()


def emg_of_recordings(recordings: Sequence[Path], emg: Sequence[Path]) -> tuple[Path | None, ...]:
    """The file of EMG of each recording, by name where that is plain, and else by order.

    Raises:
        NuchalError: there are too many, or too few that names do not tell apart.
        RecordingError: a file stands in the place of another recording than it is called by.
    """
    counts: dict[str, Any] = {
        "emg": Setting("emg"),
        "given": len(emg),
        "recordings": len(recordings),
    }
    if len(emg) > len(recordings):
        raise NuchalError("options.too_many_emg", **counts)
    theirs, ours = [_words(path) for path in recordings], [_words(path) for path in emg]
    if len(set(ours)) == len(ours) and all(theirs.count(one) == 1 for one in ours):
        return tuple(emg[ours.index(one)] if one in ours else None for one in theirs)
    if len(emg) < len(recordings):
        raise NuchalError("options.emg_of_which", **counts)
    for file, words, recording, own in zip(emg, ours, recordings, theirs, strict=True):
        if words != own and words in theirs:
            named = recordings[theirs.index(words)].name
            raise RecordingError(
                "options.emg_order_or_name", file, named=named, placed=recording.name
            )
    return tuple(emg)


def _words(path: Path) -> tuple[str, ...]:
    """Of a file's name, in lower case; numbers are words too."""
    words = re.findall(r"[^\W\d_]+|\d+", path.stem.casefold())
    return tuple(word for word in words if word not in _SAYS_EMG)


def signals_of(
    recordings: Sequence[Path], person: Subject, options: EmgOfRecordings
) -> tuple[Signals | None, ...]:
    """The EMG of each recording that has some; None for the others.

    Where there are files of EMG they are all of it. Without, EMG is looked for in the recordings
    where the person's file or an option says what its channels are, or an MVC trial is given.

    Args:
        recordings: of one person.
        person: whose they are.
        options: how EMG is read, and from which files.

    Raises:
        NuchalError: EMG was asked for and no recording holds any, or it cannot be used.
    """
    if options.emg:
        files = emg_of_recordings(recordings, options.emg)
    else:
        files = _own(recordings, person, options)
    return tuple(
        None if file is None else read_signals(path, file, person, options)
        for path, file in zip(recordings, files, strict=True)
    )


def _own(
    recordings: Sequence[Path], person: Subject, options: EmgReading
) -> tuple[Path | None, ...]:
    """The recordings themselves, those in which EMG is to be looked for and that can hold some."""
    asked = bool(options.channels or options.mvc)
    if not (asked or person.emg):
        return (None,) * len(recordings)
    held = tuple(path if has_analogs(path) else None for path in recordings)
    if asked and not any(held):
        raise NuchalError(
            "options.no_recording_holds_emg",
            mvc=Setting("mvc"),
            channels=Setting("channels"),
            emg=Setting("emg"),
        )
    return held


def compare_all(
    recordings: Sequence[Path],
    signals: Sequence[Signals | None],
    estimates: Sequence[Estimate],
    plan: Plan,
    settings: ComparisonSettings,
    normal: Normal,
) -> tuple[EmgComparison | None, ...]:
    """One comparison for each recording that has EMG; None for the others.

    Args:
        recordings: of one person.
        signals: their EMG, as :func:`signals_of` finds it.
        estimates: their forces.
        plan: by which these were found.
        settings: how they are brought together.
        normal: what the person's forces are compared with.

    Raises:
        RecordingError: EMG and motion have too little in common.
    """
    each = zip(recordings, estimates, signals, strict=True)
    made = [
        None
        if found is None
        else compare(path, estimate, plan.anatomy, found, plan.settings, settings)
        for path, estimate, found in each
    ]
    return with_readings(made, estimates, plan.anatomy, normal)
