"""What a camera's process and the program say to each other, over two pipes.

The program sends one line of JSON, what the process is to open, and then one byte for each picture that it wants. The
process answers each byte with a head and what belongs to it.
"""

import json
import struct
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

HEAD = struct.Struct("<BdIII")
"""Kind, time in seconds, height and width of a picture or 0, and bytes of a text or 0."""
NEXT = b"n"
"""Asks for the newest picture that was not given yet."""
FRAME, LOST, GONE, END = range(4)
"""A picture (pixels follow); no picture, and why (a text follows), after which the process goes on, or ends; no more
pictures, ever, after which it ends as well."""
MOST_TEXT = 2000


@dataclass(frozen=True)
class Order:
    """What a camera's process is to open; the fields are those of `settings.Camera` and its limits."""

    kind: str
    source: str
    user: str
    password: str
    verify: bool
    ca_file: str
    transport: str
    rate: float
    connect_s: float
    stall_s: float
    most_bytes: int
    most_pixels: int

    def line(self) -> bytes:
        """Return it as a line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def read(line: bytes) -> "Order":
        """Return what `line` has made a line of."""
        return Order(**json.loads(line))

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        pair = f"{self.user}:{self.password}"
        return (self.source, *((pair, self.password) if self.password else ()))


@dataclass(frozen=True)
class Frame:
    """A picture of a camera: grey uint8 (H, W), and when it came, in seconds of `time.monotonic`; of a video file, in
    seconds from its start."""

    picture: NDArray[np.uint8]
    seconds: float
