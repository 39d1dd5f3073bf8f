"""``method="paper"``: the networks of ``nuchal train``, and what does not go with them."""

from typing import Final

from nuchal.commands.options import ForceOptions
from nuchal.errors import NetworkError, NuchalError, Phrase, Setting
from nuchal.io.networks.paper import StoredNetworks, networks_of_preset

# What a file holds, what is said of it, and the method that takes it.
_METHODS: Final = {
    "network.holds_paper": ("network.of_paper", "paper"),
    "network.holds_neck": ("network.of_neck", "network"),
}


def paper_on_offer(options: ForceOptions) -> StoredNetworks | None:
    """The paper's networks if they were asked for, and else None.

    Raises:
        NuchalError: there is no file, it holds others, or an option does not go with them.
    """
    if options.method != "paper":
        return None
    _refuse_what_they_cannot(options)
    if options.network is None:
        asked, remedy = Setting("method", "paper"), Setting("network")
        raise NuchalError("options.paper_without_file", asked=asked, remedy=remedy)
    try:
        return networks_of_preset(options.preset, options.network)
    except NetworkError as error:
        raise of_other_method(error) from error


def of_other_method(error: NetworkError) -> NetworkError:
    """An error that names the method which takes a file's networks, if they are of another one."""
    held = error.values.get("found")
    if error.what != "network.other_kind" or not isinstance(held, Phrase):
        return error
    if held.what not in _METHODS:
        return error
    what, method = _METHODS[held.what]
    return NetworkError(what, error.file, remedy=Setting("method", method))


def _refuse_what_they_cannot(options: ForceOptions) -> None:
    asked, remedy = Setting("method", "paper"), Setting("method", "optimisation")
    if options.engine == "opensim":
        engine = Setting("engine", "opensim")
        raise NuchalError("options.no_opensim_network", engine=engine, asked=asked, remedy=remedy)
    if options.weights:
        weights = Setting("weights")
        raise NuchalError("options.weights_of_network", weights=weights, asked=asked, remedy=remedy)
    if options.load_kg:
        raise NuchalError("options.not_of_paper", given=Setting("load_kg"), remedy=remedy)
    if options.correct:
        network = Setting("method", "network")
        raise NuchalError("options.not_of_paper", given=Setting("correct"), remedy=network)
