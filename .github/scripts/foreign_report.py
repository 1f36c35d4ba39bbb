"""Takes a report and a number out of an archive that a stranger made: ``foreign_report.py ARCHIVE FOLDER``.

Two members are read, each up to a limit, whatever else the archive holds or says about itself; no path of it is used.
Runs on any Python 3.11 or later without packages, for the job that posts has none.
"""

import re
import sys
import unicodedata
import zipfile
import zlib
from pathlib import Path

LIMIT = 60_000
"""Characters of a comment; GitHub takes 65,536, of which CML's watermark wants some."""
NOTICE = "> From a fork, at the quick preset on a CPU. Nobody has checked this text.\n\n"


# What reading a damaged, locked or incomplete archive ends with.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError),
    *(NotImplementedError, RuntimeError, UnicodeDecodeError),
)


def clean(text: str) -> str:
    """Return a stranger's Markdown with nothing in it that calls people, hides itself or is too long.

    Mentions keep their look and lose their effect through a character of no width. Control characters, those that turn
    the direction of writing, and comments of HTML (CML's watermark is found by one of its own) are left out.
    """
    text = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    text = "".join(c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
    text = text.replace("CML watermark", "watermark").replace("@", "@\u200b")
    return NOTICE + text[:LIMIT]


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
