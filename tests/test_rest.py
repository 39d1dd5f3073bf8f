"""The load of C5-C6 at rest, by each preset, beside that of living people."""

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest

from nuchal.conventions import PRESETS
from nuchal.optimisation.settings import PRESET_SETTINGS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def script(root) -> ModuleType:
    spec = spec_from_file_location("rest", root / "benchmarks" / "rest" / "run.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def compression(script) -> dict[str, float]:
    return {name: script.at_rest(PRESET_SETTINGS[name]).compression for name in PRESETS}


def test_it_is_more_than_the_weight_above(script, compression) -> None:
    """The head and five vertebrae of a man, and muscles that balance them."""
    weight = script.weight_above()
    assert 55.0 < weight < 75.0
    assert all(weight < found < 2.0 * weight for found in compression.values())


def test_tone_brings_it_near_that_of_living_people(script, compression) -> None:
    mean, sd = script.MEASURED_N[0]
    for name in ("recommended", "classical"):
        assert compression[name] == pytest.approx(mean, abs=1.5 * sd)
    assert compression["paper"] < mean - 3.0 * sd


@pytest.mark.parametrize("preset", PRESETS)
def test_a_helmet_adds_more_than_its_weight_and_less_than_in_people(
    script, compression, preset
) -> None:
    """Muscles balance it, too; co-contraction that grows with a load is not in the model."""
    (bare, _), (loaded, _) = script.MEASURED_N
    helmet = script.at_rest(PRESET_SETTINGS[preset], script.HELMET_N)
    assert script.HELMET_N < helmet.compression - compression[preset] < loaded - bare


def test_stretched_fibres_pull_more_than_tone(script, compression) -> None:
    for name in ("recommended", "classical"):
        found = script.at_rest(script.stretched(PRESET_SETTINGS[name]))
        assert found.compression > compression[name]
