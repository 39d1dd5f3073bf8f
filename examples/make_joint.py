"""Make a folder for ``nuchal deep-emg --joint``: OpenSim's arm, moved by its tools, EMG made up.

Nobody moved this arm. A hand that carries 0 to 4 kg goes up and down; OpenSim's MuscleAnalysis
and InverseDynamicsTool write what they find. Activations are the least that give these moments, on
top of some co-contraction; the electrodes of four muscles see them with noise, as
``emg_synthetic.sto``, and what all muscles do stays in ``true_synthetic.sto``. Needs the opensim
extra, and the folder of OpenSim's ``arm26.osim``, which is not part of nuchal:

    python examples/make_joint.py ARM26 elbow
    nuchal deep-emg --joint elbow --hold-out free_1kg --out result
"""

import argparse
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import opensim
from scipy.signal import butter, sosfiltfilt

from nuchal.emg.hidden.muscles import MuscleSystem, fibre_forces, unlagged, unshaped
from nuchal.io.joint.muscles import read_model_muscles
from nuchal.io.opensim.storage import read_storage, write_storage

COORDINATES: Final = ("r_shoulder_elev", "r_elbow_flex")
ELBOW: Final = COORDINATES[1]
CHANNELS: Final = {
    "Triceps long": "TRIlong",
    "Triceps lateral": "TRIlat",
    "Biceps long": "BIClong",
    "Biceps short": "BICshort",
}
HAND_M: Final = (0.0, -0.30, 0.0)
RATE_HZ: Final = 100.0
LASTS_S: Final = 6.0
SHAPE: Final = -1.5
# Name, mass in the hand [kg], elevation of the upper arm [deg].
TRIALS: Final = (
    ("cycles_0kg", 0.0, 10.0),
    ("cycles_2kg", 2.0, 40.0),
    ("cycles_4kg", 4.0, 90.0),
    ("free_1kg", 1.0, 20.0),
)


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("arm26", type=Path, help="folder of arm26.osim")
    parser.add_argument("out", type=Path, help="folder to write")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    arm = plain_arm(given.arm26 / "arm26.osim", given.out / "arm26.osim")
    dice = np.random.default_rng(26)
    time = np.arange(round(LASTS_S * RATE_HZ)) / RATE_HZ
    for name, load_kg, shoulder_deg in TRIALS:
        shoulder = np.full_like(time, np.radians(shoulder_deg))
        q = np.stack([shoulder, elbow_angle(time, name, dice)], axis=1)
        by_opensim(arm, given.out / name, time, q, load_kg)
        by_made_up_people(arm, given.out / name, dice)
    rows = "".join(f"{channel},{muscle}\n" for channel, muscle in CHANNELS.items())
    (given.out / "channels.csv").write_text(f"channel,muscle\n{rows}", "utf-8")


def plain_arm(source: Path, target: Path) -> Path:
    """The arm without what OpenSim 4 says of activations that are never zero."""
    text = source.read_text("utf-8")
    text = re.sub(r"<(minimum_activation|min_control)>.*?</\1>", "", text)
    target.write_text(text, "utf-8")
    return target


def elbow_angle(time: np.ndarray, trial: str, dice: np.random.Generator) -> np.ndarray:
    """Up and down between 10 and 95 degrees [rad]: in cycles, or less evenly."""
    pace, phase = dice.uniform(0.3, 0.5), dice.uniform(0.0, 2.0 * np.pi)
    swing = np.sin(2.0 * np.pi * pace * time + phase)
    if trial.startswith("free"):
        swing = 0.6 * swing + 0.4 * np.sin(2.0 * np.pi * 0.77 * time)
    return np.radians(52.0 + 38.0 * swing)


def by_opensim(arm: Path, home: Path, time: np.ndarray, q: np.ndarray, load_kg: float) -> None:
    """OpenSim's tools on a motion of shoulder and elbow, shape (t, 2) [rad]."""
    home.mkdir(exist_ok=True)
    opensim.Logger.setLevelString("off")
    motion = home / "motion.mot"
    write_storage(motion, name="motion", labels=COORDINATES, time=time, data=q)
    analysis = opensim.MuscleAnalysis()
    wanted = opensim.ArrayStr()
    wanted.append(ELBOW)
    analysis.setCoordinates(wanted)
    analysis.setComputeMoments(True)
    model = loaded(arm, load_kg)
    model.addAnalysis(analysis)
    state = model.initSystem()
    tool = opensim.AnalyzeTool(model)
    tool.setName(home.name)
    tool.setCoordinatesFileName(str(motion))
    tool.setLowpassCutoffFrequency(-1.0)
    tool.loadStatesFromFile(state)
    _run(tool, home, time)
    same = loaded(arm, load_kg)
    same.initSystem()
    inverse = opensim.InverseDynamicsTool()
    inverse.setModel(same)
    left_out = opensim.ArrayStr()
    left_out.append("Muscles")
    inverse.setExcludedForces(left_out)
    inverse.setCoordinatesFileName(str(motion))
    inverse.setLowpassCutoffFrequency(-1.0)
    inverse.setStartTime(float(time[0]))
    inverse.setEndTime(float(time[-1]))
    inverse.setOutputGenForceFileName("inverse_dynamics.sto")
    inverse.setResultsDir(str(home))
    assert inverse.run()
    kept = ("MuscleAnalysis_Length", f"MuscleAnalysis_MomentArm_{ELBOW}", "inverse_dynamics")
    for file in home.glob("*.sto"):
        if not file.stem.endswith(kept):
            file.unlink()


