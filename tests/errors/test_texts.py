"""Every code that the source uses has a text, every text is used, and values and texts agree."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from nuchal import errors
from nuchal.errors import NuchalError, Place, RecordingError, Setting, Speech, phrase, table
from nuchal.report.text import texts_in

SOURCE = Path(errors.__file__).parents[1]
TEXTS = table("nuchal.errors", "en")
SAID = texts_in("en")
FAILURES = {name for name in vars(errors) if name.endswith("Error")}
OURS = {"list.more", *(code for code in TEXTS if code.startswith("place."))}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every error or phrase that is made from a literal code."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = node.args[0]
            if name not in FAILURES | {"phrase"}:
                continue
            if isinstance(code, ast.Constant) and " " not in str(code.value):
                yield code.value, node, f"{path.relative_to(SOURCE)}:{node.lineno}"


def asked(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


USED = list(calls())


@pytest.mark.parametrize(("code", "call", "where"), USED, ids=[where for _, _, where in USED])
def test_a_code_has_a_text_and_the_text_its_values(code: str, call: ast.Call, where: str) -> None:
    texts = SAID if where.startswith("report/") else TEXTS
    assert code in texts, where
    given = {word.arg for word in call.keywords}
    if None not in given:
        assert asked(texts[code]) <= given | {"remedy"}, where
        if "remedy" in asked(texts[code]) and isinstance(call.func, ast.Name):
            assert "remedy" in given, where
        unsaid = given - asked(texts[code]) - {"place", "file", "remedy"}
        assert not unsaid, f"{where} gives {unsaid}, of which the text says nothing"


def test_every_text_is_used() -> None:
    literals = {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(TEXTS) - literals - OURS == set()


def test_no_text_names_a_flag() -> None:
    assert [code for code, text in TEXTS.items() if " --" in text or text.startswith("--")] == []


def test_lists_settings_phrases_and_numbers_become_words() -> None:
    texts = {
        "a.b": "{n} {n:frame|frames} of {names}: {x:.1f} at {shares:/.2f}{more}; set {up}",
        "a.c": " ({why})",
        "list.more": "{shown} and {more} more",
    }
    values = {
        "n": 1,
        "names": ("TP", "LH"),
        "x": 2.0,
        "shares": (0.5, 0.25),
        "more": phrase("a.c", why="bent"),
        "up": Setting("up", "+Z"),
    }
    said = Speech(texts).say("a.b", values)
    assert said == "1 frame of TP, LH: 2.0 at 0.50 / 0.25 (bent); set up='+Z'"
    as_flag = Speech(texts, lambda setting: f"--{setting.name} {setting.value}")
    assert as_flag.say("a.b", {**values, "more": None}).endswith("0.25; set --up +Z")
    long = Speech(texts).format_field(tuple("abcdefghijklmnopqrstuvwxyz"), "")
    assert long.endswith("w, x and 2 more")


def test_an_error_names_file_and_place_and_survives_a_process() -> None:
    one = RecordingError("trc.no_header", Path("walk.trc"), place=Place(line=3, column="Time"))
    assert str(one).startswith('walk.trc: line 3, column "Time": lacks the TRC header')
    kind, state = one.__reduce__()[:2]
    again = kind(*state)
    assert type(again) is RecordingError
    assert str(again) == str(one)
    assert str(NuchalError("page.too_many_visitors", count=3)).startswith("3 people")
