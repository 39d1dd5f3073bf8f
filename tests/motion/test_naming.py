from pathlib import Path

import pytest

from nuchal.errors import RecordingError
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


def test_a_missing_marker_is_named_with_what_is_there_and_a_guess() -> None:
    with pytest.raises(RecordingError) as caught:
        recognise(["TP", "LH", "R.Tempel", "Pelvis"], source=SOURCE)
    message = str(caught.value)
    assert message.startswith("walk.trc: ")
    assert "TP, LH, R.Tempel, Pelvis" in message
    assert "perhaps --marker RH=R.Tempel" in message


ARM = "Anna:T1 Anna:T10 Anna:CLAVl Anna:ACRO_tip Anna:ARMl Anna:EPICm Anna:MEDH Anna:LATH"


def test_a_file_of_another_part_of_the_body_brings_no_guess() -> None:
    with pytest.raises(RecordingError, match="none was recognised") as caught:
        recognise(ARM.split(), source=SOURCE)
    assert "perhaps" not in str(caught.value)


def test_three_misspelt_head_markers_are_still_guessed() -> None:
    with pytest.raises(RecordingError) as caught:
        recognise(["Top.Haed", "L.Tempel", "R.Tempel", "Pelvis"], source=SOURCE)
    message = str(caught.value)
    for guess in ("TP=Top.Haed", "LH=L.Tempel", "RH=R.Tempel"):
        assert f"--marker {guess}" in message


def test_a_misspelt_explicit_name_brings_the_nearest() -> None:
    with pytest.raises(RecordingError, match=r"no marker Top\.Haed .*Top\.Head.*--marker TP=NAME"):
        recognise(["Top.Head", "L.Temple", "R.Temple"], source=SOURCE, explicit={"TP": "Top.Haed"})


@pytest.mark.parametrize(
    ("explicit", "says"),
    [({"XX": "TP"}, "XX is not a marker"), ({"LH": "LH", "RH": "LH"}, "for both LH and RH")],
)
def test_an_impossible_mapping_is_refused(explicit: dict[str, str], says: str) -> None:
    with pytest.raises(RecordingError, match=says):
        recognise(["TP", "LH", "RH"], source=SOURCE, explicit=explicit)


def test_two_people_in_one_file_are_not_mixed() -> None:
    with pytest.raises(RecordingError, match="A:TP, B:TP could each be TP"):
        recognise(["A:TP", "A:LH", "A:RH", "B:TP", "B:LH", "B:RH"], source=SOURCE)


def test_no_markers_at_all() -> None:
    with pytest.raises(RecordingError, match="has no markers"):
        recognise([], source=SOURCE)
