"""A page never grows beyond what GitHub takes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from src.reporting.page import LIMIT, ROOM, Section, length, page

texts = st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=9), st.integers(1, 9000))  # fmt: skip
sections = st.lists(
    st.builds(
        Section,
        st.text("abc", max_size=5),
        st.integers(0, 9),
        st.lists(texts, max_size=3).map(tuple),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=40)
@given(sections)
def test_within_the_limit_of_github(parts: list[Section]) -> None:
    text = page(parts)
    assert len(text) <= length(text) <= LIMIT - ROOM


@settings(deadline=None, max_examples=40)
@given(sections, st.integers(0, 400))
def test_within_any_limit(parts: list[Section], limit: int) -> None:
    assert length(page(parts, limit)) <= limit


def test_what_fits_is_left_alone() -> None:
    parts = [Section("", 9, ("Top",)), Section("One", 1, ("full", "short")), Section("No", 5, ())]
    assert page(parts) == "Top\n\n### One\n\nfull\n"


def test_the_least_valuable_is_shortened_first_and_that_is_said() -> None:
    parts = [
        Section("", 9, ("Top",)),
        Section("Much", 5, ("m" * 200, "few")),
        Section("Little", 1, ("l" * 200, "short")),
    ]
    text = page(parts, 400)
    assert "m" * 200 in text
    assert "### Little\n\nshort" in text
    assert "Shortened or left out, to fit a comment on GitHub: Little." in text
    text = page(parts, 300)
    assert "Little\n" not in text.replace("Little.", "")
    assert "few" not in text
    text = page(parts, 160)
    assert text.startswith("Top\n\n### Much\n\nfew")
    assert "Much, Little" in text


def test_length_counts_signs_outside_the_basic_plane_twice() -> None:
    assert length("a😀é") == 4
    assert page([Section("", 1, ("😀" * 10,))], 9) == "😀" * 4
