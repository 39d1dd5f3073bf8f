"""What figures and summary show of a network's forces, on the made-up recording."""

from dataclasses import replace

import numpy as np
import pytest

from nuchal.errors import Status
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLES
from nuchal.records import Correction, Estimate, Intervals, LearntTraits, NetworkFindings
from nuchal.report.figures.forces import forces_figure
from nuchal.report.figures.moments import moments_figure
from nuchal.report.figures.overview import overview_figure
from nuchal.report.summaries.estimate import summary
from nuchal.report.summaries.intervals import interval_summary
from nuchal.report.summaries.network import network_summary


@pytest.fixture(scope="module")
def by_network(estimate: Estimate) -> Estimate:
    """Intervals a tenth below and a third above; a fifth of the frames too fast."""
    force = np.asarray(estimate.forces.force)
    distance = np.tile([0.5, 0.6, 0.7, 0.2, 0.1], (len(force), 1))
    distance[: len(force) // 5, 1] = 1.5
    traits = LearntTraits(
        names=("pitch", "roll", "yaw"),
        mean=np.array([0.04, 0.02, 0.0]),
        sd=np.array([0.02, 0.03, 0.05]),
        before_sd=np.array([0.05, 0.03, 0.05]),
        doubt=np.array([0.9, 1.0, 1.0]),
        frames=40,
    )
    findings = NetworkFindings(
        weights="made up",
        intervals=Intervals(low=0.9 * force, high=4.0 / 3.0 * force, coverage=0.9),
        distance=distance,
        traits=traits,
        correction=None,
    )
    return replace(estimate, method="network", network=findings, intervals=findings.intervals)


def test_the_band_is_the_sum_of_the_muscles_intervals(by_network: Estimate) -> None:
    figure = forces_figure(by_network)
    (axes,) = [a for a in figure.axes if a.get_gid() == "splenius"]
    (band,) = [c for c in axes.collections if c.get_label() == "_interval left"]
    chosen = [
        m
        for m, name in enumerate(MUSCLES)
        if MUSCLE_GROUPS[m] == "splenius" and name.endswith("_L")
    ]
    force = np.asarray(by_network.forces.force)[:, chosen].sum(axis=1)
    shown = np.asarray(by_network.forces.status) != Status.GAP
    corners = np.concatenate([path.vertices for path in band.get_paths()])
    for frame in np.flatnonzero(shown)[::17]:
        heights = corners[corners[:, 0] == np.asarray(by_network.motion.time)[frame], 1]
        assert heights.min() == pytest.approx(0.9 * force[frame])
        assert heights.max() == pytest.approx(4.0 / 3.0 * force[frame])
    gap = np.asarray(by_network.motion.time)[np.flatnonzero(~shown)[2]]
    assert gap not in corners[:, 0]


def test_figures_say_what_the_band_is_and_who_made_the_forces(by_network, anatomy) -> None:
    for figure in (forces_figure(by_network), overview_figure(by_network, anatomy)):
        words = " ".join(
            str(artist.get_text())
            for artist in figure.findobj(lambda artist: hasattr(artist, "get_text"))
        )
        assert "the muscles' 90 % intervals, added up" in words
        assert "forces by network" in words
        assert "engine" not in words


def test_what_is_missing_is_not_laid_to_the_muscles(by_network, estimate) -> None:
    moved = Correction(
        rms_moved_n=0.1,
        largest_moved_n=1.0,
        largest_muscle=3,
        newton_steps=2.0,
        newton_steps_unaided=7.0,
    )
    corrected = replace(by_network, network=replace(by_network.network, correction=moved))
    for one, words in (
        (by_network, "what the forces do not make"),
        (corrected, "what the muscles could not supply"),
        (estimate, "what the muscles could not supply"),
    ):
        said = [t.get_text() for t in moments_figure(one).legends[0].get_texts()]
        assert [text for text in said if words in text]


def test_the_summary_of_a_network(by_network: Estimate) -> None:
    found = summary(by_network)
    network = found["network"]
    usable = np.asarray(by_network.quality)
    seen = np.asarray(by_network.forces.status) != Status.GAP
    force = np.asarray(by_network.forces.force)
    width = (4.0 / 3.0 - 0.9) * force[usable]
    assert found["intervals"]["mean_width_N"] == pytest.approx(width.mean())
    fast = np.arange(len(force)) < len(force) // 5
    assert network["domain"]["share_outside"] == pytest.approx(fast[seen].mean())
    assert network["domain"]["respects"]["speed"]["worst"] == 1.5
    assert network["domain"]["respects"]["body"] == {"share_outside": 0.0, "worst": 0.2}
    reserve = np.asarray(by_network.forces.reserve)[seen]
    assert network["equilibrium"]["rms_Nm"] == pytest.approx(np.sqrt(np.mean(reserve**2)))
    assert network["traits"]["traits"]["pitch"]["mean"] == 0.04
    assert network["traits"]["traits"]["roll"]["before_sd"] == 0.03
    peak = force[usable, 5].max()
    muscle = found["muscles"][MUSCLES[5]]
    assert muscle["peak_interval_N"] == pytest.approx([0.9 * peak, 4.0 / 3.0 * peak])


def test_no_usable_frame_leaves_no_number_behind(by_network: Estimate) -> None:
    none = replace(by_network, quality=np.zeros_like(by_network.quality))
    told = network_summary(none)
    assert told is not None
    within = interval_summary(none)
    assert within is not None
    assert within.mean_width_N is None
    assert summary(none)["muscles"][MUSCLES[0]]["peak_interval_N"] is None
