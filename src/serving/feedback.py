"""The route by which clients say what was read wrongly: /feedback, where pictures are collected."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .bodies import read_form
from .predict import client_of
from .refusal import ApiError
from .service import Service


def feedback_routes(service: Service) -> list[Route]:
    """Return /feedback; nothing where the service collects nothing."""
    if service.collector is None:
        return []

    async def feedback(request: Request) -> Response:
        with service.budget.hold(client_of(request)) as take:
            form = await read_form(
                request, ("file",), ("token", "text"), 1, service.settings.max_bytes, take
            )
            if len(form.texts["token"]) != 1:
                raise ApiError("invalid_field", 'send one field "token": "feedback" of the answer')
            kept = await service.correct(
                form.uploads[0], form.texts["token"][0], form.texts["text"], request.state.note
            )
        return JSONResponse({"kept": kept})

    return [Route("/feedback", feedback, methods=["POST"])]
