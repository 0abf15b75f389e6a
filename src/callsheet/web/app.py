"""All that is served, as one application. Nothing else: no documentation pages, no guessed paths."""

from fastapi import FastAPI

from callsheet.web import health, metrics, webhooks
from callsheet.web.desk import Desk


def build(desk: Desk) -> FastAPI:
    """The application at a desk."""
    app = FastAPI(title="Callsheet", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(health.routes(desk))
    app.include_router(metrics.routes(desk))
    app.include_router(webhooks.routes(desk))
    return app
