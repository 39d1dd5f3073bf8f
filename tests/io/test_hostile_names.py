"""Names that files hold are plain from where they are read on, and normal ones stay as they are."""

import json
import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from nuchal.commands.assess_files import folders_of
from nuchal.commands.deep_emg_files import file_names
from nuchal.emg.mapping import map_channels
from nuchal.errors import DatasetError, NetworkError, RecordingError
from nuchal.io.dataset.about import About, checked
from nuchal.io.networks.paper import read_networks
from nuchal.io.opensim.storage import read_storage, write_storage
from nuchal.io.recordings.emg import read_emg
from nuchal.io.recordings.read import read_recording
from nuchal.io.text import decode

HIDDEN = "\u202e\u2066\u200b\x9b\x7f\x85\u2028\ufeff\U000e0041"
SHOWN = "\\u202e\\u2066\\u200b\\u009b\\u007f\\u0085\\u2028\\ufeff\\U000e0041"
NORMAL = ("Müller", "首", "Kopf rechts ½", "naïve\N{NO-BREAK SPACE}é")


def refuse_hidden(text: str) -> None:
    assert {unicodedata.category(c) for c in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()


@pytest.mark.parametrize("kind", ["trc", "plain", "vicon"])
def test_markers_of_text(save, texts, kind) -> None:
    text = texts.vicon(prefix=f"Anna{HIDDEN}:") if kind == "vicon" else getattr(texts, kind)
    name = {"trc": "a.trc", "plain": "a.csv", "vicon": "a.csv"}[kind]
    hostile = text.replace("TP", f"TP{HIDDEN}").replace("LH", NORMAL[0])
    found = read_recording(save(name, hostile))
    assert set(found.names) >= {f"TP{SHOWN}", NORMAL[0], "RH"}
    for note in found.notes:
        for value in note.values.values():
            refuse_hidden(str(value))


@pytest.mark.parametrize("name", NORMAL)
def test_normal_names_stay(save, texts, name) -> None:
    assert read_recording(save("a.trc", texts.trc.replace("TP", name))).names[0] == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_feeds_are_blanks_and_all_else_is_shown(encoding) -> None:
    content = f"a\fb\vc\td{HIDDEN}e\r\nf".encode(encoding)
    assert decode(Path("a.txt"), content).lines == (f"a b c\td{SHOWN}e", "f")


def test_markers_and_persons_of_c3d(save, c3d) -> None:
    hostile = ("A\x1b[2J:TP\n", "A\x1b[2J:LH\x9b", "A\x1b[2J:RH")
    parameters = c3d.standard_parameters(hostile, frames=len(c3d.positions), units="mm")
    found = read_recording(save("a.c3d", c3d.build(c3d.positions, c3d.residual, parameters)))
    assert found.names == ("TP", "LH\\u009b", "RH")
    assert found.notes[0].values == {"prefix": "A\\u001b[2J:"}


def test_names_that_become_the_same_are_told_apart(save, texts) -> None:
    text = texts.trc.replace("TP", "X\u202e").replace("LH", "X\\u202e")
    found = read_recording(save("a.trc", text))
    assert found.twice == ("X\\u202e",)
    text = "time,X\u202e [V],X\\u202e [V]\n" + "".join(f"{k / 100},1,2\n" for k in range(30))
    assert read_emg(save("a.csv", text)).names == ("X\\u202e", "X\\u202e (2)")


def test_channels_and_their_units(save, analog_c3d, tmp_path) -> None:
    names = ("RSCM\x1b[2J", "LSCM\n", "Force")
    path = analog_c3d(tmp_path / "a.c3d", names, np.ones((400, 3)), rate_hz=1e3, units="V\x07")
    found = read_emg(path)
    assert found.names == ("RSCM\\u001b[2J", "LSCM", "Force")
    assert found.units == ("V\\u0007",) * 3
    text = f"time,right SCM{HIDDEN} [µV],b [x{HIDDEN}]\n" + "".join(
        f"{k / 100},1,2\n" for k in range(30)
    )
    found = read_emg(save("a.csv", text))
    assert found.names == (f"right SCM{SHOWN}", f"b [x{SHOWN}]")
    assert found.units == ("uV", "")
    for theirs in (f"right SCM{HIDDEN}", f"right SCM{SHOWN}"):
        (mapped,) = map_channels(path, found.names, {"right_sternocleidomastoid": theirs})
        assert mapped.channel == f"right SCM{SHOWN}"


def test_tables_of_opensim(tmp_path, save) -> None:
    path = tmp_path / "a.sto"
    time = np.arange(3) / 100.0
    write_storage(
        path, name=f"x{HIDDEN}", labels=["a"], time=time, data=np.ones((3, 1)), note="\x1b\udcff"
    )
    refuse_hidden(path.read_text("utf-8").replace("\n", "").replace("\t", ""))
    found = read_storage(save("b.sto", path.read_text("utf-8").replace("\ta\n", f"\ta{HIDDEN}\n")))
    assert found.labels == (f"a{SHOWN}",)
    with pytest.raises(ValueError, match="break"):
        write_storage(path, name="x", labels=["a\x9b"], time=time, data=np.ones((3, 1)))


def test_what_networks_and_datasets_say_of_themselves(tmp_path) -> None:
    path = tmp_path / "a.npz"
    about = json.dumps({"system": "\u202e\x1b" + "x" * 5000}).encode()
    np.savez(path, format=np.asarray(2), about=np.frombuffer(about, np.uint8))
    with pytest.raises(NetworkError) as refused:
        read_networks(path)
    refuse_hidden(str(refused.value))
    assert len(str(refused.value)) < 700
    told = About(format=1, version="\u202e\ud800", commit=None, recipe={})
    with pytest.raises(DatasetError) as refused:
        checked(tmp_path, told.model_dump())
    refuse_hidden(str(refused.value))


def test_cells_are_repeated_in_part(save, texts) -> None:
    lines = texts.plain.split("\n")
    lines[3] = lines[3].replace(",", f",{'x' * 5000}\u202e", 1)
    with pytest.raises(RecordingError) as refused:
        read_recording(save("a.csv", "\n".join(lines)))
    refuse_hidden(str(refused.value))
    assert len(str(refused.value)) < 700


def test_folders_of_results_suit_every_system(tmp_path) -> None:
    names = (
        *("CON.trc", "a\x1b[31m\nb.trc", os.fsdecode(b"caf\xe9.trc"), "report.html.trc"),
        *("A.trc", "a.trc", "..trc", "Müller.trc"),
    )
    paths = [tmp_path / name for name in names]
    wanted = ("_CON", "a_[31m_b", "caf_", "report.html_2", "A", "a_2", "_", "Müller")
    assert folders_of(paths) == wanted
    files = file_names(["CON", "deep_emg.json"], figures=False)
    assert {name.partition("/")[0] for name in files} == {
        *("deep_emg.json", "parameters.csv"),
        *("_CON", "deep_emg.json_2"),
    }
