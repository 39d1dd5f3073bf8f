"""``nuchal verify``: what it compares, prints and how it leaves."""

import json
from pathlib import Path

import numpy as np
import pytest

import nuchal
from nuchal.cli import main
from nuchal.commands.verify import VerifyTable
from nuchal.commands.verify_rows import VerifyRow
from nuchal.errors import EngineError
from nuchal.findings import Found, finding

PERSON = "neck_length_m = 0.108\nshoulder_width_m = 0.399\nbody_mass_kg = 79.7\n"


def table(largest: float) -> VerifyTable:
    row = VerifyRow(
        quantity="muscle lengths",
        unit="m",
        largest=largest,
        median=1e-16,
        bound=1e-6,
        judged="largest",
        note="as far as it goes",
    )
    return VerifyTable(
        rows=(row,),
        frames=60,
        opensim_version="4.6",
        seconds_ours=0.5,
        seconds_opensim={"length": 100.0},
        assumptions=(finding(Found.FRAMES_COMPARED, frames=60),),
    )


@pytest.fixture
def calls(monkeypatch) -> list:
    """``verify`` replaced by one whose bounds hold; what it was called with."""
    seen: list = []

    def replacement(*arguments, **keywords) -> VerifyTable:
        keywords["progress"]("lengths", 1, 2)
        seen.append((arguments, keywords))
        return table(1e-9)

    monkeypatch.setattr(nuchal, "verify", replacement)
    return seen


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["verify", *map(str, arguments)])
    return left.value.code


def test_without_options_it_is_the_generic_neck(calls, capsys) -> None:
    assert run() == 0
    ((subject, motion), keywords) = calls[0]
    assert subject is None
    assert motion is None
    assert keywords["frames"] == 60
    printed = capsys.readouterr().out
    assert "muscle lengths [m]" in printed
    assert "1e-09" in printed
    assert "200 times as long" in printed
    assert "All bounds hold." in printed


def test_a_missed_bound_shows_and_is_the_exit_status(monkeypatch, capsys) -> None:
    monkeypatch.setattr(nuchal, "verify", lambda *_, **__: table(1e-3))
    assert run() == 1
    assert "MISSED" in capsys.readouterr().out


def test_json_says_the_same(calls, capsys) -> None:
    assert run("--json", "--frames", "0") == 0
    assert calls[0][1]["frames"] is None
    found = json.loads(capsys.readouterr().out)
    assert found["holds"] is True
    assert found["speed_ratio"] == 200.0
    assert found["rows"][0]["largest"] == 1e-9
    assert found["rows"][0]["holds"] is True


def test_a_person_and_a_motion_are_read(calls, tmp_path) -> None:
    person, motion = tmp_path / "person.toml", tmp_path / "motion.sto"
    person.write_text(PERSON, "utf-8")
    rows = "\n".join("\t".join(["%.2f" % (0.01 * k)] + ["0.1"] * 6) for k in range(50))
    labels = "\t".join(["time", *nuchal.COORDINATES])
    motion.write_text(f"m\nversion=1\ninDegrees=no\nendheader\n{labels}\n{rows}\n", "utf-8")
    assert run("--subject", person, "--motion", motion) == 0
    ((subject, movement), _) = calls[0]
    assert subject.head_and_neck_mass_kg == pytest.approx(0.08 * 79.7)
    np.testing.assert_allclose(movement.q, 0.1, atol=1e-9)
    np.testing.assert_allclose(movement.qd, 0.0, atol=1e-9)


def test_a_missing_opensim_is_one_sentence(monkeypatch, capsys) -> None:
    def missing(*_, **__) -> VerifyTable:
        raise EngineError("extra.missing", packages=["opensim"], extra="opensim")

    monkeypatch.setattr(nuchal, "verify", missing)
    assert run() == 2
    assert capsys.readouterr().err.count("\n") == 1
