"""`/season` and `/season/{name}`: what was promised for a season, and what became of it."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from callsheet.plan.season import every_line, open_first, seasons_in, today_of, trend
from callsheet.plan.sheet_words import owner_words
from callsheet.render.chart import pieces
from callsheet.render.sheet import csv_text
from callsheet.run.closing import not_carried
from callsheet.run.names import season_named
from callsheet.run.season_views import COLUMNS, rows
from callsheet.run.seasons import record
from callsheet.web.site import Site

# Of more the page says where the rest is.
SHOWN: Final = 100


def routes(site: Site) -> APIRouter:
    """A season's report."""
    router = APIRouter()

    @router.get("/season")
    def present() -> Response:
        name = site.rules.seasons.of(today_of(site.rules, site.now())).name
        return RedirectResponse(f"/season/{quote(name, safe='')}", 303)

    @router.get("/season/{name}.csv")
    def season_csv(name: str) -> Response:
        with site.browsing() as store:
            told = trend(season_named(site.rules, name), record(store), site.rules, site.now())[-1]
            tickets = store.tickets(line.promise.item.ticket_id or "" for line in told.lines)
        return Response(
            csv_text(COLUMNS, rows(told, tickets)),
            media_type="text/csv",
            headers={"Content-Disposition": 'attachment; filename="season.csv"', "Cache-Control": "private, no-store"},
        )

    @router.get("/season/{name}")
    def season(request: Request, name: str) -> Response:
        wanted = season_named(site.rules, name)
        with site.browsing() as store:
            kept = record(store)
            every = every_line(kept, site.rules, site.now())
            told = trend(wanted, kept, site.rules, site.now(), every)
            shown = told[-1]
            lines = sorted(shown.lines, key=open_first)
            tickets = store.tickets(line.promise.item.ticket_id or "" for line in lines[:SHOWN])
            waiting = not_carried(store, wanted, shown.lines) if shown.over else ()
        return site.page(
            request,
            "season",
            told=shown,
            trend=told,
            seasons=seasons_in(every, site.rules, site.now()),
            parts=(("By team", shown.by_team), ("By service", shown.by_service), ("By kind", shown.by_kind)),
            lines=lines,
            tickets=tickets,
            waiting=waiting,
            owner_words=owner_words,
            pieces=pieces,
            shown=SHOWN,
        )

    return router
