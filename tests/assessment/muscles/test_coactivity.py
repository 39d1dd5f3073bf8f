"""Networks of what is known to go together, and of what is known not to."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import networkx
import numpy as np
import pytest

from nuchal.assessment.muscles.coactivity import (
    CHANCE,
    RATE_HZ,
    centrality,
    network_of,
    stretches_of,
    surrogate,
)
from nuchal.commands.coactivity import measured_network
from nuchal.emg.records import EmgComparison


def slow(seconds: float, many: int, seed: int, cutoff_hz: float = 0.5) -> np.ndarray:
    """Independent noises without anything faster, as heads move."""
    count = round(seconds * RATE_HZ)
    dice = np.random.default_rng(seed)
    spectrum = np.fft.rfft(dice.normal(size=(count, many)), axis=0)
    spectrum[np.fft.rfftfreq(count, 1.0 / RATE_HZ) > cutoff_hz] = 0.0
    noise = np.fft.irfft(spectrum, count, axis=0)
    return noise / noise.std(axis=0)


def activation(noise: np.ndarray) -> np.ndarray:
    """Above zero, and far more often small than large, as activations are."""
    return 0.05 * np.exp(noise)


@pytest.mark.parametrize("length", [200, 201])
def test_surrogates_keep_every_spectrum_and_nothing_that_goes_together(length) -> None:
    driver = slow(length / RATE_HZ, 1, 1)
    both = np.concatenate([driver, driver], axis=1)
    spectrum = np.fft.rfft(both - both.mean(axis=0), axis=0)
    drawn = surrogate(spectrum, length, np.random.default_rng(2))
    again = np.abs(np.fft.rfft(drawn, axis=0))
    np.testing.assert_allclose(again, np.abs(spectrum), atol=1e-9 * np.abs(spectrum).max())
    assert drawn.shape == both.shape
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.6
    assert np.abs(drawn - both).max() > 0.5


def test_two_independent_noises_have_no_edge() -> None:
    found = network_of(["a", "b"], [activation(slow(100.0, 2, 3))])
    assert found is not None
    assert not found.edges.any()
    assert found.density == 0.0
    assert 0.0 < found.least_r < 1.0


def test_two_muscles_with_a_common_driver_have_one() -> None:
    own, driver = slow(100.0, 3, 4), slow(100.0, 1, 5)
    together = np.concatenate([driver + 0.4 * own[:, :2], own[:, 2:]], axis=1)
    found = network_of(["a", "b", "alone"], [activation(together)])
    assert found is not None
    expected = np.zeros((3, 3), bool)
    expected[0, 1] = expected[1, 0] = True
    np.testing.assert_array_equal(found.edges, expected)
    np.testing.assert_allclose(found.degree, [0.5, 0.5, 0.0])


def test_muscles_that_take_turns_have_no_edge() -> None:
    driver = slow(100.0, 1, 6)
    found = network_of(["a", "b"], [activation(np.concatenate([driver, -driver], axis=1))])
    assert found is not None
    assert found.r[0, 1] == pytest.approx(-1.0)
    assert not found.edges.any()


def test_levels_that_differ_from_recording_to_recording_join_nobody() -> None:
    """What goes together is told within recordings, not between them."""
    parts = [activation(slow(30.0, 2, 10 + k) + 3.0 * k) for k in range(4)]
    whole = np.concatenate(parts)
    assert np.corrcoef(np.log(whole).T)[0, 1] > 0.8
    found = network_of(["a", "b"], parts)
    assert found is not None
    assert not found.edges.any()


def test_of_many_independent_people_few_have_any_edge() -> None:
    """However many muscles: the bound holds for the greatest correlation of all."""
    wrong = []
    for seed in range(40):
        found = network_of(list("abcdefghij"), [activation(slow(40.0, 10, 100 + seed))])
        assert found is not None
        wrong.append(found.edges.any())
    assert np.mean(wrong) <= CHANCE + 0.1


def test_a_silent_muscle_has_no_edge_and_does_not_count() -> None:
    driver = slow(60.0, 1, 7)
    active = np.concatenate([activation(driver), activation(driver), 1e-5 * np.exp(driver)], axis=1)
    found = network_of(["a", "b", "silent"], [active])
    assert found is not None
    np.testing.assert_array_equal(found.works, [True, True, False])
    np.testing.assert_allclose(found.degree, [1.0, 1.0, 0.0])
    assert found.density == 1.0


def test_too_little_movement_has_no_network() -> None:
    assert network_of(["a", "b"], [activation(slow(10.0, 2, 8))]) is None
    assert network_of(["a", "b"], []) is None
    assert network_of(["a", "b"], [np.zeros((600, 2))]) is None


def test_degree_and_clustering_of_four_nodes_by_hand() -> None:
    """A triangle a-b-c, with d on c: of c's three pairs of neighbours one is joined."""
    edges = np.zeros((5, 5), bool)
    for a, b in ((0, 1), (1, 2), (0, 2), (2, 3)):
        edges[a, b] = edges[b, a] = True
    degree, clustering = centrality(edges, np.array([True, True, True, True, False]))
    np.testing.assert_allclose(degree, [2 / 3, 2 / 3, 1.0, 1 / 3, 0.0])
    np.testing.assert_allclose(clustering, [1.0, 1.0, 1 / 3, 0.0, 0.0])


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 1.0])
def test_degree_and_clustering_are_those_of_networkx(share: float) -> None:
    dice = np.random.default_rng(int(100 * share))
    upper = np.triu(dice.random((72, 72)) < share, 1)
    works = dice.random(72) < 0.9
    edges = (upper | upper.T) & works & works[:, None]
    graph = networkx.Graph()
    graph.add_nodes_from(np.flatnonzero(works).tolist())
    graph.add_edges_from(np.argwhere(np.triu(edges)).tolist())
    whole = np.zeros((2, 72))
    for row, of in zip(whole, (networkx.degree_centrality, networkx.clustering), strict=True):
        for node, value in of(graph).items():
            row[node] = value
    np.testing.assert_allclose(centrality(edges, works), whole, rtol=1e-12)


