"""Margins are set from frames of every degree of doubt, or not at all."""

from unittest.mock import MagicMock

import numpy as np
import pytest

from nuchal.errors import NuchalError
from nuchal.networks.equilibrium.records import Network
from nuchal.networks.training import fitting
from nuchal.networks.training.necks import Necks


def test_too_few_people_are_refused_in_a_sentence(monkeypatch) -> None:
    frames = np.ones((5, 72)), np.zeros((5, 72)), np.ones((5, 72)), np.zeros(5, dtype=int)
    for name, value in {
        "known_traits": None, "mixed_conditions": None, "samples_from_windows": None,
        "_moments_of_samples": frames,
    }.items():  # fmt: skip
        monkeypatch.setattr(fitting, name, lambda *_given, value=value: value)
    nobody = MagicMock(spec=Necks)
    nobody.__len__.return_value = 4
    network, dice = MagicMock(spec=Network), np.random.default_rng(1)
    with pytest.raises(NuchalError, match=r"4 other necks.*40 calibration subjects"):
        fitting.margins_of_situations(nobody, np.zeros(4), network, network, dice)
