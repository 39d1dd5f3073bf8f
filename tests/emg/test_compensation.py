"""Figure 6's rule on levels that are known."""

import numpy as np
import pytest

from nuchal.emg.compensation import (
    FEWEST_POSTURES,
    LEAST_LEVEL,
    PEOPLE_SD,
    Doubt,
    Levels,
    Predicted,
    Reading,
    Trust,
    read_muscle,
    times,
)

GOOD = Trust(mvc=True, upward=True, downward=True)
HEALTHY = np.random.default_rng(3).uniform(0.02, 0.12, 12)


def reading(
    emg: float, predicted: float, *, trust: Trust = GOOD, scale: float = 1.0, best_r: float = 0.9
):
    """EMG over healthy, and force over healthy that the model's activation follows."""
    levels = Levels(
        emg * scale * HEALTHY,
        predicted * scale * HEALTHY,
        scale * HEALTHY,
        Predicted(predicted, 0.8, 1.25),
    )
    return read_muscle("right_sternocleidomastoid", levels, trust, best_r)


@pytest.mark.parametrize(
    ("emg", "predicted", "said"),
    [
        (1.0, 1.0, Reading.AS_EXPECTED),
        (2.0, 1.0, Reading.AS_EXPECTED),
        (0.5, 1.0, Reading.AS_EXPECTED),
        (3.0, 0.6, Reading.COMPENSATION),
        (3.0, 1.0, Reading.MORE_THAN_ASKED),
        (1.0, 0.3, Reading.MORE_THAN_ASKED),
        (0.33, 1.4, Reading.INHIBITION),
        (0.33, 1.0, Reading.INHIBITION),
        (0.3, 0.3, Reading.AS_EXPECTED),
        (3.0, 3.0, Reading.AS_EXPECTED),
    ],
)
def test_the_rule(emg: float, predicted: float, said: Reading) -> None:
    found = reading(emg, predicted)
    assert (found.reading, found.doubt) == (said, None)
    assert found.found == (said != Reading.AS_EXPECTED)
    assert found.level.value == pytest.approx(emg, rel=0.05)
    assert found.level.low < found.level.value < found.level.high


def test_a_lack_shows_where_the_muscle_is_needed() -> None:
    """A muscle at rest in most postures: its mean is near that of noise."""
    model = np.array([0.002] * 10 + [0.08, 0.12])
    emg = np.where(model > 0.01, 0.2 * model, 0.008)
    found = read_muscle("x", Levels(emg, model, model, Predicted(1.0, 0.8, 1.25)), GOOD, 0.9)
    assert found.reading == Reading.INHIBITION
    assert not found.level.down


def test_a_muscle_that_is_always_on_does_more_than_asked() -> None:
    """Where it is needed it works as it should; it never lets go."""
    model = np.array([0.002] * 10 + [0.06, 0.06])
    found = read_muscle(
        "x", Levels(model + 0.06, model, model, Predicted(1.0, 0.8, 1.25)), GOOD, 0.9
    )
    assert found.reading == Reading.MORE_THAN_ASKED
    assert found.level.up
    assert not found.asked.up


def test_without_an_mvc_only_times_can_be_told() -> None:
    found = reading(3.0, 0.6, trust=GOOD._replace(mvc=False), best_r=0.4)
    assert (found.reading, found.doubt) == (Reading.CANNOT_TELL, Doubt.NO_MVC)
    assert found.level is None
    assert found.at_other_times
    assert not reading(3.0, 0.6, best_r=0.6).at_other_times


def test_without_limits_of_healthy_people_nothing_is_told() -> None:
    """Not even what would be compensation, or in good order."""
    for emg, predicted in ((3.0, 0.6), (1.0, 1.0)):
        found = reading(emg, predicted, trust=GOOD._replace(limits=False))
        assert (found.reading, found.doubt) == (Reading.CANNOT_TELL, Doubt.NO_LIMITS)
        assert (found.level, found.asked, found.predicted) == (None, None, None)
        assert not found.found
        assert found.postures == len(HEALTHY)


def test_a_bad_channel_says_nothing_in_the_direction_in_which_it_errs() -> None:
    raised, lowered = GOOD._replace(upward=False), GOOD._replace(downward=False)
    for trust, emg, predicted, said in (
        (raised, 3.0, 0.6, Reading.CANNOT_TELL),
        (raised, 3.0, 1.0, Reading.CANNOT_TELL),
        (raised, 0.3, 1.0, Reading.INHIBITION),
        (lowered, 0.3, 1.0, Reading.CANNOT_TELL),
        (lowered, 3.0, 0.6, Reading.COMPENSATION),
    ):
        found = reading(emg, predicted, trust=trust)
        assert found.reading == said
        assert (found.doubt == Doubt.BAD_CHANNEL) == (said == Reading.CANNOT_TELL)


def test_noise_is_no_activity() -> None:
    """A muscle that hardly works, with noise at three times its level."""
    found = reading(3.0, 0.6, scale=0.02)
    assert (found.reading, found.doubt) == (Reading.CANNOT_TELL, Doubt.LITTLE_ACTIVITY)
    assert 3.0 * 0.02 * HEALTHY.mean() < LEAST_LEVEL


def test_too_few_postures_say_nothing() -> None:
    few = HEALTHY[: FEWEST_POSTURES - 1]
    found = read_muscle("x", Levels(3 * few, few, few, None), GOOD, 1.0)
    assert (found.reading, found.doubt) == (Reading.CANNOT_TELL, Doubt.FEW_POSTURES)
    assert read_muscle("x", None, GOOD, 1.0).doubt == Doubt.FEW_POSTURES


def test_the_interval_is_that_of_people_and_of_postures() -> None:
    """The same everywhere leaves how people differ alone; uneven postures make it wider."""
    alike = np.ones(len(HEALTHY))
    even, uneven = times(2.0 * HEALTHY, HEALTHY, alike), times(HEALTHY[::-1], HEALTHY, alike)
    assert np.log(even.high / even.value) == pytest.approx(1.96 * PEOPLE_SD, rel=1e-3)
    assert uneven.high / uneven.value > 1.02 * even.high / even.value


def test_intervals_leave_out_one_in_twenty_healthy_people() -> None:
    """People whose amplitude differs as it does between healthy ones."""
    dice = np.random.default_rng(5)
    out = 0
    for gain in np.exp(PEOPLE_SD * dice.standard_normal(400)):
        posture = np.exp(0.2 * dice.standard_normal(12))
        one = times(gain * posture * HEALTHY, HEALTHY, HEALTHY)
        out += one.up or one.down
    assert 0.02 < out / 400 < 0.08
