"""The process that reads what was decoded: `python -m src.serving.reader FOLDER VERSION [COUNTRY…]`, of `Readers`.

Standard input brings (height, width) and as many grey pixels. Standard output gives the number of bytes that follow:
the readings as JSON, or what went wrong as a text in JSON.
"""

import json
import os
import signal
import struct
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..bundle.bundle import Bundle, load_bundle
from ..common.errors import UserError, run_main
from ..generators.formats import get_format
from ..generators.formats.issuers import Subdivision
from ..inference.reader import PlateReader, Reading
from ..inference.region import Region
from ..sandbox.memory import return_large_blocks

REQUEST, ANSWER = struct.Struct("<QQ"), struct.Struct("<Q")


def main() -> None:
    """Answer requests until the server is gone."""
    # The server ends it; an interrupt would tear the answer at hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print goes elsewhere
    cv2.setNumThreads(0)
    return_large_blocks()
    reader = _open(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
    requests = sys.stdin.buffer
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        height, width = REQUEST.unpack(head)
        image = np.frombuffer(requests.read(height * width), np.uint8).reshape(height, width)
        content = json.dumps(_answer(reader, image), default=float).encode()
        answers.write(ANSWER.pack(len(content)) + content)
        answers.flush()


def reader_for(bundle: Bundle, countries: Sequence[str]) -> PlateReader:
    """Return a bundle's reader of these countries' plates, or of all where there are none.

    Raises UserError where its plate format has no plates of one of them.
    """
    if not countries:
        return bundle.reader
    return bundle.reader.with_format(get_format(bundle.card.plate_format).of_countries(countries))


def readings_of(answer: Any) -> list[Reading]:
    """Return the readings that a process answered; raises RuntimeError with what went wrong there."""
    if isinstance(answer, str):
        raise RuntimeError(answer)
    return [_reading(facts) for facts in answer]


def facts_of(reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON has it, of which `readings_of` makes the same one again."""
    return {**asdict(reading), "quad": reading.quad.tolist()}


def _reading(facts: dict[str, Any]) -> Reading:
    region, characters = facts["region"], facts["characters"]
    if region is not None:
        within = region["subdivision"]
        region = Region(**region | {"subdivision": within and Subdivision(**within)})
    return Reading(
        **facts
        | {
            "quad": np.array(facts["quad"], np.float32),
            "characters": tuple((character, strength) for character, strength in characters),
            "region": region,
        }
    )


def _answer(reader: PlateReader, image: "np.ndarray[Any, np.dtype[np.uint8]]") -> Any:
    try:
        return [facts_of(reading) for reading in reader.read(image)]
    except Exception as error:  # the server tells its client, and goes on
        return f"{type(error).__name__}: {error}"


def _open(folder: Path, version: str, countries: Sequence[str]) -> PlateReader:
    bundle = load_bundle(folder)
    if bundle.card.version != version:
        raise UserError(
            f"{folder} has model {bundle.card.version} now, and the server began with {version}: start the server again"
        )
    return reader_for(bundle, countries)


if __name__ == "__main__":
    run_main(main)
