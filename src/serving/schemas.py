"""The shapes of requests and answers, in the words of JSON Schema (2020-12, as OpenAPI 3.1 uses it)."""

from typing import Any

from ..common.plates import NUMBER_KEY, PREFIX_KEY
from .refusal import STATUS

Schema = dict[str, Any]


def _object(properties: Schema, optional: Schema | None = None, **more: Any) -> Schema:
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def _list(item: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": item, **more}


def _exactly(count: int, item: Schema) -> Schema:
    return _list(item, minItems=count, maxItems=count)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_FLAG: Schema = {"type": "boolean"}
_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_NOTHING: Schema = {"type": "null"}
_NUMBER: Schema = {"type": "number"}
_MEASURED: Schema = {"type": "object", "additionalProperties": _NUMBER}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_SIZE: Schema = {"type": "integer", "minimum": 1}

_CHARACTERS = [{"char": char, "confidence": 0.99} for char in "ZH123456"]
_PLATE_EXAMPLE = {
    "text": "ZH123456",
    PREFIX_KEY: "ZH",
    NUMBER_KEY: "123456",
    "confidence": 0.97,
    "confidence_min": 0.99,
    "characters": _CHARACTERS,
    "box": [60.0, 120.0, 180.0, 152.0],
    "quad": [[60.0, 120.0], [180.0, 124.0], [179.0, 152.0], [61.0, 148.0]],
    "score": 0.95,
    "partial": False,
    "pattern": "ZH123456",
    "region": {
        "code": "CH",
        "name": "Switzerland",
        "confidence": 1.0,
        "subdivision": {"code": "CH-ZH", "name": "Zürich"},
    },
}
_MODEL_EXAMPLE = {"version": "0123456789ab", "format": "swiss"}

EXAMPLES: dict[str, dict[str, Any]] = {
    "a plate": {
        "plate": "ZH123456",
        PREFIX_KEY: "ZH",
        NUMBER_KEY: "123456",
        "plates": [_PLATE_EXAMPLE],
        "image": {"width": 256, "height": 256},
        "ms": 8.5,
        "model": _MODEL_EXAMPLE,
    },
    "no plate": {
        "plate": None,
        PREFIX_KEY: None,
        NUMBER_KEY: None,
        "plates": [],
        "image": {"width": 256, "height": 256},
        "ms": 4.2,
        "model": _MODEL_EXAMPLE,
    },
}

_ANSWER: Schema = {
    "plate": _MAYBE,
    PREFIX_KEY: _MAYBE,
    NUMBER_KEY: _MAYBE,
    "plates": _list(_ref("Plate")),
    "image": _object({"width": _SIZE, "height": _SIZE}),
    "ms": {"type": "number", "minimum": 0, "description": "decoding and reading, milliseconds"},
    "model": _ref("Model"),
}
_TOKEN: Schema = {
    "feedback": {
        **_TEXT,
        "description": "where pictures are collected: the token for /feedback, valid for a week",
    }
}
_FAULT: Schema = {
    "error": _object({"code": {"enum": list(STATUS)}, "message": _TEXT}),
    "request_id": _TEXT,
}

COMPONENTS: dict[str, Schema] = {
    "Plate": _object(
        {
            "text": _TEXT,
            PREFIX_KEY: {"type": "string", "description": "empty where the format knows none"},
            NUMBER_KEY: _TEXT,
            "confidence": {**_SHARE, "description": "that the whole text is right"},
            "confidence_min": {**_SHARE, "description": "of the weakest character"},
            "characters": _list(_object({"char": _TEXT, "confidence": _SHARE})),
            "box": {**_exactly(4, _NUMBER), "description": "x1, y1, x2, y2 in pixels"},
            "quad": {
                **_exactly(4, _exactly(2, _NUMBER)),
                "description": "corners in pixels, clockwise from the plate's own top left",
            },
            "score": {**_SHARE, "description": "that there is a plate"},
            "partial": {**_FLAG, "description": "a part of the plate cannot be seen"},
            "pattern": {
                **_TEXT,
                "description": "the text with ? for characters that cannot be seen",
            },
            "region": {
                "anyOf": [_ref("Region"), _NOTHING],
                "description": "the country that issued it; null where the text does not tell",
            },
        }
    ),
    "Region": _object(
        {
            "code": {**_TEXT, "description": "ISO 3166-1, two letters"},
            "name": _TEXT,
            "confidence": {
                **_SHARE,
                "description": "that it is this country, if the text is right",
            },
            "subdivision": {
                "anyOf": [_object({"code": _TEXT, "name": _TEXT}), _NOTHING],
                "description": "canton or province where the plate says so, by ISO 3166-2",
            },
        }
    ),
    "Model": _object({"version": _TEXT, "format": _TEXT}),
    "Answer": _object(_ANSWER, _TOKEN, examples=list(EXAMPLES.values())),
    "Detections": _object(
        {"prediction": _list(_exactly(6, _NUMBER))},
        description="[class, score, xmin, ymin, xmax, ymax], the box in shares of width and height",
        examples=[{"prediction": [[0.0, 0.95, 0.23, 0.47, 0.7, 0.59]]}],
    ),
    "BatchAnswer": _object(
        {
            "results": _list(
                {
                    "anyOf": [
                        _object({"file": _TEXT, **_ANSWER}, _TOKEN),
                        _object({"file": _TEXT, **_FAULT}),
                    ]
                }
            ),
            "model": _ref("Model"),
        },
        description="one entry for each file, in the order of the request",
    ),
    "Error": _object(
        _FAULT,
        examples=[
            {
                "error": {"code": "not_an_image", "message": "this is no picture; send JPEG, …"},
                "request_id": "5f0c1d",
            }
        ],
    ),
    "Ready": _object(
        {
            "status": {"const": "ready"},
            "model": _object(
                {"version": _TEXT, "format": _TEXT, "metrics": _MEASURED},
                {
                    "release": {**_TEXT, "description": "of a released model, which version"},
                    "stage": {**_TEXT, "description": "the stage that this server is of"},
                },
            ),
        },
        {
            "collects": _object(
                {
                    "below": {**_SHARE, "description": "pictures of less confidence are kept"},
                    "days": {**_NUMBER, "description": "for so long"},
                }
            )
        },
    ),
    "Kept": _object(
        {"kept": {**_FLAG, "description": "false where the disk did not take it"}},
        examples=[{"kept": True}],
    ),
    "Live": _object({"status": {"const": "ok"}}),
}
