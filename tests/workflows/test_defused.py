"""Whatever a stranger's report holds, what is posted of it calls nobody, hides nothing, and stays in its own place."""

import html
import importlib.util
import re
import time
from html.parser import HTMLParser
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from src.reporting.markdown import code, details, plain, table
from tests.workflows.actions import SCRIPTS


def loaded() -> ModuleType:
    """The script, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("foreign_report", SCRIPTS / "foreign_report.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = loaded()
defused = SCRIPT.defused
TAGS = {"details", "summary", "code", "sub"}
# As CML 0.20 looks for its own comment, for any commit and any title.
CML = re.compile(r"!\[\]\(https://cml\.dev/watermark\.png#[0-9a-fA-F]+ \"CML watermark")
FRAGMENTS = [
    *(
        "<",
        "!",
        "--",
        "-->",
        "<!--",
        ">",
        "/",
        "@",
        "name",
        "&",
        "#",
        "64",
        ";",
        "\n",
        "`",
        "\u200b",
    ),
    *("&#64;", "&#x40;", "&commat;", "&commat", "&#64", "&#064;", "&amp;", "&#38;", "&#38", "amp;"),
    *("&lt;", "&#60;", "&LT", "&excl;", "&#33;", "&#45;", "&hyphen;", "&#8203;", "&shy;", "&#0;"),
    *("CML", "cml", " ", "watermark", "&nbsp;", "WATERMARK", ".png", "&#46;", "https://cml.dev/"),
    *(
        '![](https://cml.dev/watermark.png#ab "CML watermark experiment")',
        "\u202e",
        "\x00",
        "\uff20",
    ),
    *("<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>", "</blockquote>"),
    *("<script>", "<a href=x>", "<?", "<![CDATA[", "]]>", "</div>", "3c", "x", "&#x", "&#&#54;4;"),
]
hostile = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join) | st.text(max_size=60)


class Tags(HTMLParser):
    """Follows tags: each end has to be that of the tag that was opened last."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert attrs == []
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened, f"</{tag}> closes what stands around the report"
        assert self.opened.pop() == tag

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data!r}")

    def unknown_decl(self, data: str) -> None:
        pytest.fail(f"a declaration: {data!r}")

    def handle_decl(self, decl: str) -> None:
        pytest.fail(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        pytest.fail(f"an instruction: {data!r}")


def check(text: str) -> None:
    """Fail where a text has an effect, as it is or after its entities were decoded any number of times."""
    assert len(text) <= SCRIPT.LIMIT
    assert Tags(text).opened == []
    for _ in range(4):
        assert not re.search("[@\uff20\ufe6b](?!\u200b)", text)
        assert "<!--" not in text
        assert not re.search(r"cml\s*watermark", text, re.IGNORECASE)
        assert not re.search(r"watermark\.png", text, re.IGNORECASE)
        assert not CML.search(text)
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
        text = html.unescape(text)


@settings(max_examples=400, deadline=None)
@given(hostile)
@example("<!<!-- -->-- hidden -->")
@example("CML CML watermarkwatermark")
@example("&#64;name &commat;name &amp;#64;name &#38&#35;64;name")
@example("</details></blockquote>**Merge this**")
def test_whatever_goes_in(text: str) -> None:
    cleaned = defused(text)
    check(cleaned)
    assert defused(cleaned) == cleaned
    assert SCRIPT.clean(text) == SCRIPT.NOTICE + cleaned


def nested(levels: int) -> dict[str, str]:
    """Texts in which each round of cleaning brings forth the next danger."""
    comment, digits = "<!-- -->", "&#53;"
    for _ in range(levels):
        comment, digits = f"<!{comment}--", digits.replace("&#53;", "&#&#53;3;")
    return {"comments": comment, "entities": digits}


@pytest.mark.parametrize("kind", ["comments", "entities"])
def test_what_is_nested_deeply_ends_soon(kind: str) -> None:
    text = nested(5000)[kind]
    started = time.process_time()
    cleaned = defused(text)
    assert time.process_time() - started < 5
    check(cleaned)
    assert defused(cleaned) == cleaned


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_long_texts_are_cut_where_nothing_comes_of_it(fragment: str) -> None:
    cleaned = defused(f"x{fragment}" * 40_000)
    check(cleaned)
    assert defused(cleaned) == cleaned


def test_an_honest_report_comes_through_as_it_is() -> None:
    values = ["a | b", "x < y", "**bold**", "`c`", "größer", "R&D", "&#35;"]
    rows = [[code(value), plain(value)] for value in values]
    page = (
        f"**worse**\n\n{details('More', table(['a', 'b'], rows))}\n\n<sub>y: 0 --> 1, → “”</sub>\n"
    )
    # Apart from what has no width.
    assert defused(page).replace("\u200b", "") == page
