"""A server in a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_PATIENCE_S = 120.0


@dataclass(frozen=True)
class Server:
    """A running ``nuchal app``."""

    url: str
    process: subprocess.Popen[str]
    temporary: Path
    """Where it keeps what visitors bring."""

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(_PATIENCE_S)


@contextmanager
def running(temporary: Path, *arguments: str) -> Iterator[Server]:
    """``nuchal app`` on a free port until the block is left."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "nuchal", "app", "--port", "0", "--no-open", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**environment, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
        cwd=temporary,
    )
    try:
        yield Server(_address(process), process, temporary)
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)
        process.stdout.close()


def _address(process: subprocess.Popen[str]) -> str:
    said = []
    for line in process.stdout:
        said.append(line)
        found = re.search(r"http://\S+", line)
        if found:
            return found[0]
    raise RuntimeError("".join(said))


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def serving() -> Callable[..., object]:
    """``with serving(folder, *arguments) as server``: one of a test's own."""
    return running
