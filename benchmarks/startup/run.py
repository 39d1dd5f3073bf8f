"""How long ``import nuchal`` and ``nuchal --help`` take, beside imports that everyone knows.

Prints the median of several fresh interpreters, and the ratio to ``import numpy``. The bound is
0.5 s for both; with ``--check`` the exit status is 1 where it is missed.
"""

import argparse
import statistics
import subprocess
import sys
import time

RUNS = 9
BOUND_S = 0.5
NUCHAL = {
    "import nuchal": ["-c", "import nuchal"],
    "nuchal --help": ["-m", "nuchal", "--help"],
    "nuchal estimate --help": ["-m", "nuchal", "estimate", "--help"],
}
PEERS = {
    "python alone": ["-c", "pass"],
    "import numpy": ["-c", "import numpy"],
    "import jax": ["-c", "import jax"],
    "import opensim": ["-c", "import opensim"],
}


def seconds(arguments: list[str]) -> float:
    """Median wall-clock time of fresh interpreters, after one that warms the disk."""
    taken = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail where the bound is missed")
    check = parser.parse_args().check
    measured = {name: seconds(words) for name, words in (NUCHAL | PEERS).items()}
    numpy = measured["import numpy"]
    print(f"{'':24}{'median':>9}{'to numpy':>10}")
    for name, taken in measured.items():
        print(f"{name:24}{taken:8.3f}s{taken / numpy:9.2f}x")
    missed = [name for name in NUCHAL if measured[name] > BOUND_S]
    print(f"bound {BOUND_S} s: {'missed by ' + ', '.join(missed) if missed else 'met'}")
    return int(check and bool(missed))


if __name__ == "__main__":
    sys.exit(main())
