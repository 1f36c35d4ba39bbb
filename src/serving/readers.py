"""Processes that read pictures for the server.

Threads would wait for one another: a third of a reading is Python, which one thread at a time can run.
"""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..bundle.bundle import Bundle
from ..inference.reader import Reading
from .processes import Process, Processes, fill
from .reader import ANSWER, REQUEST, readings_of

# Longest answer in bytes: hundreds of plates.
_MAX_ANSWER = 1 << 24
_BLANK = np.zeros((32, 32), np.uint8)


class Readers(Processes):
    """So many processes with the model of a bundle's folder, each with one picture at a time. Threads may share it.

    countries: as `Settings` has them. Raises UserError where they do not start.
    """

    work = "read"

    def __init__(self, count: int, bundle: Bundle, countries: Sequence[str]) -> None:
        arguments = [str(bundle.folder.resolve()), bundle.card.version, *countries]
        super().__init__(count, "reader", arguments)

    def greet(self, process: Process) -> None:
        """Have it read a picture without anything: it has opened the model then, which no client should wait for."""
        readings_of(_ask(process, _BLANK))

    def read(self, grey: NDArray[np.uint8], seconds: float) -> list[Reading]:
        """Return what `PlateReader.read` returns; raises what `Processes.run` does, and RuntimeError where it fails."""
        return readings_of(self.run(lambda process, _: _ask(process, grey), seconds))


def _ask(process: Process, grey: NDArray[np.uint8]) -> object:
    """Return what a process answers; any error where it is gone, or talks nonsense."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(REQUEST.pack(*grey.shape))
    process.stdin.write(np.ascontiguousarray(grey).data)
    process.stdin.flush()
    (size,) = ANSWER.unpack(fill(process.stdout, bytearray(ANSWER.size)))
    if size > _MAX_ANSWER:
        raise ValueError(f"a reader answers with {size} bytes")
    return json.loads(fill(process.stdout, bytearray(size)))
