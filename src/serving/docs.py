"""The description of the routes: /openapi.json, and a page of it without scripts or other hosts."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from .docs_page import docs_page
from .predict import FORMS, MAX_BATCH
from .refusal import STATUS
from .schemas import COMPONENTS, EXAMPLES
from .service import Service

_PICTURE = {"type": "string", "format": "binary"}
_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/bmp", "application/octet-stream")
_TRACK = {
    "name": "track",
    "in": "query",
    "description": "what the pictures of one vehicle have in common: those that are kept stay together",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{0,64}$", "default": ""},
}
_MULTIPART = "multipart/form-data"
_TEXTS = "for each of the plates, in their order; then those of plates that were missed"


def openapi(service: Service) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the service's routes."""
    settings = service.settings
    limits = (
        f"Requests of up to {settings.max_upload_mb:g} MB, pictures of up to "
        f"{settings.max_megapixels:g} megapixels; JPEG, PNG, WebP, BMP; EXIF orientation is applied."
    )
    more = [_TRACK] if service.collector else []
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Licence-plate reader",
            "version": service.model["version"],
            "description": limits,
        },
        "paths": {
            "/predict": {"post": _read("Read the plates of a picture", FORMS[0], more)},
            "/predict/batch": {"post": _batch(more)},
            "/invocations": {"post": _read("The same, as SageMaker calls it", FORMS[1], more)},
            **({"/feedback": {"post": _feedback()}} if service.collector else {}),
            "/healthz": {"get": _ask("Is the process alive?", "Live")},
            "/readyz": {"get": _ask("Does it take requests?", "Ready", 503)},
            "/ping": {"get": _ask("The same, as SageMaker calls it", "Ready", 503)},
            "/metrics": {
                "get": {
                    "summary": "Measurements in Prometheus' format",
                    "responses": {"200": _response("Metrics", {"text/plain": {"type": "string"}})},
                }
            },
            "/samples": {
                "get": {
                    "summary": "Names of sample pictures, to be had at /samples/NAME",
                    "responses": {
                        "200": _response(
                            "Names", _json({"type": "array", "items": {"type": "string"}})
                        )
                    },
                }
            },
        },
        "components": {"schemas": COMPONENTS},
    }


def docs_routes(document: dict[str, Any]) -> list[Route]:
    """Return /docs: the description as one page that a browser shows without running anything."""
    content = docs_page(document)

    async def docs(request: Request) -> Response:
        return HTMLResponse(content)

    return [Route("/docs", docs)]


def _read(summary: str, form: str, more: list[dict[str, Any]]) -> dict[str, Any]:
    file = _form({"file": _PICTURE}, "file")
    answers = {"anyOf": [_ref("Answer"), _ref("Detections")]}
    return {
        "summary": summary,
        "parameters": [
            {
                "name": "format",
                "in": "query",
                "description": "plates: all that is known. sagemaker: [class, score, xmin, ymin, xmax, ymax].",
                "schema": {"enum": list(FORMS), "default": form},
            },
            *more,
        ],
        "requestBody": {
            "required": True,
            "content": {_MULTIPART: file, **{kind: {"schema": _PICTURE} for kind in _PICTURES}},
        },
        "responses": {
            "200": {
                "description": "What was read; no plates where there are none",
                "content": {
                    "application/json": {
                        "schema": answers,
                        "examples": {name: {"value": value} for name, value in EXAMPLES.items()},
                    }
                },
            },
            **_errors(400, 413, 415, 422, 431, 500, 503),
        },
    }


def _batch(more: list[dict[str, Any]]) -> dict[str, Any]:
    files = {"type": "array", "items": _PICTURE, "minItems": 1, "maxItems": MAX_BATCH}
    return {
        "summary": f"Read up to {MAX_BATCH} pictures; a broken one gets its own error",
        **({"parameters": more} if more else {}),
        "requestBody": {"required": True, "content": {_MULTIPART: _form({"file": files}, "file")}},
        "responses": {
            "200": _response("One entry for each file", _json(_ref("BatchAnswer"))),
            **_errors(400, 413, 415, 422, 431, 500, 503),
        },
    }


def _feedback() -> dict[str, Any]:
    text = {
        "type": "string",
        "maxLength": 100,
        "description": "what stands on a plate; empty: unknown, -: no plate, =: as it was read",
    }
    fields = {
        "file": _PICTURE,
        "token": {"type": "string", "description": "feedback of the picture's answer"},
        "text": {"type": "array", "items": text, "maxItems": 14, "description": _TEXTS},
    }
    return {
        "summary": "Say that a picture was read wrongly, and what is right",
        "requestBody": {"required": True, "content": {_MULTIPART: _form(fields, "file", "token")}},
        "responses": {
            "200": _response("Whether it is kept", _json(_ref("Kept"))),
            **_errors(400, 413, 415, 422, 431, 500, 503),
        },
    }


def _ask(summary: str, answer: str, *errors: int) -> dict[str, Any]:
    return {
        "summary": summary,
        "responses": {"200": _response("Yes", _json(_ref(answer))), **_errors(*errors)},
    }


def _form(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"schema": {"type": "object", "properties": properties, "required": list(required)}}


def _errors(*statuses: int) -> dict[str, Any]:
    return {
        str(status): _response(
            ", ".join(code for code, its in STATUS.items() if its == status), _json(_ref("Error"))
        )
        for status in statuses
    }


def _response(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "content": {kind: {"schema": schema} for kind, schema in content.items()},
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": schema}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
