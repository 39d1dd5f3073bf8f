"""``nuchal strength``: what it prints and how it leaves."""

import json

import numpy as np
import pytest

import nuchal
from nuchal.cli import main
from nuchal.commands.strength import StrengthRow, StrengthTable
from nuchal.errors import Status
from nuchal.findings import Assumed, finding

PERSON = "neck_length_m = 0.12\nshoulder_width_m = 0.399\nbody_mass_kg = 79.7\n"


def row(
    direction: str, moment: float | None, status: Status = Status.OK, sd: float | None = 5.0
) -> StrengthRow:
    return StrengthRow(
        direction=direction,
        moment_Nm=moment,
        force_N=None if moment is None else moment / 0.32,
        measured_mean_Nm=30.0,
        measured_sd_Nm=sd,
        hangs_on_Nm={"longus": 20.0, "scalenes": 10.0},
        head_Nm=1.0,
        saturated=("stern_mast", "stern_mast_L"),
        status=status,
    )


@pytest.fixture
def calls(monkeypatch) -> list:
    """``strength`` replaced by a quick one; what it was called with."""
    seen: list = []

    def replacement(*arguments, **keywords) -> StrengthTable:
        seen.append((arguments, keywords))
        return StrengthTable(
            rows=(
                row("flexion", 32.0),
                row("extension", 24.0),
                row("left_bending", None, Status.INFEASIBLE),
                row("right_bending", 25.0, sd=None),
            ),
            preset=keywords["preset"],
            compared_with="women",
            lever_m=0.33,
            assumptions=(finding(Assumed.GENERIC_NECK),),
        )

    monkeypatch.setattr(nuchal, "strength", replacement)
    return seen


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["strength", *map(str, arguments)])
    return left.value.code


def test_a_table_for_people(calls, capsys) -> None:
    assert run("--preset", "classical") == 0
    assert calls == [((None,), {"preset": "classical"})]
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "flexion 32.0 100.0 30 ± 5 within 1 SD" in lines
    assert "extension 24.0 75.0 30 ± 5 beyond 1 SD" in lines
    assert any(line.startswith("left bending 30 ± 5") for line in lines)
    assert "right bending 25.0 78.1 30 no SD known" in lines
    assert any("women [N m]" in line for line in lines)
    assert any(line.startswith("Women: flexion and extension by Cagnie") for line in lines)
    assert "flexion hangs on longus 62%, scalenes 31%; 2 of 72 muscles saturated." in lines
    assert any(line.startswith("left bending: The muscles cannot balance") for line in lines)


def test_json_says_the_same(calls, capsys) -> None:
    assert run("--json") == 0
    assert calls[0][1] == {"preset": "recommended"}
    found = json.loads(capsys.readouterr().out)
    flexion, extension, bending, other = found["rows"]
    assert (flexion["moment_Nm"], flexion["within_one_sd"], flexion["status"]) == (32.0, True, "OK")
    assert extension["within_one_sd"] is False
    assert (bending["moment_Nm"], bending["status"]) == (None, "INFEASIBLE")
    assert (other["measured_sd_Nm"], other["within_one_sd"]) == (None, None)
    assert (found["lever_m"], found["compared_with"]) == (0.33, "women")


def test_a_persons_neck(tmp_path, capsys) -> None:
    """A longer neck lifts the force; the muscles stay the generic neck's."""
    person = tmp_path / "person.toml"
    person.write_text(PERSON, "utf-8")
    assert run("--subject", person, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["lever_m"] == pytest.approx(0.2 + 0.12354 * 0.12 / 0.107768, abs=2e-3)
    generic = [row.moment_Nm for row in nuchal.strength().rows]
    theirs = [row["moment_Nm"] for row in found["rows"]]
    assert np.all(np.abs(np.subtract(theirs, generic)) > 1e-3)
    np.testing.assert_allclose(theirs, generic, rtol=0.2)


def test_an_impossible_person_is_one_sentence(tmp_path, capsys) -> None:
    person = tmp_path / "person.toml"
    person.write_text(PERSON.replace("0.12", "12.0"), "utf-8")
    assert run("--subject", person) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "neck_length_m" in error
