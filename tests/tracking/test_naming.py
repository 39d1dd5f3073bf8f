from pathlib import Path

import pytest

from nuchal.errors import RecordingError, Setting
from nuchal.tracking.naming import recognise

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
]


@pytest.mark.parametrize(("names", "head", "thorax"), SETS)
def test_common_sets_are_recognised(names: str, head: str, thorax: str) -> None:
    found = recognise(names.split(), source=SOURCE)
    assert found.head == tuple(head.split())
    assert found.thorax == tuple(thorax.split())
    assert set(found.in_file.values()) <= set(names.split())


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
