"""``nuchal generate``: resumed after a kill, on workers, and refused in one sentence."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import distributed
import numpy as np
import pytest

from nuchal.cli import main
from nuchal.commands import generate as workflow
from nuchal.io.dataset.about import recipe_from
from nuchal.io.dataset.store import Store, read_dataset
from nuchal.networks.training import labelled as dataset
from nuchal.networks.training.records import Recipe

pytestmark = pytest.mark.slow


SMALL = ["--motion", "free", "--seconds", "0.2", "--preset", "classical", "--seed", "5"]
SUBJECTS = 241
SHARDS = 7


@pytest.fixture(scope="module", autouse=True)
def no_git() -> Iterator[None]:
    """Whoever edits or commits while this runs changes the state of the source, and so the data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent))
        yield


def run(words: list[str]) -> int:
    with pytest.raises(SystemExit) as left:
        main(words)
    return left.value.code


def command(out: Path, subjects: int = SUBJECTS) -> list[str]:
    return ["generate", "--subjects", str(subjects), "--out", str(out), *SMALL]


def chunks(dataset: Path) -> dict[str, bytes]:
    return {str(f.relative_to(dataset)): f.read_bytes() for f in dataset.rglob("*") if f.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("generate") / "whole.zarr"
    assert run([*command(out), "--json"]) == 0
    return out


def test_it_says_what_it_made(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked again, it finds all shards there."""
    before = chunks(whole)
    assert run([*command(whole), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["labels"] == SUBJECTS * 20 * 72
    assert (told["shards"], told["shards_made"], told["not_ok"]) == (SHARDS, 0, None)
    assert (told["preset"], told["motion"], told["seed"]) == ("classical", "free", 5)
    assert chunks(whole) == before
    assert read_dataset(whole).force.shape == (SUBJECTS, 20, 72)


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on(whole: Path, tmp_path: Path) -> None:
    """Killed for good three times, each later than the last; the same bits in the end."""
    out = tmp_path / "killed.zarr"
    program = [sys.executable, "-m", "nuchal", *command(out)]
    for shards in (1, 3, 5):
        running = subprocess.Popen(program, stdout=subprocess.DEVNULL, start_new_session=True)
        while running.poll() is None and len(list(out.glob("checksum/c/*"))) < shards:
            time.sleep(0.002)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert len(list(out.glob("checksum/c/*"))) >= shards
    assert run(command(out)) == 0
    assert chunks(out) == chunks(whole)


@pytest.mark.slow
def test_workers_make_the_same_bits_and_one_may_die(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "cluster.zarr"
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        victim = next(iter(client.run(os.getpid).values()))
        killed = []

        def kill_one(_doing: str, share: float) -> None:
            if share > 0.0 and not killed:
                killed.append(victim)
                os.kill(victim, signal.SIGKILL)

        recipe = workflow_recipe(whole)
        workflow.run_generate(recipe, out, cluster=cluster.scheduler_address, progress=kill_one)
    assert killed
    assert chunks(out) == chunks(whole)


def workflow_recipe(dataset: Path) -> Recipe:
    return recipe_from(json.dumps(read_dataset(dataset).about["recipe"]))


@pytest.mark.slow
def test_workers_of_this_machine(tmp_path: Path, whole: Path) -> None:
    out = tmp_path / "workers.zarr"
    assert run([*command(out, 41), "--workers", "1"]) == 0
    mine, theirs = read_dataset(out), read_dataset(whole)
    np.testing.assert_array_equal(mine.force, theirs.force[:41])


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (["--cluster", "tcp://127.0.0.1:9"], "tcp://127.0.0.1:9"),
        (["--cluster", "nonsense"], "nonsense"),
        (["--cluster", "tcp://127.0.0.1:9", "--workers", "2"], "cluster"),
        (["--preset", "laziest"], "laziest"),
        (["--subjects", "0"], "--subjects"),
        (["--seconds", "-1"], "--seconds"),
        (["--women", "1.5"], "--women 1.5 is no share"),
        (["--motion", "standard"], "--motion free"),
    ],
)
def test_bad_input_is_one_sentence(
    extra: list[str],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nuchal.commands.cluster._PATIENCE_S", 1)
    out = tmp_path / "bad.zarr"
    assert run([*command(out), *extra]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told
    assert not out.exists()


def test_settings_do_not_mix(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = chunks(whole)
    assert run([*command(whole), "--seed", "6"]) == 2
    error = capsys.readouterr().err
    assert str(whole) in error
    assert "seed = 5" in error
    assert chunks(whole) == before


def test_only_what_is_missing_is_made(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "part.zarr"
    recipe, asked = workflow_recipe(whole), []
    store = Store(out, recipe, workflow.source_commit())
    for shard in (0, 3, 6):
        store.write(shard, dataset.label_shard(recipe, shard))
    label = dataset.label_shard

    def told(recipe: Recipe, shard: int, **more: int) -> object:
        asked.append(shard)
        return label(recipe, shard, **more)

    monkeypatch.setattr(dataset, "label_shard", told)
    workflow.run_generate(recipe, out)
    assert sorted(asked) == [1, 2, 4, 5]
    assert chunks(out) == chunks(whole)
