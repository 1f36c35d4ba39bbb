"""One model behind the service: from an upload to an answer."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..bundle.bundle import Bundle
from ..bundle.endpoint import describe
from ..generators.formats import get_format
from ..sandbox.memory import return_large_blocks
from .bodies import Upload
from .decoders import Decoders
from .gate import Budget, Gate
from .log import Note
from .metrics import Metrics
from .settings import Settings

# From a file, its declared type and the seconds for it, to grey pixels.
Decode = Callable[[bytes, str, float], NDArray[np.uint8]]

# Uploads of full size that may be in memory at once.
_BODIES = 8


class Service:
    """A bundle with the limits and measurements around it.

    decode: as `Decoders.decode`, whose processes it starts unless another is given. stopping: set when the server is
    told to end; what was accepted is still answered.

    Raises UserError where the settings name a country that the model's plate format has no plates of.
    """

    def __init__(self, bundle: Bundle, settings: Settings, decode: Decode | None = None) -> None:
        # OpenCV's own threads would wait for one another: each picture has a thread already.
        cv2.setNumThreads(0)
        return_large_blocks()
        if settings.countries:
            expected = get_format(bundle.card.plate_format).of_countries(settings.countries)
            bundle = replace(bundle, reader=bundle.reader.with_format(expected))
        self.bundle, self.settings = bundle, settings
        self.gate = Gate(settings.concurrency, settings.queue, settings.timeout_s)
        self.budget = Budget(_BODIES * settings.max_bytes)
        self._decoders: Decoders | None = None
        if decode is None:
            self._decoders = Decoders(settings.concurrency, settings.max_pixels)
            decode = self._decoders.decode
        self._decode = decode
        self.model = {"version": bundle.card.version, "format": bundle.card.plate_format}
        self.metrics = Metrics(self.gate, self.model["version"], self.model["format"])
        self.stopping = False

    async def answer(self, upload: Upload, note: Note) -> dict[str, Any]:
        """Return the answer for one file, and note facts on it for the log.

        Raises ApiError as `Decoders.decode` and `Gate.run` do.
        """
        end = time.monotonic() + self.settings.timeout_s
        answer = await self.gate.run(lambda: self._read(upload, end))
        self.metrics.count_plates(len(answer["plates"]))
        facts = note.facts
        facts["plates"] = facts.get("plates", 0) + len(answer["plates"])
        if self.settings.log_text:
            facts.setdefault("texts", []).extend(plate["text"] for plate in answer["plates"])
        return answer

    @property
    def ready(self) -> bool:
        """Whether it takes pictures: it is not stopping, and not every thread hangs."""
        return not self.stopping and not self.gate.hung

    def close(self) -> None:
        """Take up no more work, and end the decoding processes, also those at work."""
        self.gate.close()
        if self._decoders is not None:
            self._decoders.close()

    def _read(self, upload: Upload, end: float) -> dict[str, Any]:
        begin = time.perf_counter()
        grey = self._decode(upload.content, upload.declared, end - time.monotonic())
        readings = self.bundle.reader.read(grey)
        height, width = grey.shape
        described = describe(readings, width, height)
        ms = round(1000 * (time.perf_counter() - begin), 2)
        return {**described, "ms": ms, "model": self.model}


def detections(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer in the form of SageMaker's object detection: one list per plate, the surest first.

    [class, score, xmin, ymin, xmax, ymax]; the class is 0 (a plate), the box in shares of the picture's size, cut off
    at its edges. https://docs.aws.amazon.com/sagemaker/latest/dg/object-detection-in-formats.html
    """
    width, height = answer["image"]["width"], answer["image"]["height"]
    size = (width, height, width, height)
    return {
        "prediction": [
            [
                0.0,
                plate["score"],
                *(min(1.0, max(0.0, v / s)) for v, s in zip(plate["box"], size, strict=True)),
            ]
            for plate in answer["plates"]
        ]
    }
