from pathlib import Path

import pytest

from nuchal.errors import RecordingError, Setting
from nuchal.tracking.names.name_table import known_names
from nuchal.tracking.names.naming import has_head, recognise

SOURCE = Path("walk.trc")
SETS = [
    ("TP LH RH", "TP LH RH", ""),
    ("tp lh rh", "TP LH RH", ""),
    ("Top.Head L.Temple R.Temple Sternum R.Acromium L.Acromium", "TP LH RH", "STRN LSHO RSHO"),
    (
        "Sub1:LFHD Sub1:RFHD Sub1:LBHD Sub1:RBHD Sub1:C7 Sub1:T10 Sub1:CLAV Sub1:STRN Sub1:LSHO",
        "LFHD RFHD LBHD RBHD",
        "C7 T10 CLAV STRN",
    ),
    ("LFHD RFHD LBHD C7 LAC RAC Pelvis", "LFHD RFHD LBHD", "C7 LSHO RSHO"),
    ("head_top left-temple RIGHT_TEMPLE", "TP LH RH", ""),
    (
        "pTopOfHead pLeftAuricularis pRightAuricularis pBackOfHead pC7SpinalProcess pIJ pPX "
        "pT8SpinalProcess pT4SpinalProcess",
        "TP LEAR REAR INION",
        "C7 T8 CLAV STRN",
    ),
    ("HeadL HeadR HeadFront CV7 SJN SXS TV8 LAC", "LH RH FOREHEAD", "C7 T8 CLAV STRN"),
    ("L_HDF R_HDF L_HDB R_HDB CV7 L_SAE R_SAE", "LFHD RFHD LBHD RBHD", "C7 LSHO RSHO"),
    ("LAH RAH LPH RPH SJN C7 T10 LCAJ", "LFHD RFHD LBHD RBHD", "C7 T10 CLAV"),
    ("Top.Head Front.Head Rear.Head L.Shoulder Offset", "TP FOREHEAD INION", "LSHO"),
    ("LF.Head RF.Head LB.Head RB.Head", "LFHD RFHD LBHD RBHD", ""),
    ("nose left_ear right_ear left_eye_inner left_shoulder", "LEAR REAR NOSE", "LSHO"),
    ("Nose Head LEar REar Neck", "TP LEAR REAR NOSE", ""),
    ("VERTEX L_TRAGUS R_TRAGUS GLABELLA C7 T8 IJ PX", "TP LEAR REAR FOREHEAD", "C7 T8 CLAV STRN"),
    ("Sellion LTragion TragionR Opisthocranion", "LEAR REAR NASION INION", ""),
    ("LFHD RFHD LBHD RBHD C7 T10 T8 CLAV STRN", "LFHD RFHD LBHD RBHD", "C7 T10 CLAV STRN"),
]


@pytest.mark.parametrize(("names", "head", "thorax"), SETS)
def test_common_sets_are_recognised(names: str, head: str, thorax: str) -> None:
    found = recognise(names.split(), source=SOURCE)
    assert found.head == tuple(head.split())
    assert found.thorax == tuple(thorax.split())
    assert set(found.in_file.values()) <= set(names.split())


def test_plain_words_in_any_order() -> None:
    names = ["Top of Head", "Ear, left", "Right Ear", "back_of_the_head", "Sternum (upper)"]
    found = recognise(names, source=SOURCE).in_file
    assert found == dict(zip(("TP", "LEAR", "REAR", "INION", "CLAV"), names, strict=True))


@pytest.mark.parametrize(
    ("names", "clavicle", "sternum"),
    [
        ("LHEAD RHEAD FHEAD C7 T10 STRN XYPH", "STRN", "XYPH"),
        ("LHEAD RHEAD FHEAD C7 MANU STRN", "MANU", "STRN"),
        ("LFHD RFHD LBHD C7 CLAV STRN", "CLAV", "STRN"),
    ],
)
def test_a_name_means_what_it_means_in_its_set(names: str, clavicle: str, sternum: str) -> None:
    found = recognise(names.split(), source=SOURCE).in_file
    assert (found["CLAV"], found["STRN"]) == (clavicle, sternum)


def test_a_name_that_means_another_place_elsewhere_needs_its_set() -> None:
    error = refusal(["Nose", "Head", "Neck", "LShoulder"])
    assert error.values["found"].values["names"] == ("NOSE",)
    assert "TP" not in recognise(["LFHD", "RFHD", "LBHD", "Head"], source=SOURCE).in_file


def test_every_name_of_the_table_stands_for_its_place() -> None:
    for known in known_names():
        rows = {k.ours: k.name for k in known_names() if k.set_name == known.set_name}
        rows |= {known.ours: known.name}
        if known.ours == ("T8",):
            rows.pop(("T10",), None)
        names = [name for ours, name in rows.items() if len(ours) == 1]
        if len(known.ours) == 1 and has_head(names):
            assert recognise(names, source=SOURCE).in_file[known.ours[0]] == known.name


@pytest.mark.parametrize("given", ["Anna_LFHD", "Anna:LFHD", "LFHD-1"])
def test_an_explicit_name_may_have_the_prefix_that_was_removed(given: str) -> None:
    found = recognise(["LFHD", "RFHD", "LBHD"], source=SOURCE, explicit={"LH": given})
    assert found.in_file["LH"] == "LFHD"


