"""`/plan`: what the next cycle would do, as a diff."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from callsheet.run.plan_words import facts, grouped
from callsheet.web.rehearsals import Rehearsals
from callsheet.web.site import Site

# Of each kind.
SHOWN: Final = 50


def routes(site: Site, rehearsals: Rehearsals) -> APIRouter:
    """The plan."""
    router = APIRouter()

    @router.get("/plan")
    def plan(request: Request) -> Response:
        told = rehearsals.latest()
        groups = [
            (heading, [(change, facts(change)) for change in changes]) for heading, changes in grouped(told.changes)
        ]
        return site.page(request, "plan", told=told, groups=groups, shown=SHOWN)

    return router
