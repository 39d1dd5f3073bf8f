"""Datasets: whole shards or none, checked when read, never mixed, and open to everyone."""

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import zarr

from nuchal.errors import DatasetError, OutputError
from nuchal.io.dataset.about import about, recipe_from, recipe_text
from nuchal.io.dataset.store import Store, read_dataset
from nuchal.model.generic import MUSCLES
from nuchal.model.population import Population
from nuchal.movements.random_settings import FreeSettings
from nuchal.networks.training.records import Recipe
from nuchal.records import LabelledMotions

FRAMES = 5
RECIPE = Recipe(
    subjects=90,
    motion="free",
    preset="recommended",
    population=Population(seed=3, women=0.25),
    free=FreeSettings(frames=FRAMES),
)


def made_up(shard: int) -> LabelledMotions:
    """Numbers that only that shard has."""
    rng = np.random.default_rng(shard)
    subject = RECIPE.subjects_of(shard)
    n = len(subject)

    def single(*shape: int) -> np.ndarray:
        return rng.normal(size=(n, FRAMES, *shape)).astype(np.float32)

    return LabelledMotions(
        subject=subject,
        measures=rng.normal(size=(n, 3)),
        load_mass_kg=np.zeros(n),
        load_place_m=np.zeros((n, 3)),
        traits=rng.normal(size=(n, 7)),
        reach=rng.uniform(0.8, 1.2, size=(n, 6)),
        time=np.arange(FRAMES) / 100.0,
        markers=single(3, 3),
        q=single(6),
        qd=single(6),
        qdd=single(6),
        force=single(72),
        activation=single(72),
        status=np.zeros((n, FRAMES), np.int8),
        about={},
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "set.zarr"


@pytest.fixture
def whole(path: Path) -> Path:
    store = Store(path, RECIPE, "abc")
    for shard in (2, 0, 1):
        store.write(shard, made_up(shard))
    return path


def test_what_is_written_is_read(whole: Path) -> None:
    found = read_dataset(whole)
    for name in ("subject", "measures", "markers", "q", "force", "activation", "status", "traits"):
        expected = np.concatenate([getattr(made_up(k), name) for k in range(3)])
        np.testing.assert_array_equal(getattr(found, name), expected)
        assert getattr(found, name).dtype == expected.dtype
    np.testing.assert_allclose(found.time, np.arange(FRAMES) / 100.0, rtol=0, atol=1e-15)
    assert found.about["commit"] == "abc"


def test_xarray_opens_it_without_a_warning(whole: Path) -> None:
    with xr.open_zarr(whole, chunks=None) as found:
        assert found["force"].dims == ("subject", "time", "muscle")
        assert found["force"].attrs["units"] == "N"
        assert list(found["muscle"].values) == list(MUSCLES)
        picked = found["force"].sel(muscle="stern_mast", subject=45).values
    np.testing.assert_array_equal(picked, made_up(1).force[5, :, MUSCLES.index("stern_mast")])


def test_only_whole_shards_count(path: Path) -> None:
    store = Store(path, RECIPE, None)
    assert store.finished() == set()
    store.write(1, made_up(1))
    assert Store(path, RECIPE, None).finished() == {1}
    with pytest.raises(DatasetError) as refused:
        read_dataset(path)
    assert refused.value.what == "dataset.unfinished"


@pytest.mark.parametrize("name", ["force", "q", "subject", "checksum"])
def test_a_cut_off_shard_does_not_count(name: str, whole: Path) -> None:
    """Killed before the last file, or before any other."""
    next((whole / name / "c").glob("1*")).rename(whole.parent / "gone")
    assert Store(whole, RECIPE, "abc").finished() == {0, 2}


def test_what_a_killed_run_had_begun_is_swept_away(whole: Path) -> None:
    begun = whole / "force" / "c" / "1" / "0" / "0.95ad8b33341946a18f608df4b84caf2d.partial"
    begun.write_bytes(b"half")
    assert Store(whole, RECIPE, "abc").finished() == {0, 1, 2}
    assert not begun.exists()


def flip(file: Path) -> None:
    held = bytearray(file.read_bytes())
    held[len(held) // 2] ^= 1
    file.write_bytes(held)


def test_a_flipped_bit_is_found(whole: Path) -> None:
    flip(whole / "force" / "c" / "2" / "0" / "0")
    assert Store(whole, RECIPE, "abc").finished() == {0, 1}
    with pytest.raises(DatasetError) as refused:
        read_dataset(whole)
    assert refused.value.what == "dataset.shard_damaged"


@pytest.mark.parametrize(
    ("recipe", "differs"),
    [
        (replace(RECIPE, preset="paper"), ("preset", "recommended", "paper")),
        (replace(RECIPE, subjects=91), ("subjects", "90", "91")),
        (replace(RECIPE, population=Population(seed=4, women=0.25)), ("population.seed", "3", "4")),
        (replace(RECIPE, free=FreeSettings(frames=6)), ("free.frames", "5", "6")),
    ],
)
def test_settings_never_mix(recipe: Recipe, differs: tuple[str, str, str], whole: Path) -> None:
    assert mixed(whole, recipe, "abc") == differs


def mixed(path: Path, recipe: Recipe, commit: str | None) -> tuple[str, str, str]:
    with pytest.raises(DatasetError) as refused:
        Store(path, recipe, commit)
    values = refused.value.values
    assert refused.value.what == "dataset.other_settings"
    return values["name"], values["theirs"], values["mine"]


def test_another_state_of_the_software_is_another_setting(whole: Path) -> None:
    assert mixed(whole, RECIPE, None) == ("commit", "abc", "None")


def no_such(path: Path) -> None:
    pass


def a_file(path: Path) -> None:
    path.write_text("hello")


def a_folder(path: Path) -> None:
    path.mkdir()


def another_zarr(path: Path) -> None:
    zarr.open_group(path, mode="w", zarr_format=3)


def cut_short(path: Path) -> None:
    Store(path, RECIPE, None)
    held = (path / "zarr.json").read_text()
    (path / "zarr.json").write_text(held[: len(held) // 2])


def of_the_future(path: Path) -> None:
    Store(path, RECIPE, None)
    held = json.loads((path / "zarr.json").read_text())
    held["attributes"]["nuchal"]["format"] = 99
    (path / "zarr.json").write_text(json.dumps(held))


def of_another_neck(path: Path) -> None:
    Store(path, RECIPE, None)
    held = json.loads((path / "zarr.json").read_text())
    held["attributes"]["nuchal"]["system"] = "another"
    (path / "zarr.json").write_text(json.dumps(held))


def with_another_recipe(path: Path) -> None:
    Store(path, RECIPE, None)
    held = json.loads((path / "zarr.json").read_text())
    held["attributes"]["nuchal"]["recipe"]["subjects"] = "many"
    (path / "zarr.json").write_text(json.dumps(held))


def with_no_subjects(path: Path) -> None:
    Store(path, RECIPE, None)
    held = json.loads((path / "zarr.json").read_text())
    held["attributes"]["nuchal"]["recipe"]["subjects"] = -1
    (path / "zarr.json").write_text(json.dumps(held))


def with_no_population(path: Path) -> None:
    Store(path, RECIPE, None)
    held = json.loads((path / "zarr.json").read_text())
    held["attributes"]["nuchal"]["recipe"]["population"]["women"] = 7.0
    (path / "zarr.json").write_text(json.dumps(held))


def tower_of_brackets(path: Path) -> None:
    path.mkdir()
    (path / "zarr.json").write_text("[" * 100_000)


def no_object(path: Path) -> None:
    path.mkdir()
    (path / "zarr.json").write_text("[1]")


def of_another_shape(path: Path) -> None:
    Store(path, RECIPE, None)
    group = zarr.open_group(path, mode="r+")
    group["force"].resize((90, FRAMES, 71))


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (no_such, "missing"),
        (a_file, "foreign"),
        (a_folder, "foreign"),
        (another_zarr, "foreign"),
        (cut_short, "foreign"),
        (of_the_future, "format"),
        (of_another_neck, "other_system"),
        (with_another_recipe, "recipe"),
        (with_no_subjects, "recipe"),
        (with_no_population, "recipe"),
        (tower_of_brackets, "foreign"),
        (no_object, "foreign"),
        (of_another_shape, "layout"),
    ],
)
def test_what_is_no_dataset_is_refused(
    spoil: Callable[[Path], None], what: str, tmp_path: Path
) -> None:
    spoil(tmp_path / "x.zarr")
    with pytest.raises(DatasetError) as refused:
        read_dataset(tmp_path / "x.zarr")
    assert refused.value.what == f"dataset.{what}"
    assert str(refused.value).startswith(f"{tmp_path / 'x.zarr'}: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("file", "content", "what"),
    [
        ("force/zarr.json", b"", "no_array"),
        ("force/zarr.json", b"[" * 100_000, "no_array"),
        ("checksum/zarr.json", b"{}", "no_array"),
        ("time/c/0", b"damaged", "array_damaged"),
    ],
)
def test_damaged_arrays_are_named(whole: Path, file: str, content: bytes, what: str) -> None:
    (whole / file).write_bytes(content)
    with pytest.raises(DatasetError) as refused:
        read_dataset(whole)
    assert refused.value.what == f"dataset.{what}"
    assert refused.value.values["array"] == file.partition("/")[0]
    assert str(refused.value).startswith(f"{whole}: ")


@pytest.mark.parametrize(
    ("part", "held"), [("data_type", "float64"), ("shape", [90, 5, 73]), ("chunks", 10**9)]
)
def test_arrays_are_of_the_recipes_layout(whole: Path, part: str, held: object) -> None:
    told = json.loads((whole / "force/zarr.json").read_text())
    if part == "chunks":
        told["chunk_grid"]["configuration"]["chunk_shape"][1] = held
    else:
        told[part] = held
    (whole / "force/zarr.json").write_text(json.dumps(told))
    with pytest.raises(DatasetError) as refused:
        read_dataset(whole)
    assert refused.value.what == "dataset.layout"


@pytest.mark.parametrize("spoil", [a_file, a_folder, another_zarr, cut_short])
def test_nothing_of_others_is_overwritten(spoil: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "x.zarr"
    spoil(path)
    before = {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}
    with pytest.raises(DatasetError):
        Store(path, RECIPE, None)
    assert before == {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}


def test_a_full_disk_is_told_and_leaves_no_shard(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(path, RECIPE, None)
    store.write(0, made_up(0))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(zarr.Array, "__setitem__", full)
        with pytest.raises(OutputError, match="full"):
            store.write(1, made_up(1))
    assert Store(path, RECIPE, None).finished() == {0}


def test_a_recipe_travels_as_text() -> None:
    assert about(recipe_from(recipe_text(RECIPE)), None) == about(RECIPE, None)
    assert recipe_from(recipe_text(RECIPE)) == RECIPE
