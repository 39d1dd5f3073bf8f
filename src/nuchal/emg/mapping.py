"""Which channel is which muscle: as a person states it, or guessed from the channels' names."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nuchal.conventions import LEFT_SUFFIX
from nuchal.emg.sites import SIDES, SITES, Side, Site, guess, sided, site_named
from nuchal.errors import Phrase, RecordingError, Setting, phrase
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.model.anatomy import System
from nuchal.model.generic import generic_system
from nuchal.plain_text import plain_line


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

    @property
    def words(self) -> str:
        """Such as ``right sternocleidomastoid``; names of the model's muscles stay as they are."""
        return self.label.replace("_", " ") if self.site else self.label


def map_channels(
    source: Path, names: Sequence[str], given: Mapping[str, str], *, system: System | None = None
) -> tuple[MappedChannel, ...]:
    """The channels that are muscles of the neck, right before left.

    Args:
        source: The recording, for the messages.
        names: Its channels.
        given: What each of ours is called there: sites such as ``right_upper_trapezius``, or single
            muscles of the model, several of which may share a channel. Where anything is given
            nothing is guessed.
        system: Whose muscles those are; the generic neck's if not given.

    Raises:
        RecordingError: A name is not known, two channels are one site, or none is found.
    """
    muscles = (system or generic_system()).muscles
    found = _stated(source, names, given, muscles) if given else _guessed(source, names)
    _refuse_twice(source, found)
    return tuple(sorted(found, key=lambda one: _order(one, muscles)))


def mapping_findings(mapped: Sequence[MappedChannel], names: Sequence[str]) -> tuple[Finding, ...]:
    """What was guessed, and what was left out."""
    found = []
    guessed = tuple(f"{m.channel}: {m.words}" for m in mapped if m.guessed)
    if guessed:
        setting = Setting("channels")
        found.append(finding(Assumed.EMG_CHANNELS_BY_NAME, channels=guessed, setting=setting))
    left = tuple(name for name in names if name not in {m.channel for m in mapped})
    if left:
        found.append(finding(Found.EMG_CHANNELS_LEFT_OUT, channels=left))
    return tuple(found)


def _order(mapped: MappedChannel, muscles: Sequence[str]) -> tuple[int, int, bool]:
    """Sites in our order, then single muscles in the model's; right before left."""
    sites = [site.name for site in SITES]
    site = sites.index(mapped.site) if mapped.site else len(sites)
    muscle = muscles.index(mapped.muscles[0].removesuffix(LEFT_SUFFIX))
    return site, muscle, mapped.side == "left"


def _stated(
    source: Path, names: Sequence[str], given: Mapping[str, str], muscles: Sequence[str]
) -> list[MappedChannel]:
    sites: list[MappedChannel] = []
    single: dict[str, list[str]] = {}
    for ours, theirs in given.items():
        channel = _channel(source, names, ours, theirs)
        if ours in muscles:
            single.setdefault(channel, []).append(ours)
            continue
        side = next((s for s in SIDES if ours.startswith(f"{s}_")), None)
        site = site_named(ours.removeprefix(f"{side}_")) if side else None
        if side is None or site is None:
            known = tuple(f"{side}_{site.name}" for site in SITES for side in SIDES)
            hint = _nearest(ours, (*known, *muscles)) or phrase("emg.sites", sites=known)
            raise RecordingError("emg.unknown_site", source, name=ours, hint=hint)
        sites.append(_of_site(channel, site, side, guessed=False))
    return [*sites, *(_of_muscles(source, c, seen) for c, seen in single.items())]


def _of_site(channel: str, site: Site, side: Side, *, guessed: bool) -> MappedChannel:
    return MappedChannel(
        channel=channel,
        label=f"{side}_{site.name}",
        side=side,
        site=site.name,
        muscles=sided(site.muscles, side),
        guessed=guessed,
    )


def _of_muscles(source: Path, channel: str, muscles: list[str]) -> MappedChannel:
    left = {name.endswith(LEFT_SUFFIX) for name in muscles}
    if len(left) > 1:
        raise RecordingError("emg.both_sides", source, channel=channel)
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
        site, side = guess(name)
        if site is not None and side is not None:
            found.append(_of_site(name, site, side, guessed=True))
        elif site is not None:
            sideless.append((name, site.name))
    if found:
        return found
    if sideless:
        name, of = sideless[0]
        right, left = (Setting("channels", {f"{side}_{of}": name}) for side in SIDES)
        words = of.replace("_", " ")
        raise RecordingError(
            "emg.no_side", source, channel=name, site=words, right=right, left=left
        )
    remedy = Setting("channels", {"right_sternocleidomastoid": "NAME"})
    raise RecordingError("emg.no_muscle", source, remedy=remedy, channels=tuple(names))


def _refuse_twice(source: Path, found: Sequence[MappedChannel]) -> None:
    by_label: dict[str, str] = {}
    by_channel: dict[str, str] = {}
    for m in found:
        if m.label in by_label:
            raise RecordingError(
                "emg.two_channels",
                source,
                remedy=Setting("channels", {m.label: m.channel}),
                first=by_label[m.label],
                second=m.channel,
                site=m.words,
            )
        if m.channel in by_channel:
            first = by_channel[m.channel]
            raise RecordingError(
                "emg.two_sites", source, channel=m.channel, first=first, second=m.label
            )
        by_label[m.label], by_channel[m.channel] = m.channel, m.label


def _channel(source: Path, names: Sequence[str], ours: str, theirs: str) -> str:
    theirs = plain_line(theirs)
    if theirs in names:
        return theirs
    alike = [name for name in names if name.casefold() == theirs.casefold()]
    if len(alike) == 1:
        return alike[0]
    hint = _nearest(theirs, names) or phrase("emg.it_has", channels=tuple(names))
    raise RecordingError("emg.no_channel", source, channel=theirs, site=ours, hint=hint)


def _nearest(name: str, names: Sequence[str]) -> Phrase | None:
    close = difflib.get_close_matches(name, names, n=1)
    return phrase("emg.did_you_mean", name=close[0]) if close else None
