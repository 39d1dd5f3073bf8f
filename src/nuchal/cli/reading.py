"""The options that every command shares which finds forces in a recording."""

import functools
import inspect
from collections.abc import Callable

import nuchal
from nuchal.cli import options as ask

_GIVEN = "estimate"
"""The parameter in which a command gets what the shared options say."""


def finds_forces(command: Callable[..., None]) -> Callable[..., None]:
    """A command with the shared options after its own.

    Args:
        command: takes what they say as ``estimate``, an ``EstimateOptions``.
    """
    own = [one for one in inspect.signature(command).parameters.values() if one.name != _GIVEN]
    shared = list(inspect.signature(estimate_options).parameters.values())

    @functools.wraps(command)
    def run(**given: object) -> None:
        said = {one.name: given.pop(one.name) for one in shared}
        command(**given, **{_GIVEN: estimate_options(**said)})  # type: ignore[arg-type]

    parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *shared)]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def estimate_options(
    method: ask.Method = "auto",
    weights: ask.NetworkFile = None,
    preset: ask.PresetName = "recommended",
    load_kg: ask.LoadKg = 0.0,
    load_place: ask.LoadPlace = None,
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
) -> "nuchal.EstimateOptions":
    """What the shared options say."""
    return nuchal.EstimateOptions(
        method=method,
        network=weights,
        preset=preset,
        load_kg=load_kg,
        load_place_m=ask.place(load_place),
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
