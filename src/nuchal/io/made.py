"""Files of made people: recordings, measures and EMG that say that nobody was measured."""

from pathlib import Path

import numpy as np

from nuchal.conventions import HEAD_MASS_SHARE
from nuchal.emg.signals import EmgRecording
from nuchal.io.recordings.trc import write_trc
from nuchal.records import Recording, Subject


def write_made_recording(recording: Recording, folder: Path, label: str) -> Path:
    """Write a trial as TRC, under its source's name, that says where it comes from.

    Args:
        recording: in metres; gaps become empty cells.
        folder: that is there.
        label: what the file says of itself.
    """
    name = recording.source.name.replace(" ", "_")
    seen = np.where(recording.visible[..., None], recording.positions, np.nan)
    path = folder / name
    write_trc(
        path,
        names=recording.names,
        time=np.round(np.asarray(recording.time), 6),
        positions_m=np.round(seen, 4),
        units="m",
    )
    text = path.read_text("utf-8")
    path.write_text(text.replace(name, f"{name} ({label})", 1), "utf-8")
    return path


def made_person(one: Subject, maker: str) -> str:
    """A ``person.toml`` of somebody who was made, by whatever made them."""
    body_mass_kg = one.head_and_neck_mass_kg / HEAD_MASS_SHARE
    return (
        f"# Made by {maker}; nobody was measured.\n"
        f"neck_length_m = {one.neck_length_m:.3f}      # C7 to tragion, vertical, sitting upright\n"
        f"shoulder_width_m = {one.shoulder_width_m:.3f}   # biacromial\n"
        f"body_mass_kg = {body_mass_kg:.1f}        # head and neck: 8 % of it\n"
        f'sex = "{one.sex}"\n'
        f"age_years = {one.age_years:.0f}\n"
    )


def write_made_emg(made: EmgRecording, path: Path) -> None:
    """Write times [s] and channels [uV] as CSV."""
    head = ",".join(("time [s]", *(f"{channel} [uV]" for channel in made.names)))
    rows = [
        ",".join((f"{t:.3f}", *(f"{v:.1f}" for v in row)))
        for t, row in zip(made.time.tolist(), made.values.tolist(), strict=True)
    ]
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
