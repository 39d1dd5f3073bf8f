"""``nuchal average``: people's folders in, one standard movement out, or one sentence."""

import json
from pathlib import Path

import numpy as np
import pytest

from nuchal.cli import main
from nuchal.cli.generate import _motion
from nuchal.conventions import COORDINATES
from nuchal.io.dataset.about import recipe_from, recipe_text
from nuchal.io.opensim.storage import read_storage, write_storage
from nuchal.model.population import Population
from nuchal.networks.training.records import Recipe

PERSON = "neck_length_m = 0.11\nshoulder_width_m = 0.38\nbody_mass_kg = 70\n"
EXAMPLES = Path(__file__).parents[2] / "examples"


def rotate(path: Path, *sizes_deg: float) -> None:
    """Coordinates of a head that turns to the left by so much and back, two seconds each."""
    share = np.linspace(0.0, 1.0, 200)
    turns = [
        np.concatenate([size * np.sin(np.pi * share) ** 2, np.zeros(60)]) for size in sizes_deg
    ]
    yaw = np.concatenate([np.zeros(60), *turns])
    data = np.zeros((len(yaw), 6))
    data[:, 2], data[:, 5] = 0.7 * yaw, 0.3 * yaw
    time = np.arange(len(yaw)) / 100.0
    write_storage(path, name="q", labels=COORDINATES, time=time, data=data, in_degrees=True)


@pytest.fixture
def people(tmp_path: Path) -> tuple[Path, Path]:
    """One turns twice by 40 degrees, the other once by 60."""
    folders = tmp_path / "anna", tmp_path / "ben"
    for folder, turns in zip(folders, ((40.0, 40.0), (60.0,)), strict=True):
        folder.mkdir()
        (folder / "person.toml").write_text(PERSON)
        rotate(folder / "turns.mot", *turns)
    return folders


def run(words: list[str]) -> int:
    with pytest.raises(SystemExit) as left:
        main(["average", *words])
    return int(left.value.code or 0)


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run(words) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    return told


def test_two_people_become_one_movement_that_generate_takes(
    people: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "movement.mot"
    assert run([*map(str, people), "--out", str(out), "--preset", "paper", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["people"] == 2
    (part,) = found["parts"]
    assert part["sides"] == ["left rotation"]
    assert part["movements"] == 3
    table = read_storage(out)
    assert list(table.labels) == list(COORDINATES)
    yaw = np.asarray(table.data)[:, 2] + np.asarray(table.data)[:, 5]
    assert abs(yaw.max() - 50.0) < 1.0
    kind, given = _motion(str(out))
    assert kind == "given"
    assert given is not None
    recipe = Recipe(
        subjects=1, motion=kind, given=given, preset="paper", population=Population(seed=1)
    )
    assert recipe_from(recipe_text(recipe)).given == given
    assert recipe.frames == len(yaw)
    assert np.abs(np.degrees(given.q) - np.asarray(table.data)).max() < 1e-4


def test_measures_of_all_may_be_given_once(people: tuple[Path, Path], tmp_path: Path) -> None:
    (people[0] / "person.toml").unlink()
    words = [str(people[0] / "turns.mot"), "--out", str(tmp_path / "m.mot")]
    assert run([*words, "--subject", str(EXAMPLES / "person.toml")]) == 0


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("no person", "person.toml"),
        ("no recording", "--pattern"),
        ("still", "15 degrees"),
        ("over a recording", "one of the recordings"),
        ("over a person", "the person's own file"),
        ("not there", "does not exist"),
    ],
)
def test_what_cannot_be_averaged_gets_one_sentence(
    spoil: str,
    told: str,
    people: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    anna, out = people[0], tmp_path / "movement.mot"
    given = anna
    if spoil == "no person":
        (anna / "person.toml").unlink()
    elif spoil == "no recording":
        (anna / "turns.mot").unlink()
    elif spoil == "still":
        rotate(anna / "turns.mot", 5.0)
    elif spoil == "over a recording":
        out = anna / "turns.mot"
    elif spoil == "over a person":
        out = anna / "person.toml"
    else:
        given = anna / "nothing.mot"
    before = out.read_bytes() if out.exists() else None
    assert told in refused([str(given), "--out", str(out)], capsys)
    assert (out.read_bytes() if out.exists() else None) == before
