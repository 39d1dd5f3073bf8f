"""Made EMG is what its settings say."""

import numpy as np
import pytest

from nuchal.emg.artefacts import spectrum
from nuchal.synthetic.emg import SyntheticSettings, motor_unit_noise, synthetic_emg

TIME = np.arange(0, 20.0, 0.01)


def test_the_spectrum_is_stulen_and_de_lucas() -> None:
    settings = SyntheticSettings()
    noise = motor_unit_noise(np.random.default_rng(1), (400_000, 1), settings)[:, 0]
    assert noise.std() == pytest.approx(1.0, rel=0.02)
    f, density = spectrum(noise, settings.rate_hz)
    shape = 120.0**4 * f**2 / ((f**2 + 60.0**2) * (f**2 + 120.0**2) ** 2)
    shape /= shape.sum() * f[1]
    inside = (f > 20.0) & (f < 450.0)
    np.testing.assert_allclose(density[inside], shape[inside], rtol=0.35)
    assert density[inside].sum() == pytest.approx(shape[inside].sum(), rel=0.02)


def test_amplitude_follows_activation() -> None:
    level = np.stack([np.full(len(TIME), 0.5), np.where(TIME < 10.0, 0.1, 0.4)], axis=1)
    made = synthetic_emg(
        TIME, level, names=("a", "b"), settings=SyntheticSettings(noise_uv=0.0), seed=2
    ).recording
    assert made.values[:, 0].std() == pytest.approx(150.0, rel=0.03)
    assert made.values[:19000, 1].std() == pytest.approx(30.0, rel=0.05)
    assert made.values[21000:, 1].std() == pytest.approx(120.0, rel=0.05)


def test_seeds() -> None:
    level = np.full((len(TIME), 1), 0.2)
    once, again, other = (
        synthetic_emg(TIME, level, names=("a",), settings=SyntheticSettings(), seed=s).recording
        for s in (1, 1, 2)
    )
    assert np.array_equal(once.values, again.values)
    assert not np.array_equal(once.values, other.values)


def test_each_fault_is_as_large_as_stated() -> None:
    still = np.zeros((len(TIME), 2))

    def made(**settings) -> np.ndarray:
        return synthetic_emg(
            TIME,
            still,
            names=("a", "b"),
            settings=SyntheticSettings(noise_uv=0.0, **settings),
            seed=3,
        ).recording.values

    assert made(ecg_uv=(80.0, 0.0)).max(axis=0) == pytest.approx([80.0, 0.0], abs=3.0)
    assert made(mains_uv=20.0).std(axis=0) == pytest.approx(
        20.0 * np.sqrt(0.5 * (1 + 1 / 9 + 1 / 25)), rel=0.02
    )
    assert made(drift_uv=50.0).std(axis=0) == pytest.approx(50.0)
    assert np.abs(made(drift_uv=50.0, limit_uv=60.0)).max() == 60.0
    gone = made(mains_uv=20.0, dropouts={1: ((4.0, 5.0),)})
    assert (gone[8000:9999, 1] == 0.0).all()
    assert (gone[8000:9999, 0] != 0.0).any()


def test_crosstalk_comes_from_neighbours_only() -> None:
    level = np.zeros((len(TIME), 3))
    level[:, 0] = 0.5
    quiet = SyntheticSettings(noise_uv=0.0, crosstalk=0.1, neighbours=((0, 1),))
    made = synthetic_emg(TIME, level, names=("a", "b", "c"), settings=quiet, seed=4)
    np.testing.assert_allclose(made.recording.values[:, 1], 0.1 * made.own[:, 0])
    assert (made.recording.values[:, 2] == 0.0).all()
