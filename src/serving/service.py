"""One model behind the service: from an upload to an answer."""

import time
from collections.abc import Mapping
from typing import Any

import cv2

from src.serving.bodies import Upload
from src.serving.gate import Budget, Gate
from src.serving.log import Note
from src.serving.memory import return_large_blocks
from src.serving.metrics import Metrics
from src.serving.settings import Settings
from src.serving.uploads import decode_upload
from src.stack.bundle import Bundle
from src.stack.endpoint import describe

# Uploads of full size that may be in memory at once.
_BODIES = 8


class Service:
    """A bundle with the limits and measurements around it.

    stopping: set when the server is told to end; what was accepted is still answered.
    """

    def __init__(self, bundle: Bundle, settings: Settings) -> None:
        # OpenCV's own threads would wait for one another: each picture has a thread already.
        cv2.setNumThreads(0)
        return_large_blocks()
        self.bundle, self.settings = bundle, settings
        self.gate = Gate(settings.concurrency, settings.queue, settings.timeout_s)
        self.budget = Budget(_BODIES * settings.max_bytes)
        self.model = {"version": bundle.card.version, "format": bundle.card.plate_format}
        self.metrics = Metrics(self.gate, self.model["version"], self.model["format"])
        self.stopping = False

    async def answer(self, upload: Upload, note: Note) -> dict[str, Any]:
        """Return the answer for one file, and note facts on it for the log.

        Raises ApiError as `decode_upload` and `Gate.run` do.
        """
        answer = await self.gate.run(lambda: self._read(upload))
        self.metrics.count_plates(len(answer["plates"]))
        facts = note.facts
        facts["plates"] = facts.get("plates", 0) + len(answer["plates"])
        if self.settings.log_text:
            facts.setdefault("texts", []).extend(plate["text"] for plate in answer["plates"])
        return answer

    def _read(self, upload: Upload) -> dict[str, Any]:
        begin = time.perf_counter()
        grey = decode_upload(upload.content, upload.declared, self.settings.max_pixels)
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
