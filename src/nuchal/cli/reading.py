"""The options that every command shares which reads a motion, or finds forces in it."""

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import TypeAlias

import nuchal
from nuchal.cli import options as ask

_Command: TypeAlias = Callable[..., None]
# The parameter in which a command gets what the shared options say.
_GIVEN = "estimate"


def reads_motion(command: _Command) -> _Command:
    """A command with the options of a recording after its own.

    Args:
        command: takes what they say as ``estimate``, an ``EstimateOptions``.
    """
    return _sharing(command, _recording)


def finds_forces(command: _Command) -> _Command:
    """A command with the options of forces and of a recording after its own.

    Args:
        command: takes what they say as ``estimate``, an ``EstimateOptions``.
    """
    return _sharing(command, _forces, _recording)


def _sharing(
    command: _Command, *readers: "Callable[..., Callable[..., nuchal.EstimateOptions]]"
) -> _Command:
    own = [one for one in inspect.signature(command).parameters.values() if one.name != _GIVEN]
    shared = [list(inspect.signature(reader).parameters.values()) for reader in readers]

    @functools.wraps(command)
    def run(**given: object) -> None:
        options = nuchal.EstimateOptions()
        for reader, parameters in zip(readers, shared, strict=True):
            options = reader(**{one.name: given.pop(one.name) for one in parameters})(options)
        command(**given, **{_GIVEN: options})

    every = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in sum(shared, own)]
    run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in every}
    return run


def _forces(
    method: ask.Method = "auto",
    weights: ask.NetworkFile = None,
    preset: ask.PresetName = "recommended",
    load_kg: ask.LoadKg = 0.0,
    load_place: ask.LoadPlace = None,
) -> "Callable[[nuchal.EstimateOptions], nuchal.EstimateOptions]":
    return functools.partial(
        dataclasses.replace,
        method=method,
        network=weights,
        preset=preset,
        load_kg=load_kg,
        load_place_m=ask.place(load_place),
    )


def _recording(
    static: ask.Static = None,
    neutral: ask.Neutral = None,
    marker: ask.Markers = None,
    person: ask.Person = None,
    swap_sides: ask.SwapSides = False,
    mirror: ask.Mirror = None,
    up: ask.Up = None,
    forward: ask.Forward = None,
    units: ask.Units = None,
    rate_hz: ask.RateHz = None,
    in_degrees: ask.InDegrees = None,
    max_gap: ask.MaxGap = 0.25,
    cutoff_hz: ask.CutoffHz = 6.0,
) -> "Callable[[nuchal.EstimateOptions], nuchal.EstimateOptions]":
    return functools.partial(
        dataclasses.replace,
        static=static,
        units=units,
        rate_hz=rate_hz,
        in_degrees=in_degrees,
        person=person,
        tracking=nuchal.TrackingSettings(
            markers=ask.pairs(marker, option="--marker", form="OURS=THEIRS"),
            up=up,
            forward=forward,
            swap_sides=swap_sides,
            mirror=mirror,
            max_gap_s=max_gap,
            cutoff_hz=cutoff_hz,
            neutral_window_s=ask.window(neutral),
        ),
    )
