"""The paper's networks: how good they are where the paper looks, and where it does not.

    python benchmarks/networks/run.py                            # writes results/networks.md
    python benchmarks/networks/run.py --subjects 20 --epochs 5   # a quick look, prints only

Recordings are looked for in ../shared/recordings/vicon_neck; without them that row is left out.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
from scikit import Peer, with_scikit_learn

from nuchal.commands.train import paper_recipe, run_train
from nuchal.dynamics.inverse import no_load
from nuchal.errors import Status
from nuchal.io.recordings.read import read_recording
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.movements.standard import PARTS, part_of
from nuchal.networks.accuracy import Accuracy, accuracy
from nuchal.networks.paper.experiment import TrainedNetworks, TrainOptions
from nuchal.networks.paper.network import Networks, predict_forces
from nuchal.networks.paper.samples import HELD_OUT, SplitKind, paper_inputs, samples, solved_frames
from nuchal.networks.paper.training import TrainingSettings
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.records import SUBJECTS_PER_SHARD, Recipe
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import LabelledMotions
from nuchal.report.cards.paper import accuracy_of_four, accuracy_summary
from nuchal.report.figures.networks import FOUR
from nuchal.tracking.pipeline import TrackingSettings, track

HERE = Path(__file__).parents[1]
RESULTS = HERE / "results" / "networks.md"
PICTURE = HERE.parent / "docs" / "images" / "networks.png"
PEOPLE = HERE.parents[1] / "shared" / "recordings" / "vicon_neck"
MAXIMUM = np.asarray(generic_anatomy().max_isometric_force)
GOOD_R2 = 0.95

Test = tuple[np.ndarray, np.ndarray]
"""Inputs and forces, one row a frame."""


class Run(NamedTuple):
    """One training, as ``nuchal train`` does it."""

    found: TrainedNetworks
    picture: bytes
    whole_s: float
    """With the making of data and the writing of files."""
    cores: float
    """Processor seconds of the training for every second of it."""


def trained(subjects: int, settings: TrainingSettings, split: SplitKind) -> Run:
    """Make the paper's data and train on it."""
    options = TrainOptions(subjects=subjects, settings=settings, split=split)
    clock = {}
    with tempfile.TemporaryDirectory() as folder:
        clock["begin"] = time.perf_counter()

        def watch(doing: str, _share: float) -> None:
            clock.setdefault(f"{doing}, processor", time.process_time())

        out = Path(folder) / "networks"
        found = run_train(None, out=out, options=options, progress=watch)
        whole_s = time.perf_counter() - clock["begin"]
        busy = clock["writing, processor"] - clock["training, processor"]
        picture = (out / "forces.png").read_bytes()
    return Run(found, picture, whole_s, busy / found.seconds)


