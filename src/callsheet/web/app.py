"""All that is served, as one application. Nothing else: no documentation pages, no guessed paths."""

from fastapi import FastAPI

from callsheet.web import health, metrics, webhooks
from callsheet.web.desk import Desk
from callsheet.web.pages import entry, routes
from callsheet.web.pages.sync import status_page
from callsheet.web.rehearsals import Rehearsals
from callsheet.web.seal import Sealed
from callsheet.web.site import Site


def build(desk: Desk, site: Site) -> FastAPI:
    """The application at a desk, with its pages."""
    app = FastAPI(title="Callsheet", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    page = status_page(desk, site)
    app.include_router(health.routes(desk, page))
    # The same page where `/status`, which tells programs without a sign-in, is kept inside.
    app.add_api_route("/sync", page, methods=["GET"])
    app.include_router(metrics.routes(desk))
    app.include_router(webhooks.routes(desk))
    app.include_router(routes(desk, site, Rehearsals(site)))
    entry.handlers(app, site)
    app.add_middleware(Sealed)
    return app
