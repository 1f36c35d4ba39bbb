"""Checks of an ONNX file before an engine opens it, without any package.

ONNX files may leave the numbers of a tensor in other files, which they name by a path; no checksum covers those, and
the path may lead out of the folder. The files of this project hold all of their numbers themselves.
"""

from collections.abc import Iterator

# By message, the fields that lead to others in which a tensor may stand (github.com/onnx/onnx, onnx/onnx.proto).
_INSIDE: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
# Of a tensor: where its numbers are, as pairs of key and value, and whether they are there.
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
# Graphs in graphs, and fields of all messages together: far above any network here, and soon counted.
_MAX_DEPTH, _MAX_FIELDS = 40, 500_000
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}


def check_self_contained(content: bytes) -> None:
    """Raise ValueError for a file that leaves numbers in other files, or that is no ONNX file at all."""
    waiting = [("model", memoryview(content), 0)]
    left = _MAX_FIELDS
    while waiting:
        message, part, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise ValueError("its graphs are nested too deeply")
        for field, kind, value in _fields(part):
            left -= 1
            if left < 0:
                raise ValueError("it has too many parts")
            if message == "tensor" and field in (_EXTERNAL_DATA, _DATA_LOCATION) and value:
                raise ValueError("it leaves numbers in other files, which no checksum covers")
            if kind == _LENGTH and field in _INSIDE[message] and isinstance(value, memoryview):
                waiting.append((_INSIDE[message][field], value, depth + 1))


def _fields(part: memoryview) -> Iterator[tuple[int, int, int | memoryview]]:
    """Yield number, kind and value of a message's fields; ValueError where it is none."""
    at = 0
    while at < len(part):
        tag, at = _varint(part, at)
        field, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            number, at = _varint(part, at)
            yield field, kind, number
            continue
        if kind == _LENGTH:
            size, at = _varint(part, at)
        elif kind in _SIZES:
            size = _SIZES[kind]
        else:
            raise ValueError("it is no ONNX file")
        if size > len(part) - at:
            raise ValueError("it ends too soon for an ONNX file")
        yield field, kind, part[at : at + size]
        at += size


def _varint(part: memoryview, at: int) -> tuple[int, int]:
    """Return a number of 7 bits per byte, the least first, and where it ends."""
    number = 0
    for shift in range(0, 70, 7):
        if at >= len(part):
            raise ValueError("it ends too soon for an ONNX file")
        byte = part[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
    raise ValueError("it is no ONNX file")
