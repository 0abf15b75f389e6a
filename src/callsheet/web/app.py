"""All that is served, as one application. Nothing else: no documentation pages, no guessed paths."""

import re

from fastapi import FastAPI
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callsheet.web import api, health, metrics, webhooks
from callsheet.web.desk import Desk
from callsheet.web.pages import entry, routes
from callsheet.web.pages.sync import status_page
from callsheet.web.rehearsals import Rehearsals
from callsheet.web.seal import Sealed
from callsheet.web.site import Site


class Application(FastAPI):
    """What its outermost layer answers when something breaks is sealed like the rest."""

    def build_middleware_stack(self) -> ASGIApp:
        """As FastAPI does, in a seal."""
        return Sealed(Headed(super().build_middleware_stack()))


class Headed:
    """HEAD is GET without the body, wherever there is a GET (RFC 9110, 9.3.2): FastAPI's routes know GET alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and leave the body out."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, head)


class Whole(Mount):
    """Also has the paths with a line break in them, which a Mount leaves to others."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


def build(desk: Desk, site: Site) -> FastAPI:
    """The application at a desk, with its pages and its API."""
    rehearsals = Rehearsals(site)
    app = Application(title="Callsheet", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    page = status_page(desk, site)
    app.include_router(health.routes(desk, page))
    # The same page where `/status`, which tells programs without a sign-in, is kept inside.
    app.add_api_route("/sync", page, methods=["GET"])
    app.include_router(metrics.routes(desk))
    app.include_router(webhooks.routes(desk))
    app.include_router(routes(desk, site, rehearsals))
    app.router.routes.append(Whole(api.PATH, api.build(desk, site, rehearsals)))
    entry.handlers(app, site)
    return app
