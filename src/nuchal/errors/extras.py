"""Optional packages: what needs them asks for them, and a missing one is named in one sentence."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from nuchal.errors.failures import EngineError

# The extras of ``pip install 'nuchal[EXTRA]'``, each with the packages that it brings.
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "app": ("nicegui",),
    "average": ("dtaidistance",),
    "cluster": ("dask", "distributed"),
    "dataset": ("zarr",),
    "hidden-emg": ("sklearn",),
    "onnx": ("onnx", "onnxruntime"),
    "opensim": ("opensim",),
    "pdf": ("weasyprint",),
}


def need_extra(extra: str) -> None:
    """Make sure that the packages of an extra are installed; none of them is imported.

    Args:
        extra: one of :data:`EXTRAS`.

    Raises:
        EngineError: a package is missing.
    """
    missing = [name for name in EXTRAS[extra] if find_spec(name) is None]
    if missing:
        raise EngineError("extra.missing", packages=missing, extra=extra)
