"""Texts of others, as plates, labels and file names have them."""

UNREADABLE_CHARACTER = "?"
"""In a label: one character that is there and that nobody can read."""
UNSEEN = "?"
"""In what is read off a plate: one or more characters in a row that cannot be seen. No alphabet has it."""


def is_partial(text: str) -> bool:
    """Say whether a text has characters that cannot be seen."""
    return UNSEEN in text


def seen_part(text: str) -> str:
    """Return the characters of a text that can be seen."""
    return text.replace(UNSEEN, "")


def is_whole(text: str) -> bool:
    """Say whether a plate's text is there, and all of it can be seen."""
    return bool(text) and not is_partial(text)


def unseen_places(text: str) -> tuple[bool, bool, bool]:
    """Say whether characters cannot be seen before the first one that can, after the last one, and between them."""
    return text.startswith(UNSEEN), text.endswith(UNSEEN), UNSEEN in text.strip(UNSEEN)


def printable(text: str) -> str:
    """Return a text without what would move the cursor or break the line: file names may hold anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