def test_stretches_are_averaged_and_end_at_gaps() -> None:
    active = np.repeat(np.arange(100.0), 10)[:, None]
    usable = np.ones(1000, bool)
    usable[:20] = usable[500] = usable[510:520] = False
    found = stretches_of(active, usable, 50.0)
    assert [len(one) for one in found] == [48, 48]
    np.testing.assert_allclose(found[0][:, 0], np.arange(2, 50))
    np.testing.assert_allclose(found[1][:, 0], np.arange(52, 100))


def compared(names: list[str], emg: np.ndarray) -> Any:
    """A recording with EMG, as far as its network asks."""
    known = np.ones(emg.shape, bool)
    tracks = SimpleNamespace(emg=emg, known=known, rate_hz=RATE_HZ)
    mapped = [SimpleNamespace(label=x) for x in names]
    return Mock(spec=EmgComparison, mapped=mapped, tracks=tracks)


def test_channels_of_emg_that_every_recording_has_are_joined_where_they_go_together() -> None:
    driver = slow(80.0, 1, 20)
    both = activation(driver + 0.3 * slow(80.0, 2, 21))
    alone = activation(slow(80.0, 1, 22))
    one = compared(["left", "right", "alone"], np.concatenate([both, alone], axis=1)[:200])
    other = compared(
        ["alone", "right", "left"], np.concatenate([alone, both[:, ::-1]], axis=1)[200:]
    )
    found = measured_network([one, other])
    assert found is not None
    assert found.names == ("left", "right", "alone")
    assert np.argwhere(np.triu(found.edges)).tolist() == [[0, 1]]
    lacking = compared(["left", "right"], both)
    found = measured_network([one, lacking])
    assert found is not None
    assert found.names == ("left", "right")


def test_no_emg_and_one_channel_have_no_network() -> None:
    assert measured_network([]) is None
    assert measured_network([compared(["alone"], activation(slow(80.0, 1, 1)))]) is None
