"""Hostile numerics for every test, the companion data where they are present, compiled code that
all processes of a run share, programs that are kept, and a browser, where there is one."""

import atexit
import os
import shutil
import struct
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import ezc3d
import jax
import numpy as np
import pytest
from hypothesis import settings

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.networks.equilibrium.intervals import SITUATIONS, spread_inputs
from nuchal.networks.equilibrium.proposal import fresh_network
from nuchal.networks.equilibrium.records import Domain, NeckNetwork, Spread
from nuchal.programs import FOLDER as PROGRAMS
from nuchal.programs.kept import Kept
from nuchal.records import HeadLoad, Motion

ROOT = Path(__file__).resolve().parents[1]
COMPILED = ROOT / ".pytest_cache" / "compiled"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader",
    "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1440,1100",
)  # fmt: skip
_PATIENCE_S = 120.0
# Levels A and AA of WCAG 2.1.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
AXE = """
const [rules, done] = arguments;
const asked = { runOnly: rules, resultTypes: ["violations"], iframes: false };
axe.run(document, asked).then(({ violations }) => done(violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`))));
"""

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(COMPILED))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.5")
# As commands have it; for each process, as some tests change what is traced.
os.environ[PROGRAMS] = tempfile.mkdtemp(prefix="programs-")
atexit.register(shutil.rmtree, os.environ[PROGRAMS], ignore_errors=True)
Kept.strict = True
jax.config.update("jax_compilation_cache_dir", os.environ["JAX_COMPILATION_CACHE_DIR"])
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.5)
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_debug_nans", False)

# A busy machine is no fault of what is tested.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Companion data beside the repository: recordings and reference models."""
    folder = ROOT.parent / "shared"
    if not (folder / "reference").is_dir():
        pytest.skip(f"the companion data are not here: {folder}")
    return folder


@pytest.fixture(scope="session")
def anatomy() -> Anatomy:
    """The generic neck."""
    return generic_anatomy()


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


@pytest.fixture(scope="session")
def violations() -> Callable[..., list[str]]:
    """``violations(browser)``: what of the page that is open breaks a rule of accessibility."""
    pytest.importorskip("selenium_axe_python", reason="needs selenium-axe-python")
    script = (files("selenium_axe_python") / "axe-core" / "axe.min.js").read_text("utf-8")

    def found(browser) -> list[str]:
        browser.set_script_timeout(_PATIENCE_S)
        browser.execute_script(script)
        return browser.execute_async_script(AXE, RULES)

    return found


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


@dataclass(frozen=True)
class Movement:
    """Sines in all six coordinates, whose derivatives are exact."""

    size: float = 0.35
    tempo: float = 1.0

    def __call__(self, time: np.ndarray) -> Motion:
        low, high = np.asarray(generic_anatomy().coordinate_range).T
        rate = 2.0 * np.pi * self.tempo * np.array([0.31, 0.43, 0.37, 0.53, 0.29, 0.61])
        swing = np.outer(time, rate) + np.array([0.3, 1.1, 2.0, 0.0, 0.7, 2.9])
        size = self.size * (high - low)
        q = 0.5 * (high + low) + size * np.sin(swing)
        qd, qdd = size * rate * np.cos(swing), -size * rate**2 * np.sin(swing)
        return Motion(time, q, qd, qdd, np.zeros(len(time), dtype=int))


@pytest.fixture(scope="session")
def movement() -> Callable[..., Movement]:
    return Movement


@pytest.fixture(scope="session")
def helmet() -> HeadLoad:
    """A mass of 1.4 kg, forward and to the right of the skull's origin."""
    return HeadLoad(np.array(1.4), np.array([0.03, 0.16, 0.02]))


@pytest.fixture(scope="session")
def neck_network() -> NeckNetwork:
    """``fresh_neck_network``, once."""
    return fresh_neck_network()


def fresh_neck_network() -> NeckNetwork:
    """Networks that have learnt nothing: small, random, of plausible scales, with real filters."""
    dice = np.random.default_rng(11)
    seen = dice.normal(
        [0.0] * 24 + [1.0] * 3, [0.3] * 6 + [1.0] * 6 + [3.0] * 12 + [0.1] * 3, (200, 27)
    )
    inputs = dice.normal(0.0, 0.5, (200, spread_inputs(72, 3)))
    keys = jax.random.split(jax.random.key(3), 2)
    frames = np.arange(16) - 15.0
    return NeckNetwork(
        proposal=fresh_network(keys[0], seen, np.full(6, 0.02), (8, 7)),
        spread=Spread(
            fresh_network(keys[1], inputs, np.ones(72), (9,)),
            dice.uniform(1.0, 3.0, (2, len(SITUATIONS), 72)).astype(np.float32),
        ),
        filters=_parabolas(frames / 100.0),
        filter_errors=np.geomspace(0.02, 3.0, 7).astype(np.float32),
        domain=Domain(
            dice.normal(0.0, 0.1, (5, 4)).astype(np.float32),
            dice.normal(0.0, 0.5, (5, 4, 4)).astype(np.float32),
        ),
    )


