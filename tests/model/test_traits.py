"""Traits of necks of the same measures: what they change, and that they add up."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.norms import norm_of
from nuchal.model.passive import bend_of_sharing, posture_of_head, shares, sharing
from nuchal.model.person import RANGE_KEYS, in_range, traits_in_doubt
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.model.traits import known_by_range, trait_names, trait_sd, with_traits

DICE = np.random.default_rng(5)
SHARING = eqx.filter_jit(sharing)


@pytest.mark.parametrize("form", ["source", "living"])
def test_traits_add_up_and_none_change_nothing(form: Form) -> None:
    neck = generic_anatomy(form)
    one, other = DICE.normal(0.0, 0.1, (2, len(trait_names(neck))))
    twice, once = with_traits(with_traits(neck, one), other), with_traits(neck, one + other)
    for a, b in zip(jax.tree.leaves(twice), jax.tree.leaves(once), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    same = with_traits(neck, np.zeros(len(one)))
    for a, b in zip(jax.tree.leaves(same), jax.tree.leaves(neck), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_longer_upper_curve_takes_more_of_its_axis_alone() -> None:
    neck, total = generic_anatomy("living"), np.radians([30.0, 20.0, 50.0])
    before = np.asarray(shares(neck, total).upper)
    for k, axis in enumerate(("pitch", "roll", "yaw")):
        traits = np.zeros(7)
        traits[trait_names(neck).index(f"upper_{axis}")] = 0.1
        change = np.asarray(shares(with_traits(neck, traits), total).upper) - before
        assert change[k] > np.radians(0.3)
        assert np.delete(change, k) == pytest.approx(0.0, abs=1e-9)
        traits[trait_names(neck).index(f"lower_{axis}")] = 0.1
        both = np.asarray(shares(with_traits(neck, traits), 1.1 * total).upper)
        assert both[k] == pytest.approx(1.1 * before[k], abs=np.radians(0.5))


def test_the_upper_thorax_takes_more_of_what_markers_see() -> None:
    neck = generic_anatomy("living")
    more = with_traits(neck, np.array([0.0] * 6 + [np.log(2.0)]))
    head = np.array([0.0, 0.0, 1.0])
    usual, other = (np.asarray(posture_of_head(one, head)) for one in (neck, more))
    assert usual[2] + usual[5] == pytest.approx(0.81, abs=1e-9)
    assert other[2] + other[5] == pytest.approx(0.62, abs=1e-9)


@pytest.mark.slow
def test_sharing_is_that_of_finite_differences() -> None:
    """Along the posture of least energy; beside it, the way back."""
    neck, step = generic_anatomy("living"), 1e-5
    total = np.array([0.5, -0.3, 0.9])

    def posture(total: np.ndarray) -> np.ndarray:
        upper = np.asarray(shares(neck, total).upper)
        return np.concatenate([upper, total - upper])

    ahead, behind = posture(total + step), posture(total - step)
    found = SHARING(neck, posture(total))
    assert found.gain == pytest.approx((ahead - behind)[:3] / (2.0 * step), abs=1e-7)
    bend = (SHARING(neck, ahead).gain - SHARING(neck, behind).gain) / (2.0 * step)
    found_bend = bend_of_sharing(neck, jnp.asarray(posture(total)), found.gain)
    assert found_bend == pytest.approx(np.asarray(bend), rel=1e-5, abs=1e-5)
    assert found.ahead == pytest.approx(0.0, abs=1e-12)
    aside = posture(total) + 1e-4 * np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    back = SHARING(neck, jnp.asarray(aside)).ahead
    off = posture(aside[:3] + aside[3:])[:3] - aside[:3]
    assert back == pytest.approx(off, abs=2e-6)


def test_a_range_beyond_the_mean_narrows_the_traits_of_its_axis() -> None:
    neck = generic_anatomy("living")
    mean = dict(zip(RANGE_KEYS, norm_of(None).mean_deg, strict=True))
    none = traits_in_doubt(GENERIC_SUBJECT, neck)
    assert (none == 1.0).all()
    far = replace(GENERIC_SUBJECT, range_deg={"left_rotation": mean["left_rotation"] + 1.0})
    narrowed = traits_in_doubt(far, neck) < 1.0
    assert list(np.array(trait_names(neck))[narrowed]) == ["upper_yaw", "lower_yaw", "thorax"]
    assert traits_in_doubt(far, neck)[narrowed] == pytest.approx(known_by_range(neck)[narrowed])
    short = replace(GENERIC_SUBJECT, range_deg={"left_rotation": mean["left_rotation"] - 1.0})
    assert (traits_in_doubt(short, neck) == 1.0).all()
    assert (traits_in_doubt(far, generic_anatomy("source")) == 1.0).all()


def test_what_is_left_where_a_range_is_known_is_what_is_stated() -> None:
    neck = generic_anatomy("living")
    left = known_by_range(neck) * trait_sd(neck)
    assert left == pytest.approx([0.05] * 6 + [0.1])
    assert 0.19 * left[6] == pytest.approx(0.02, abs=0.002)


@pytest.mark.parametrize("form", ["source", "living"])
def test_a_range_stretches_what_resists_in_its_direction(form: Form) -> None:
    neck = generic_anatomy(form)
    reach = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.2])
    longer = in_range(neck, reach)
    if form == "source":
        assert longer is neck
        return
    ratio = np.array(longer.passive_curves.softness / neck.passive_curves.softness)
    assert ratio[:, 1, 1] == pytest.approx(1.2)
    ratio[:, 1, 1] = 1.0
    assert ratio == pytest.approx(1.0)
