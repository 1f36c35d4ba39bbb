"""Text of others stays text, whatever it holds."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.reporting.differences import Change
from src.reporting.markdown import arrow, code, number, plain, quoted, table

HOSTILE = [
    "a | b",
    "<img src=x onerror=alert(1)>",
    "</code></details><script>",
    "**bold** __init__ _x_ ~~gone~~ `code` ``` fence",
    "[link](https://example.org) ![p](x) <https://example.org> www.example.org",
    "@someone and #1 and owner/repo#2",
    "&lt; &#64; \\| \\",
    "$x^2$ and $$y$$",
    "# heading",
    "- [ ] item",
    ":tada:",
]


class Text(HTMLParser):
    """Collects tags and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()
        # As the eye sees it.
        self.text = self.text.replace("\u200b", "")

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(markdown: str) -> Text:
    """What a browser shows of a paragraph, with GitHub's tables, strikes and bare links."""
    parser = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    rules = parser.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Text(rules.render(markdown))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(text: str) -> None:
    page = shown(f"Value {code(text)} here")
    assert page.tags == ["p", "code"]
    assert page.text.strip() == f"Value {text} here"
    for sign in "@#<>|`*[]!&":
        assert sign not in re.sub(r"&#\d+;", "", plain(text))
    assert "://" not in plain(text)
    assert "www." not in plain(text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    page = shown(f"Value {plain(text)} here")
    assert page.tags == ["p"]
    expected = re.sub(r"\s+", " ", text)
    assert len(page.text.strip()) <= len(f"Value {expected} here")
    assert "�" in page.text or page.text.split() == ["Value", *text.split(), "here"]


def test_control_and_direction_characters_are_replaced() -> None:
    assert plain("a\x00b\u202ec\u200bd\x1b[2J") == "a�b�c�d�&#91;2J"
    assert plain("one\ntwo\r\n\tthree") == "one two three"


def test_names_stay_legible_in_the_source() -> None:
    name = "params.py:TrainOCRParams.MAX_IMAGES"
    assert plain(name) == name


def test_long_text_is_cut() -> None:
    assert plain("x" * 500) == "x" * 79 + "…"


def test_a_row_keeps_its_cells() -> None:
    page = shown(table(("A", "B"), [[code("a | b"), code("c\nd | e")]], 1))
    assert page.tags.count("td") == 2


def test_arguments_of_a_shell() -> None:
    assert quoted("params.py:LIST=[1, 2]; rm x") == "'params.py:LIST=[1, 2]; rm x'"
    assert "\n" not in quoted("a\n```\nb")


@pytest.mark.parametrize(
    ("value", "share", "text"),
    [
        (None, True, "–"),
        (0.95912, True, "95.9%"),
        (3004, False, "3,004"),
        (3004.0, False, "3,004"),
        (0.0123456, False, "0.01235"),
        (float("nan"), True, "nan"),
        ("a|b", False, "a&#124;b"),
        (True, False, "True"),
    ],
)
def test_numbers(value: object, share: bool, text: str) -> None:
    assert number(value, share) == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change(("cer",), 0.10, 0.05, True, True), "↓ -5.0 ✓ better"),
        (Change(("exact",), 0.10, 0.05, False, True), "↓ -5.0 **✗ worse**"),
        (Change(("ap50",), 0.90001, 0.90002, True, True), "="),
        (Change(("plates",), 10, 12), "↑ +2"),
        (Change(("cer",), None, 0.5, None, True), "new"),
        (Change(("cer",), 0.5, None, None, True), "gone"),
        (Change(("cer",), "x", 0.5, None, True), ""),
    ],
)
def test_arrows(change: Change, text: str) -> None:
    assert arrow(change) == text


@pytest.mark.parametrize("text", ["@someone", "a@b @@c", "&#64;someone"])
def test_nobody_is_mentioned_once_entities_are_decoded(text: str) -> None:
    # GitHub looks for mentions in what a browser shows.
    assert not re.search(r"@\w", html.unescape(plain(text)))
    assert not re.search(r"@\w", html.unescape(code(text)))
