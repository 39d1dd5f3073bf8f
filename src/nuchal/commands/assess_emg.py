"""The EMG of an assessment's recordings, beside the activations of the same muscles."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from nuchal.commands.assess_options import AssessOptions
from nuchal.commands.emg import compare
from nuchal.commands.emg_signals import read_signals
from nuchal.commands.estimate import Estimated, Plan
from nuchal.emg.compare import EmgComparison
from nuchal.errors import NuchalError
from nuchal.io.recordings.emg import has_analogs


def emg_of(
    recordings: Sequence[Path], done: Sequence[Estimated], plan: Plan, options: AssessOptions
) -> tuple[EmgComparison | None, ...]:
    """One comparison for each recording that holds EMG; None for the others.

    EMG is looked for where the person's file or an option says what its channels are, or an MVC
    trial is given.

    Raises:
        NuchalError: EMG was asked for and no recording holds any, or it cannot be used.
    """
    told = {**plan.person.emg, **options.emg.channels}
    if not (told or options.emg.mvc):
        return (None,) * len(done)
    held = [has_analogs(path) for path in recordings]
    if not any(held):
        if not (options.emg.channels or options.emg.mvc):
            return (None,) * len(done)
        raise NuchalError(
            "--mvc or --channel: none of the recordings is of a kind that holds EMG; give "
            "recordings that do (.c3d or Vicon Nexus .csv), or leave these options out."
        )
    settings = dataclasses.replace(options.emg, estimate=options.estimate)
    return tuple(
        compare(path, one.estimate, one.anatomy, read_signals(path, told, settings), settings)
        if holds
        else None
        for path, one, holds in zip(recordings, done, held, strict=True)
    )