def _parabolas(time: np.ndarray) -> np.ndarray:
    """Angle, rate and acceleration at the end of a parabola through ever more of a window."""
    filters = np.zeros((7, 3, len(time)), np.float32)
    for level, frames in enumerate((4, 5, 6, 8, 10, 13, 16)):
        fit = np.linalg.pinv(np.vander(time[-frames:], 3, increasing=True))
        filters[level, :, -frames:] = fit * [[1.0], [1.0], [2.0]]
    return filters


@pytest.fixture(scope="session")
def analog_c3d() -> Callable[..., Path]:
    """Writes analog channels as C3D, put together byte by byte, as no library writes one without
    markers: ``analog_c3d(path, names, values, rate_hz=, units=)``."""
    return write_analog_c3d


@pytest.fixture(scope="session")
def full_c3d() -> Callable[..., Path]:
    """Writes markers [mm] and analog channels as C3D through ezc3d."""
    return _write_full_c3d


def write_analog_c3d(
    path: Path, names: Sequence[str], values: np.ndarray, *, rate_hz: float, units: str = "V"
) -> Path:
    per_frame = 10
    frames, channels = len(values) // per_frame, len(names)
    text, number, real = _c3d_text, _c3d_integer, _c3d_real
    groups = {
        "POINT": {
            "USED": number(0), "FRAMES": number(frames), "SCALE": real(-1.0),
            "RATE": real(rate_hz / per_frame), "LABELS": text([""]), "DATA_START": number(0),
        },
        "ANALOG": {
            "USED": number(channels), "RATE": real(rate_hz), "GEN_SCALE": real(1.0),
            "SCALE": real(*[1.0] * channels), "OFFSET": number(*[0] * channels),
            "LABELS": text(names), "UNITS": text([units] * channels),
        },
    }  # fmt: skip
    body = b""
    for identity, (group, parameters) in enumerate(groups.items(), start=1):
        body += _c3d_record(group, -identity, b"\0")
        for name, content in parameters.items():
            body += _c3d_record(name, identity, content + b"\0")
    blocks = -(-(len(body) + 6) // 512)
    block = (bytes((1, 0x50, blocks, 84)) + body).ljust(512 * blocks, b"\0")
    head = struct.pack(
        "<BBHHHHHfHHf", 2, 0x50, 0, per_frame * channels, 1, frames, 10, -1.0, 2 + blocks,
        per_frame, rate_hz / per_frame,
    )  # fmt: skip
    data = values[: frames * per_frame].astype("<f4").tobytes()
    path.write_bytes(head.ljust(512, b"\0") + block + data + b"\0" * (-len(data) % 512))
    return path


def _c3d_text(values: Sequence[str]) -> bytes:
    width = max(1, *(len(v) for v in values))
    content = "".join(v.ljust(width) for v in values).encode("ascii")
    return struct.pack("bBBB", -1, 2, width, len(values)) + content


def _c3d_integer(*values: int) -> bytes:
    size = bytes(()) if len(values) == 1 else bytes((len(values),))
    return struct.pack("bB", 2, len(size)) + size + struct.pack(f"<{len(values)}H", *values)


def _c3d_real(*values: float) -> bytes:
    size = bytes(()) if len(values) == 1 else bytes((len(values),))
    return struct.pack("bB", 4, len(size)) + size + struct.pack(f"<{len(values)}f", *values)


def _c3d_record(name: str, identity: int, rest: bytes) -> bytes:
    head = struct.pack("bb", len(name), identity) + name.encode("ascii")
    return head + struct.pack("<H", len(rest) + 2) + rest


def _write_full_c3d(
    path: Path,
    markers: Mapping[str, np.ndarray],
    analogs: Mapping[str, np.ndarray],
    *,
    rate_hz: float,
    emg_rate_hz: float,
    units: Sequence[str] | None = None,
) -> Path:
    file = ezc3d.c3d()
    point, analog = file["parameters"]["POINT"], file["parameters"]["ANALOG"]
    point["RATE"]["value"], point["LABELS"]["value"] = [rate_hz], list(markers)
    point["UNITS"]["value"] = ["mm"]
    positions = np.stack(list(markers.values()), axis=1)
    data = np.ones((4, positions.shape[1], len(positions)))
    data[:3] = positions.transpose(2, 1, 0)
    file["data"]["points"] = data
    analog["RATE"]["value"], analog["LABELS"]["value"] = [emg_rate_hz], list(analogs)
    file.add_parameter("ANALOG", "UNITS", list(units or ["V"] * len(analogs)))
    samples = len(positions) * round(emg_rate_hz / rate_hz)
    file["data"]["analogs"] = np.stack([v[:samples] for v in analogs.values()])[None]
    file.write(str(path))
    return path
