"""How programs are compiled: in little more than half of the usual time, to code that is as quick.

XLA has two ways to emit the loops of a processor. The newer one, its default, is made for large
arrays; frames of a neck are small, and gain nothing by it.
"""

from functools import cache
from typing import Any, Final

import jax

_SOONER: Final[dict[str, Any]] = {"xla_cpu_use_fusion_emitters": False}


@cache
def compiler_options() -> dict[str, Any] | None:
    """What the compiler is told; None on accelerators, and where it does not know that word."""
    if jax.default_backend() != "cpu":
        return None
    try:
        jax.jit(lambda: 0.0).lower().compile(_SOONER)
    except jax.errors.JaxRuntimeError:
        return None
    return _SOONER
