"""Every seed of ``make fuzz`` is a file that its reader takes."""

import pytest

from . import run
from .readers import READERS, Bench, Kept, arrays, sealed
from .seeds import dataset, seeds_of


def test_the_command_knows_all_readers() -> None:
    assert set(run.READERS) == set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_every_seed_is_read(name, tmp_path) -> None:
    (tmp_path / "bench").mkdir()
    laid_out = dataset(tmp_path) if name == "dataset" else None
    bench = Bench(name, tmp_path / "bench", laid_out)
    seeds = list(seeds_of(name, tmp_path))
    assert seeds
    for seed in seeds:
        assert len(seed) < 100_000
        bench.try_out(seed)
        assert bench.refused is None


def test_a_reader_that_breaks_its_promise_is_found(tmp_path, monkeypatch) -> None:
    bench = Bench("person", tmp_path)

    def broken(_path):
        raise ZeroDivisionError

    monkeypatch.setattr(bench, "reader", READERS["storage"])
    with pytest.raises(AssertionError):
        bench.reader.holds(None)
    object.__setattr__(bench.reader, "read", broken)
    with pytest.raises(ZeroDivisionError):
        bench.try_out(b"x")


def test_changed_arrays_keep_their_checksums() -> None:
    packed = Kept({"about.npy": b"abc", "format.npy": b"12"}).pack()
    changed = Kept.unpacked(packed.replace(b"abc", b"xyz"))
    assert Kept.of(changed.file()) == changed
    assert arrays(b"PK") == b"PK"


def test_changed_people_are_sealed(tmp_path) -> None:
    bench = Bench("population", tmp_path)
    seed = next(iter(seeds_of("population", tmp_path)))
    assert sealed(seed) == seed
    changed = seed.replace(b"0,female,", b"0,male,").replace(b"1,female,", b"1,male,")
    assert changed != seed
    bench.try_out(changed)
    assert bench.refused is None
    bench.try_out(changed + b"?")
    assert bench.refused == "population.damaged"
