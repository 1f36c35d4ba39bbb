"""Texts of others, as plates, labels and file names have them."""

UNREADABLE = "?"
"""In a label: one character that is there and that nobody can read."""
UNSEEN = "?"
"""In what is read off a plate: one or more characters in a row that cannot be seen. No alphabet has it."""


def is_whole(text: str) -> bool:
    """Say whether a plate's text is there, and all of it can be seen."""
    return bool(text) and UNSEEN not in text


def unseen_ends(text: str) -> tuple[bool, bool]:
    """Say whether characters cannot be seen before the first one that can, and after the last one."""
    return text.startswith(UNSEEN), text.endswith(UNSEEN)


def printable(text: str) -> str:
    """Return a text without what would move the cursor or break the line: file names may hold anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
