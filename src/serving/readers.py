"""Processes that read pictures for the server.

Threads would wait for one another: a third of a reading is Python, which one thread at a time can run.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from ..bundle.bundle import Bundle
from ..common.errors import UserError
from ..inference.reader import Reading
from .processes import Process, Processes, fill
from .reader import ANSWER, REQUEST, readings_of
from .refusal import ApiError

# Longest answer in bytes: hundreds of plates.
_MAX_ANSWER = 1 << 24
# Seconds that a process has to open the model.
_START_S = 60.0


class Readers(Processes):
    """So many processes with the model of a bundle's folder, each with one picture at a time. Threads may share it.

    countries: as `Settings` has them. Raises UserError where they do not start.
    """

    work = "read"

    def __init__(self, count: int, bundle: Bundle, countries: Sequence[str]) -> None:
        super().__init__(
            count, "reader", [str(bundle.folder.resolve()), bundle.card.version, *countries]
        )
        # Each gets a picture while the others open the model: the first client should not wait for that.
        blank = np.zeros((32, 32), np.uint8)
        try:
            with ThreadPoolExecutor(count) as pool:
                list(pool.map(lambda _: self.read(blank, _START_S), range(count)))
        except ApiError as error:
            self.close()
            raise UserError(f"the processes that read did not start, see above: {error}") from error

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
