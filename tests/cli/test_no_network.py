"""People's recordings are private: no command speaks to anybody."""

import subprocess
import sys

import pytest

# An audit hook sees every connection and every look at a name, also those of libraries in Python.
_LISTENING = """
import sys
def listen(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        print("HEARD", event, arguments, file=sys.stderr)
sys.addaudithook(listen)
from nuchal.cli import main
main(sys.argv[1:])
"""


def heard(*words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _LISTENING, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return "\n".join(line for line in done.stderr.splitlines() if line.startswith("HEARD"))


def test_what_listens_hears() -> None:
    asking = _LISTENING.partition("from nuchal")[0] + (
        "import socket\ntry: socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError: pass"
    )
    done = subprocess.run(
        [sys.executable, "-c", asking], capture_output=True, text=True, check=False
    )
    assert "HEARD socket.connect" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", ["estimate", "assess"])
def test_nothing_is_sent(root, tmp_path, command) -> None:
    recording, person = root / "examples/demo_recording.trc", root / "examples/person.toml"
    assert heard(command, recording, "--subject", person, "--out", tmp_path / "out") == ""
