"""Serve a saved model over HTTP: the page at /, pictures to /predict, see /docs.

python3 -m src.serve [--host HOST] [--port PORT] [--model PATH|release|own]
curl -F file=@photo.jpg localhost:8080/predict

The routes are in src/serving; src/mlem_room puts them into MLEM's own server.
"""

import argparse
import os
import sys
from importlib import import_module
from typing import Any

from .common.errors import UserError, run_main
from .serving.app import create_app
from .serving.log_capture import capture_logs, end_logs
from .serving.run import listen, run
from .serving.service import Service
from .serving.settings import read_settings
from .serving.start import announce, served_model
from .stack.bundle import Bundle
from .stack.choose import add_model_option


def main() -> None:
    """Serve a saved model."""
    parser = argparse.ArgumentParser(
        prog="python3 -m src.serve", description="Serve a saved model over HTTP."
    )
    parser.add_argument(
        "--host",
        default=os.environ.get("PLATES_HOST") or "127.0.0.1",
        help="0.0.0.0 for all of the network (default: PLATES_HOST or 127.0.0.1)",
    )
    parser.add_argument("--port", type=int, default=None, help="default: PLATES_PORT or 8080")
    add_model_option(parser, "PLATES_MODEL, else ")
    arguments = parser.parse_args()
    # From here on what libraries and processes of this one write is seen to.
    capture_logs()
    port = _environment_port() if arguments.port is None else arguments.port
    serve(served_model(arguments.model), arguments.host, port)


def serve(bundle: Bundle, host: str, port: int) -> None:
    """Serve a loaded model until SIGTERM or an interrupt; raises KeyboardInterrupt after the latter."""
    service = Service(bundle, read_settings(os.environ))
    app = create_app(service)
    with listen(host, port) as listening:
        capture_logs().serve()
        announce(service)
        print(f"open http://{host}:{port}", file=sys.stderr)
        run(app, service, listening)


def _environment_port() -> int:
    text = os.environ.get("PLATES_PORT") or "8080"
    if not text.isdecimal():
        raise UserError(f"PLATES_PORT is {text!r}: set it to a number, or not at all")
    return int(text)


def __getattr__(name: str) -> Any:
    """MLEM's command line knows its middleware by this module; nothing is imported before it asks."""
    if name == "PlateMiddleware":
        return import_module("src.mlem_room.routes").PlateMiddleware
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if __name__ == "__main__":
    try:
        run_main(main)
    finally:
        end_logs()
