"""What the model card of the paper's networks says of a split."""

import numpy as np
import pytest

from nuchal.records import LabelledMotions
from nuchal.report.cards.paper import what_is_kept_apart


def moving(motion: str | None) -> LabelledMotions:
    about = {} if motion is None else {"recipe": {"motion": motion}}
    none = np.zeros((0, 0, 6), np.float32)
    muscles = np.zeros((0, 0, 72), np.float32)
    return LabelledMotions(
        subject=np.zeros(0, int),
        measures=np.zeros((0, 3)),
        load_mass_kg=np.zeros(0),
        load_place_m=np.zeros((0, 3)),
        traits=np.zeros((0, 3)),
        reach=np.zeros((0, 6)),
        time=np.zeros(0),
        markers=np.zeros((0, 0, 3, 3), np.float32),
        q=none,
        qd=none,
        qdd=none,
        force=muscles,
        activation=muscles,
        status=np.zeros((0, 0), np.int8),
        about=about,
    )


@pytest.mark.parametrize(
    ("motion", "kind", "said"),
    [
        ("standard", "movement", "tested on: combined movement"),
        ("standard", "movement", "of the same necks"),
        ("standard", "necks", "the movement is the same"),
        ("free", "necks", "whole"),
        ("free", "movement", "whole"),
        (None, "random", "nothing"),
    ],
)
def test_what_is_said_of_a_split(motion, kind, said) -> None:
    assert said in what_is_kept_apart(moving(motion), kind)
