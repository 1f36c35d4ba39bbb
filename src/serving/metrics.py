"""Prometheus metrics. Labels come from short lists, so that no client can make new ones."""

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from .gate import Gate

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of Prometheus' text format."""

# Seconds. The goals are 40 and 150 ms; a large photograph takes longer.
_BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0, 10.0)


class Metrics:
    """Counters of one application, apart from those of any other in the process."""

    def __init__(self, gate: Gate, model: Mapping[str, str]) -> None:
        """Begin with nothing counted. model: what is told of the model, by label."""
        # A second line for each counter, which is not needed.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        own = CollectorRegistry()
        self._registry = own
        self.requests = Counter(
            "plates_requests", "Requests answered.", ("route", "status"), registry=own
        )
        self.seconds = Histogram(
            "plates_request_seconds", "Time to answer.", ("route",), registry=own, buckets=_BUCKETS
        )
        self.pictures = Counter("plates_pictures", "Pictures read without an error.", registry=own)
        self.plates = Counter("plates_read", "Plates read.", registry=own)
        self.collected = Counter(
            "plates_collected", "Pictures that were to be kept.", ("outcome",), registry=own
        )
        waiting = Gauge("plates_queue_depth", "Pictures that wait for a thread.", registry=own)
        waiting.set_function(lambda: gate.waiting)
        running = Gauge(
            "plates_in_progress", "Pictures that are being decoded or read.", registry=own
        )
        running.set_function(lambda: gate.running)
        late = Gauge("plates_late", "Pictures that a thread is at beyond their time.", registry=own)
        late.set_function(lambda: gate.late)
        told = Gauge("plates_model_info", "The model.", tuple(model), registry=own)
        told.labels(**model).set(1)
        ProcessCollector(registry=own)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count one answer. route: a route of the application, never a path as a client wrote it."""
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def count_plates(self, plates: int) -> None:
        """Count one picture that was read, and its plates."""
        self.pictures.inc()
        self.plates.inc(plates)

    def text(self) -> bytes:
        """Return all of them in Prometheus' text format."""
        return generate_latest(self._registry)
