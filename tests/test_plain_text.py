"""Text of strangers is shown as what it is, and names of files suit every system."""

import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuchal.errors import NuchalError, Place, Setting
from nuchal.findings import Found, finding
from nuchal.plain_text import fitted, path_words, plain_block, plain_line, plain_within, safe_names
from nuchal.report.text import sentence

HOSTILE = (
    *("\x00", "\x07", "\n", "\r", "\t", "\x1b[31m", "\x7f", "\x85", "\x9b", "\xad", "\u061c"),
    *("\u200b", "\u200e", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff"),
    *("\udcff", "\ue000", "\ufff9", "\uffff", "\U000e0041"),
)
NORMAL = (
    "LFHD",
    "Müller",
    "首",
    "EMG [µV]",
    "naïve  å",
    "a\N{NO-BREAK SPACE}b",
    "x\u3000y",
    "😀 ½",
)


@pytest.mark.parametrize("name", NORMAL)
def test_normal_text_stays_as_it_is(name) -> None:
    assert plain_line(name) == plain_block(name) == name
    assert safe_names([name]) == (name,)


@pytest.mark.parametrize("mark", HOSTILE)
def test_what_cannot_be_seen_is_written_out(mark) -> None:
    shown = plain_line(f"A{mark}B")
    assert shown.isprintable()
    assert shown.isascii()
    assert plain_line(shown) == shown
    assert eval(f'"{shown}"') == f"A{mark}B"


@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_plain_and_stays_so(text) -> None:
    shown = plain_line(text)
    assert all(c.isprintable() or unicodedata.category(c) == "Zs" for c in shown)
    assert plain_line(shown) == shown
    assert plain_block(text).replace("\n", "\\u000a").replace("\t", "\\u0009") == shown


def test_every_code_point_is_either_visible_or_written_out() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert {unicodedata.category(c) for c in plain_line(every)}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )


def test_texts_inside_of_values_are_plain() -> None:
    told = {"a\u202e": ["x\x1b", 1, {"b": (None, "\udcff")}], "c": 1.5}
    shown = {"a\\u202e": ["x\\u001b", 1, {"b": (None, "\\udcff")}], "c": 1.5}
    assert plain_within(told) == shown


def test_a_long_text_keeps_both_ends_and_a_long_path_its_name() -> None:
    assert fitted("ab" * 50, 100) == "ab" * 50
    short = fitted(f"first{'x' * 5000}last", 80)
    assert len(short) == 80
    assert (short[:5], short[-4:]) == ("first", "last")
    path = path_words(Path("/x" * 2000, "trial.trc"))
    assert len(path) <= 400
    assert path.endswith("/trial.trc")


@pytest.mark.parametrize(
    ("wanted", "safe"),
    [
        ("CON", "_CON"),
        ("nul.2", "_nul.2"),
        ("COM1", "_COM1"),
        ("conduct", "conduct"),
        ("trial.", "trial"),
        ("..", "_"),
        (".nuchal-0", "_nuchal-0"),
        ("a/b\\c:d*e?f", "a_b_c_d_e_f"),
        ("", "_"),
        ("a\nb\x1b\u202e\udcff", "a_b___"),
    ],
)
def test_names_of_files_suit_every_system(wanted, safe) -> None:
    assert safe_names([wanted]) == (safe,)


@given(st.lists(st.text(st.characters(codec=None), max_size=300), max_size=8))
def test_names_of_files_are_fit_and_told_apart(wanted) -> None:
    names = safe_names(wanted, taken=("report.html",))
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name.encode()) <= 160
        assert not set(name) & set('<>:"/\\|?*')
        assert plain_line(name) == name
        assert not name.startswith(".")
        assert name.rstrip(". ") == name


def test_names_that_become_the_same_are_numbered() -> None:
    assert safe_names(["a:b", "a?b", "A_B", "report.html"], ["Report.html"]) == (
        *("a_b", "a_b_2", "A_B_3"),
        "report.html_2",
    )


@pytest.mark.parametrize("mark", HOSTILE)
def test_errors_are_one_plain_line(mark) -> None:
    name = f"A{mark}B"
    places = [Place(line=3, column=name), None]
    for place in places:
        error = NuchalError(
            "markers.not_in_file",
            Path(f"x{mark}.trc") if "\0" not in mark else None,
            place=place,
            remedy=Setting("markers", {"TP": name}),
            name=name,
            ours=name,
            others=name,
        )
        assert plain_line(str(error)) == str(error)
        assert plain_line(error.sentence()) == error.sentence()


def test_errors_repeat_no_thousands_of_letters() -> None:
    long = "x" * 5000
    error = NuchalError(
        "markers.not_in_file",
        Path("/y" * 1500, "trial.trc"),
        place=Place(column=long),
        remedy=Setting("markers", {"TP": long}),
        name=long,
        ours=long,
        others=[long] * 24,
    )
    assert len(str(error)) < 700
    assert "/trial.trc: " in str(error)
    assert len(error.sentence()) < 700


def test_findings_repeat_no_thousands_of_letters() -> None:
    found = finding(Found.NEVER_VISIBLE, markers=["x\u202e" * 3000] * 50)
    said = sentence(found)
    assert len(said) < 800
    assert plain_line(said) == said
