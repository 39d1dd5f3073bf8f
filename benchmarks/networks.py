"""The paper's networks: how good they are where the paper looks, and where it does not.

    python benchmarks/networks.py                            # writes results/networks.md
    python benchmarks/networks.py --subjects 20 --epochs 5   # a quick look, prints only

Recordings are looked for in ../shared/recordings/vicon_neck; without them that row is left out.
"""

import argparse
import os
import platform
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import jax
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from threadpoolctl import threadpool_limits

from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.settings import PRESET_SETTINGS
from nuchal.dynamics.simulate import simulate
from nuchal.errors import Status
from nuchal.io.recordings import read_recording
from nuchal.model.anatomy import MUSCLES, generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.personalise import GENERIC_SUBJECT
from nuchal.motion.prepare import TrackingSettings, track
from nuchal.report.model_card import accuracy_of_four, accuracy_summary
from nuchal.surrogate.dataset import SUBJECTS_PER_SHARD, Recipe
from nuchal.surrogate.features import paper_inputs, samples
from nuchal.surrogate.gather import gather
from nuchal.surrogate.metrics import Accuracy, accuracy
from nuchal.surrogate.network import Networks, predict_forces
from nuchal.surrogate.training import TrainingSettings
from nuchal.workflows.train import (
    PAPER_SUBJECTS,
    TrainedNetworks,
    TrainOptions,
    paper_recipe,
    run_train,
)

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "networks.md"
PICTURE = HERE.parent / "docs" / "images" / "networks.png"
PEOPLE = HERE.parents[1] / "shared" / "recordings" / "vicon_neck"
MAXIMUM = np.asarray(generic_anatomy().max_isometric_force)
PEER_MUSCLES = 3
PEER_EPOCHS = 4

Test = tuple[np.ndarray, np.ndarray]
"""Inputs and forces, one row a frame."""


