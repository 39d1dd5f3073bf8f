"""Network or optimisation: which of them an estimate takes, and why."""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nuchal.commands.estimate_options import EstimateOptions
from nuchal.errors import NetworkError, NuchalError
from nuchal.io.networks.equilibrium import StoredNeckNetwork, stored_network
from nuchal.networks.equilibrium.domain import OF_THE_PERSON, RESPECTS, Outside, outside
from nuchal.records import Method

_WORDS: Final = dict(zip(RESPECTS, RESPECTS, strict=True)) | {
    "body": "body measures",
    "load": "load on the head",
}


class Offer(NamedTuple):
    """A network that could be used, or why there is none."""

    stored: StoredNeckNetwork | None
    reason: str


class Choice(NamedTuple):
    """The method, why it was taken, and what there is to say about it."""

    method: Method
    reason: str
    sentences: tuple[str, ...] = ()


def network_on_offer(options: EstimateOptions) -> Offer:
    """The network that an estimate could use, before its recording is read.

    Raises:
        NuchalError: a network was asked for where there can be none.
    """
    if options.method == "optimisation":
        for option, given in (("--weights", options.network), ("--correct", options.correct)):
            if given:
                raise NuchalError(
                    f"{option} is about a network's forces and has no effect on optimisation; "
                    "leave it out, or take --method network."
                )
        return Offer(None, "as asked")
    asked = "--method network" if options.method == "network" else "--weights"
    for obstacle, reason, complaint in (
        (
            options.engine == "opensim",
            "as OpenSim is the engine",
            "networks stand in for nuchal's own optimisation, not for OpenSim's; leave out "
            "--engine opensim",
        ),
        (
            bool(options.weights),
            "as the weights of the objective were changed",
            "networks have learnt the preset's own objective, which --weight changes; leave out "
            "--weight",
        ),
    ):
        if obstacle and (options.method == "network" or options.network):
            raise NuchalError(f"{asked}: {complaint}, or take --method optimisation.")
        if obstacle:
            return Offer(None, reason)
    return _read(options)


def choose(
    options: EstimateOptions,
    distance: Float[np.ndarray, "t 5"],
    known: Bool[np.ndarray, " t"],
) -> Choice:
    """Whether a recording is enough like the training frames for a network.

    Args:
        options: what was asked for.
        distance: of the frames from the training frames, in each respect.
        known: frames that count: whose posture is known.
    """
    found = outside(distance, known)
    what = outside_words(found)
    if options.method == "network":
        told = (
            "The recording is in part unlike what the network was trained on; those frames are "
            f"marked, and their intervals may be too narrow: {what}."
        )
        return Choice("network", "as asked", (told,) if what else ())
    if not known.any():
        return Choice("optimisation", "as no frame is good enough to judge by")
    if not found.is_little:
        told = (
            "Forces come from optimisation, as the recording is unlike what the network was "
            f"trained on: {what}."
        )
        return Choice("optimisation", "as the recording is unlike the network's training", (told,))
    told = f"A few frames are unlike what the network was trained on, and marked: {what}."
    return Choice("network", "as the recording is like its training", (told,) if what else ())


def outside_words(found: Outside) -> str:
    """In which respects frames lie outside, how many, and how far; empty where none does."""
    said = []
    for k, respect in enumerate(RESPECTS):
        if found.worst[k] <= 1.0:
            continue
        far = f"up to {found.worst[k]:.2g} times as far as its border"
        if respect in OF_THE_PERSON:
            said.append(f"{_WORDS[respect]} ({found.worst[k]:.2g} times as far as its border)")
        else:
            percent = max(100.0 * found.share[k], 0.1)
            said.append(f"{_WORDS[respect]} ({percent:.2g} % of frames, {far})")
    return ", ".join(said)


def _read(options: EstimateOptions) -> Offer:
    if options.network is None:
        try:
            return Offer(stored_network(options.preset, None), "")
        except NetworkError as error:
            if options.method == "network":
                raise
            return Offer(None, f"as {str(error).partition(';')[0]}")
    return Offer(stored_network(options.preset, options.network), "")
