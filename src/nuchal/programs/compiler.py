"""How programs are compiled: in little more than half of the usual time, to code that is as quick.

XLA has two ways to emit the loops of a processor. The newer one, its default, is made for large
arrays; frames of a neck are small, and gain nothing by it.
"""

from functools import cache
from typing import Any, Final

import jax

_SOONER: Final = {"use_fusion_emitters": False}
# What is little work is not handed to other threads, which would have to be woken first.
_ALONE: Final = {"multi_thread_eigen": False}


@cache
def compiler_options(*, alone: bool = False) -> dict[str, Any] | None:
    """What the compiler is told; None on accelerators, and where it does not know those words.

    Args:
        alone: whether the program is to be run by the thread that calls it.
    """
    if jax.default_backend() != "cpu":
        return None
    said = _SOONER | _ALONE if alone else _SOONER
    words: dict[str, Any] = {f"xla_cpu_{word}": value for word, value in said.items()}
    try:
        jax.jit(lambda: 0.0).lower().compile(words)
    except jax.errors.JaxRuntimeError:
        return None
    return words
