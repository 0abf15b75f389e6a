"""`/plan`: what the next cycle would do, as a diff. Asked for at most once a minute, by one at a time."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from callsheet.run.plan_words import facts, grouped
from callsheet.run.rehearsal import Rehearsal
from callsheet.web.site import Site

# Of each kind.
SHOWN: Final = 50
FRESH: Final = timedelta(seconds=60)


def routes(site: Site) -> APIRouter:
    """The plan."""
    router, latest = APIRouter(), _Latest(site.rehearse, site)

    @router.get("/plan")
    def plan(request: Request) -> Response:
        told = latest()
        groups = [
            (heading, [(change, facts(change)) for change in changes]) for heading, changes in grouped(told.changes)
        ]
        return site.page(request, "plan", told=told, groups=groups, shown=SHOWN)

    return router


class _Latest:
    """The last rehearsal, or a new one where that is old. It costs requests, so nobody gets more than one a minute."""

    def __init__(self, rehearse: Callable[[], Rehearsal], site: Site) -> None:
        self._rehearse = rehearse
        self._site = site
        self._turn = threading.Lock()
        self._last: Rehearsal | None = None

    def __call__(self) -> Rehearsal:
        with self._turn:
            if self._last is None or self._site.now() - self._last.at >= FRESH:
                self._last = self._rehearse()
            return self._last
