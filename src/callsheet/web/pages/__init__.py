"""The pages: what a person looks at in a browser. They read through `run`, and work without JavaScript."""

from fastapi import APIRouter, Depends

from callsheet.web.pages import entry, front, incidents, season, sheet
from callsheet.web.site import Site


def routes(site: Site) -> APIRouter:
    """Every page. All but the way in and the style sheet ask who is there."""
    router = APIRouter()
    router.include_router(entry.routes(site))
    inside = APIRouter(dependencies=[Depends(entry.entering(site))])
    for part in (front.routes(site), sheet.routes(site), incidents.routes(site), season.routes(site)):
        inside.include_router(part)
    router.include_router(inside)
    return router
