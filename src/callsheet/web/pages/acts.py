"""What people do on pages: a form of ours, made for them, becomes an act (`web/acts.py`)."""

import sqlite3
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from callsheet.store.faults import fault_of
from callsheet.web.acts import ACTS, UNDONE, Act, Given, carry_out
from callsheet.web.desk import Desk
from callsheet.web.door import parts
from callsheet.web.pages.entry import form, inside
from callsheet.web.site import Site

OLD_FORM = "That form was not made for you here, or is older than half a day. Go back, load the page again, and retry."


def routes(desk: Desk, site: Site) -> APIRouter:
    """Every form's way in."""
    router, acting = APIRouter(), _Acting(desk, site)
    for path, act in ACTS.items():
        router.add_api_route(path, acting.by(act), methods=["POST"])
    return router


class _Acting:
    """Takes a form in, and lets the act happen."""

    def __init__(self, desk: Desk, site: Site) -> None:
        self._desk = desk
        self._site = site

    def by(self, act: Act) -> Callable[[Request, str], Awaitable[Response]]:
        """What answers the act's form."""

        async def answer(request: Request, word: str) -> Response:
            given = await form(request)
            return await run_in_threadpool(self._answered, request, word, given, act)

        return answer

    def _answered(self, request: Request, word: str, given: Given, act: Act) -> Response:
        site, visitor = self._site, request.state.visitor
        if not site.door.is_own_form(request, visitor, given.get("seal", "")):
            return self._undone(request, 403, OLD_FORM)
        try:
            place = carry_out(self._desk, site, visitor.name, act, word, given)
        except UNDONE as error:
            return self._undone(request, 422, f"Nothing was changed: {error}.")
        except sqlite3.DatabaseError as error:
            fault = fault_of(error)
            if fault is None:
                raise
            return self._undone(request, 503, f"Nothing was changed. {fault.words}")
        return RedirectResponse(f"{place}?done=1", 303)

    def _undone(self, request: Request, status: int, what: str) -> Response:
        """Why, and the way back to the page that the form stood on, as its browser tells."""
        back = inside(parts(request.headers.get("referer", "")).path)
        return self._site.page(request, "trouble", status=status, what=what, back=back)
