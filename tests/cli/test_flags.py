"""Every setting that an error or a finding names is a flag of some command."""

import ast
from pathlib import Path

import pytest

import nuchal
from nuchal.cli.flags import as_flag, parameters
from nuchal.errors import NuchalError, Setting

SOURCE = Path(nuchal.__file__).parent


def settings() -> list[tuple[str, str]]:
    """Names of all settings in the source, and where."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Setting"
            if named and isinstance(node.args[0], ast.Constant):
                found.append((node.args[0].value, f"{path.relative_to(SOURCE)}:{node.lineno}"))
    return found


def test_every_setting_is_a_flag() -> None:
    assert [(name, where) for name, where in settings() if name not in parameters()] == []


@pytest.mark.parametrize(
    ("setting", "flag"),
    [
        (Setting("max_gap_s"), "--max-gap"),
        (Setting("max_gap_s", 0.5), "--max-gap 0.5"),
        (Setting("up", "+Z"), "--up +Z"),
        (Setting("markers", {"TP": "NAME"}), "--marker TP=NAME"),
        (Setting("markers", {"TP": "a", "LH": "b"}), "--marker TP=a --marker LH=b"),
        (Setting("weights", {"energy": 0.5}), "--weight energy=0.5"),
        (Setting("in_degrees"), "--degrees or --radians"),
        (Setting("in_degrees", True), "--degrees"),
        (Setting("in_degrees", False), "--radians"),
        (Setting("swap_sides", True), "--swap-sides"),
        (Setting("swap_sides"), "--swap-sides"),
        (Setting("figures", False), "--no-figures"),
        (Setting("network"), "--network"),
        (Setting("neutral_window_s", (0.5, 1.5)), "--neutral 0.5,1.5"),
        (Setting("band_hz", (20.0, 225.0)), "--band 20,225"),
        (Setting("mvc", (Path("a.c3d"), Path("b.c3d"))), "--mvc a.c3d --mvc b.c3d"),
        (Setting("recording"), "RECORDING"),
        (Setting("tolerance", 0.1), "tolerance=0.1"),
    ],
)
def test_settings_as_flags(setting: Setting, flag: str) -> None:
    assert as_flag(setting) == flag


def test_the_command_line_names_flags_and_python_its_settings() -> None:
    error = NuchalError(
        "options.only_for_network",
        given=Setting("correct"),
        remedy=Setting("method", "network"),
    )
    assert "--method network" in error.text(as_flag)
    assert "method='network'" in str(error)
    assert "--" not in str(error)
