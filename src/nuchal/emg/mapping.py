"""Which channel is which muscle: as a person states it, or guessed from the channels' names."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.conventions import LEFT_SUFFIX
from nuchal.emg.sites import SIDES, SITES, Side, guess, sided, site_named
from nuchal.errors import RecordingError
from nuchal.model.anatomy import MUSCLES

_EXAMPLE: Final = "--channel right_sternocleidomastoid=NAME"
_SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True)
class MappedChannel:
    """One channel and the model's muscles beneath its electrode.

    Attributes:
        channel: Its name in the recording.
        label: Our name: ``right_sternocleidomastoid``, or the model muscles joined by ``+``.
        site: None where model muscles were named one by one.
        guessed: Whether the channel's name alone says so.
    """

    channel: str
    label: str
    side: Side
    site: str | None
    muscles: tuple[str, ...]
    guessed: bool


def map_channels(
    source: Path, names: Sequence[str], given: Mapping[str, str]
) -> tuple[MappedChannel, ...]:
    """The channels that are muscles of the neck, right before left.

    Args:
        source: The recording, for the messages.
        names: Its channels.
        given: What each of ours is called there: sites such as ``right_upper_trapezius``, or single
            muscles of the model, several of which may share a channel. Where anything is given
            nothing is guessed.

    Raises:
        RecordingError: A name is not known, two channels are one site, or none is found.
    """
    found = _stated(source, names, given) if given else _guessed(source, names)
    return tuple(sorted(found, key=_place))


def _place(mapped: MappedChannel) -> tuple[int, int, bool]:
    """Sites in our order, then single muscles in the model's; right before left."""
    sites = [site.name for site in SITES]
    site = sites.index(mapped.site) if mapped.site else len(sites)
    muscle = MUSCLES.index(mapped.muscles[0].removesuffix(LEFT_SUFFIX))
    return site, muscle, mapped.side == "left"


def mapping_sentences(mapped: Sequence[MappedChannel], names: Sequence[str]) -> tuple[str, ...]:
    """What was guessed, and what was left out."""
    guesses = [f"{m.channel} is {m.label.replace('_', ' ')}" for m in mapped if m.guessed]
    taken = {m.channel for m in mapped}
    left = [name for name in names if name not in taken]
    said = []
    if guesses:
        said.append(f"By their names: {', '.join(guesses)}; --channel says otherwise.")
    if left:
        said.append(f"Channels left out: {_listed(left)}.")
    return tuple(said)


def _stated(source: Path, names: Sequence[str], given: Mapping[str, str]) -> list[MappedChannel]:
    sites: list[MappedChannel] = []
    single: dict[str, list[str]] = {}
    for ours, theirs in given.items():
        channel = _channel(source, names, ours, theirs)
        if ours in MUSCLES:
            single.setdefault(channel, []).append(ours)
            continue
        side = next((s for s in SIDES if ours.startswith(f"{s}_")), None)
        site = site_named(ours.removeprefix(f"{side}_")) if side else None
        if side is None or site is None:
            raise RecordingError(source, _unknown(ours))
        sites.append(
            MappedChannel(
                channel=channel, label=ours, side=side, site=site.name,
                muscles=sided(site.muscles, side), guessed=False,
            )
        )  # fmt: skip
    found = [*sites, *(_of_muscles(source, c, muscles) for c, muscles in single.items())]
    _refuse_twice(source, found)
    return found


def _of_muscles(source: Path, channel: str, muscles: list[str]) -> MappedChannel:
    left = {name.endswith(LEFT_SUFFIX) for name in muscles}
    if len(left) > 1:
        raise RecordingError(
            source, f'its channel "{channel}" cannot be muscles of both sides; name one side.'
        )
    return MappedChannel(
        channel=channel,
        label="+".join(muscles),
        side="left" if left.pop() else "right",
        site=None,
        muscles=tuple(muscles),
        guessed=False,
    )


def _guessed(source: Path, names: Sequence[str]) -> list[MappedChannel]:
    found, sideless = [], []
    for name in names:
        said = guess(name)
        if said.site is None:
            continue
        if said.side is None:
            sideless.append((name, said.site.name))
            continue
        found.append(
            MappedChannel(
                channel=name, label=f"{said.side}_{said.site.name}", side=said.side,
                site=said.site.name, muscles=sided(said.site.muscles, said.side), guessed=True,
            )
        )  # fmt: skip
    if not found and sideless:
        name, site = sideless[0]
        raise RecordingError(
            source,
            f'its channel "{name}" looks like {site.replace("_", " ")} but does not say of which '
            f"side; add --channel right_{site}={name} or left_{site}={name}.",
        )
    if not found:
        raise RecordingError(
            source,
            f"has no channel whose name says that it is a muscle of the neck (it has "
            f"{_listed(names)}); name them with {_EXAMPLE}, or under [emg] in the person's file.",
        )
    _refuse_twice(source, found)
    return found


def _refuse_twice(source: Path, found: Sequence[MappedChannel]) -> None:
    seen: dict[str, str] = {}
    channels: dict[str, str] = {}
    for m in found:
        if m.label in seen:
            raise RecordingError(
                source,
                f'both "{seen[m.label]}" and "{m.channel}" look like {m.label.replace("_", " ")}; '
                f"choose one with --channel {m.label}={m.channel}, and name the other channels so, "
                "too.",
            )
        if m.channel in channels:
            raise RecordingError(
                source,
                f'its channel "{m.channel}" is given to both {channels[m.channel]} and {m.label}; '
                "every channel is one muscle or site.",
            )
        seen[m.label], channels[m.channel] = m.channel, m.label


def _channel(source: Path, names: Sequence[str], ours: str, theirs: str) -> str:
    if theirs in names:
        return theirs
    alike = [name for name in names if name.casefold() == theirs.casefold()]
    if len(alike) == 1:
        return alike[0]
    close = difflib.get_close_matches(theirs, names, n=1)
    hint = f"did you mean {close[0]}" if close else f"it has {_listed(names)}"
    raise RecordingError(source, f'has no channel "{theirs}" for {ours}; {hint}.')


def _unknown(ours: str) -> str:
    known = [f"{side}_{site.name}" for site in SITES for side in SIDES]
    close = difflib.get_close_matches(ours, [*known, *MUSCLES], n=1)
    hint = f"did you mean {close[0]}" if close else f"sites are {', '.join(known)}"
    return f'"{ours}" is no site for an electrode and no muscle of the model; {hint}.'


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
