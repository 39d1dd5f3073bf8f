"""From ``STUDY.toml`` and folders to visits, and what is wrong with either in one sentence."""

from pathlib import Path

import pytest

from nuchal.commands.study.given import read_study
from nuchal.commands.study.plan import ONLY_GROUP, ONLY_SESSION, StudyPlan, plan_study
from nuchal.commands.study.run import StudyOptions, run_study
from nuchal.errors import NuchalError


def person(folder: Path, *recordings: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "person.toml").write_text("")
    for name in recordings:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


def plan(home: Path, text: str) -> StudyPlan:
    (home / "study.toml").write_text(text, "utf-8")
    return plan_study(home / "study.toml", home / "out")


def refused(home: Path, text: str) -> NuchalError:
    with pytest.raises(NuchalError) as found:
        plan(home, text)
    assert str(found.value).count("\n") == 0
    return found.value


def test_without_a_word_everybody_with_measures_takes_part_once(tmp_path: Path) -> None:
    person(tmp_path / "b", "two.trc", "one.c3d", "notes.docx")
    person(tmp_path / "a", "deeper/one.trc")
    (tmp_path / "notes").mkdir()
    made = plan(tmp_path, "# nothing to say\n")
    assert [(one.person, one.session, one.group) for one in made.visits] == [
        ("a", ONLY_SESSION, ONLY_GROUP),
        ("b", ONLY_SESSION, ONLY_GROUP),
    ]
    assert [path.name for path in made.visits[1].recordings] == ["one.c3d", "two.trc"]
    assert made.left_out == ()


def test_sessions_are_folders_and_files_are_sought_there_first(tmp_path: Path) -> None:
    person(tmp_path / "all" / "p1", "before/x.trc", "before/free_1.trc", "after/x.trc", "s.trc")
    (tmp_path / "all/p1/before/person.toml").write_text("")
    (tmp_path / "all/p1/after/s.trc").write_text("")
    person(tmp_path / "all" / "p2", "before/x.trc")
    (tmp_path / "all/p3/after").mkdir(parents=True)
    (tmp_path / "all/p3/after/x.trc").write_text("")
    made = plan(
        tmp_path,
        'folder = "all"\nsessions = ["before", "after"]\nstatic = "s.trc"\n'
        'spontaneous = "free_*.trc"\n[groups]\none = ["p1", "p3"]\ntwo = ["p2"]\n',
    )
    before, after, other = made.visits
    assert (before.subject.parent.name, after.subject.parent.name) == ("before", "p1")
    assert (before.static.parent.name, after.static.parent.name) == ("p1", "after")
    assert [path.name for path in before.recordings] == ["free_1.trc", "x.trc"]
    assert [path.name for path in before.spontaneous] == ["free_1.trc"]
    assert [path.name for path in after.recordings] == ["x.trc"]
    assert (other.person, other.group) == ("p2", "two")
    lost = [(one.person, one.session) for one in made.left_out]
    assert lost == [("p2", "after"), ("p3", "before"), ("p3", "after")]
    assert made.groups == ("one", "two")
    assert made.sessions == ("before", "after")


def test_bids_motion(tmp_path: Path) -> None:
    for session in ("ses-1", "ses-2"):
        stem = f"{session}/motion/sub-01_{session}_task-nod_tracksys-imu_"
        files = ("motion.tsv", "channels.tsv", "motion.json")
        person(tmp_path / "sub-01", *(stem + name for name in files))
    person(tmp_path / "sub-02", "motion/sub-02_task-nod_motion.tsv")
    person(tmp_path / "derivatives", "x_motion.tsv")
    made = plan(tmp_path, 'layout = "bids"\n[groups]\nall = ["sub-01"]\n')
    assert [one.session for one in made.visits] == ["ses-1", "ses-2"]
    assert [len(one.recordings) for one in made.visits] == [1, 1]
    names = [path.name.rpartition("_")[2] for path in made.visits[0].inputs]
    assert names == ["motion.tsv", "channels.tsv", "motion.json", "person.toml"]
    assert [(one.person, one.session) for one in made.left_out] == [("sub-02", None)]


