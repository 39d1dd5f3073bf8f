"""Finds the trials of a joint in a folder, by the names that OpenSim's tools give their files.

MuscleAnalysis writes ``NAME_MuscleAnalysis_Length.sto`` and ``..._MomentArm_COORDINATE.sto``, the
InverseDynamicsTool ``inverse_dynamics.sto``. A trial is a folder that holds these and an EMG file;
or several share a folder, and moments and EMG begin with the trial's NAME, too.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from nuchal.errors import RecordingError
from nuchal.plain_text import plain_line

_LENGTH: Final = re.compile(r"(?P<name>.*?)_?MuscleAnalysis_Length\.sto", re.IGNORECASE)
_ARM: Final = re.compile(r"(?P<name>.*?)_?MuscleAnalysis_MomentArm_(?P<q>.+)\.sto", re.IGNORECASE)
_MOMENT: Final = re.compile(r".*inverse_?dynamics\.sto", re.IGNORECASE)
_EMG_KINDS: Final = "sto|mot|csv|txt"
_EMG: Final = re.compile(rf"(?:.*_)?emg.*\.(?:{_EMG_KINDS})", re.IGNORECASE)


class TrialFiles(NamedTuple):
    """The files of one trial.

    Attributes:
        moment_arms: By coordinate.
    """

    name: str
    length: Path
    moment_arms: dict[str, Path]
    moment: Path
    emg: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        """All of them."""
        return self.length, *self.moment_arms.values(), self.moment, self.emg


def trials_in(folder: Path) -> list[TrialFiles]:
    """The trials of a folder, its own and those of the folders in it, in the order of names.

    Raises:
        RecordingError: there is none, one lacks a file, or several files could be one.
    """
    try:
        homes = [folder, *sorted(one for one in folder.iterdir() if _may_hold(one))]
        found = [trial for home in homes for trial in _trials_of(home, home != folder)]
    except OSError as error:
        reason = error.strerror or str(error)
        raise RecordingError("file.unopened", folder, reason=reason) from error
    if not found:
        raise RecordingError("joint.no_lengths", folder)
    names = [trial.name for trial in found]
    for name in names:
        if names.count(name) > 1:
            raise RecordingError("joint.same_trial", folder, trial=name)
    return found


def _may_hold(home: Path) -> bool:
    return home.is_dir() and not home.name.startswith(".")


def _trials_of(home: Path, inner: bool) -> list[TrialFiles]:
    files = sorted(one for one in home.iterdir() if one.is_file())
    lengths = {m["name"]: one for one in files if (m := _LENGTH.fullmatch(one.name))}
    if not lengths and any(_ARM.fullmatch(x.name) or _MOMENT.fullmatch(x.name) for x in files):
        raise RecordingError("joint.no_lengths", home)
    alone = len(lengths) == 1
    found = []
    for name, length in lengths.items():
        own = plain_line(home.name) if inner and alone else plain_line(name) or "trial"
        mine = files if alone else [one for one in files if one.name.startswith(f"{name}_")]
        found.append(
            TrialFiles(
                name=own,
                length=length,
                moment_arms=_moment_arms(home, name, files),
                moment=_one(home, own, mine, _MOMENT, "" if alone else name),
                emg=_one(home, own, mine, _EMG, "" if alone else name),
            )
        )
    return found


def _moment_arms(home: Path, name: str, files: Sequence[Path]) -> dict[str, Path]:
    matches = [(one, _ARM.fullmatch(one.name)) for one in files]
    found = {m["q"]: one for one, m in matches if m and m["name"] == name}
    if not found:
        wanted = f"{name}_MuscleAnalysis_MomentArm_COORDINATE.sto".lstrip("_")
        raise RecordingError("joint.no_file", home, trial=plain_line(name), wanted=wanted)
    return found


def _one(
    home: Path, trial: str, files: Sequence[Path], pattern: re.Pattern[str], name: str
) -> Path:
    """The one file of a kind that a trial has; its name begins with the trial's, if that is one."""
    begin = f"{name}_" if name else ""
    found = [one for one in files if pattern.fullmatch(one.name[len(begin) :])]
    if len(found) > 1:
        both = [plain_line(one.name) for one in found]
        raise RecordingError("joint.two_files", home, trial=trial, files=both)
    if not found:
        usual = "inverse_dynamics.sto" if pattern is _MOMENT else "emg.sto"
        wanted = plain_line(f"{begin}{usual}")
        raise RecordingError("joint.no_file", home, trial=trial, wanted=wanted)
    return found[0]
