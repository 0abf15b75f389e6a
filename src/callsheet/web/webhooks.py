"""`POST /webhooks/{connector}`: checked, de-duplicated, written down as a hint, answered; nobody else is asked.

| what comes                                   | result       | answer | then                               |
|----------------------------------------------|--------------|--------|------------------------------------|
| for a connector that takes none              |              | 404    |                                    |
| no secret is set on our side                 | unconfigured | 401    | the answer says so                 |
| more than 256 KB                             | oversized    | 202    | not read; a sweep, hourly at most  |
| a body that takes longer than 5 s            | late         | 503    | they send it again                 |
| unsigned, or with a signature that is wrong  | unsigned     | 401    |                                    |
| signed, heard before                         | duplicate    | 202    |                                    |
| signed, about nothing of ours (a test)       | ignored      | 202    |                                    |
| signed, not JSON                             | malformed    | 202    | set aside, shown in `status`       |
| signed, and the database is busy or full     | failed       | 503    | they send it again                 |
| signed, new                                  | taken        | 202    | a hint, and a cycle soon           |

A signed event never gets a 4xx: PagerDuty drops such events and soon switches the whole subscription off.
"""

import sqlite3
from collections.abc import Mapping
from enum import StrEnum
from time import monotonic

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from callsheet.connect.errors import ConnectorError
from callsheet.connect.ports import WebhookReceiver
from callsheet.run.hints import ask_sweep, hear
from callsheet.web.body import Parting, TooLarge, TooSlow, read_body
from callsheet.web.desk import Desk

WARN_EVERY = 60.0

log = structlog.get_logger()


class Result(StrEnum):
    """What came of a webhook, see the table above."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    MALFORMED = "malformed"
    OVERSIZED = "oversized"
    UNSIGNED = "unsigned"
    UNCONFIGURED = "unconfigured"
    LATE = "late"
    FAILED = "failed"


REFUSED: Mapping[Result, tuple[int, str]] = {
    Result.UNSIGNED: (401, "not signed with a secret that we share: check the signing secret on both sides"),
    Result.UNCONFIGURED: (401, "webhooks are not configured here: set the webhook secret of this connector"),
    Result.LATE: (503, "the body did not come in time"),
    Result.FAILED: (503, "the database can't take it now, please send it again"),
}
UNREAD = frozenset({Result.OVERSIZED, Result.UNCONFIGURED, Result.LATE})
DOUBTFUL = frozenset({*REFUSED, Result.OVERSIZED, Result.MALFORMED})


class Doorman:
    """Answers one webhook after the other, and counts them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._warned: dict[tuple[str, Result], float] = {}

    async def receive(self, connector: str, request: Request) -> JSONResponse:
        """One webhook."""
        if connector not in self._desk.receivers:
            return JSONResponse({"error": "no connector of that name takes webhooks"}, 404)
        try:
            result = await self._result(connector, self._desk.receivers[connector], request)
        except sqlite3.Error:
            result = Result.FAILED
        self._desk.counted[connector, result.value] += 1
        self._tell(connector, result)
        return answer(result)

    async def _result(self, connector: str, receiver: WebhookReceiver | None, request: Request) -> Result:
        if receiver is None:
            return Result.UNCONFIGURED
        try:
            body = await read_body(request, self._desk.patience)
        except TooLarge:
            return await run_in_threadpool(want_sweep, self._desk, connector)
        except (TooSlow, ClientDisconnect):
            return Result.LATE
        headers = joined(request)
        if not receiver.verify(headers, body):
            # The secret may have been renewed over there, and here beside us.
            fresh = await run_in_threadpool(self._desk.renewed, connector)
            if fresh is None or not fresh.verify(headers, body):
                return Result.UNSIGNED
            receiver = fresh
        return await run_in_threadpool(take_in, self._desk, connector, receiver, headers, body)

    def _tell(self, connector: str, result: Result) -> None:
        """Warn of what a person should look at, but not for each: anybody can send these."""
        if result not in DOUBTFUL:
            log.debug("webhook.received", connector=connector, result=result.value)
            return
        last = self._warned.get((connector, result))
        if last is None or monotonic() - last >= WARN_EVERY:
            self._warned[connector, result] = monotonic()
            log.warning("webhook.doubtful", connector=connector, result=result.value)


def answer(result: Result) -> JSONResponse:
    """What the sender is told."""
    status, why = REFUSED.get(result, (202, ""))
    told = {"error": why} if why else {"webhook": result.value}
    return (Parting if result in UNREAD else JSONResponse)(told, status)


def take_in(desk: Desk, connector: str, receiver: WebhookReceiver, headers: Mapping[str, str], body: bytes) -> Result:
    """Write down what a genuine webhook names, and ring for a cycle if that is news."""
    now = desk.clock.now()
    try:
        touched = receiver.touched(headers, body)
    except ConnectorError as error:
        with desk.writing() as store:
            store.quarantine([("a signed webhook", connector, error.what)], at=now)
        return Result.MALFORMED
    if touched is None:
        return Result.IGNORED
    with desk.writing() as store:
        result = Result(hear(store, connector, touched, now).value)
    if result is Result.TAKEN:
        desk.bell.ring()
    return result


def want_sweep(desk: Desk, connector: str) -> Result:
    """Something may have changed and nobody knows what: the daily sweep comes early, at most once an hour."""
    with desk.writing() as store:
        asked = ask_sweep(store, connector, desk.clock.now())
    if asked:
        desk.bell.ring()
    return Result.OVERSIZED


def joined(request: Request) -> dict[str, str]:
    """The headers by their names in lower case; one that came several times as a list by comma."""
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def routes(desk: Desk) -> APIRouter:
    """The one route."""
    router, doorman = APIRouter(), Doorman(desk)

    @router.post("/webhooks/{connector}")
    async def webhook(connector: str, request: Request) -> JSONResponse:
        return await doorman.receive(connector, request)

    return router
