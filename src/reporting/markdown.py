"""Pieces of GitHub's Markdown around text that may hold anything."""

import re
import shlex
from collections.abc import Sequence
from urllib.parse import quote

from ..common.untrusted import printable
from .differences import Change, is_number

# All but letters and digits of any script, and signs that mean nothing to Markdown, HTML or GitHub inside a line.
# A colon does only in an address.
_HARMFUL = re.compile(r"[^\w .,;:%+()=/→·…�–-]|:(?=/)")
_LONGEST = 80


def plain(text: object, longest: int = _LONGEST) -> str:
    """Return text on one line that shows as it is, whatever Markdown, HTML or GitHub would make of it.

    Everything with a meaning becomes a numeric entity: pipes, angle brackets, `@` of mentions (and a character of no
    width, for GitHub decodes first), `#` of issues, `:` of addresses. Control characters, and those that turn the
    direction of writing, become "�".
    """
    shown = _one_line(str(text), longest)
    escaped = _HARMFUL.sub(lambda found: f"&#{ord(found[0])};", shown)
    # Taken for what it stands for, the sign would still call somebody: a character of no width parts it from the name.
    escaped = escaped.replace("&#64;", "&#64;&#8203;")
    # Names like MAX_IMAGES stay legible in the source; an underscore at the edge of a word could start emphasis.
    escaped = re.sub(r"(?<![^\W_])_|_(?![^\W_])", "&#95;", escaped)
    # GitHub links these without being asked.
    return re.sub(r"(?i)\bwww\.", lambda m: m[0][:-1] + "&#46;", escaped)


def code(text: object, longest: int = _LONGEST) -> str:
    """Return text in the typeface of code; inside it GitHub mentions nobody and links nothing."""
    return f"<code>{plain(text, longest)}</code>"


def quoted(text: str) -> str:
    """Return one argument of a shell command, for a line of a fenced block."""
    return shlex.quote(_one_line(text, 300))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], numbers: int = 0) -> str:
    """Return a table; the cells are Markdown, the last ``numbers`` columns are set flush right."""
    left = len(header) - numbers
    ruler = ["---"] * left + ["---:"] * numbers
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, ruler, *rows))


def details(summary: str, body: str) -> str:
    """Return something that is shown when its summary is clicked."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def image(alternative: str, path: str) -> str:
    """Return a picture; path: relative to the page. The alternative text shows where it cannot be loaded."""
    return f"![{alternative}]({quote(path)})"


def number(value: object, share: bool = False) -> str:
    """Return a metric as text: a share in percent, a count in full, else four digits; "–" for none."""
    if value is None:
        return "–"
    if not is_number(value) or not isinstance(value, (int, float)):
        return plain(value)
    if share:
        return f"{value:.1%}"
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e9):
        return f"{int(value):,}"
    return f"{value:.4g}"


def arrow(change: Change) -> str:
    """Return how far a metric moved and whether that is better, as a cell."""
    if change.delta is None:
        return "new" if change.base is None else "gone" if change.head is None else ""
    if change.delta == 0 or number(change.base, change.share) == number(change.head, change.share):
        return "="
    by = f"{100 * change.delta:+.1f}" if change.share else f"{change.delta:+.3g}"
    direction = "↑" if change.delta > 0 else "↓"
    judged = {None: "", True: " ✓ better", False: " **✗ worse**"}[change.better]
    return f"{direction} {by}{judged}"


def _one_line(text: str, longest: int) -> str:
    clean = printable(" ".join(text.split()))
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"
