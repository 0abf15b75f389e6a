"""`/season` and `/season/{name}`: what was promised for a season, and what became of it."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from callsheet.model.ticket import Ticket
from callsheet.plan.season import Line, every_line, open_first, seasons_in, today_of, trend
from callsheet.plan.sheet_words import owner_words
from callsheet.render.chart import pieces
from callsheet.run.closing import not_carried
from callsheet.run.names import season_named
from callsheet.run.ports import Memory
from callsheet.run.season_views import COLUMNS, rows
from callsheet.run.seasons import record
from callsheet.web.site import Site, table

# Of more the page says where the rest is.
SHOWN: Final = 100


def routes(site: Site) -> APIRouter:
    """A season's report."""
    router, seasons = APIRouter(), _Seasons(site)
    router.add_api_route("/season", seasons.present, methods=["GET"])
    router.add_api_route("/season/{name}.csv", seasons.csv, methods=["GET"])
    router.add_api_route("/season/{name}", seasons.page, methods=["GET"])
    return router


class _Seasons:
    """The present one, and any by its name."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def present(self) -> Response:
        name = self._site.rules.seasons.of(today_of(self._site.rules, self._site.now())).name
        return RedirectResponse(f"/season/{quote(name, safe='')}", 303)

    def csv(self, name: str) -> Response:
        site = self._site
        with site.browsing() as store:
            told = trend(season_named(site.rules, name), record(store), site.rules, site.now())[-1]
            return table("season.csv", COLUMNS, rows(told, _tickets(store, told.lines)))

    def page(self, request: Request, name: str) -> Response:
        site, wanted = self._site, season_named(self._site.rules, name)
        with site.browsing() as store:
            kept = record(store)
            every = every_line(kept, site.rules, site.now())
            told = trend(wanted, kept, site.rules, site.now(), every)
            shown = told[-1]
            lines = sorted(shown.lines, key=open_first)
            tickets = _tickets(store, lines[:SHOWN])
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


def _tickets(store: Memory, lines: Iterable[Line]) -> Mapping[str, Ticket]:
    return store.tickets(line.promise.item.ticket_id or "" for line in lines)
