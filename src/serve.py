"""Serve a saved model over HTTP: the page at /, pictures to /predict, see /docs.

python3 -m src.serve [--host HOST] [--port PORT] [--model PATH|release|own]
curl -F file=@photo.jpg localhost:8080/predict

The routes are in src/serving; src/mlem_room puts them into MLEM's own server.
"""

from importlib import import_module
from typing import Any

from .console import serve


def main() -> None:
    """Serve a saved model, until SIGTERM or an interrupt."""
    serve("python3 -m src.serve")


def __getattr__(name: str) -> Any:
    """MLEM's command line knows its middleware by this module; nothing is imported before it asks."""
    if name == "PlateMiddleware":
        return import_module("src.mlem_room.routes").PlateMiddleware
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if __name__ == "__main__":
    main()
