"""The routes that read pictures: /predict, /predict/batch and /invocations."""

import asyncio
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .bodies import Upload, read_uploads
from .log import is_plain
from .refusal import ApiError, error_body
from .service import Service, detections

FORMS = ("plates", "sagemaker")
"""Values of ?format=: everything that is known, or the lists of a hosted detector."""
MAX_BATCH = 16
"""Files of one /predict/batch."""


def predict_routes(service: Service) -> list[Route]:
    """Return the routes. They are bare ones of Starlette: checking every answer against a model costs more than
    the rest of the request; a test compares answers with the schema instead.
    """

    async def predict(request: Request) -> Response:
        return await _one(service, request, default=FORMS[0])

    async def invocations(request: Request) -> Response:
        return await _one(service, request, default=FORMS[1])

    async def batch(request: Request) -> Response:
        _take_track(request)
        with service.budget.hold(client_of(request)) as take:
            fields, limit = ("file", "files"), service.settings.max_bytes
            uploads = await read_uploads(request, fields, MAX_BATCH, limit, take, bare=False)
            return JSONResponse(await _batch(service, request, uploads))

    return [
        Route("/predict", predict, methods=["POST"]),
        Route("/predict/batch", batch, methods=["POST"]),
        Route("/invocations", invocations, methods=["POST"]),
    ]


async def _one(service: Service, request: Request, default: str) -> Response:
    form = request.query_params.get("format", default)
    if form not in FORMS:
        raise ApiError("invalid_field", f"there is no such format: choose {' or '.join(FORMS)}")
    _take_track(request)
    with service.budget.hold(client_of(request)) as take:
        limit = service.settings.max_bytes
        uploads = await read_uploads(request, ("file",), MAX_BATCH, limit, take)
        if len(uploads) > 1:
            raise ApiError("invalid_field", "send one file, or several to /predict/batch")
        answer = await service.answer(uploads[0], request.state.note)
    return JSONResponse(answer if form == FORMS[0] else detections(answer))


async def _batch(service: Service, request: Request, uploads: Sequence[Upload]) -> dict[str, Any]:
    # One batch takes no more places at once than there are threads, so that it fills no queue by itself.
    places = asyncio.Semaphore(service.settings.concurrency)
    note = request.state.note

    async def answer(upload: Upload) -> dict[str, Any]:
        async with places:
            try:
                return {"file": upload.name, **await service.answer(upload, note)}
            except ApiError as error:
                return {"file": upload.name, **error_body(error, note.request_id)}

    results = await asyncio.gather(*map(answer, uploads))
    failed = sum("error" in result for result in results)
    note.facts["failed"] = failed
    return {"results": results, "model": service.model}


def _take_track(request: Request) -> None:
    """Note what the client calls the vehicle that its pictures are of."""
    track = request.query_params.get("track", "")
    if track and not is_plain(track):
        raise ApiError("invalid_field", "track: at most 64 letters and digits, and . _ -")
    request.state.note.track = track


def client_of(request: Request) -> str:
    """Return the address that a request comes from."""
    return request.client.host if request.client else ""
