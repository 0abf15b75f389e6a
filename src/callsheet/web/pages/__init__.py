"""The pages: what a person looks at in a browser. They read through `run`, and work without JavaScript."""

from fastapi import APIRouter, Depends

from callsheet.web.desk import Desk
from callsheet.web.pages import acts, entry, front, incidents, leader, plan, season, sheet
from callsheet.web.rehearsals import Rehearsals
from callsheet.web.site import Site


def routes(desk: Desk, site: Site, rehearsals: Rehearsals) -> APIRouter:
    """Every page. All but the way in and the style sheet ask who is there."""
    router = APIRouter()
    router.include_router(entry.routes(site))
    if site.provider:
        from callsheet.web.pages import oidc  # noqa: PLC0415 - its libraries take memory that others need not pay

        router.include_router(oidc.routes(site, site.provider))
    inside = APIRouter(dependencies=[Depends(entry.entering(site))])
    for part in (front, sheet, incidents, season, leader):
        inside.include_router(part.routes(site))
    inside.include_router(plan.routes(site, rehearsals))
    inside.include_router(acts.routes(desk, site))
    router.include_router(inside)
    return router
