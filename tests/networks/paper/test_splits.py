"""Splits by neck and by movement, judged by the movement itself."""

from dataclasses import replace

import numpy as np
import pytest

from nuchal.errors import DatasetError, Status
from nuchal.model.population import Population
from nuchal.movements.standard import FRAMES, PART_S, STANDARD
from nuchal.networks.paper.samples import held_out_split, samples, solved_frames, split_samples
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.records import Recipe
from nuchal.records import LabelledMotions

NECKS = 5


def made(motion: str, subjects: int) -> LabelledMotions:
    recipe = Recipe(
        subjects=subjects, motion=motion, preset="classical", population=Population(seed=2)
    )
    return replace(gather(recipe), about={"recipe": {"motion": motion}})


@pytest.fixture(scope="module")
def standard() -> LabelledMotions:
    """With a few frames of the first neck unsolved, so that samples aren't frames."""
    data = made("standard", NECKS)
    status = data.status.copy()
    status[0, 100:130] = int(Status.INFEASIBLE)
    return replace(data, status=status)


def head_angles(data: LabelledMotions) -> np.ndarray:
    """Pitch, roll and yaw of the head on the thorax in every sample [degrees]."""
    total = (data.q[..., :3] + data.q[..., 3:])[solved_frames(data)]
    return np.degrees(np.asarray(total))


@pytest.mark.slow
def test_by_movement_single_axes_are_learnt_and_combinations_tested(standard) -> None:
    split = split_samples(standard, "movement", 1)
    second_largest = np.sort(np.abs(head_angles(standard)), axis=1)[:, 1]
    learnt = np.concatenate([split.train, split.validation])
    loops = np.degrees(np.abs(np.asarray(STANDARD.loops)).max())
    assert second_largest[learnt].max() < loops
    assert second_largest[split.test].max() > 10.0
    assert np.median(second_largest[split.test]) > loops
    time = np.broadcast_to(standard.time, standard.status.shape)[solved_frames(standard)]
    assert time[learnt].max() < time[split.test].min() == pytest.approx(3 * PART_S, abs=0.02)


def test_by_movement_every_neck_is_on_all_sides_and_every_sample_on_one(standard) -> None:
    split = split_samples(standard, "movement", 1)
    neck = samples(standard)[2]
    assert all(set(neck[part]) == set(range(NECKS)) for part in split)
    solved = int((standard.status == int(Status.OK)).sum())
    assert sorted(np.concatenate(split).tolist()) == list(range(solved))
    others = solved - NECKS * FRAMES // 4
    assert [len(part) for part in split] == [
        others - round(0.2 * others),
        round(0.2 * others),
        NECKS * FRAMES // 4,
    ]
    again, other = (split_samples(standard, "movement", seed) for seed in (1, 2))
    assert all((a == b).all() for a, b in zip(split, again, strict=True))
    assert (split.test == other.test).all()
    assert (split.validation != other.validation).any()


@pytest.mark.parametrize("kind", ["necks", "movement"])
def test_free_movements_stay_whole_and_so_do_their_necks(kind) -> None:
    data = replace(made("free", 6), subject=np.arange(6))
    split = split_samples(data, kind, 3)
    neck = samples(data)[2]
    owners = [set(neck[part]) for part in split]
    assert set.union(*owners) == set(range(6))
    assert [len(own) for own in owners] == [4, 1, 1]


def test_data_that_do_not_say_how_they_move_are_split_at_random_only(standard) -> None:
    foreign = replace(standard, about={})
    assert sum(map(len, split_samples(foreign, "random", 1))) == int(
        (standard.status == int(Status.OK)).sum()
    )
    with pytest.raises(DatasetError) as refused:
        split_samples(foreign, "movement", 1)
    assert refused.value.what == "dataset.unknown_movement"


@pytest.mark.parametrize("tested", [0, 95])
def test_a_part_too_many_or_too_few_is_refused(tested) -> None:
    with pytest.raises(DatasetError) as refused:
        held_out_split(np.arange(100) < tested, 1)
    assert refused.value.what == "dataset.too_few_parts"
    assert refused.value.values == {"tested": tested, "others": 100 - tested}
