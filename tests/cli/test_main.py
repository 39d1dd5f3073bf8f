"""The command line: what it hands on, what it says, and how it leaves."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

import nuchal
from nuchal.cli import main

PERSON = "neck_length_m = 0.108\nshoulder_width_m = 0.399\nbody_mass_kg = 79.7\n"


class Spy:
    """Stands in for a workflow and remembers what it was called with."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure = failure
        self.arguments: tuple = ()
        self.keywords: dict = {}

    def __call__(self, *arguments, **keywords) -> None:
        self.arguments, self.keywords = arguments, keywords
        if self.failure is not None:
            raise self.failure
        if "progress" in keywords:
            keywords["progress"]("recruiting", 0.5)
            self.keywords["out"].mkdir(parents=True, exist_ok=True)


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code


@pytest.fixture
def person(tmp_path: Path) -> Path:
    path = tmp_path / "person.toml"
    path.write_text(PERSON, "utf-8")
    return path


@pytest.fixture
def spy(monkeypatch) -> Spy:
    """``run_estimate`` replaced; the summary is not shown."""
    spy = Spy()
    monkeypatch.setattr(nuchal, "run_estimate", spy, raising=False)
    monkeypatch.setattr("nuchal.cli.estimate.show", lambda *_, **__: None)
    return spy


def test_the_defaults_of_the_options_are_those_of_the_settings(spy, tmp_path) -> None:
    assert run("estimate", "a.trc", "--subject", "p.toml", "--out", tmp_path / "o") == 0
    assert spy.arguments == (Path("a.trc"),)
    assert spy.keywords["subject"] == Path("p.toml")
    assert spy.keywords["out"] == tmp_path / "o"
    given, wanted = spy.keywords["options"], nuchal.EstimateOptions()
    for field in dataclasses.fields(wanted):
        assert getattr(given, field.name) == getattr(wanted, field.name), field.name


def test_every_option_reaches_the_workflow(spy, tmp_path) -> None:
    words = (
        "--preset paper --engine opensim --weight symmetry=0 --weight rate=0.5 --load-kg 1.4 "
        "--load-place 0.02,0.1,-0.01 --static still.c3d --neutral 0.5,1.5 --marker TP=Top.Head "
        "--marker LH=L.Temple --person Anna --swap-sides --mirror Y --up +Z "
        "--forward -Y --units m --rate-hz 120 --degrees "
        "--max-gap 0.1 --cutoff-hz 4 --diagnostics --no-figures --method network "
        "--correct --network mine.npz"
    )
    assert run("estimate", "a.c3d", "--subject", "p", "--out", tmp_path, *words.split()) == 0
    options = spy.keywords["options"]
    assert (options.method, options.correct, options.network) == ("network", True, Path("mine.npz"))
    assert options.preset == "paper"
    assert options.engine == "opensim"
    assert dict(options.weights) == {"symmetry": 0.0, "rate": 0.5}
    assert options.load_kg == 1.4
    assert options.load_place_m == (0.02, 0.1, -0.01)
    assert options.static == Path("still.c3d")
    assert options.units == "m"
    assert options.rate_hz == 120.0
    assert options.in_degrees is True
    assert options.diagnostics is True
    assert options.figures is False
    assert dict(options.markers) == {"TP": "Top.Head", "LH": "L.Temple"}
    assert (options.up, options.forward) == ("+Z", "-Y")
    assert options.person == "Anna"
    assert options.swap_sides is True
    assert options.mirror == "Y"
    assert (options.max_gap_s, options.cutoff_hz) == (0.1, 4.0)
    assert options.neutral_window_s == (0.5, 1.5)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--preset best", "--preset"),
        ("--engine matlab", "--engine"),
        ("--load-kg -1", "--load-kg"),
        ("--load-kg 1 --load-place 0.1,0.2", "--load-place takes X,Y,Z"),
        ("--load-kg 1 --load-place a,b,c", "--load-place takes X,Y,Z"),
        ("--load-kg 1 --load-place 0,nan,0", "--load-place takes X,Y,Z"),
        ("--load-kg 1 --load-place 0,80,0", "--load-place 0,80,0 lies more than 1 m"),
        ("--load-kg 1400", "--load-kg"),
        ("--weight energy=1e300", "at most 1e+06"),
        ("--neutral 2,1", "--neutral 2,1 ends before it starts"),
        ("--neutral 2", "--neutral takes START,END"),
        ("--marker TP", "--marker takes OURS=THEIRS"),
        ("--marker TP=a --marker TP=b", "--marker names TP twice"),
        ("--weight rate=high", "--weight rate= takes NUMBER"),
        ("--weight rate=-1", "zero or more"),
        ("--units inch", "--units"),
        ("--cutoff-hz 0", "--cutoff-hz"),
        ("--cutof-hz 3", "--cutof-hz"),
    ],
)
def test_a_wrong_option_is_one_sentence(spy, tmp_path, capsys, words, complaint) -> None:
    status = run("estimate", "a.trc", "--subject", "p", "--out", tmp_path / "o", *words.split())
    output = capsys.readouterr()
    assert status == 2
    assert output.out == ""
    assert output.err.startswith("nuchal: ")
    assert output.err.count("\n") == 1
    assert complaint in output.err
    assert spy.arguments == ()


