"""Promises, as programs read them: the call sheet, one person's, and one of them. The shapes are those of `--json`."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from callsheet.run.names import NotKnown
from callsheet.run.shapes import Row, RowWithConflicts
from callsheet.run.views import Wanted, entries, promise, rows_of
from callsheet.store import Store
from callsheet.web.api.paging import LISTED, Paging, part
from callsheet.web.api.problems import declared
from callsheet.web.pages.sheet import Filters, named, ordered
from callsheet.web.site import Site

Name = Annotated[str, Path(max_length=200)]
ONE: Final = declared(401, 404, 422, 503)


class OfSheet(Filters, Paging):
    """The filters of the page `/sheet`, by the same names."""


class OfPerson(Paging):
    """`who` is somebody's e-mail, handle or whole name."""

    who: Annotated[str, Field(min_length=1, max_length=200)]


def routes(site: Site) -> APIRouter:
    """What was promised."""
    router = APIRouter(tags=["promises"])

    @router.get("/sheet", responses=LISTED)
    def call_sheet(request: Request, response: Response, asked: Annotated[OfSheet, Query()]) -> list[Row]:
        """The call sheet: what was promised, by whom, until when. Open promises only, unless `every` is set."""
        with site.browsing() as store:
            found = ordered(entries(store, asked.wanted(site, store), site.today()), asked.sort)
            return rows_of(store, part(found, asked, request, response), site.today())

    @router.get("/mine", responses=LISTED | declared(404))
    def mine(request: Request, response: Response, asked: Annotated[OfPerson, Query()]) -> list[Row]:
        """What one person promised and has not kept yet, by date."""
        with site.browsing() as store:
            somebody, near = named(store, site, asked.who)
            if somebody is None:
                raise NotKnown(_nobody(asked.who, near))
            found = ordered(entries(store, Wanted(person=somebody), site.today()), "due")
            return rows_of(store, part(found, asked, request, response), site.today())

    @router.get("/items/{key}", responses=ONE)
    def item(key: Name) -> RowWithConflicts:
        """One promise, by its key or its ticket's, with what both sides changed."""
        with site.browsing() as store:
            return promised(store, site, key)

    return router


def _nobody(who: str, near: tuple[str, ...]) -> str:
    perhaps = f"; did you mean {' or '.join(near)}?" if near else "."
    return f"Nobody here is called {who}{perhaps} Give an e-mail, a handle or a whole name."


def promised(store: Store, site: Site, key: str) -> RowWithConflicts:
    """One promise. NotKnown where there is none of that name."""
    found = promise(store, key, site.today())
    if found is None:
        raise NotKnown(f"There is no action item or ticket {key}; /sheet?every=true lists them.")
    return found
