"""Health routes: liveness, readiness and metrics."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .metrics import CONTENT_TYPE
from .refusal import ApiError
from .service import Service

# Of the card's metrics, how good the model is on its own test scenes, and of how many plates, for the page to show.
_TOLD = ("val_acc", "plates")


def health_routes(service: Service) -> list[Route]:
    """Return /healthz, /readyz, /ping (SageMaker's name for the second) and /metrics.

    A bundle is tried out while it is loaded, before there is a service: what runs is ready until it is told to stop, or
    as long as every thread that reads pictures is at one beyond its time, or no process that decodes or reads is up.
    """

    metrics = service.bundle.card.metrics

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> Response:
        if not service.ready:
            raise ApiError("busy", "shutting down" if service.stopping else "nothing here works")
        measured = {name: metrics[name] for name in _TOLD if name in metrics}
        promoted = {name: said for name, said in service.promoted.items() if said}
        told = {"status": "ready", "model": {**service.model, **promoted, "metrics": measured}}
        if service.collector is not None:
            # The page says it before it takes a picture.
            settings = service.settings
            told["collects"] = {"below": settings.collect_below, "days": settings.collect_days}
        return JSONResponse(told)

    async def measurements(request: Request) -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    return [
        Route("/healthz", live),
        Route("/readyz", ready),
        Route("/ping", ready),
        Route("/metrics", measurements),
    ]