def loaded(arm: Path, load_kg: float) -> Any:
    """The arm with a mass in its hand."""
    model = opensim.Model(str(arm))
    body = model.getBodySet().get("r_ulna_radius_hand")
    own, centre = body.getMass(), body.getMassCenter().to_numpy()
    hand = np.array(HAND_M)
    middle = (own * centre + load_kg * hand) / (own + load_kg)
    inertia = body.getInertia().getMoments().to_numpy()
    for mass, at in ((own, centre), (load_kg, hand)):
        off = at - middle
        inertia = inertia + mass * (off @ off - off**2)
    body.setMass(own + load_kg)
    body.setMassCenter(opensim.Vec3(*map(float, middle)))
    body.setInertia(opensim.Inertia(*map(float, inertia)))
    return model


def _run(tool: Any, home: Path, time: np.ndarray) -> None:
    tool.setInitialTime(float(time[0]))
    tool.setFinalTime(float(time[-1]))
    tool.setResultsDir(str(home))
    tool.setSolveForEquilibrium(False)
    assert tool.run()


def by_made_up_people(arm: Path, home: Path, dice: np.random.Generator) -> None:
    """EMG of a person who does not exist, from the tables of one trial."""
    length, arms, moment = (
        read_storage(next(home.glob(f"*{end}.sto")))
        for end in ("_Length", f"_MomentArm_{ELBOW}", "inverse_dynamics")
    )
    names, time = length.labels, length.time
    asked = moment.data[:, moment.labels.index(f"{ELBOW}_moment")]
    told = excitation(arm, names, time, length.data, arms.data, np.interp(time, moment.time, asked))
    seen = told[:, [names.index(muscle) for muscle in CHANNELS.values()]]
    noisy = np.abs(seen * (1.0 + 0.2 * dice.normal(size=seen.shape)))
    low = butter(2, 6.0 / (0.5 * RATE_HZ), output="sos")
    envelope = np.clip(sosfiltfilt(low, noisy, axis=0), 0.0, None)
    note = "synthetic: nobody wore these electrodes; share of the maximum"
    for name, labels, data in (("emg", tuple(CHANNELS), envelope), ("true", names, told)):
        file = home / f"{name}_synthetic.sto"
        write_storage(file, name=name, labels=labels, time=time, data=data, note=note)


def excitation(
    arm: Path,
    names: tuple[str, ...],
    time: np.ndarray,
    length: np.ndarray,
    arms: np.ndarray,
    moment: np.ndarray,
) -> np.ndarray:
    """Excitations of least activation that give the moments, above co-contraction, shape (t, m)."""
    able = fibre_forces(_system(arm, names), length, np.gradient(length, time, axis=0))
    pull = arms * np.asarray(able.active)
    habit = 0.04 * (1.0 + 0.5 * np.sin(1.3 * time))[:, None] * np.ones(len(names))
    missing = moment - np.sum(arms * np.asarray(able.passive) + pull * habit, axis=1)
    useful = np.maximum(np.sign(missing)[:, None] * pull, 0.0)
    more = np.abs(missing) / np.maximum(np.sum(useful**2, axis=1), 1e-9)
    activation = np.clip(habit + more[:, None] * useful, 0.0, 0.95)
    smooth = sosfiltfilt(butter(2, 6.0 / (0.5 * RATE_HZ), output="sos"), activation, axis=0)
    value = unshaped(np.clip(smooth, 1e-3, 1.0), np.full(len(names), SHAPE))
    return np.clip(np.asarray(unlagged(value, step_s=1.0 / RATE_HZ)), 0.0, 1.0)


def _system(arm: Path, names: tuple[str, ...]) -> MuscleSystem:
    rows = read_model_muscles(arm)
    columns = np.array([rows[name] for name in names]).T
    return MuscleSystem(*columns, passive_scale=np.ones(len(names)), names=names, seen=())


if __name__ == "__main__":
    main()
