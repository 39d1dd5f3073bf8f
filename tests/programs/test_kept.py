"""Functions whose traced form is kept give what they gave, in this process and the next."""

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.programs import examples
from tests.programs.examples import Pair, applied, doubled, longer, names_of, neck, same

import nuchal
from nuchal.model.anatomy import Anatomy
from nuchal.programs import FOLDER, ahead, store
from nuchal.programs.kept import Kept

BY = np.array([0.3, 0.5, 0.7])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of programs of its own, and nothing that the process has compiled."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setattr(ahead, "_PROCESS", ahead.Process.new())
    for function in (longer, same, names_of, applied, doubled):
        monkeypatch.setattr(function, "_runs", {})
    store.folder.cache_clear()
    examples.TRACED.clear()
    place = store.folder()
    assert place is not None
    yield place
    store.folder.cache_clear()


def plain(*args: object) -> object:
    """What the function gives, compiled by Equinox."""
    return eqx.filter_jit(longer.__wrapped__)(*args)


def kept_in(folder: Path) -> set[str]:
    return {file.name.split("-")[0] for file in folder.glob("*.program")}


@pytest.mark.parametrize("exactly", [True, False])
def test_results_are_those_of_filter_jit(folder: Path, exactly: bool) -> None:
    with jax.enable_x64(exactly):
        found = longer(neck(), BY.astype(float if exactly else np.float32), 2.0)
        asked = plain(neck(), BY.astype(float if exactly else np.float32), 2.0)
    assert isinstance(found[0], Pair)
    assert found[0].second is None
    assert jax.tree.structure(found) == jax.tree.structure(asked)
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(asked), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    assert kept_in(folder) == {"tests.programs.examples.longer"}


@pytest.mark.usefixtures("folder")
def test_it_is_traced_once_for_each_shape_and_setting() -> None:
    for _ in range(2):
        longer(neck(), BY, 2.0)
        longer(neck(), BY, 3.0)
        longer(neck(2), BY[:2], 2.0)
        longer(neck(names=("a",)), BY, 2.0)
    assert examples.TRACED == ["longer"] * 4


def test_what_differs_is_kept_apart(folder: Path) -> None:
    said = []
    for power, names in ((2.0, ("a", "b")), (2.0, ("a", "c")), (2.5, ("a", "b"))):
        longer(neck(names=names), BY, power)
        said.append(len(list(folder.glob("*.program"))))
    assert said == [1, 2, 3]


def test_the_next_process_does_not_trace(folder: Path, root: Path) -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-m", "tests.programs.examples"],
            check=True,
            cwd=root,
            capture_output=True,
            text=True,
            env=os.environ | {FOLDER: kept},
        ).stdout.split(" ", 1)
        for kept in (str(folder.parent), str(folder.parent), "")
    ]
    assert [traced for traced, _ in outputs] == ["['longer']", "[]", "['longer']"]
    assert outputs[0][1] == outputs[1][1] == outputs[2][1]


@pytest.mark.usefixtures("folder")
def test_inside_of_other_compiled_functions_it_is_a_part_of_them() -> None:
    def total(by: jax.Array) -> jax.Array:
        (first, _), rest = longer(neck(), by, 2.0)
        return first.sum() + rest[1].sum()

    slope = jax.jit(jax.grad(total))(jnp.asarray(BY))
    np.testing.assert_allclose(slope, 2.0 * BY / np.arange(1.0, 4.0) + np.cos(BY), rtol=1e-12)


def test_what_has_an_address_is_not_kept(folder: Path) -> None:
    np.testing.assert_array_equal(applied(lambda x: x + 1.0, BY), BY + 1.0)
    np.testing.assert_array_equal(applied(lambda x: x + 2.0, BY), BY + 2.0)
    assert kept_in(folder) == set()


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_found_again_is_an_error() -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        doubled(BY)


def test_what_is_constant_comes_back_as_it_was(folder: Path) -> None:
    """From the process that traced it, and from the file."""
    for _ in range(2):
        found = same(neck())
        assert jax.tree.structure(found) == jax.tree.structure(neck())
        assert found.names == ("a", "b")
        np.testing.assert_array_equal(found.lengths, neck().lengths)
        same._runs.clear()
    assert kept_in(folder) == {"tests.programs.examples.same"}


@pytest.mark.usefixtures("folder")
def test_what_is_not_made_of_arrays_is_an_error_in_tests_alone(monkeypatch) -> None:
    with pytest.raises(TypeError, match=r"^str"):
        names_of(neck())
    monkeypatch.setattr(Kept, "strict", False)
    assert names_of(neck()) == ("a", "b")


@pytest.mark.parametrize("harm", [lambda _: b"", lambda whole: whole[:-1] + b"x"])
def test_a_damaged_file_is_made_again(folder: Path, harm, monkeypatch) -> None:
    whole = longer(neck(), BY, 2.0)
    (file,) = folder.glob("*.program")
    good = file.read_bytes()
    file.write_bytes(harm(good))
    monkeypatch.setattr(longer, "_runs", {})
    np.testing.assert_array_equal(longer(neck(), BY, 2.0)[0].first, whole[0].first)
    assert examples.TRACED == ["longer"] * 2
    assert file.stat().st_size == len(good)


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path, monkeypatch) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    monkeypatch.setenv(FOLDER, str(tmp_path / "file"))
    store.folder.cache_clear()
    assert store.folder() is None
    store.folder.cache_clear()


def test_settings_of_a_real_neck_tell_programs_apart(anatomy: Anatomy) -> None:
    """Whatever is not an array of a neck is in the text by which programs are found."""
    topology = anatomy.topology
    texts = {repr(jax.tree.structure(anatomy))}
    for field in fields(topology):
        value = getattr(topology, field.name)
        changed = (*value, value[-1])
        other = replace(topology, **{field.name: changed})
        texts.add(repr(jax.tree.structure(replace(anatomy, topology=other))))
    assert len(texts) == 1 + len(fields(topology))


def test_everything_kept_is_found_under_its_name() -> None:
    found = 0
    for one in pkgutil.walk_packages(nuchal.__path__, "nuchal."):
        if ".app." in one.name or one.name == "nuchal.__main__":
            continue
        module = importlib.import_module(one.name)
        for name, thing in vars(module).items():
            if isinstance(thing, Kept) and thing.__module__ == one.name:
                assert name == thing.__qualname__, one.name
                found += 1
    assert found > 30
