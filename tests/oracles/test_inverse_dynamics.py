"""Net joint moments of six seconds are those of OpenSim's inverse dynamics."""

from collections.abc import Callable

import jax
import numpy as np
import pytest

from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import inverse_dynamics
from nuchal.io.opensim.engine import OpensimNeck
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.scaling import personalise
from nuchal.records import HeadLoad, JointMoments, Motion, Subject

BOUND_NM = 1e-6


every_frame = jax.jit(jax.vmap(inverse_dynamics, in_axes=(None, 0, 0, 0, None)))


def ours(anatomy: Anatomy, motion: Motion, load: HeadLoad | None) -> JointMoments:
    """Moments of all frames."""
    carried = no_load() if load is None else load
    return every_frame(anatomy, motion.q, motion.qd, motion.qdd, carried)


def assert_same_moments(
    anatomy: Anatomy, neck: OpensimNeck, motion: Motion, load: HeadLoad | None
) -> None:
    """Compare net moments and the share of the bushings frame by frame."""
    moments = jax.tree.map(np.asarray, ours(anatomy, motion, load))
    assert np.abs(moments.net).max() > 1.0
    for k in range(len(motion.time)):
        neck.move(motion.q[k], motion.qd[k])
        net = neck.net_moments(motion.qdd[k])
        np.testing.assert_allclose(moments.net[k], net, rtol=0, atol=BOUND_NM)
        if k % 20 == 0:
            passive = neck.inertial_moments(motion.qdd[k]) - net
            np.testing.assert_allclose(moments.passive[k], passive, rtol=0, atol=BOUND_NM)


@pytest.mark.parametrize("form", ["source", "living"])
@pytest.mark.parametrize("loaded", [False, True])
def test_six_seconds(
    form: Form,
    loaded: bool,
    helmet: HeadLoad,
    export: Callable[..., OpensimNeck],
    movement: Callable[[int], Motion],
) -> None:
    anatomy = generic_anatomy(form)
    load = helmet if loaded else None
    assert_same_moments(anatomy, export(anatomy, load), movement(600), load)


def test_six_seconds_of_the_published_neck(
    reference_neck: OpensimNeck, movement: Callable[[int], Motion]
) -> None:
    assert_same_moments(generic_anatomy(), reference_neck, movement(600), None)


@pytest.mark.slow
def test_personalised_necks_with_a_load(
    people: list[Subject],
    helmet: HeadLoad,
    export: Callable[..., OpensimNeck],
    movement: Callable[[int], Motion],
) -> None:
    for subject in people[:5]:
        anatomy = personalise(subject, form="living")
        assert_same_moments(anatomy, export(anatomy, helmet), movement(20), helmet)


def test_the_load_adds_what_a_second_model_adds(
    helmet: HeadLoad, export: Callable[..., OpensimNeck], movement: Callable[[int], Motion]
) -> None:
    anatomy = generic_anatomy()
    bare, loaded = export(anatomy), export(anatomy, helmet)
    motion = movement(20)
    external = np.asarray(ours(anatomy, motion, helmet).external)
    for k in range(20):
        for neck in (bare, loaded):
            neck.move(motion.q[k], motion.qd[k])
        added = bare.net_moments(motion.qdd[k]) - loaded.net_moments(motion.qdd[k])
        np.testing.assert_allclose(external[k], added, rtol=0, atol=BOUND_NM)
