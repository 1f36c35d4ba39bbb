"""Errors of a request: a stable code, a sentence, an HTTP status. Independent of the web framework."""

from collections.abc import Mapping
from typing import Any

STATUS: Mapping[str, int] = {
    "malformed_request": 400,
    "not_an_image": 400,
    "truncated_image": 400,
    "too_many_pixels": 400,
    "too_complex": 400,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_large": 413,
    "wrong_type": 415,
    "invalid_field": 422,
    "headers_too_large": 431,
    "internal": 500,
    "busy": 503,
    "timeout": 503,
}
"""HTTP status by code. Clients may rely on the codes; the sentences may change."""

RETRY_AFTER_S = 1


class ApiError(Exception):
    """A refusal. code: a key of `STATUS`. message: a sentence for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
        self.status = STATUS[code]


def error_body(error: ApiError, request_id: str) -> dict[str, Any]:
    """Return the answer of an error."""
    return {"error": {"code": error.code, "message": error.message}, "request_id": request_id}