def test_a_missing_argument_is_one_sentence(capsys) -> None:
    assert run("estimate") == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "RECORDING" in error


@pytest.mark.parametrize(
    ("failure", "status", "sentence"),
    [
        (nuchal.NuchalError("trc.no_names", "a\n .trc"), 2, r"nuchal: a\u000a .trc: has no names"),
        (OSError(28, "No space left on device", "out/forces.sto"), 2, "out/forces.sto: No space"),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=["bad input", "full disk", "interrupted"],
)
def test_failures_are_one_sentence(spy, tmp_path, capsys, failure, status, sentence) -> None:
    spy.failure = failure
    assert run("estimate", "a.trc", "--subject", "p.toml", "--out", tmp_path / "o") == status
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == (1 if sentence else 0)
    assert "Traceback" not in error


def test_a_fault_of_ours_is_one_sentence_too(tmp_path) -> None:
    code = (
        "import sys, nuchal, nuchal.cli\n"
        "def broken(*_, **__): raise ZeroDivisionError('of ours')\n"
        "nuchal.run_personalise = broken\n"
        "sys.argv = ['nuchal', 'personalise', '--subject', 'p.toml', '--out', 'n.osim']\n"
        "nuchal.cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 1
    assert done.stderr.startswith("nuchal: this is a fault of the program, not of your input: ")
    assert "ZeroDivisionError: of ours" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_closed_pipe_ends_quietly() -> None:
    done = subprocess.run(
        f"{sys.executable} -m nuchal estimate --help | true",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_the_version_is_that_of_the_package(capsys) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"{nuchal.__version__}\n"


@pytest.mark.parametrize("command", ["estimate", "personalise", "verify"])
def test_every_command_shows_an_example(command, capsys) -> None:
    assert run(command, "--help") == 0
    assert "Example: nuchal " + command in capsys.readouterr().out


def test_personalise_hands_on_its_options(monkeypatch, person, tmp_path, capsys) -> None:
    spy = Spy()
    monkeypatch.setattr(nuchal, "run_personalise", spy, raising=False)
    out = tmp_path / "neck.osim"
    assert run("personalise", "--subject", person, "--out", out, "--preset", "paper") == 0
    assert spy.arguments == (person,)
    assert spy.keywords == {"out": out, "preset": "paper", "index": None}
    assert str(out) in capsys.readouterr().out


def test_letters_that_a_terminal_lacks_are_no_fault() -> None:
    code = (
        "import sys; sys.argv = ['nuchal', '--version']\n"
        "from nuchal.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    print('90 \u00b1 3\u00b0 \u25bc')\n"
    )
    poor = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=poor, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("ascii").split("\n")[1].strip() == "90 ? 3? ?"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_output_that_is_lost_is_no_success() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nuchal", "--version"], stdout=full, check=False
        )
    assert done.returncode not in {0, 1}
