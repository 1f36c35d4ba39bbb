"""Takes a report and a number out of an archive that a stranger made: ``foreign_report.py ARCHIVE FOLDER``.

Two members are read, each up to a limit, whatever else the archive holds or says about itself; no path of it is used.
Runs on any Python 3.11 or later without packages, for the job that posts has none.
"""

import html
import re
import sys
import unicodedata
import zipfile
import zlib
from pathlib import Path

LIMIT = 60_000
"""Characters of a comment; GitHub takes 65,536, of which CML's watermark wants some."""
ROUNDS = 20
"""How deep things may be nested in each other; an honest report is clean after the second round."""
NOTICE = "> From a fork, at the quick preset on a CPU. Nobody has checked this text.\n\n"


# What reading a damaged, locked or incomplete archive ends with.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError),
    *(NotImplementedError, RuntimeError, UnicodeDecodeError),
)


# An entity as browsers read it, with or without a semicolon; what it stands for is html.unescape's to say.
_ENTITY = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]{1,31};?)")
# All the HTML that reports are made of (src/reporting/markdown.py), and nothing that could carry an attribute.
_TAG = re.compile(r"<(/?)(details|summary|code|sub)>|<")
_WATERMARK = re.compile("watermark", re.IGNORECASE)
_PICTURE = re.compile(r"(watermark)(\.|&#46;)(png)", re.IGNORECASE)
# Of no width: parts what would have an effect together, and changes nothing for the eye.
_APART = "\u200b"
# At-signs: the usual one, and those that become it where a program normalises text.
_AT = "@\uff20\ufe6b"


def clean(text: str) -> str:
    """Return a stranger's Markdown below a line that says where it comes from, defused and at most LIMIT characters."""
    return NOTICE + defused(text)


def defused(text: str) -> str:
    """Return a stranger's Markdown with nothing in it that calls people, hides itself, breaks out or is too long.

    Mentions keep their look and lose their effect through a character of no width. Control characters, those that turn
    the direction of writing, and comments of HTML are left out, as is what CML finds its own comment by. Tags are those
    of reports, each with its end; any other bracket shows as it is. Entities count as what they stand for. All of that
    is repeated until nothing changes, so that no part which is left out can join what was around it. Cleaning twice is
    cleaning once.
    """
    text = text[:LIMIT]
    for _ in range(ROUNDS):
        before, text = text, _parted(_balanced(_plain(text)))[:LIMIT]
        if text == before:
            return text
    # Nothing of it has an effect any more, and so nothing is left to be undone.
    return defused(re.sub("[&<]", lambda found: f"&#{ord(found[0])};", text))


def _plain(text: str) -> str:
    """Leave out what is hidden, and part what has an effect."""
    text = _ENTITY.sub(lambda found: _decoded(found[0]), text)
    text = "".join(c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
    text = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    text = re.sub(f"[{_AT}]|&#(?:65312|65131);", lambda found: found[0] + _APART, text)
    return _PICTURE.sub(rf"\1{_APART}\2\3", _without_watermarks(text))


def _decoded(entity: str) -> str:
    """Return what an entity stands for: letters and spaces as they are, signs as one canonical entity.

    An at-sign is no longer an entity, so that it is seen as one.
    """
    if (text := html.unescape(entity)) == entity:
        return entity
    return "".join(
        c
        if c.isalnum() or c.isspace() or c in _AT or unicodedata.category(c).startswith("C")
        else f"&#{ord(c)};"
        for c in text
    )


def _without_watermarks(text: str) -> str:
    """Leave out the word CML, however often it comes, before the word watermark."""
    parts, start = [], 0
    for found in _WATERMARK.finditer(text):
        before = text[start : found.start()]
        while (shorter := before.rstrip())[-3:].lower() == "cml":
            before = shorter[:-3]
        parts += [before, found[0]]
        start = found.end()
    return "".join([*parts, text[start:]])


def _balanced(text: str) -> str:
    """Make every bracket that opens no tag of a report, and every tag without its other half, text."""
    tags = list(_TAG.finditer(text))
    paired: set[int] = set()
    waiting: list[re.Match[str]] = []
    for tag in tags:
        if tag[2] and not tag[1]:
            waiting.append(tag)
        elif tag[2] and waiting and waiting[-1][2] == tag[2]:
            paired |= {waiting.pop().start(), tag.start()}
    return _TAG.sub(lambda tag: tag[0] if tag.start() in paired else f"&#60;{tag[0][1:]}", text)


def _parted(text: str) -> str:
    """Part brackets and ampersands that are text from what follows: with it they would have an effect elsewhere."""
    return re.sub(rf"&#(?:60|38);(?=[^\s{_APART}])", lambda found: found[0] + _APART, text)


def member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return the first bytes of a member, at most ``limit``, however long it unpacks."""
    with archive.open(name) as file:
        return file.read(limit)


def main() -> None:
    """Write ``comment.md`` and ``number`` into the folder, or end with one line on what is wrong."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        with zipfile.ZipFile(source) as archive:
            number = member(archive, "number", 20).decode("ascii").strip()
            text = member(archive, "comment.md", 4 * LIMIT).decode("utf-8", errors="replace")
    except _BROKEN as error:
        sys.exit(f"error: the archive holds no report: {error}")
    if not re.fullmatch(r"[1-9][0-9]{0,9}", number):
        sys.exit(f"error: {number!r} is no number of a pull request")
    (folder / "number").write_text(f"{number}\n", encoding="ascii")
    (folder / "comment.md").write_text(clean(text), encoding="utf-8")


if __name__ == "__main__":
    main()
