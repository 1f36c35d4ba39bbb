"""Texts of which a part cannot be seen, and texts that are printed."""

import pytest

from src.common.texts import is_partial, printable, seen_part, unseen_places


@pytest.mark.parametrize(
    ("text", "partial", "seen", "places"),
    [
        ("ZH12", False, "ZH12", (False, False, False)),
        ("?H1?", True, "H1", (True, True, False)),
        ("Z?12", True, "Z12", (False, False, True)),
        ("?", True, "", (True, True, False)),
        ("", False, "", (False, False, False)),
    ],
)
def test_what_of_a_text_is_seen(
    text: str, partial: bool, seen: str, places: tuple[bool, bool, bool]
) -> None:
    assert is_partial(text) == partial
    assert seen_part(text) == seen
    assert unseen_places(text) == places


def test_what_moves_the_cursor_is_written_out() -> None:
    assert printable("Zürich\r\n\x1b[2J") == "Zürich\\r\\n\\x1b[2J"
