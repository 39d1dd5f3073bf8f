"""Inputs that are quickly worked through."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def first_frames(root: Path, tmp_path_factory) -> Callable[[int, str], Path]:
    """``first_frames(count, name)``: the demonstration's first frames, in a file of that name."""

    def write(count: int, name: str) -> Path:
        lines = (root / "examples/demo_recording.trc").read_text("utf-8").splitlines()
        lines[2] = lines[2].replace("820", str(count))
        path = tmp_path_factory.mktemp("recording") / name
        path.write_text("\n".join(lines[: 6 + count]) + "\n", "utf-8")
        return path

    return write
