"""Figure 6 on people who are made: EMG of known activations through filters, MVC and cells."""

import dataclasses
from functools import partial
from pathlib import Path

import jax
import numpy as np
import pytest

import nuchal
from nuchal.assessment.assess import Normal
from nuchal.assessment.healthy import as_tracked, healthy_movement
from nuchal.assessment.trial import healthy_forces_of
from nuchal.commands.emg_readings import with_readings
from nuchal.commands.forces import estimate_tracked
from nuchal.commands.plan import Plan, plan_of
from nuchal.emg.comparison import compare, model_activations
from nuchal.emg.compensation import Doubt, Reading
from nuchal.emg.filters import ConditioningSettings, condition
from nuchal.emg.mapping import map_channels
from nuchal.emg.normalise import maxima_of, normalised
from nuchal.emg.quality import quality_of
from nuchal.emg.records import ComparisonSettings, Signals
from nuchal.emg.signals import EmgRecording
from nuchal.model.passive import posture_of_head
from nuchal.movements.examination import ideal_movement
from nuchal.movements.minimum_jerk import made_motion
from nuchal.records import Estimate
from nuchal.synthetic.emg import SyntheticSettings, synthetic_emg

pytestmark = pytest.mark.slow
NAMES = ("RSCM", "LSCM", "RUT", "LUT")
FILE = Path("synthetic")
MAPPED = map_channels(FILE, NAMES, {})
SCM = [m.label for m in MAPPED].index("right_sternocleidomastoid")
FILTERS = ConditioningSettings()
# Of the mean range: the person stops early, everywhere alike.
RANGE = 0.85


class Made:
    """A neck, what is normal for it, and forces in a movement of its owner."""

    def __init__(self, root: Path) -> None:
        person = nuchal.read_subject(root / "examples" / "person.toml")
        options = nuchal.EstimateOptions(method="optimisation", preset="recommended")
        self.plan: Plan = plan_of(person, options)
        healthy = healthy_movement(person.age_years, self.plan.anatomy)
        done = self.estimated(healthy.motion)
        self.normal = Normal(healthy, healthy_forces_of(done, self.plan.anatomy, "own"))
        reach = RANGE * np.radians(healthy.norm.mean_deg)
        self.estimate = self.estimated(ideal_movement(reach, anatomy=self.plan.anatomy))
        self.activation = model_activations(
            self.estimate, self.plan.anatomy, MAPPED, self.plan.settings
        )

    def estimated(self, motion) -> Estimate:
        return estimate_tracked(as_tracked(self.plan.anatomy, motion), self.plan).estimate

    def with_force(self, times: float) -> Estimate:
        """The right sternocleidomastoid's forces, so often those that were found."""
        columns = [self.plan.anatomy.system.index[name] for name in MAPPED[SCM].muscles]
        force = np.asarray(self.estimate.forces.force).copy()
        force[:, columns] *= times
        forces = dataclasses.replace(self.estimate.forces, force=force)
        return dataclasses.replace(self.estimate, forces=forces)


@pytest.fixture(scope="module")
def made(root) -> Made:
    return Made(root)


def measured(made: Made, activation: np.ndarray, *, mvc: bool = True, seed: int = 4) -> Signals:
    """Surface EMG of activations, as shares of a trial at full activation."""
    settings, time = SyntheticSettings(), np.asarray(made.estimate.motion.time)
    raw = synthetic_emg(time, activation, names=NAMES, settings=settings, seed=seed).recording
    full = np.ones((600, len(NAMES)))
    trial: EmgRecording = synthetic_emg(
        0.01 * np.arange(600), full, names=NAMES, settings=settings, seed=seed + 1
    ).recording
    maxima = maxima_of([trial if mvc else raw], FILTERS, origin="mvc" if mvc else "own maximum")
    return Signals(
        raw=raw,
        mapped=MAPPED,
        envelopes=normalised(condition(raw, FILTERS).envelopes, maxima),
        maxima=maxima,
        quality=quality_of(raw, FILTERS),
        conditioning=FILTERS,
        mvc_files=(),
        findings=(),
    )


