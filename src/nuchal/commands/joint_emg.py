"""A folder of any joint becomes excitations and forces of all of its muscles."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from nuchal.commands.deep_emg import DeepEmgOptions
from nuchal.commands.deep_emg_files import file_names, write_deep_emg
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.emg.hidden.courses import DeepEmg
from nuchal.emg.hidden.joint import cut_joint
from nuchal.emg.hidden.person import fit_and_read
from nuchal.emg.hidden.records import HiddenSettings
from nuchal.errors import NuchalError, Setting, need_extra
from nuchal.io.joint.folder import trials_in
from nuchal.io.joint.read import read_joint
from nuchal.report.summaries.hidden_emg import DeepEmgSummary

_JOINT: Final = Setting("joint")


@dataclass(frozen=True, kw_only=True)
class JointEmgOptions(HiddenSettings):
    """What :func:`run_joint_emg` may be told beside the folder.

    Attributes:
        hold_out: Names of trials that are read, but not fitted.
        emg_rate_hz: Samples a second of EMG files without times.
        figures: Draw a figure of each trial.
    """

    hold_out: tuple[str, ...] = ()
    emg_rate_hz: float | None = None
    figures: bool = True

    @classmethod
    def of_neck(
        cls, options: DeepEmgOptions, *, recordings: Sequence[Path], subject: Path | None
    ) -> "JointEmgOptions":
        """What was said in the words of the neck.

        Raises:
            NuchalError: something was given that has no effect without a neck.
        """
        if recordings:
            raise NuchalError("joint.no_recording_with", joint=_JOINT)
        if subject is not None:
            raise NuchalError("joint.not_of_joint", given=Setting("subject"), joint=_JOINT)
        usual, ours = DeepEmgOptions(), {one.name for one in fields(cls)}
        for one in fields(DeepEmgOptions):
            if one.name not in ours and getattr(options, one.name) != getattr(usual, one.name):
                raise NuchalError("joint.not_of_joint", given=Setting(one.name), joint=_JOINT)
        same = {name: getattr(options, name) for name in ours - {"hold_out"}}
        return cls(hold_out=tuple(map(str, options.hold_out)), **same)


def run_joint_emg(
    folder: Path,
    *,
    out: Path,
    options: JointEmgOptions,
    progress: Progress = silent,
) -> Result[DeepEmg, DeepEmgSummary]:
    """Fit the muscles and the recruitment of one joint, and find what all its muscles do.

    Args:
        folder: with lengths and moment arms, net moments, EMG, muscles and channels.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    need_extra("hidden-emg")
    files = trials_in(folder) if folder.is_dir() else []
    read = [path for one in files for path in one.paths]

    def find() -> DeepEmg:
        joint = read_joint(folder, hold_out=options.hold_out, emg_rate_hz=options.emg_rate_hz)
        return fit_and_read(cut_joint(joint), options, progress)

    return run_into(
        out,
        inputs=read,
        names=file_names([one.name for one in files], figures=True, neck=False),
        find=find,
        write=lambda found, home: write_deep_emg(found, home, figures=options.figures),
        progress=progress,
    )
