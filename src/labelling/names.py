"""Names of pictures that any system and any table can hold, and that no other picture has."""

from ..reading.sources import PICTURES

IMAGES = "images"
"""The folder of the pictures. Formats put what is beside it in there too."""

_LONGEST_NAME = 255
# Of a picture whose name has the ending of none: what a file is, its bytes say.
_SUFFIX = ".jpg"


class Names:
    """Gives out paths of pictures, each of them once."""

    def __init__(self) -> None:
        # Known by hashes: of a hundred thousand, texts would take many times the memory.
        self._stems: set[int] = set()

    def free(self, inner: str, name: str) -> str:
        """Return a path in a folder that no other picture has, not even with another suffix or in other cases.

        inner: the folder; "" for none, which is as good as `IMAGES`. name: of the picture, kept where it is free.
        """
        plain, dot, suffix = name.rpartition(".")
        plain, number = plain or suffix, 1
        stem, above = plain, f"{inner}/" if inner else ""
        while (key := _key(f"{above}{stem}")) in self._stems:
            number += 1
            behind = f"-{number}"
            room = _LONGEST_NAME - len(f"{behind}{dot}{suffix}".encode())
            stem = f"{plain.encode()[:room].decode(errors='ignore')}{behind}"
        self._stems.add(key)
        return f"{above}{stem}{dot}{suffix}" if dot else f"{above}{stem}"


def _key(path: str) -> int:
    return hash(path.removeprefix(f"{IMAGES}/").casefold())


def plain_name(name: str) -> str:
    """Return a folder's name that any system and any table can hold, and that is not hidden."""
    kept = "".join("_" if not c.isprintable() or c in '\\/:*?"<>|' else c for c in name)
    return kept.strip(" ").lstrip(" .") or "_"


def picture_name(name: str) -> str:
    """Return such a name of a picture: with the ending of one, by which folders are searched."""
    plain = plain_name(name)
    ending = f".{plain.rpartition('.')[2].lower()}"
    if ending in PICTURES and plain.rpartition(".")[0]:
        return plain
    room = _LONGEST_NAME - len(_SUFFIX)
    return f"{plain.encode()[:room].decode(errors='ignore')}{_SUFFIX}"
