"""Texts of others, as plates, labels and file names have them."""

UNREADABLE = "?"
"""In a plate's text: one character that is there and that nobody can read."""


def printable(text: str) -> str:
    """Return a text without what would move the cursor or break the line: file names may hold anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
