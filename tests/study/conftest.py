"""A study of two people and a half: two recordings that can be assessed, and two that cannot."""

import shutil
from pathlib import Path

import pytest

import nuchal
from nuchal.commands.run import Result
from nuchal.commands.study.run import StudyOptions, run_study

STUDY = """
folder = "recordings"
sessions = ["before"]
[groups]
stiff = ["p0", "broken"]
free = ["p1"]
[assess]
necks = 2000
method = "optimisation"
"""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``study.toml`` and its people."""
    folder = tmp_path_factory.mktemp("study")
    for name, patient in (("p0", "0"), ("p1", "1"), ("broken", "2")):
        visit = folder / "recordings" / name / "before"
        visit.mkdir(parents=True)
        shutil.copy(nuchal.example_patient(patient) / "person.toml", visit.parent)
        if name != "broken":
            source = nuchal.example_patient(patient) / "1_rotation.trc"
            shutil.copy(source, visit / "rotation.trc")
    for name in ("broken", "p1"):
        (folder / "recordings" / name / "before" / "spoilt.trc").write_text("PathFileType\t4\n")
    (folder / "study.toml").write_text(STUDY, "utf-8")
    return folder


@pytest.fixture(scope="session")
def result(home: Path) -> Result:
    """Run once, in two processes."""
    return run_study(home / "study.toml", out=home / "out", options=StudyOptions(workers=2))
