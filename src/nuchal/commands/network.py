"""The network that finds a person's forces, or why there is none."""

from typing import Any

from nuchal.commands.options import ForceOptions
from nuchal.errors import NetworkError, NuchalError, Setting
from nuchal.findings import Finding, Found, finding
from nuchal.io.networks.equilibrium import StoredNeckNetwork, stored_network
from nuchal.networks.equilibrium.domain import AS_ASKED


def network_on_offer(options: ForceOptions) -> tuple[StoredNeckNetwork | None, Finding]:
    """The network that an estimate could use, before its recording is read; or why there is none.

    Raises:
        NuchalError: a network was asked for where there can be none.
    """
    if options.method == "optimisation":
        _refuse_idle(options)
        return None, AS_ASKED
    by_method = options.method == "network"
    wanted = by_method or options.network is not None
    values: dict[str, Any] = {
        "asked": Setting("method", "network") if by_method else Setting("network"),
        "remedy": Setting("method", "optimisation"),
    }
    if options.engine == "opensim":
        if wanted:
            engine = Setting("engine", "opensim")
            raise NuchalError("options.no_opensim_network", engine=engine, **values)
        return None, finding(Found.METHOD_OF_OPENSIM)
    if options.weights:
        if wanted:
            raise NuchalError("options.weights_of_network", weights=Setting("weights"), **values)
        return None, finding(Found.METHOD_WEIGHTS_CHANGED)
    try:
        return stored_network(options.preset, options.network), AS_ASKED
    except NetworkError:
        if wanted:
            raise
        return None, finding(Found.METHOD_NO_NETWORK, preset=options.preset)


def _refuse_idle(options: ForceOptions) -> None:
    """Refuse what has an effect only on a network's forces."""
    for given in ("network", "correct"):
        if getattr(options, given):
            remedy = Setting("method", "network")
            raise NuchalError("options.only_for_network", given=Setting(given), remedy=remedy)
