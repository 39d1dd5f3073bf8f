"""``import nuchal`` and ``nuchal --help`` load nothing heavy."""

import json
import subprocess
import sys

import pytest

HEAVY = ("jax", "numpy", "scipy", "matplotlib", "equinox", "ezc3d", "opensim")
REPORT = f"import json, sys; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
HELP = """
import nuchal.cli
try:
    nuchal.cli.main([{arguments}])
except SystemExit as left:
    assert left.code == 0, left.code
"""


def heavy_modules_after(code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{REPORT}"], capture_output=True, text=True, check=True
    )
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded


@pytest.mark.parametrize(
    "code",
    [
        "import nuchal",
        "import nuchal; nuchal.COORDINATES; nuchal.NuchalError",
        HELP.format(arguments="'--help'"),
        HELP.format(arguments="'estimate', '--help'"),
        HELP.format(arguments="'--version'"),
    ],
    ids=["import", "light names", "help", "help of estimate", "version"],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert heavy_modules_after(code) == []


@pytest.mark.slow
def test_the_probe_notices_a_heavy_module() -> None:
    assert "jax" in heavy_modules_after("import nuchal; nuchal.MUSCLES")


def test_every_public_name_exists() -> None:
    code = "import nuchal; [getattr(nuchal, name) for name in nuchal.__all__]"
    assert "jax" in heavy_modules_after(code)
