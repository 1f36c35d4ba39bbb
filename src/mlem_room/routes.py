"""The service's routes in MLEM's own server."""

import os
from typing import Any, ClassVar

from fastapi import FastAPI
from mlem.contrib.fastapi import FastAPIMiddleware

from ..serving.app import install
from ..serving.service import Service
from ..serving.settings import read_settings
from ..serving.start import announce, served_model


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
        announce(service)

    def on_request(self, request: Any) -> Any:
        """Return what MLEM's own route got, which nobody reaches."""
        return request

    def on_response(self, request: Any, response: Any) -> Any:
        """Return what MLEM's own route answers, which nobody reaches."""
        return response
