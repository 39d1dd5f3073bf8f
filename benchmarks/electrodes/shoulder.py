"""Raw EMG of a real shoulder: names, quality, own maxima and bursts of every channel."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from nuchal.emg.filters import ConditioningSettings, condition
from nuchal.emg.normalise import maxima_of, normalised
from nuchal.emg.onsets import OnsetSettings, emg_bursts
from nuchal.emg.quality import ChannelQuality, quality_of
from nuchal.emg.signals import MICROVOLTS, EmgRecording, channels
from nuchal.emg.sites import guess
from nuchal.errors import RecordingError
from nuchal.io.recordings.emg import read_emg
from nuchal.io.recordings.read import read_recording
from nuchal.records import Recording

SETTINGS = ConditioningSettings()
BOX = "boite"

Table = Callable[[list[str], list[list[str]]], Iterator[str]]


def person_of(path: Path) -> str:
    """What stands before the names of a person's markers; the file has those of a box, too."""
    try:
        read_recording(path)
    except RecordingError as several:
        (name,) = set(several.values["prefixes"]) - {BOX}
        return str(name)
    raise ValueError(f"{path.name} has markers of one thing only")


def electrodes(path: Path) -> EmgRecording:
    """The channels that say that they are EMG."""
    every = read_emg(path)
    return channels(every, tuple(name for name in every.names if "EMG" in name))


def read_of_shoulder(path: Path) -> list[list[str]]:
    every, emg, markers = (
        read_emg(path),
        electrodes(path),
        read_recording(path, person=person_of(path)),
    )
    assert isinstance(markers, Recording)
    units = sorted({unit or "none stated" for unit in emg.units})
    frames = f"{len(markers.time)} frames"
    clock = "that of the markers"
    return [
        [
            "shoulder", f"`{path.name}`", f"{len(emg.values)}",
            f"{len(every.names)}, {len(emg.names)} of EMG", f"{emg.rate_hz:g} Hz",
            ", ".join(units), clock,
        ],
        [
            "shoulder", "the same, markers", frames, f"{len(markers.names)} markers",
            f"{markers.rate_hz:g} Hz", "m", clock,
        ],
    ]  # fmt: skip


def missing_of_shoulder(path: Path) -> dict[str, str]:
    markers = read_recording(path, person=person_of(path))
    assert isinstance(markers, Recording)
    first = ", ".join(f"`{name}`" for name in markers.names[:4])
    return {
        "raw signal": "yes",
        "rate": "yes",
        "MVC trial": "none",
        "names": "muscles, but no side",
        "side of the movement": "not stated",
        "body measures": "none",
        "head markers": f"none; markers are {first} and the like",
    }


def channels_of_shoulder(path: Path, table: Table) -> Iterator[str]:
    emg = electrodes(path)
    found = quality_of(emg, SETTINGS)
    alive = tuple(c.name for c in found.channels if c.alive)
    live = channels(emg, alive)
    maxima = maxima_of([live], SETTINGS, origin="own maximum")
    shares = normalised(condition(live, SETTINGS).envelopes, maxima)
    rows = []
    shown = [channel for channel in found.channels if channel.flat_share < 1.0]
    for channel in shown:
        site, _ = guess(channel.name)
        row = [
            f"`{channel.name}`",
            site.name.replace("_", " ") if site else "-",
            *_figures(channel),
        ]
        if channel.alive:
            k = alive.index(channel.name)
            unit = "uV" if live.units[k] == MICROVOLTS else live.units[k]
            bursts = emg_bursts(live.values[:, k], live.rate_hz, settings=OnsetSettings())
            on = sum(burst.off - burst.on for burst in bursts) / live.duration_s
            mean = float(shares.values[shares.known[:, k], k].mean())
            row += [f"{maxima.value[k]:.3g} {unit}", f"{mean:.0%}", f"{len(bursts)}", f"{on:.0%}"]
        else:
            row += ["-"] * 4
        rows.append(row)
    heart = "no heart" if found.heart_per_min is None else f"a heart of {found.heart_per_min:.0f}"
    yield f"{emg.duration_s:.2f} s of {len(emg.names)} channels, {heart} in any. *Site*: what the"
    yield "name alone says to `nuchal emg`. *Own maximum*: the greatest mean of the linear envelope"
    yield "over 0.5 s, which takes the place of an MVC; *mean* is a share of it. *Bursts* and the"
    yield "time *on* by the Teager-Kaiser energy operator."
    if rest := len(found.channels) - len(shown):
        yield f"{rest} more are constant (`emg_constant`), as no electrode is at their end."
    yield ""
    head = [
        "channel", "site", "signal [dB]", "mains", "over motion [dB]", "median [Hz]", "flags",
        "own maximum", "mean", "bursts", "on",
    ]  # fmt: skip
    yield from table(head, rows)
    yield _ratio(live, shares.values)
    yield ""


def _figures(channel: ChannelQuality) -> list[str]:
    flags = ", ".join(f"`{flag.what}`" for flag in channel.flags) or "-"
    return [
        f"{channel.signal_db:.0f}",
        f"{channel.mains_share:.1%}",
        f"{channel.motion_db:.0f}",
        f"{channel.median_hz:.0f}",
        flags,
    ]


def _ratio(live: EmgRecording, shares: np.ndarray) -> str:
    """How alike the courses of live channels are, which needs no maximum."""
    r = np.corrcoef(shares.T)
    np.fill_diagonal(r, np.nan)
    i, j = np.unravel_index(int(np.nanargmax(r)), r.shape)
    return (
        f"Courses can be compared without a maximum: of {len(live.names)} live channels the most "
        f"alike are `{live.names[i]}` and `{live.names[j]}`, r {r[i, j]:.2f}; the median pair "
        f"has r {np.nanmedian(r):.2f}."
    )