def test_bids_without_sessions(tmp_path: Path) -> None:
    person(tmp_path / "sub-02", "motion/sub-02_task-nod_motion.tsv")
    (visit,) = plan(tmp_path, 'layout = "bids"').visits
    assert visit.session == ONLY_SESSION
    assert visit.recordings[0].name == "sub-02_task-nod_motion.tsv"


def test_who_is_in_no_group_is_listed(tmp_path: Path) -> None:
    person(tmp_path / "p1", "x.trc")
    person(tmp_path / "p2", "x.trc")
    made = plan(tmp_path, '[groups]\none = ["p1"]\n')
    assert [one.person for one in made.visits] == ["p1"]
    assert [(one.person, one.session, one.recording) for one in made.left_out] == [
        ("p2", None, None)
    ]


def test_options_of_an_assessment(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(
        "[assess]\nnecks = 5\npreset = 'paper'\nload_place_m = [0, 0.1, 0]\ncutoff_hz = 4\n"
        "[assess.weights]\nenergy = 0.5\n[statistics]\ncorrection = 'benjamini-hochberg'\n"
    )
    said = read_study(path)
    assert said.options == {
        "necks": 5,
        "preset": "paper",
        "load_place_m": (0.0, 0.1, 0.0),
        "cutoff_hz": 4.0,
        "weights": {"energy": 0.5},
    }
    assert said.statistics.correction == "benjamini-hochberg"


@pytest.mark.parametrize(
    ("text", "what", "says"),
    [
        ("folder = ", "study.bad_toml", ""),
        ("folders = 'x'", "study.unknown", "did you mean folder"),
        ("[assess]\nneck = 5", "study.unknown", "did you mean necks"),
        ("[assess]\nstatic = 'x'", "study.unknown", ""),
        ("[assess]\nnecks = 'many'", "study.kind", "a whole number"),
        ("[assess]\nnecks = 0", "study.wrong", "1"),
        ("[assess]\npreset = 'best'", "study.choices", "recommended"),
        ("layout = 'tree'", "study.choices", "bids"),
        ("sessions = 'before'", "study.kind", "a list"),
        ("sessions = ['../x']", "study.no_name", ""),
        ("recordings = '/tmp/*'", "study.no_name", ""),
        ("sessions = ['a', 'a']", "study.twice", "a"),
        ("[groups]\na = ['p1']\nb = ['p1']", "study.twice", "p1"),
        ("recordings = 'a**.trc'", "study.no_name", ""),
        ("[groups]\na = []", "study.empty_group", "a"),
        ("[groups]\na = ['p9']", "study.no_such_person", "p9"),
        ("folder = 'nowhere'", "study.no_folder", "nowhere"),
        ("subject = 'other.toml'", "study.nobody", "other.toml"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, text: str, what: str, says: str) -> None:
    person(tmp_path / "p1", "x.trc")
    error = refused(tmp_path, text)
    assert error.what == what
    assert says in str(error)


def test_the_file_has_to_be_toml(tmp_path: Path) -> None:
    (tmp_path / "study.txt").write_text("")
    with pytest.raises(NuchalError) as found:
        plan_study(tmp_path / "study.txt", tmp_path / "out")
    assert found.value.what in ("study.not_toml", "file.empty")
    with pytest.raises(NuchalError):
        plan_study(tmp_path / "absent.toml", tmp_path / "out")


def test_results_may_not_lie_among_a_persons_recordings(tmp_path: Path) -> None:
    person(tmp_path / "p1", "x.trc")
    (tmp_path / "study.toml").write_text("# nothing\n")
    with pytest.raises(NuchalError) as found:
        plan_study(tmp_path / "study.toml", tmp_path / "p1" / "out")
    assert found.value.what == "study.out_in_person"


def test_workers_are_here_or_on_a_cluster(tmp_path: Path) -> None:
    options = StudyOptions(workers=2, cluster="tcp://127.0.0.1:9")
    with pytest.raises(NuchalError) as found:
        run_study(tmp_path / "study.toml", out=tmp_path / "out", options=options)
    assert found.value.what == "cluster.two_places"
