"""Error responses: always the same shape, and never a stack trace."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from .refusal import RETRY_AFTER_S, ApiError, error_body

_INTERNAL = "something went wrong here; the log has more under this request id"


def error_response(
    error: ApiError, request_id: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return the response of an error; a 503 says when to try again (RFC 9110, 10.2.3)."""
    more = {"Retry-After": str(RETRY_AFTER_S)} if error.status == 503 else {}
    return JSONResponse(error_body(error, request_id), error.status, {**(headers or {}), **more})


def internal_error(request_id: str) -> JSONResponse:
    """Return the response of a defect, which tells nothing about it."""
    return error_response(ApiError("internal", _INTERNAL), request_id)


def add_error_handlers(app: FastAPI) -> None:
    """Give every refusal, the framework's own ones too, the same shape."""

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ApiError)
        return _answer(request, error)

    async def by_framework(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        if error.status_code == 405:
            # RFC 9110, 15.5.6, demands it, and Starlette's file routes leave it out; others tell it in any order.
            allowed = headers.get("Allow", "GET, HEAD").split(", ")
            headers["Allow"] = ", ".join(sorted(allowed))
        return _answer(request, _translate(error.status_code, request), headers)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        return _answer(request, _translate(422, request))

    app.add_exception_handler(ApiError, refused)
    app.add_exception_handler(HTTPException, by_framework)
    app.add_exception_handler(RequestValidationError, invalid)


def _answer(
    request: Request, error: ApiError, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    note = request.state.note
    note.facts["code"] = error.code
    return error_response(error, note.request_id, headers)


def _translate(status: int, request: Request) -> ApiError:
    """Return the framework's own refusal in the words of this service."""
    if status >= 500:
        return ApiError("internal", _INTERNAL)
    if status == 405:
        return ApiError(
            "method_not_allowed", f"{request.method} is not for this address: see /docs"
        )
    if status in (401, 403, 404):
        return ApiError("not_found", "there is nothing at this address: see /docs")
    return ApiError("invalid_field", "the request is not as /docs describes it")
