"""What a frame's markers tell of its forces: next to all with loops, far less without."""

import importlib
from types import ModuleType

import numpy as np
import pytest

from nuchal.networks.accuracy import Accuracy
from nuchal.networks.paper.training import TrainingSettings

pytestmark = pytest.mark.slow

NECKS = 3
BLUR_DEG = 0.5


@pytest.fixture(scope="module")
def loops(root) -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root / "benchmarks" / "networks"))
        module = importlib.import_module("loops")
        patch.setattr(module, "FINER", 4)
        yield module


def share_above(found: Accuracy, r2: float) -> float:
    return float((found.r2[~found.flat] > r2).mean())


def test_the_same_posture_has_other_forces_without_loops(loops) -> None:
    with_loops, without = (
        loops.ceiling(loops.MOVEMENTS[name], loops.labelled(loops.MOVEMENTS[name], 1)[1], BLUR_DEG)
        for name in ("with loops", "back the way it went")
    )
    assert share_above(with_loops, loops.GOOD_R2) > 0.9
    assert share_above(without, loops.GOOD_R2) < 0.5
    both = ~with_loops.flat & ~without.flat
    assert np.median((with_loops.r2 - without.r2)[both]) > 0.05


def test_networks_learn_the_movement_with_loops(loops) -> None:
    data = loops.labelled(loops.MOVEMENTS["with loops"], NECKS)
    found = loops.reached(data, TrainingSettings(most_epochs=100, batch=16))
    assert found.spread("r2").median > loops.GOOD_R2
    assert share_above(found, loops.GOOD_R2) > 0.5
