"""What people write where a plate's text belongs."""

import pytest

from src.datasets.plate_texts import clean_text, text_problem

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def test_texts_lose_what_a_reader_does_not_report() -> None:
    assert clean_text(" zh·123 456 ") == "ZH123456"
    assert clean_text("B-GH.12") == "BGH12"
    assert clean_text("ZH\u00a012\u202f3 \u2013 4\u2212\u22115") == "ZH1234\u22115"
    assert clean_text("・・12") == "12"


def test_texts_are_written_in_one_way() -> None:
    # A letter and the dots above it, and a syllable in its three parts, as some systems write them.
    assert clean_text("bA\u0308 1") == "B\u00c41"
    assert clean_text("a\u0308") == "\u00c4"
    assert clean_text("12\u1100\u1161 3456") == "12\uac003456"
    assert clean_text("\uac00") == "\uac00"


@pytest.mark.parametrize(
    "text",
    [
        "ZH 123456",
        "",
        "京A·12345",
        "กท 1234",
        "กำ 12",
        "12가 3456",
        "1E5",
        "12-E-34",
        "ZH 12?4",
        "?H1",
        "กก 1234 กรุงเทพมหานคร",
        "A" * 40,
    ],
)
def test_texts_that_plates_have(text: str) -> None:
    assert text_problem(text, None) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ZH 123'456", "has what no plate has: '"),
        ("ZH/12;", "has what no plate has: /;"),
        ("zh12\U0001f697", "has what no plate has"),
        ("1.23E+05", "what a spreadsheet makes of a number"),
        ("1,23e+05", "what a spreadsheet makes of a number"),
        ("12E+10", "what a spreadsheet makes of a number"),
        (" 123456.0 ", "what a spreadsheet makes of a number"),
        ("ZH\u200b12", "nobody sees: U+200B"),
        ("\u202dZH\u202c", "nobody sees: U+202C U+202D"),
        ("ZH\x0012", "nobody sees: U+0000"),
        ("\ufeffZH12", "nobody sees: U+FEFF"),
        ("? ??", "has nothing to read"),
        ("A" * 500, "text 'AAAAAAAAAAAA' … has 500 characters, and no plate has more than 40"),
        ("/" * 41, "has 41 characters"),
    ],
)
def test_texts_that_no_plate_has(text: str, problem: str) -> None:
    found = text_problem(text, None)
    assert found is not None
    assert problem in found
    assert found.isprintable()


def test_an_alphabet_says_more() -> None:
    assert text_problem("ZH 1?", ALPHABET) is None
    assert (
        text_problem("ZÄ1", ALPHABET)
        == "text 'ZÄ1' has characters that the plate format does not: Ä"
    )
