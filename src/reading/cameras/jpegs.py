"""JPEG files one after the other in a stream of bytes.

They are told by their own markers alone. What a server says of them (boundaries, lengths) is not needed, and is wrong
often enough: a stream that lies, breaks off within a picture or sends anything else goes on with the next whole one.
"""

import re

_START = b"\xff\xd8\xff"
# A marker in entropy-coded data: neither a stuffed byte, nor a restart, nor a fill byte.
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA


class JpegSplitter:
    """Takes bytes as they come, and gives the whole files among them.

    most_bytes: of one file; larger ones are left out, and so counted. too_large, broken: files that were left out, or
    ended within.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = bytearray()
        # Where the next marker of the file at the start of what is held is looked for, and whether that is in its
        # entropy-coded data; 0: there is no file yet.
        self._at, self._scan = 0, False
        self.too_large = self.broken = 0

    def feed(self, content: bytes) -> list[bytes]:
        """Take the next bytes; return the files that are whole by now."""
        self._held += content
        found = []
        while (file := self._next()) is not None:
            found.append(file)
        return found

    def _next(self) -> bytes | None:
        """Return the next whole file; None where more bytes are needed."""
        while self._find_start():
            end = self._find_end()
            if end > 0:
                file = bytes(self._held[:end])
                self._drop(end)
                if len(file) <= self._most:
                    return file
                self.too_large += 1
            elif end == 0:
                if len(self._held) <= self._most:
                    return None
                self.too_large += 1
                self._drop(2)
            else:
                self.broken += 1
                self._drop(2)
        return None

    def _find_start(self) -> bool:
        """Bring the start of a file to the start of what is held; say whether there is one."""
        if self._at:
            return True
        start = self._held.find(_START)
        if start < 0:
            del self._held[:-2]  # it may begin there
            return False
        del self._held[:start]
        self._at, self._scan = 2, False
        return True

    def _find_end(self) -> int:
        """Return how long the file is; 0 where that is not known yet, -1 where it is damaged."""
        held = self._held
        while True:
            if self._scan:
                found = _MARKER.search(held, self._at)
                if found is None:
                    # A marker may begin with the last byte.
                    self._at = max(self._at, len(held) - 1)
                    return 0
                self._at, kind = found.end(), found[1][0]
            else:
                while self._at + 1 < len(held) and held[self._at : self._at + 2] == b"\xff\xff":
                    self._at += 1
                if self._at + 2 > len(held):
                    return 0
                if held[self._at] != 0xFF:
                    return -1
                kind = held[self._at + 1]
                self._at += 2
            if kind == _EOI:
                return self._at
            if kind == _SOI or kind == 0:
                return -1
            if self._at + 2 > len(held):
                self._at -= 2  # the marker, of which the length is to come
                self._scan = False
                return 0
            length = int.from_bytes(held[self._at : self._at + 2], "big")
            if length < 2:
                return -1
            self._at += length
            self._scan = kind == _SOS

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self._at, self._scan = 0, False
