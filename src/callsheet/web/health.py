"""Probes and status: is the process alive, can it do its work, and how is the sync?

An outage of PagerDuty or Jira fails neither probe: restarting us would not mend it. It is told by the status.
"""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from callsheet.run.status import status as status_of
from callsheet.run.status_shapes import StatusOfDaemon, Webhooks
from callsheet.store.place import hindrance
from callsheet.web.desk import Desk
from callsheet.web.site import is_person


def routes(desk: Desk, page: Callable[[Request], Response]) -> APIRouter:
    """`/healthz`, `/readyz` and `/status`; people get `page` for the last one."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        # Touches neither database nor thread pool: that this code runs is the answer.
        return JSONResponse({"alive": True})

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        reasons = unready(desk)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    @router.get("/status")
    def status(request: Request) -> Response:
        if is_person(request):
            return page(request)
        return JSONResponse(status_of_daemon(desk))

    return router


def status_of_daemon(desk: Desk) -> StatusOfDaemon:
    """How the sync is, with what only the daemon itself knows."""
    with desk.reading() as store:
        told = status_of(store, desk.expected, desk.clock.now())
    return {**told, "cycles": desk.pulse.cycles, "webhooks": webhooks(desk)}


def unready(desk: Desk) -> list[str]:
    """Why the daemon can't do its work now; empty when it can."""
    with desk.reading() as store:
        ailment, failure = store.ailment() or hindrance(store.path), desk.pulse.failure
    reasons = [
        "it was asked to stop" if desk.stopping() else None,
        ailment,
        None if desk.pulse.ticking else "the scheduler does not tick",
        f"the last cycle broke off: {failure}" if failure else None,
    ]
    return [reason for reason in reasons if reason]


def webhooks(desk: Desk) -> dict[str, Webhooks]:
    """By connector: whether a secret is set, and what came in since the process began."""
    counted = dict(desk.counted)
    return {
        name: {
            "configured": receiver is not None,
            "received": {
                result: number for (connector, result), number in sorted(counted.items()) if connector == name
            },
        }
        for name, receiver in desk.receivers.items()
    }