@pytest.mark.parametrize(
    ("ours", "name", "what", "mend"),
    [
        ("LH", "HeadFront", "markers.middle_for_side", "FOREHEAD"),
        ("REAR", "HeadTop", "markers.middle_for_side", "TP"),
        ("TP", "HeadL", "markers.side_for_middle", "LH"),
    ],
)
def test_a_side_is_not_given_for_the_middle(ours: str, name: str, what: str, mend: str) -> None:
    error = refusal(["HeadTop", "HeadFront", "HeadL", "HeadSide"], explicit={ours: name})
    assert (error.what, error.remedy) == (what, Setting("markers", {mend: name}))


def test_a_marker_whose_name_leaves_the_side_open_is_asked_for() -> None:
    names = ["HeadTop", "HeadFront", "HeadSide"]
    hint = refusal(names).values["guess"]
    assert hint.what == "markers.either_side"
    assert hint.values["left"] == Setting("markers", {"LH": "HeadSide"})
    found = recognise(names, source=SOURCE, explicit={"RH": "HeadSide"})
    assert found.head == ("TP", "RH", "FOREHEAD")


@pytest.mark.parametrize(
    ("names", "cluster"),
    [
        ("HEAD1 HEAD2 HEAD3 HEAD4 C7 T10", 4),
        ("Helmet_A Helmet_B Helmet_C C7", 3),
        ("Head:Marker1 Head:Marker2 Head:Marker3 Chest:Marker1 Chest:Marker2 Chest:Marker3", 3),
        ("M1 M2 M3 C7 CLAV", 3),
    ],
)
def test_a_cluster_is_called_one(names: str, cluster: int) -> None:
    error = refusal(names.split())
    assert error.what == "markers.cluster"
    assert error.values["names"] == tuple(names.split()[:cluster])


def test_an_explicit_name_goes_first() -> None:
    names = ["TP", "LH", "RH", "M1"]
    found = recognise(names, source=SOURCE, explicit={"TP": "M1"})
    assert found.in_file["TP"] == "M1"
    assert found.files_names(("LH", "TP")) == ("LH", "M1")


def test_swapping_sides_exchanges_every_pair_and_nothing_else() -> None:
    names = ["TP", "LH", "RH", "C7", "LSHO", "RSHO"]
    plain, swapped = (recognise(names, source=SOURCE, swap_sides=s) for s in (False, True))
    mirror = {"LH": "RH", "RH": "LH", "LSHO": "RSHO", "RSHO": "LSHO"}
    assert swapped.in_file == {mirror.get(k, k): v for k, v in plain.in_file.items()}


def refusal(names: list[str], **how: object) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        recognise(names, source=SOURCE, **how)
    assert caught.value.file == SOURCE
    assert str(caught.value).startswith("walk.trc: ")
    return caught.value


def guessed(error: RecordingError) -> dict[str, str]:
    guess = error.values["guess"]
    return {} if guess is None else guess.values["guess"].value


def test_a_missing_marker_is_named_with_what_is_there_and_a_guess() -> None:
    error = refusal(["TP", "LH", "R.Tempel", "Pelvis"])
    assert error.what == "markers.too_few"
    assert error.values["names"] == ("TP", "LH", "R.Tempel", "Pelvis")
    assert error.values["found"].values["names"] == ("TP", "LH")
    assert error.remedy == Setting("markers", {"RH": "NAME"})
    assert guessed(error) == {"RH": "R.Tempel"}


ARM = "Anna:T1 Anna:T10 Anna:CLAVl Anna:ACRO_tip Anna:ARMl Anna:EPICm Anna:MEDH Anna:LATH"


def test_a_file_of_another_part_of_the_body_brings_no_guess() -> None:
    error = refusal(ARM.split())
    assert error.values["found"].what == "markers.none_found"
    assert guessed(error) == {}


@pytest.mark.parametrize("name", ["Chin", "Left Hand", "L.Heel", "HeadMid", "RSide", "Temple"])
def test_nothing_is_suggested_whose_name_does_not_say_the_place(name: str) -> None:
    assert guessed(refusal(["TP", "LH", name])) == {}


def test_three_misspelt_head_markers_are_still_guessed() -> None:
    error = refusal(["Top.Haed", "L.Tempel", "R.Tempel", "Pelvis"])
    assert guessed(error) == {"TP": "Top.Haed", "LH": "L.Tempel", "RH": "R.Tempel"}


def test_a_misspelt_explicit_name_brings_the_nearest() -> None:
    error = refusal(["Top.Head", "L.Temple", "R.Temple"], explicit={"TP": "Top.Haed"})
    assert (error.what, error.values["name"]) == ("markers.not_in_file", "Top.Haed")
    assert "Top.Head" in error.values["others"].values["names"]
    assert error.remedy == Setting("markers", {"TP": "NAME"})


@pytest.mark.parametrize(
    ("explicit", "what"),
    [({"XX": "TP"}, "markers.unknown"), ({"LH": "LH", "RH": "LH"}, "markers.given_twice")],
)
def test_an_impossible_mapping_is_refused(explicit: dict[str, str], what: str) -> None:
    assert refusal(["TP", "LH", "RH"], explicit=explicit).what == what


def test_two_people_in_one_file_are_not_mixed() -> None:
    error = refusal(["A:TP", "A:LH", "A:RH", "B:TP", "B:LH", "B:RH"])
    assert (error.what, error.values["names"]) == ("markers.ambiguous", ("A:TP", "B:TP"))


def test_a_head_band_that_is_never_seen_is_named() -> None:
    band = ["LFHD", "RFHD", "LBHD", "RBHD"]
    error = refusal(["C7", "CLAV", "STRN", "T10"], unseen=band)
    assert error.values["unseen"].values == {"names": tuple(band), "count": 4}
    assert error.remedy == Setting("markers", dict.fromkeys(band, "NAME"))


def test_no_markers_at_all() -> None:
    assert refusal([]).what == "markers.no_markers"
