"""`/plan`: what the next cycle would do, as a diff."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from callsheet.run.plan_words import facts, grouped
from callsheet.web.rehearsals import Rehearsals
from callsheet.web.site import Site

# Of each kind.
SHOWN: Final = 50
# In seconds.
LOOK_AGAIN: Final = "3"


def routes(site: Site, rehearsals: Rehearsals) -> APIRouter:
    """The plan."""
    router = APIRouter()

    @router.get("/plan")
    def plan(request: Request) -> Response:
        found = rehearsals.latest()
        told = found.last
        groups = [
            (heading, [(change, facts(change)) for change in changes])
            for heading, changes in (grouped(told.changes) if told else ())
        ]
        answer = site.page(request, "plan", told=told, drawn=found, groups=groups, shown=SHOWN)
        # Only where there is nothing to read yet: a page that somebody reads stays as it is.
        if told is None and found.under_way:
            answer.headers["Refresh"] = LOOK_AGAIN
        return answer

    return router
