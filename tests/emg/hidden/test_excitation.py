"""Activation dynamics against closed forms, and the ways back."""

import jax
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from nuchal.emg.hidden.muscles import lagged, shaped, unlagged, unshaped


@pytest.mark.parametrize(("first", "then", "tau"), [(0.1, 0.9, 0.015), (0.8, 0.2, 0.060)])
def test_a_step_is_followed_exponentially(first: float, then: float, tau: float) -> None:
    step = 0.004
    time = step * np.arange(50)
    excitation = np.where(time < 0.02, first, then)[:, None]
    found = np.asarray(lagged(excitation, step_s=step))[:, 0]
    since = np.maximum(time - 0.02, 0.0)
    np.testing.assert_allclose(found, then + (first - then) * np.exp(-since / tau), rtol=1e-12)


def test_a_wave_is_followed_as_by_a_general_integrator() -> None:
    step = 1e-4
    time = step * np.arange(5000)
    wave = 0.5 + 0.4 * np.sin(2.0 * np.pi * 2.0 * time)

    def rate(t: float, v: np.ndarray) -> np.ndarray:
        u = 0.5 + 0.4 * np.sin(2.0 * np.pi * 2.0 * t)
        return (u - v) / np.where(u > v, 0.015, 0.060)

    true = solve_ivp(rate, (0.0, time[-1]), wave[:1], t_eval=time, rtol=1e-9, atol=1e-11).y[0]
    found = np.asarray(lagged(wave[:, None], step_s=step))[:, 0]
    np.testing.assert_allclose(found, true, atol=5e-4)


def test_the_way_back_is_exact() -> None:
    dice = np.random.default_rng(1)
    excitation = dice.uniform(0.0, 1.0, (3, 80, 4))
    value = jax.vmap(lambda u: lagged(u, step_s=0.01))(excitation)
    back = np.asarray(unlagged(value, step_s=0.01))
    np.testing.assert_allclose(back[:, :-1], excitation[:, :-1], atol=1e-10)


@pytest.mark.parametrize("bend", [-3.0, -1.0, -0.01, 0.0])
def test_shape_bends_and_unbends(bend: float) -> None:
    value = np.linspace(0.0, 1.0, 21)[:, None]
    activation = np.asarray(shaped(value, np.array([bend])))
    straight = value if bend == 0.0 else (np.exp(bend * value) - 1.0) / (np.exp(bend) - 1.0)
    np.testing.assert_allclose(activation, straight, atol=1e-4)
    np.testing.assert_allclose(unshaped(activation, np.array([bend])), value, atol=1e-10)