def other_sets(recipe: Recipe) -> Iterator[tuple[str, Test]]:
    """Necks and movements that training never saw; as many necks as two shards hold."""
    trained = -(-recipe.subjects // SUBJECTS_PER_SHARD)
    for unseen in (True, False):
        first = trained if unseen else 0
        shards = range(first, min(first + 2, first + max(1, trained)))
        for motion in ("standard", "free"):
            if (unseen, motion) == (False, "standard"):
                continue
            wanted = Recipe(
                subjects=(first + len(shards)) * SUBJECTS_PER_SHARD,
                motion=motion,
                preset=recipe.preset,
                population=recipe.population,
            )
            name = f"{'unseen' if unseen else 'known'} necks, {motion} movement"
            yield name, samples(gather(wanted, shards=shards))[:2]


def recorded() -> Test | None:
    """Real people's movements on the generic neck: forces by optimisation, model markers."""
    if not PEOPLE.is_dir():
        return None
    chosen = PRESET_SETTINGS["paper"]
    anatomy = generic_anatomy(chosen.inertias)
    person = GENERIC_SUBJECT
    body = np.array([[person.neck_length_m, person.shoulder_width_m, person.head_mass_kg]])
    place = jax.jit(jax.vmap(lambda q: marker_positions(anatomy, q)))
    parts = []
    for folder in sorted(PEOPLE.iterdir()):
        static = read_recording(folder / "Static.csv")
        for trial in sorted(folder.glob("trial_*/data_marker.csv")):
            recording = read_recording(trial)
            motion = track(recording, anatomy, settings=TrackingSettings(), static=static).motion
            forces = simulate(anatomy, motion, chosen.recruitment, no_load()).forces
            markers = np.asarray(place(motion.q), np.float32)
            good = np.asarray(forces.status) == int(Status.OK)
            parts.append((paper_inputs(markers[None], body)[0][good], forces.force[good]))
    return tuple(np.concatenate(x) for x in zip(*parts, strict=True))


def judge(networks: Networks, test: Test) -> Accuracy:
    return accuracy(test[1], predict_forces(networks, test[0]), maximal_force_n=MAXIMUM)


def seconds_of_scikit_learn(found: TrainedNetworks, settings: TrainingSettings) -> float:
    """Seconds of one epoch of one network, the same samples and minibatches."""
    inputs, forces, _ = samples(found.data)
    scaling, rows = found.networks.scaling, found.split.train
    x = (inputs[rows] - scaling.input_mean) / scaling.input_sd
    y = (forces[rows] - scaling.output_mean) / scaling.output_sd
    taken = 0.0
    for k in np.linspace(0, len(MUSCLES) - 1, PEER_MUSCLES).astype(int):
        peer = MLPRegressor(
            hidden_layer_sizes=settings.hidden,
            batch_size=min(settings.batch, len(rows)),
            learning_rate_init=settings.learning_rate,
            max_iter=PEER_EPOCHS,
            tol=0.0,
            random_state=1,
        )
        started = time.perf_counter()
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            peer.fit(x, y[:, k])
        taken += time.perf_counter() - started
    return taken / PEER_MUSCLES / PEER_EPOCHS


def page(found: TrainedNetworks, options: TrainOptions, data_s: float) -> str:
    sets = {"the paper's random split": found.test}
    recipe = paper_recipe(options)
    sets |= {name: judge(found.networks, test) for name, test in other_sets(recipe)}
    real = recorded()
    if real is not None:
        sets["three real people, fifteen recordings"] = judge(found.networks, real)
    epochs = len(found.training.train_loss)
    epoch_s = seconds_of_scikit_learn(found, options.settings)
    peer_s = epoch_s * epochs * len(MUSCLES)
    return REPORT.format(
        cores=len(os.sched_getaffinity(0)),
        machine=platform.machine(),
        version=jax.__version__,
        load=os.getloadavg()[0],
        subjects=options.subjects,
        frames=len(found.data.time),
        preset=options.preset,
        batch=options.settings.batch,
        epochs=epochs,
        summary=accuracy_summary(sets),
        four=accuracy_of_four(sets),
        weakest=weakest(found.test),
        flat=flat_ones(sets),
        data_s=data_s,
        seconds=found.seconds,
        peer_s=peer_s,
        ratio=peer_s / found.seconds,
        peers=PEER_MUSCLES,
        peer_epochs=PEER_EPOCHS,
    )


def weakest(test: Accuracy) -> str:
    order = [k for k in np.argsort(test.r2) if not test.flat[k]][:5]
    good = int((test.r2[~test.flat] > 0.95).sum())
    names = ", ".join(f"{MUSCLES[k]} {test.r2[k]:.3f}" for k in order)
    return f"R2 is above 0.95 for {good} of {int((~test.flat).sum())} muscles; lowest are {names}."


def flat_ones(sets: dict[str, Accuracy]) -> str:
    lines = []
    for name, one in sets.items():
        if one.flat.any():
            which = ", ".join(m for m, flat in zip(MUSCLES, one.flat, strict=True) if flat)
            worst = one.share_of_maximum[one.flat].max()
            lines.append(f"- {name}: {which}; off by at most {worst:.2%} of maximal force.")
    return "\n".join(lines) or "None."


REPORT = """# The paper's networks

`benchmarks/networks.py` on {cores} cores ({machine}), JAX {version}, load average {load:.1f}. 72
networks 12-64-32-1, {subjects} necks x {frames} frames of the standard movement, preset `{preset}`,
minibatches of {batch}, {epochs} epochs.

## Accuracy

{summary}

{weakest}

R2 and NRMSE of the paper's four muscles:

{four}

Muscles with hardly any variance in a test set, which are judged by RMSE as a share of their maximal
force and not in the tables above:

{flat}

## Time

| what | seconds |
| --- | ---: |
| data and training, files and figures included | {data_s:.0f} |
| training, 72 networks as one computation | {seconds:.0f} |
| the same one after another in scikit-learn (extrapolated) | {peer_s:.0f} |
| ratio | {ratio:.1f} |

"Extrapolated": {peers} of the 72 for {peer_epochs} epochs each, times epochs and networks.
scikit-learn has one thread, since more of them made it slower.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--subjects", type=int, default=PAPER_SUBJECTS)
    parser.add_argument("--epochs", type=int, default=TrainingSettings().most_epochs)
    chosen = parser.parse_args()
    settings = TrainingSettings(most_epochs=chosen.epochs)
    options = TrainOptions(subjects=chosen.subjects, settings=settings)
    whole = chosen.subjects == PAPER_SUBJECTS and settings == TrainingSettings()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        found = run_train(None, out=Path(folder) / "networks", options=options)
        whole_s = time.perf_counter() - started
        text = page(found, options, whole_s)
        print(text)
        if whole:
            RESULTS.write_text(text, "utf-8")
            PICTURE.write_bytes((found.out / "forces.png").read_bytes())


if __name__ == "__main__":
    main()
