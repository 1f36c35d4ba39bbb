"""Puts the service into an application."""

from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Mount, Route

from .docs import docs_routes, openapi
from .errors import add_error_handlers
from .feedback import feedback_routes
from .health import health_routes
from .observe import Observer
from .pages import page_routes
from .predict import predict_routes
from .service import Service

# FastAPI's own pages load scripts from other hosts.
_REMOVED = {"/redoc", "/docs/oauth2-redirect"}

INTERFACE = Path(__file__).with_name("interface.json")
"""What MLEM's server says of /predict, word for word: MLEM's clients ask for it first."""


def install(app: FastAPI, service: Service) -> None:
    """Add routes, limits, errors, log and measurements to an application that has not started.

    They stand before what it has: where both have a path, the service's is taken.
    """
    document = openapi(service)
    routes = [
        *predict_routes(service),
        *feedback_routes(service),
        *health_routes(service),
        *docs_routes(document),
        *page_routes(),
    ]
    own = {
        f"{r.path}/*" if isinstance(r, Mount) else r.path
        for r in routes
        if isinstance(r, Route | Mount)
    }
    app.router.routes[:] = [
        *routes,
        *(route for route in app.router.routes if getattr(route, "path", "") not in own | _REMOVED),
    ]
    add_error_handlers(app)
    app.openapi = lambda: document  # type: ignore[method-assign]
    if service.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=service.settings.cors_origins,
            allow_methods=["GET", "POST"],
            expose_headers=["X-Request-ID"],
        )
    # Added last, so that it is the outermost.
    app.add_middleware(
        Observer,
        metrics=service.metrics,
        routes=own | {"/openapi.json"},
        stopping=lambda: service.stopping,
    )


def create_app(service: Service) -> FastAPI:
    """Return an application with nothing but the service, and what MLEM's clients ask for."""
    app = FastAPI()
    described = INTERFACE.read_bytes()

    async def interface() -> Response:
        return Response(described, media_type="application/json")

    app.add_api_route("/interface.json", interface, response_class=Response)
    install(app, service)
    return app
