"""XML of others, read piece by piece and within limits: nothing is fetched or expanded."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from .documents import CHUNK, MAX_DEPTH, require_file


def read_elements(path: Path, tags: frozenset[str]) -> Iterator[Element]:
    """Yield the elements of an XML file that have one of some names, with all they hold; one is held at a time.

    Raises ValueError for what is damaged, and for a file that declares a document type: entities grow without end, and
    fetch files.
    """
    require_file(path, None)
    done: list[Element] = []
    reader = _ElementReader(tags, done)
    with path.open("rb") as file:
        while True:
            piece = file.read(CHUNK)
            reader.feed(piece)
            yield from done
            done.clear()
            if not piece:
                return


class _ElementReader:
    def __init__(self, tags: frozenset[str], done: list[Element]) -> None:
        self._tags, self._done = tags, done
        self._depth, self._opened_at, self._builder = 0, 0, TreeBuilder()
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data

    def feed(self, piece: bytes) -> None:
        try:
            self._parser.Parse(piece, not piece)
        except (
            expat.ExpatError,
            LookupError,
        ) as error:  # the latter of an encoding that there is not
            raise ValueError(f"is no XML ({error})") from error

    def _refuse(self, *_: object) -> None:
        raise ValueError("declares a document type, which labels need not; remove <!DOCTYPE …>")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError("is nested too deeply")
        if not self._opened_at and tag in self._tags:
            self._opened_at, self._builder = self._depth, TreeBuilder()
        if self._opened_at:
            self._builder.start(tag, attributes)

    def _data(self, text: str) -> None:
        if self._opened_at:
            self._builder.data(text)

    def _end(self, tag: str) -> None:
        if self._opened_at:
            self._builder.end(tag)
        if self._depth == self._opened_at:
            self._opened_at = 0
            self._done.append(self._builder.close())
        self._depth -= 1
