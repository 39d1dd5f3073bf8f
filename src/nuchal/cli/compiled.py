"""Where compiled code is kept between runs, so that the second one is quick."""

import os
import platform
from pathlib import Path

# The variable by which JAX is told; set to an empty text, nothing is kept.
FOLDER = "JAX_COMPILATION_CACHE_DIR"
_SHORTEST = "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"


def keep_compiled_code() -> None:
    """Have JAX keep compiled code in the user's cache folder, unless the user says otherwise.

    One folder a machine, for code is compiled for its processor. JAX finds code again by what it
    computes and by its own version, so nothing here can go stale.
    """
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
        folder = home / "nuchal" / f"{platform.node()}-{platform.machine()}"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return
    if os.access(folder, os.W_OK):
        os.environ.setdefault(FOLDER, str(folder))
        os.environ.setdefault(_SHORTEST, "0")
