"""A server in a process of its own, and a browser, where there is one."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_PATIENCE_S = 120.0
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader",
    "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1440,1100",
)  # fmt: skip


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


@pytest.fixture(scope="session")
def chromium() -> tuple[str, str]:
    """Browser and driver."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip("needs Chromium and its driver: apt-get install chromium chromium-driver")
    return browser, driver


@pytest.fixture
def browser(chromium, tmp_path):
    """Chromium that keeps downloads in a folder of the test."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium[0]
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(tmp_path / "downloads")}
    )
    browser = webdriver.Chrome(options=options, service=Service(chromium[1]))
    yield browser
    browser.quit()


def wait_for(what: Callable[[], object], *, patience_s: float = _PATIENCE_S) -> object:
    """The first true answer.

    Raises:
        AssertionError: there was none in time.
    """
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"nothing after {patience_s:g} s")


@pytest.fixture(scope="session")
def patiently() -> Callable[..., object]:
    return wait_for
