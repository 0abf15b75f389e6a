"""`/sync`, and `/status` for people; programs get the same as JSON there, see `web/health.py`."""

from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from callsheet.run.status import status
from callsheet.web.desk import Desk
from callsheet.web.health import webhooks
from callsheet.web.pages.entry import entering
from callsheet.web.site import Site


def status_page(desk: Desk, site: Site) -> Callable[[Request], Response]:
    """Answers a person who asks how the sync is, if they may come in."""
    enter = entering(site)

    def answer(request: Request) -> Response:
        enter(request)
        with site.browsing() as store:
            told = status(store, site.expected, site.now())
        return site.page(request, "status", told=told, webhooks=webhooks(desk))

    return answer
