"""The smoother against closed forms: polynomials, sines, noise."""

import numpy as np
import pytest

from nuchal.tracking.smoothing import segments, smooth, smooth_segments

TIME = np.arange(600) / 100.0


@pytest.mark.parametrize("frequency_hz", [0.5, 2.0, 4.0, 6.0, 8.0, 12.0])
@pytest.mark.parametrize("cutoff_hz", [4.0, 6.0])
def test_a_sine_passes_as_the_stated_response_says(frequency_hz: float, cutoff_hz: float) -> None:
    omega = 2.0 * np.pi * frequency_hz
    curve = smooth(TIME, np.sin(omega * TIME)[:, None], cutoff_hz=cutoff_hz)
    gain = 1.0 / (1.0 + (np.sqrt(2.0) - 1.0) * (frequency_hz / cutoff_hz) ** 6)
    middle = slice(200, 400)
    expected = gain * np.sin(omega * TIME[middle])
    assert curve.value[middle, 0] == pytest.approx(expected, abs=1e-4)
    assert curve.rate[middle, 0] == pytest.approx(
        gain * omega * np.cos(omega * TIME[middle]), abs=1e-4 * omega
    )
    assert curve.acceleration[middle, 0] == pytest.approx(
        -(omega**2) * expected, abs=2e-4 * omega**2
    )


def test_the_cut_off_is_three_decibels() -> None:
    wave = np.sin(2.0 * np.pi * 6.0 * TIME)
    passed = smooth(TIME, wave[:, None], cutoff_hz=6.0).value[200:400, 0]
    decibels = 20.0 * np.log10(passed.std() / wave[200:400].std())
    assert decibels == pytest.approx(-3.0103, abs=0.001)


@pytest.mark.parametrize("rate_hz", [30.0, 60.0, 100.0, 1000.0])
def test_a_parabola_is_reproduced_up_to_both_ends(rate_hz: float) -> None:
    time = np.arange(int(3 * rate_hz)) / rate_hz
    curve = smooth(time, (0.3 - 0.7 * time + 1.1 * time**2)[:, None], cutoff_hz=6.0)
    assert curve.value[:, 0] == pytest.approx(0.3 - 0.7 * time + 1.1 * time**2, abs=1e-8)
    assert curve.rate[:, 0] == pytest.approx(-0.7 + 2.2 * time, abs=1e-6)
    assert curve.acceleration[:, 0] == pytest.approx(np.full(len(time), 2.2), abs=1e-4)


def test_uneven_times_are_taken_as_they_are() -> None:
    time = np.sort(np.random.default_rng(5).uniform(0.0, 6.0, 600))
    omega = 2.0 * np.pi
    curve = smooth(time, np.sin(omega * time)[:, None], cutoff_hz=6.0)
    inner = (time > 0.5) & (time < 5.5)
    assert curve.acceleration[inner, 0] == pytest.approx(
        -(omega**2) * np.sin(omega * time[inner]), abs=0.01 * omega**2
    )


def test_noise_in_the_acceleration_grows_little_at_the_ends() -> None:
    noise = np.random.default_rng(1).standard_normal((600, 400))
    spread = smooth(TIME, noise, cutoff_hz=6.0).acceleration.std(axis=1)
    middle = spread[150:450].mean()
    assert spread[:20].max() < 1.6 * middle
    assert spread[-20:].max() < 1.6 * middle


def test_a_noisy_movement_has_ends_as_good_as_its_middle() -> None:
    """Half a degree of noise on a reach that starts and ends at rest, 200 times over."""
    share = np.clip((TIME - 0.5) / 5.0, 0.0, 1.0)
    reach = 10 * share**3 - 15 * share**4 + 6 * share**5
    truth = (60 * share - 180 * share**2 + 120 * share**3) / 25.0
    noise = np.radians(0.5) * np.random.default_rng(2).standard_normal((600, 200))
    error = smooth(TIME, reach[:, None] + noise, cutoff_hz=6.0).acceleration - truth[:, None]
    size = np.sqrt((error**2).mean(axis=1))
    middle = np.sqrt((size[150:450] ** 2).mean())
    assert np.sqrt((size[:10] ** 2).mean()) < 1.5 * middle
    assert np.sqrt((size[-10:] ** 2).mean()) < 1.5 * middle


def test_a_gap_does_not_reach_its_neighbours() -> None:
    wave = np.sin(2.0 * np.pi * 0.5 * TIME)[:, None]
    known = np.ones(600, dtype=bool)
    known[250:320] = False
    wild = wave.copy()
    wild[250:320] = 1e6
    wild[320:] += 5.0
    plain, _ = smooth_segments(TIME, wave, known, cutoff_hz=6.0)
    other, still_known = smooth_segments(TIME, wild, known, cutoff_hz=6.0)
    alone = smooth(TIME[:250], wave[:250], cutoff_hz=6.0)
    for name in ("value", "rate", "acceleration"):
        assert getattr(other, name)[:250] == pytest.approx(getattr(plain, name)[:250], abs=1e-12)
        assert getattr(other, name)[:250] == pytest.approx(getattr(alone, name), abs=1e-12)
        assert np.isfinite(getattr(other, name)).all()
    assert (still_known == known).all()
    assert np.abs(other.value[250:320]).max() < 6.0
    assert (other.acceleration[250:320] == 0.0).all()


def test_gaps_at_both_ends_and_scraps_between_gaps_are_held() -> None:
    values = np.linspace(0.0, 1.0, 100)[:, None]
    known = np.ones(100, dtype=bool)
    known[:10] = known[90:] = False
    known[40:45] = known[48:50] = False
    curve, sure = smooth_segments(TIME[:100], values, known, cutoff_hz=6.0)
    assert segments(sure) == [(10, 40), (50, 90)]
    assert curve.value[:10, 0] == pytest.approx(np.full(10, curve.value[10, 0]))
    assert curve.value[90:, 0] == pytest.approx(np.full(10, curve.value[89, 0]))
    assert curve.value[40:50, 0] == pytest.approx(values[40:50, 0], abs=1e-6)
    nothing, none_sure = smooth_segments(
        TIME[:100], values, np.zeros(100, dtype=bool), cutoff_hz=6.0
    )
    assert not none_sure.any()
    assert (nothing.value == 0.0).all()