def read(made: Made, estimate: Estimate, signals: Signals):
    found = compare(
        FILE, estimate, made.plan.anatomy, signals, made.plan.settings, ComparisonSettings()
    )
    (one,) = with_readings([found], [estimate], made.plan.anatomy, made.normal)
    return one.readings


def of_scm(made: Made, times: float) -> np.ndarray:
    """Activations, the right sternocleidomastoid's so often what the movement asks."""
    activation = made.activation.copy()
    activation[:, SCM] *= times
    return activation


def test_emg_of_what_the_model_asks_is_no_finding(made: Made) -> None:
    found = read(made, made.estimate, measured(made, made.activation))
    assert [one.reading for one in found] == [Reading.AS_EXPECTED] * 4
    for one in found:
        assert one.asked.value == pytest.approx(1.0, abs=0.25)
        assert one.predicted.low < one.predicted.value < one.predicted.high
        assert not one.at_other_times


def test_more_emg_of_less_force_is_compensation_in_that_muscle_alone(made: Made) -> None:
    found = read(made, made.with_force(0.5), measured(made, of_scm(made, 3.0)))
    said = [one.reading for one in found]
    assert said.pop(SCM) == Reading.COMPENSATION
    assert said == [Reading.AS_EXPECTED] * 3
    assert found[SCM].predicted.value == pytest.approx(0.5, abs=0.1)
    assert found[SCM].level.value > 2.0


def test_a_third_of_the_emg_is_inhibition_in_that_muscle_alone(made: Made) -> None:
    found = read(made, made.estimate, measured(made, of_scm(made, 1.0 / 3.0)))
    said = [one.reading for one in found]
    assert said.pop(SCM) == Reading.INHIBITION
    assert said == [Reading.AS_EXPECTED] * 3


def test_an_own_maximum_says_neither(made: Made) -> None:
    found = read(made, made.with_force(0.5), measured(made, of_scm(made, 3.0), mvc=False))
    assert {(one.reading, one.doubt) for one in found} == {(Reading.CANNOT_TELL, Doubt.NO_MVC)}


def test_emg_at_other_times_is_said_without_an_mvc(made: Made) -> None:
    """The right muscle works when the left one should."""
    activation = made.activation.copy()
    activation[:, SCM] = made.activation[::-1, SCM]
    found = read(made, made.estimate, measured(made, activation, mvc=False))
    assert [one.at_other_times for one in found] == [k == SCM for k in range(4)]


def test_a_real_persons_held_posture_claims_nothing(made: Made, shared) -> None:
    """Ten channels in per cent of maximum; the file says neither its rate nor which side bends."""
    home = shared / "recordings" / "barrett_neck_emg"
    bending, rotation, flexion = np.genfromtxt(
        home / "001-hOnly-20lat_neckangle.csv", delimiter=",", filling_values=0.0
    ).T
    share = 0.01 * np.nan_to_num(
        np.genfromtxt(home / "permve_001-hOnly-20lat.csv", delimiter=",")[:, 6:]
    )
    anatomy, time = made.plan.anatomy, 0.01 * np.arange(len(bending))
    angles = np.radians(np.stack([-flexion, bending, rotation], axis=1))
    q = np.asarray(jax.vmap(partial(posture_of_head, anatomy))(angles))
    qd = np.gradient(q, time, axis=0)
    estimate = made.estimated(made_motion(time, q, qd, np.gradient(qd, time, axis=0)))
    signals = measured(made, made.activation)
    held = dataclasses.replace(
        signals.envelopes, values=share, known=np.ones(share.shape, bool), rate_hz=100.0
    )
    found = read(made, estimate, signals._replace(envelopes=held))
    assert [one.found for one in found] == [False] * 4
    assert {one.doubt for one in found} == {Doubt.FEW_POSTURES}
    assert not any(one.at_other_times for one in found)
