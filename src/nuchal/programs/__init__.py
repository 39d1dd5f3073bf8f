"""Compiled functions that outlive the process: traced once for each version and shape.

JAX keeps what it has compiled, and still works out anew, in every process, what to compile; that
takes longer than the work itself. ``kept`` is for functions of arrays; ``store`` keeps what was
worked out, ``structure`` what a function gives back, and ``ahead`` loads in the background what a
command will need.
"""

import lazy_loader as _lazy

# The variable that names the folder of all versions; empty or not there, nothing is kept.
FOLDER = "NUCHAL_PROGRAMS_DIR"

__getattr__, __dir__, _ = _lazy.attach(__name__, submodules={"ahead"})
