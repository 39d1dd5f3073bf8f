"""Every text that report and templates ask for is there, in words of both languages."""

import ast
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

from nuchal import report
from nuchal.conventions import COORDINATES
from nuchal.errors import Setting, Status
from nuchal.findings import Assumed, Finding, Found, Warned
from nuchal.model.generic import MUSCLES
from nuchal.report.summaries.parts import findings_part
from nuchal.report.text import LANGUAGES, muscle_name, say, texts_in

SOURCE = Path(report.__file__).parent
ENGLISH, GERMAN = texts_in("en"), texts_in("de")


def asked(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def codes() -> set[str]:
    """Literal codes of ``say`` in modules and templates."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", None) or getattr(
                getattr(node, "func", None), "id", ""
            )
            if name == "say" and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    for path in SOURCE.rglob("*.html"):
        found |= set(re.findall(r'say\("([\w.-]+)"[,)]', path.read_text("utf-8")))
    return found


def test_every_code_has_a_text() -> None:
    assert len(codes()) > 50
    assert codes() - set(ENGLISH) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_ask_for_the_same_values(language) -> None:
    texts = texts_in(language)
    assert set(texts) == set(ENGLISH)
    assert [code for code in texts if asked(texts[code]) != asked(ENGLISH[code])] == []


def test_no_text_names_a_flag() -> None:
    assert [code for code, text in {**ENGLISH, **GERMAN}.items() if " --" in text] == []


@pytest.mark.parametrize("codes", [Found, Assumed, Warned])
def test_every_finding_has_a_sentence(codes) -> None:
    for code in codes:
        assert f"{codes.__name__.lower()}.{code}" in ENGLISH


def test_names_of_the_generic_neck_and_of_another() -> None:
    assert muscle_name("stern_mast_L") == "Sternomastoid"
    assert muscle_name("my_muscle_L") == "my_muscle"
    assert all(f"muscle.{name.removesuffix('_L')}" in ENGLISH for name in MUSCLES)
    assert all(f"coordinate.{name}" in ENGLISH for name in COORDINATES)
    assert all(f"status.{status.name.lower()}" in ENGLISH for status in Status)


def test_numbers_have_the_point_of_the_language() -> None:
    assert say("person.neck", cm=10.84) == "neck length 10.8 cm"
    assert say("person.neck", "de", cm=10.84) == "Halslänge 10,8 cm"


def test_a_finding_is_level_code_values_and_text() -> None:
    values = {"moved_mm": 0.0, "names": ("TP", "LH"), "how": Setting("up", "+Z"), "n": 3}
    one = Finding(Warned.THORAX_MOVED, values, about="first.trc")
    (part,) = findings_part([replace(one, values=values | {"moved_mm": 41.0})])
    assert (part.level, part.what) == ("warned", "thorax_moved")
    assert part.values == {
        "about": "first.trc", "moved_mm": 41.0, "names": ["TP", "LH"], "how": "up='+Z'", "n": 3,
    }  # fmt: skip
    assert part.text.startswith("first.trc: ")
    assert "41 mm" in part.text
