"""What is published: the wheel holds what it needs and nothing else, and says where it is from."""

import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path
from types import ModuleType

import pytest
from trove_classifiers import classifiers

import nuchal

PATIENT = (
    "person.toml", "truth.toml",
    *(f"{k}_{name}.trc" for k, name in enumerate(
        ("rotation", "bending", "flexion", "extension", "combined"), start=1)),
)  # fmt: skip


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return Parser().parsestr(wheel.read(name).decode("utf-8"))


@pytest.fixture(scope="module")
def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_wheel_holds_every_file_of_the_package(root: Path, wheel: zipfile.ZipFile) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "src/nuchal"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a checkout of git")
    ours = {name.removeprefix("src/") for name in listed.stdout.split("\0") if name}
    ours = {name for name in ours if (root / "src" / name).is_file()}
    packed = {name for name in wheel.namelist() if not name.startswith("nuchal-")}
    assert packed == ours


def test_the_wheel_holds_what_a_demonstration_needs(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {
        "nuchal/py.typed",
        "nuchal/__init__.pyi",
        "nuchal/networks/equilibrium/weights/recommended.npz",
        "nuchal/report/html/templates/plotly-gl3d.min.js.gz",
        "nuchal/report/text/en.toml",
        "nuchal/errors/en/output.toml",
    } <= names
    for folder in nuchal.example_patient().parent.iterdir():
        own = {f"nuchal/examples/patients/{folder.name}/{file}" for file in PATIENT}
        assert own <= names
    foreign = [n for n in names if re.search(r"__pycache__|\.py[co]$|(^|/)tests?/|\.log$", n)]
    assert foreign == []
    assert sum(one.compress_size for one in wheel.infolist()) < 5_000_000


def test_the_wheel_brings_command_and_licences(wheel: zipfile.ZipFile) -> None:
    home = f"nuchal-{nuchal.__version__}.dist-info"
    assert "nuchal = nuchal.cli:command" in wheel.read(f"{home}/entry_points.txt").decode()
    held = {name for name in wheel.namelist() if name.startswith(f"{home}/licenses/")}
    assert held == {f"{home}/licenses/LICENSE", f"{home}/licenses/THIRD_PARTY.md"}


def test_links_of_the_readme_are_whole_and_lead_to_files(
    root: Path, metadata: Message, project: dict
) -> None:
    text, base = str(metadata.get_payload()), project["urls"]["Homepage"]
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(links) > 40
    assert [link for link in links if not re.match(r"https://", link)] == []
    tag = f"v{nuchal.__version__}"
    own = [link for link in links if link.startswith(base)]
    for link in own:
        kind, there, name = link.removeprefix(f"{base}/").split("/", 2)
        assert (kind, there) == ("raw" if name.endswith(".png") else "blob", tag)
        assert (root / name.partition("#")[0]).is_file(), link
    relative = re.findall(r"\]\((?![a-z]+:)([^)\s]+)\)", (root / "README.md").read_text("utf-8"))
    assert len(own) == len(relative)


def test_addresses_are_of_one_project(root: Path, project: dict) -> None:
    base = project["urls"]["Homepage"]
    assert all(url.startswith(base) for url in project["urls"].values())
    for name in ("pyproject.toml", "CITATION.cff", "codemeta.json", "recipe/recipe.yaml"):
        own = re.findall(r"https://github\.com/[\w-]+/[\w-]+", (root / name).read_text("utf-8"))
        assert set(own) == {base}, name


def test_classifiers_are_known_and_say_which_python(project: dict) -> None:
    assert set(project["classifiers"]) <= classifiers
    assert project["classifiers"] == sorted(project["classifiers"])
    stated = [one for one in project["classifiers"] if re.search(r"Python :: 3\.\d+$", one)]
    assert [one.rpartition(" ")[2] for one in stated] == ["3.11", "3.12", "3.13"]
    assert project["requires-python"] == ">=3.11"


@pytest.fixture
def release(root: Path) -> ModuleType:
    path = root / "scripts" / "check_release.py"
    spec = importlib.util.spec_from_file_location("check_release", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_version_is_the_same_everywhere(release: ModuleType) -> None:
    assert list(release.problems()) == []


def test_another_version_and_a_wrong_tag_are_noticed(
    root: Path, release: ModuleType, tmp_path: Path
) -> None:
    names = ("CITATION.cff", "codemeta.json", "recipe/recipe.yaml", "docs/citing.md")
    for name in (*names, "pyproject.toml", "CHANGELOG.md", "src/nuchal/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((root / name).read_bytes())
    assert list(release.problems(tmp_path)) == []
    found = list(release.problems(tmp_path, tag="v99.0.0"))
    assert len(found) == 2
    changes = tmp_path / "CHANGELOG.md"
    changes.write_text(f"## [{nuchal.__version__}] - 2026-01-31\n", "utf-8")
    assert list(release.problems(tmp_path, tag=f"v{nuchal.__version__}")) == []
    init = tmp_path / "src/nuchal/__init__.py"
    init.write_text('__version__ = "99.0.0"\n', "utf-8")
    assert len(list(release.problems(tmp_path))) == 4
    recipe = tmp_path / "recipe/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8").replace("    - scipy\n", ""), "utf-8")
    assert len(list(release.problems(tmp_path))) == 5


@pytest.mark.slow
def test_the_wheel_works_alone(root: Path) -> None:
    """In a fresh environment, without extras and far from the checkout; pip fetches packages."""
    done = subprocess.run(
        [sys.executable, root / "scripts" / "check_wheel.py"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
