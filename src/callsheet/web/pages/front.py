"""`/`: the season at a glance. `/explain`: why something happened."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from callsheet.render.chart import curve, pieces
from callsheet.run.closing import season_to_decide
from callsheet.run.explaining import explained
from callsheet.run.glance import glance
from callsheet.run.views import promise
from callsheet.web.site import Site


def routes(site: Site) -> APIRouter:
    """The front page, and why."""
    router = APIRouter()

    @router.get("/")
    def front(request: Request) -> Response:
        with site.browsing() as store:
            told = glance(store, site.rules, site.now())
        return site.page(
            request,
            "front",
            told=told,
            total=told.figures.total,
            pieces=pieces,
            curve=curve([(week.ends_on, week.promised, week.kept) for week in told.weeks]),
        )

    @router.get("/explain")
    def ask(key: str = "") -> Response:
        return RedirectResponse(f"/explain/{quote(key.strip(), safe='')}" if key.strip() else "/", 303)

    @router.get("/explain/{key}")
    def why(request: Request, key: str) -> Response:
        with site.browsing() as store:
            told = explained(store, site.rules, key, site.now())
            row = promise(store, key, site.today())
            over = season_to_decide(store, key, site.rules, site.now()) if row else None
        return site.page(request, "explain", key=key, lines=told.lines, first=told.stands, row=row, over=over)

    return router
