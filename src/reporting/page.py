"""A page of sections that fits a comment on GitHub."""

from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 65_536
"""Characters of a comment, as GitHub counts them: its API refuses a longer one."""
ROOM = 1_536
"""Left free for what CML adds: its watermark, and the addresses of uploaded pictures in place of their paths."""


@dataclass(frozen=True)
class Section:
    """A part of the page.

    title: of its heading; empty for what stands at the top.
    value: how much it matters; what matters least is shortened first.
    texts: its Markdown, from the full text to the shortest one that still says something.
    """

    title: str
    value: int
    texts: tuple[str, ...]


def page(sections: Sequence[Section], limit: int = LIMIT - ROOM) -> str:
    """Return the sections in their order as one page of at most `limit` characters.

    Where they are too long, those of the lowest value are shortened step by step, then left out; the page says which.
    """
    kept = {i: section for i, section in enumerate(sections) if section.texts and section.texts[0]}
    level = dict.fromkeys(kept, 0)
    order = sorted(kept, key=lambda i: (kept[i].value, -i))[:-1]  # the most valuable one stays
    text = _joined(kept, level)
    for index in order:
        while length(text) > limit and level[index] < len(kept[index].texts):
            level[index] += 1
            text = _joined(kept, level)
    return text if length(text) <= limit else _cut(text, limit)


def length(text: str) -> int:
    """Return the length in UTF-16 units (two for some characters), the largest of the usual ways to count."""
    return len(text.encode("utf-16-le")) // 2


def _joined(sections: dict[int, Section], level: dict[int, int]) -> str:
    parts, short = [], []
    for index, section in sections.items():
        if level[index]:
            short.append(section.title or "the top")
        if level[index] < len(section.texts):
            heading = f"### {section.title}\n\n" if section.title else ""
            parts.append(f"{heading}{section.texts[level[index]]}")
    if short:
        parts.append(
            f"<sub>Shortened or left out, to fit a comment on GitHub: {', '.join(short)}.</sub>"
        )
    return "\n\n".join(parts) + "\n"


def _cut(text: str, limit: int) -> str:
    """Return the beginning of a text; nothing of a sign that would be halved."""
    return text.encode("utf-16-le")[: 2 * max(limit, 0)].decode("utf-16-le", errors="ignore")
