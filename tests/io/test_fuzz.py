"""Whatever happens to a file, it is read or refused in one sentence."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nuchal.errors import NuchalError
from nuchal.io.opensim.storage import read_storage
from nuchal.io.recordings.emg import read_emg
from nuchal.io.recordings.read import read_recording
from nuchal.io.subject import read_subject

SUBJECT = "neck_length_m = 0.108\nshoulder_width_m = 0.399\nbody_mass_kg = 79.7\nsex = 'male'\n"
TEXTS = ("a.trc", "vicon.csv", "plain.csv", "a.mot", "a.toml", "emg.csv")
C3D = ("a.c3d", "emg.c3d")
KINDS = (*TEXTS, *C3D)

INTERESTING = st.sampled_from(
    [*(bytes((b,)) for b in b'\0\xff\x80\x7f\n\t,;-"'), b"", b"nan", b"inf", b"1e999", b"9" * 30]
)
EDITS = st.lists(
    st.tuples(
        st.floats(0.0, 1.0),
        st.integers(0, 40),
        st.one_of(INTERESTING, st.binary(max_size=12)),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def damaged(content: bytes, edits: list[tuple[float, int, bytes, bool]]) -> bytes:
    """Bytes replaced at some places; those marked as early fall into the first 1500."""
    for place, removed, inserted, early in edits:
        at = int(place * min(len(content), 1500 if early else len(content)))
        content = content[:at] + inserted + content[at + removed :]
    return content


@pytest.fixture(scope="module")
def valid(texts, c3d, analog_c3d, tmp_path_factory) -> dict[str, bytes]:
    emg = tmp_path_factory.mktemp("valid") / "emg.c3d"
    values = np.random.default_rng(1).standard_normal((400, 3))
    analog_c3d(emg, ("RSCM", "LSCM", "Force"), values, rate_hz=1000.0)
    return {
        "emg.c3d": emg.read_bytes(),
        "emg.csv": texts.vicon().encode(),
        "a.c3d": c3d.content,
        "a.trc": texts.trc.encode(),
        "vicon.csv": texts.vicon().encode(),
        "plain.csv": texts.plain.encode(),
        "a.mot": texts.mot("yes").encode(),
        "a.toml": SUBJECT.encode(),
    }


def read_any(path: Path) -> None:
    if path.suffix == ".toml":
        read_subject(path)
        return
    if path.stem == "emg":
        read_emg(path)
        return
    read_recording(path)
    if path.suffix == ".mot":
        read_storage(path)


def read_or_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        read_any(path)
    except NuchalError as error:
        sentence = str(error)
        assert sentence.startswith(f"{path}: ")
        assert "\n" not in sentence
        assert len(sentence) < 700


def test_every_kind_is_valid_to_begin_with(valid, tmp_path):
    for name in KINDS:
        (tmp_path / name).write_bytes(valid[name])
        read_any(tmp_path / name)


OFTEN = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("name", TEXTS)
@settings(OFTEN)
@given(edits=EDITS)
def test_damaged_files(name, edits, valid, tmp_path):
    read_or_refused(tmp_path / name, damaged(valid[name], edits))


@pytest.mark.slow
@pytest.mark.parametrize("name", C3D)
@settings(OFTEN, max_examples=30)
@given(edits=EDITS)
def test_damaged_c3d_files(name, edits, valid, tmp_path):
    """Fewer, for each of them takes a process."""
    read_or_refused(tmp_path / name, damaged(valid[name], edits))


@pytest.mark.parametrize("name", KINDS)
def test_truncated_files(name, valid, tmp_path):
    content = valid[name]
    for end in range(0, len(content), max(1, len(content) // 60)):
        read_or_refused(tmp_path / name, content[:end])


@pytest.mark.parametrize("suffix", [".c3d", ".trc", ".csv", ".mot", ".toml", ""])
@settings(OFTEN, max_examples=60)
@given(content=st.one_of(st.binary(max_size=2000), st.text(max_size=500).map(str.encode)))
def test_arbitrary_content(suffix, content, tmp_path):
    read_or_refused(tmp_path / f"a{suffix}", content)
