"""A note beside a bundle's files that says which version of a released model it is, where no tags can be asked."""

import re
from pathlib import Path

from ..common.files import write_json
from ..common.untrusted import read_json

NOTE = "promoted.json"
_RELEASE = re.compile(r"[\w./-]{1,100}@v[\w.+-]{1,50}")


def write_note(folder: Path, release: str, version: str) -> None:
    """Write the note. release: as "release@v1.0.0". version: of the bundle (card.py)."""
    write_json(folder / NOTE, {"release": release, "model": version})


def noted_release(folder: Path, version: str) -> str:
    """Return what a note says that a bundle of this version is; "" without one, and for one that is of another bundle.

    It only gives a name to the model: nothing is read otherwise for it, and no checksum or signature covers it.
    """
    try:
        content = read_json(folder / NOTE)
    except (OSError, ValueError):
        return ""
    if not isinstance(content, dict) or content.get("model") != version:
        return ""
    release = content.get("release")
    return release if isinstance(release, str) and _RELEASE.fullmatch(release) else ""
