"""Serve a saved model over HTTP with MLEM's FastAPI server: the page at /, pictures to /predict, see /docs.

python3 -m src.serve [--host HOST] [--port PORT] [--model PATH|release|own]
curl -F file=@photo.jpg localhost:8080/predict

All of MLEM's part in serving is in this file; the routes are in src/serving.
"""

import argparse
import os
import sys
from typing import Any, ClassVar

from fastapi import FastAPI
from mlem.contrib.fastapi import FastAPIMiddleware, FastAPIServer
from mlem.runtime.interface import Interface, ModelInterface
from mlem.ui import no_echo

from src.common.errors import UserError, run_main
from src.mlem_model import mlem_model
from src.serving.app import install
from src.serving.log_capture import capture_logs, end_logs
from src.serving.run import listen, run
from src.serving.service import Service
from src.serving.settings import read_settings
from src.stack.bundle import Bundle
from src.stack.choose import add_model_option, choose_model


class PlateServer(FastAPIServer):  # type: ignore[misc]
    """MLEM's server with the service's routes before MLEM's own, and an end that loses no request."""

    type: ClassVar[str] = "src.serve.PlateServer"

    def serve(self, interface: Interface) -> None:
        """Serve the model of the interface until SIGTERM or an interrupt; raises KeyboardInterrupt after the latter."""
        service = Service(interface.interface.model.get_value().bundle, read_settings(os.environ))
        with no_echo():
            app = self.app_init(interface)
        install(app, service)
        with listen(self.host, self.port) as listening:
            capture_logs().serve()
            _announce(service)
            print(f"open http://{self.host}:{self.port}", file=sys.stderr)
            run(app, service, listening)


class PlateMiddleware(FastAPIMiddleware):  # type: ignore[misc]
    """Puts the service's routes into the server of MLEM's own command line.

    mlem serve fastapi -m out/models/stack --request_serializer pil_numpy --middlewares.0 src.serve.PlateMiddleware

    A middleware is not told which model MLEM serves: it takes the one that src.serve takes (PLATES_MODEL).
    """

    type: ClassVar[str] = "src.serve.PlateMiddleware"

    def on_init(self) -> None:
        """Do nothing; the application is not there yet."""

    def on_app_init(self, app: FastAPI) -> None:
        """Add the service to the application."""
        service = Service(served_model(None), read_settings(os.environ))
        install(app, service)
        _announce(service)

    def on_request(self, request: Any) -> Any:
        """Return what MLEM's own route got, which nobody reaches."""
        return request

    def on_response(self, request: Any, response: Any) -> Any:
        """Return what MLEM's own route answers, which nobody reaches."""
        return response


def main() -> None:
    """Serve a saved model."""
    parser = argparse.ArgumentParser(description="Serve a saved model over HTTP.")
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
    bundle = served_model(arguments.model)
    server = PlateServer(host=arguments.host, port=port, request_serializer="pil_numpy")
    server.start(ModelInterface.from_model(mlem_model(bundle)))


def served_model(asked: str | None) -> Bundle:
    """Return the model that is asked for, that of PLATES_MODEL, or the one that `choose_model` finds."""
    return choose_model(asked or os.environ.get("PLATES_MODEL") or None)


def _environment_port() -> int:
    text = os.environ.get("PLATES_PORT") or "8080"
    if not text.isdecimal():
        raise UserError(f"PLATES_PORT is {text!r}: set it to a number, or not at all")
    return int(text)


def _announce(service: Service) -> None:
    settings = service.settings
    print(f"serving {service.bundle.title}", file=sys.stderr)
    print(
        f"limits: {settings.max_upload_mb:g} MB a request, {settings.max_megapixels:g} megapixels a picture, "
        f"{settings.concurrency} at once, {settings.queue} waiting, {settings.timeout_s:g} s each",
        file=sys.stderr,
    )


if __name__ == "__main__":
    try:
        run_main(main)
    finally:
        end_logs()
