"""The figures of docs/validation.md are those that the code gives."""

import re
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

import nuchal
from nuchal.conventions import GRAVITY_M_S2, LEVELS, PRESETS, Preset

pytestmark = pytest.mark.slow


BARRETT_N, BARRETT_SD_N = 116.5, 5.7
"""C5-C6 compression sitting upright, Barrett et al. 2022, doi 10.3357/amhp.5830.2022."""
HELMET_N = 12.7
C5_C6 = LEVELS.index("C5-C6")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "validation.md").read_text(encoding="utf-8")


def stated(page: str, preset: Preset) -> tuple[float, float]:
    """Compression of the bare head and its rise under the helmet, as the page has them [N]."""
    (row,) = re.findall(rf"^\| `{preset}` \| ([\d.]+) \| ([\d.]+) \|", page, re.M)
    return float(row[0]), float(row[1])


def compression_at_rest(preset: Preset, load_n: float) -> float:
    """C5-C6 compression of the generic neck, upright and still [N]."""
    settings = nuchal.PRESET_SETTINGS[preset]
    anatomy = nuchal.generic_anatomy(settings.form)
    at_rest = np.zeros((1, 6))
    still = nuchal.Motion(
        time=np.zeros(1), q=at_rest, qd=at_rest, qdd=at_rest, status=np.zeros(1, dtype=int)
    )
    load = nuchal.HeadLoad(jnp.asarray(load_n / GRAVITY_M_S2), anatomy.mass_centre[-1])
    found = nuchal.simulate(anatomy, still, settings.recruitment, load)
    return float(found.reactions.compression[0, C5_C6])


@pytest.mark.parametrize("preset", PRESETS)
def test_compression_sitting_upright_is_as_stated(page: str, preset: Preset) -> None:
    bare, rise = stated(page, preset)
    found = compression_at_rest(preset, 0.0)
    assert found == pytest.approx(bare, abs=0.06)
    assert compression_at_rest(preset, HELMET_N) - found == pytest.approx(rise, abs=0.11)


def test_compression_is_more_than_the_weight_above(page: str) -> None:
    anatomy = nuchal.generic_anatomy()
    weight = GRAVITY_M_S2 * float(np.asarray(anatomy.mass)[C5_C6 + 1 :].sum())
    (said,) = re.findall(r"The head and C1 to C5 weigh (\d+) N", page)
    assert weight == pytest.approx(float(said), abs=0.5)
    for preset in PRESETS:
        bare, _ = stated(page, preset)
        assert weight < bare < 2.5 * weight


def test_the_published_figure_is_quoted(page: str) -> None:
    assert f"{BARRETT_N} ± {BARRETT_SD_N} N" in page
