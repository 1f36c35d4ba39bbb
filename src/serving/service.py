"""One model behind the service: from an upload to an answer."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..bundle.bundle import Bundle
from ..bundle.endpoint import describe
from ..generators.formats import get_format
from ..inference.engine import CPU
from ..inference.reader import Reading
from ..monitoring.observation import observe
from ..sandbox.memory import return_large_blocks
from .bodies import Upload
from .collector import DROPPED, Collector, Seen, is_kept
from .decoders import Decoders
from .drift_log import DriftLog
from .gate import Budget, Gate
from .log import Note
from .metrics import Metrics
from .processes import Processes
from .reader import reader_for
from .readers import Readers
from .refusal import ApiError
from .settings import Settings

# From a file, its declared type and the seconds for it, to grey pixels, and from those and the seconds to readings.
Decode = Callable[[bytes, str, float], NDArray[np.uint8]]
Read = Callable[[NDArray[np.uint8], float], list[Reading]]

# Seconds in which the last lines of the drift log are written.
_LAST_LINES_S = 1.0
# Uploads of full size that may be in memory at once.
_BODIES = 8


class Service:
    """A bundle with the limits and measurements around it.

    decode, read: as `Decoders.decode` and `Readers.read`, whose processes it starts unless others are given. stopping:
    set when the server is told to end; what was accepted is still answered. collector: what keeps pictures, if the
    settings say so.

    Raises UserError where the settings name a country that the model's plate format has no plates of, or a folder or a
    file that cannot be written.
    """

    def __init__(
        self,
        bundle: Bundle,
        settings: Settings,
        decode: Decode | None = None,
        read: Read | None = None,
    ) -> None:
        # OpenCV's own threads would wait for one another: each picture has a thread already.
        cv2.setNumThreads(0)
        return_large_blocks()
        bundle = replace(bundle, reader=reader_for(bundle, settings.countries))
        self.bundle, self.settings = bundle, settings
        self.budget = Budget(_BODIES * settings.max_bytes)
        self._processes: list[Processes] = []
        if decode is None:
            decoders = Decoders(settings.concurrency, settings.max_pixels)
            self._processes.append(decoders)
            decode = decoders.decode
        self._decode = decode
        threads = settings.concurrency
        # What is to be the only reader, or has another device compute, may as well be here. To processes one thread
        # sends a picture while another has the next one decoded.
        if read is None and threads > 1 and bundle.engine.provider == CPU:
            readers = Readers(threads, bundle, settings.countries)
            self._processes.append(readers)
            read, threads = readers.read, 2 * threads
        self._look_at = read or (lambda grey, seconds: bundle.reader.read(grey))
        self.gate = Gate(threads, settings.queue, settings.timeout_s)
        self.model = {"version": bundle.card.version, "format": bundle.card.plate_format}
        # Of a released model, which version that is, and the stage that this server is of; "" where nobody has said so.
        self.promoted = {"release": bundle.release, "stage": bundle.stage}
        self.metrics = Metrics(self.gate, {**self.model, **self.promoted})
        self.stopping = False
        self.collector: Collector | None = None
        if settings.collect:
            outcomes = self.metrics.collected
            self.collector = Collector(settings, lambda outcome: outcomes.labels(outcome).inc())
        self._drift_log: DriftLog | None = None
        if settings.drift_log:
            path, most = Path(settings.drift_log), round(settings.drift_log_mb * 1e6)
            self._drift_log = DriftLog(path, most, self.model)
        self._format = get_format(bundle.card.plate_format)

    async def answer(self, upload: Upload, note: Note) -> dict[str, Any]:
        """Return the answer for one file, and note facts on it for the log.

        Raises ApiError as `Decoders.decode` and `Gate.run` do.
        """
        end = time.monotonic() + self.settings.timeout_s
        answer = await self.gate.run(lambda: self._read(upload, end, note))
        self.metrics.count_plates(len(answer["plates"]))
        facts = note.facts
        facts["plates"] = facts.get("plates", 0) + len(answer["plates"])
        if self.settings.log_text:
            facts.setdefault("texts", []).extend(plate["text"] for plate in answer["plates"])
        return answer

    async def correct(self, upload: Upload, token: str, texts: Sequence[str], note: Note) -> bool:
        """Keep a picture with what its client says of it, as `Collector.correct` takes it; return whether it is kept.

        Where the disk does not take it, it is not, and the log says why. Raises ApiError as `answer` does,
        "invalid_field" for a token that is not of this picture or for texts that no plate can have, and "busy" where
        too many wait for the disk.
        """
        collector = self.collector
        assert collector is not None, "there is no route to here where nothing is collected"
        end = time.monotonic() + self.settings.timeout_s

        def read() -> Future[str]:
            # Before anything is decoded.
            group = collector.group_of(token, upload.content)
            grey, readings = self._look(upload, end)
            seen = Seen(upload.content, readings, (grey.shape[1], grey.shape[0]), group)
            return collector.correct(seen, texts)

        written = await self.gate.run(read)
        try:
            async with asyncio.timeout(max(0.0, end - time.monotonic())):
                outcome = await asyncio.wrap_future(written)
        except TimeoutError:
            raise ApiError("timeout", "the disk takes too long; try again") from None
        if outcome == DROPPED:
            raise ApiError("busy", "too many pictures wait to be kept; try again in a moment")
        note.facts["kept"] = is_kept(outcome)
        return is_kept(outcome)

    @property
    def ready(self) -> bool:
        """Whether it takes pictures: not stopping, not every thread hangs, and processes are there."""
        works = all(processes.ready for processes in self._processes)
        return not self.stopping and not self.gate.hung and works

    def close(self) -> None:
        """Take up no more work, keep what is to be kept, and end the processes, also those at work."""
        self.gate.close()
        if self.collector is not None:
            self.collector.close()
        if self._drift_log is not None:
            self._drift_log.close(_LAST_LINES_S)
        for processes in self._processes:
            processes.close()

    def _look(self, upload: Upload, end: float) -> tuple[NDArray[np.uint8], list[Reading]]:
        grey = self._decode(upload.content, upload.declared, end - time.monotonic())
        return grey, self._look_at(grey, end - time.monotonic())

    def _read(self, upload: Upload, end: float, note: Note) -> dict[str, Any]:
        begin = time.perf_counter()
        grey, readings = self._look(upload, end)
        height, width = grey.shape
        described = describe(readings, width, height)
        ms = round(1000 * (time.perf_counter() - begin), 2)
        answer = {**described, "ms": ms, "model": self.model}
        if self._drift_log is not None:
            self._drift_log.write(observe(grey, readings, self._format))
        if self.collector is not None:
            group = note.track or note.request_id
            seen = Seen(upload.content, readings, (width, height), group)
            answer["feedback"] = self.collector.offer(seen)
        return answer


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
