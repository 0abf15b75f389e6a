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
        last = self._last
        if last and self._site.now() - last.at < FRESH:
            return last
        # A side may take half a minute to be silent: who comes meanwhile sees what there was, and holds no thread.
        if not self._turn.acquire(blocking=last is None) and last:
            return last
        try:
            if self._last is last:
                self._last = self._rehearse()
            assert self._last is not None  # noqa: S101 - it was made here, or by whom we waited for
            return self._last
        finally:
            self._turn.release()