def others(recipe: Recipe, *, unseen: bool, motion: str) -> LabelledMotions:
    """Other data than what was learnt from; as many necks as two shards hold."""
    trained_on = -(-recipe.subjects // SUBJECTS_PER_SHARD)
    first = trained_on if unseen else 0
    shards = range(first, first + min(2, trained_on))
    wanted = Recipe(
        subjects=shards.stop * SUBJECTS_PER_SHARD if unseen else recipe.subjects,
        motion=motion,
        preset=recipe.preset,
        population=recipe.population,
    )
    return gather(wanted, shards=shards)


def test_sets(recipe: Recipe, whole: Run, parted: Run) -> Iterator[tuple[str, Accuracy]]:
    """From what the networks know to what they don't."""
    mine, theirs = whole.found.networks, parted.found.networks
    yield "the paper's random split", whole.found.test
    standard = others(recipe, unseen=True, motion="standard")
    yield "unseen necks, standard movement", judge(mine, samples(standard)[:2])
    yield f"known necks, {HELD_OUT} left out of training", parted.found.test
    held_out = part_of(standard.time) == PARTS.index(HELD_OUT)
    rows = np.broadcast_to(held_out, standard.status.shape)[solved_frames(standard)]
    unseen = tuple(x[rows] for x in samples(standard)[:2])
    yield f"unseen necks, {HELD_OUT} left out of training", judge(theirs, unseen)
    for who in ("known", "unseen"):
        free = others(recipe, unseen=who == "unseen", motion="free")
        yield f"{who} necks, free movement", judge(mine, samples(free)[:2])
    real = recorded()
    if real is not None:
        yield "three real people, fifteen recordings", judge(mine, real)


def recorded() -> Test | None:
    """Real people's movements on the generic neck: forces by optimisation, model markers."""
    if not PEOPLE.is_dir():
        return None
    chosen = PRESET_SETTINGS["paper"]
    anatomy = generic_anatomy(chosen.form)
    person = GENERIC_SUBJECT
    body = np.array([[person.neck_length_m, person.shoulder_width_m, person.head_and_neck_mass_kg]])
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


def page(whole: Run, parted: Run, options: TrainOptions, load: float) -> str:
    found, cores = whole.found, len(os.sched_getaffinity(0))
    sets = dict(test_sets(paper_recipe(options), whole, parted))
    peer = with_scikit_learn(found, options.settings, cores=cores)
    peer_s = float(np.mean(peer.seconds)) * len(MUSCLES)
    return REPORT.format(
        cores=cores,
        machine=platform.machine(),
        version=jax.__version__,
        load=load,
        subjects=options.subjects,
        frames=len(found.data.time),
        preset=options.preset,
        batch=options.settings.batch,
        epochs=len(found.training.train_loss),
        summary=accuracy_summary(sets),
        four=accuracy_of_four(sets),
        weakest=weakest(found.test),
        flat=flat_ones(sets),
        whole_s=whole.whole_s,
        seconds=found.seconds,
        busy=whole.cores,
        peer_s=peer_s,
        ratio=peer_s / found.seconds,
        peers=beside(found, peer),
        count=len(FOUR),
        four_s=sum(peer.seconds),
        threads=peer.threads,
    )


def beside(found: TrainedNetworks, peer: Peer) -> str:
    """Rows of a table: R2 of four muscles by either."""
    ours = [f"{found.test.r2[MUSCLES.index(name)]:.3f}" for name in FOUR]
    rows = zip(FOUR, ours, peer.r2, peer.seconds, strict=True)
    return "\n".join(f"| {name} | {r2} | {theirs:.3f} | {s:.1f} |" for name, r2, theirs, s in rows)


def weakest(test: Accuracy) -> str:
    order = [k for k in np.argsort(test.r2) if not test.flat[k]][:5]
    good = int((test.r2[~test.flat] > GOOD_R2).sum())
    names = ", ".join(f"{MUSCLES[k]} {test.r2[k]:.3f}" for k in order)
    which = f"{good} of the {int((~test.flat).sum())} muscles that vary"
    return f"On the paper's split R2 is above {GOOD_R2} for {which}; lowest are {names}."


def flat_ones(sets: dict[str, Accuracy]) -> str:
    lines = []
    for name, one in sets.items():
        if one.flat.any():
            which = ", ".join(m for m, flat in zip(MUSCLES, one.flat, strict=True) if flat)
            worst = one.share_of_maximum[one.flat].max()
            lines.append(f"- {name}: {which}; off by at most {worst:.2%} of maximal force.")
    return "\n".join(lines) or "None."


REPORT = """# The paper's networks

`benchmarks/networks/run.py` on {cores} cores ({machine}), JAX {version}, load average {load:.1f}
before it began. 72 networks 12-64-32-1, {subjects} necks x {frames} frames of the standard
movement, preset `{preset}`, minibatches of {batch}, {epochs} epochs. Where a part was left out of
training, the networks were trained again with `--split movement`.

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
| data and training, files and figures included | {whole_s:.0f} |
| training, 72 networks as one computation | {seconds:.0f} |
| the same one after another in scikit-learn (extrapolated) | {peer_s:.0f} |
| ratio | {ratio:.1f} |

The training kept {busy:.2f} cores busy. "Extrapolated": {count} of the 72 networks were trained
whole in scikit-learn, in {four_s:.0f} s together; their mean times 72. Same samples, scaling,
sizes, minibatches, Adam and {epochs} epochs, on {threads} thread(s), the quicker number. Its
learning rate stays where ours begins, and it doesn't validate, as ours does after every epoch.
R2 on the test samples:

| muscle | nuchal | scikit-learn | its seconds |
| --- | ---: | ---: | ---: |
{peers}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--subjects", type=int, default=TrainOptions().subjects)
    parser.add_argument("--epochs", type=int, default=TrainingSettings().most_epochs)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    settings = TrainingSettings(most_epochs=chosen.epochs)
    options = TrainOptions(subjects=chosen.subjects, settings=settings)
    whole = trained(chosen.subjects, settings, "random")
    parted = trained(chosen.subjects, settings, "movement")
    text = page(whole, parted, options, load)
    print(text)
    if chosen.subjects == TrainOptions().subjects and settings == TrainingSettings():
        RESULTS.write_text(text, "utf-8")
        PICTURE.write_bytes(whole.picture)


if __name__ == "__main__":
    main()
