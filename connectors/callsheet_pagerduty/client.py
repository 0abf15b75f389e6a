"""PagerDuty's verbs: plain dicts in and out, every answer classified, every request counted, writes sent once."""

import weakref
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import perf_counter
from typing import Any

import httpx2
import pagerduty

from callsheet.connect.address import is_loopback
from callsheet.connect.context import Context, Exchange
from callsheet.connect.errors import Malformed, RateLimited, Rejected, Transient
from callsheet.connect.http import WRITE_PATIENCE, Reply, Throttle, check, exchanged, retrying
from callsheet.model.credentials import redact
from callsheet_pagerduty.options import PagerDutyOptions
from callsheet_pagerduty.reading import Raw
from callsheet_pagerduty.session import Answered, Session, open_sessions

# Faults before the first byte of the request: PagerDuty certainly never saw it.
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
_FROM_FAULTS = {1008, 1028}
# Every account has them: where one is not there, it is not PagerDuty's API that answers.
_EVERYWHERE = {"/incidents", "/log_entries", "/users"}


class PlanLacks(Rejected):
    """The account's plan does not have it (402)."""


class Client:
    """One credential's way to PagerDuty.

    Any method may raise a `ConnectorError`. Reads are repeated on faults that may pass; see `post` and `put` for
    writes. Build it with `transport` to keep it off the network.
    """

    def __init__(
        self, options: PagerDutyOptions, context: Context, *, transport: httpx2.BaseTransport | None = None
    ) -> None:
        self._context = context
        self._secret = options.api_token.get_secret_value()
        self._from = options.from_email
        self._throttle = Throttle(context.clock)
        # PagerDuty's own time in its latest answer.
        self.told_at: datetime | None = None
        self._reads, self._writes = open_sessions(options, context, transport=transport)
        # The port has no `close`: sockets go when the connector goes.
        self.close = weakref.finalize(self, _close, self._reads, self._writes)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Raw:
        """A read, as the object that was answered; repeated on faults that may pass."""
        return retrying(self._context.clock)(self._get, path, dict(params or {}))

    def post(self, path: str, document: Raw) -> Raw:
        """A write that is not idempotent: sent once, never repeated. The one call site for it in this connector.

        It goes out now or not at all: its caller claimed it for this moment.
        """
        self._throttle.enter(patience=WRITE_PATIENCE)
        return _object(self._send(self._writes, "POST", path, json=document, headers={"From": self._from}))

    def put(self, path: str, document: Raw) -> None:
        """A write that sets a value: may be repeated. What it answers says nothing new and is not read."""
        retrying(self._context.clock)(self._put, path, document)

    def _get(self, path: str, params: Mapping[str, Any]) -> Raw:
        return _object(self._send(self._reads, "GET", path, params=params))

    def _put(self, path: str, document: Raw) -> None:
        self._send(self._writes, "PUT", path, json=document, headers={"From": self._from})

    def _send(self, session: Session, method: str, path: str, **content: Any) -> Reply:
        self._throttle.enter()
        reply = self._exchange(session, method, path, content)
        self._context.count()
        self.told_at = _date(reply)
        self._heed(reply)
        message, code = _complaint(reply)
        said = self._clean(" ".join(filter(None, (message, _advice(reply, code)))))
        if reply.status == 402:
            raise PlanLacks(f"{method} {path} answered 402: {said}", request_id=reply.request_id)
        try:
            return check(reply, clock=self._context.clock, message=said)
        except RateLimited as error:
            self._throttle.hold(error.retry_after)
            raise

    def _exchange(self, session: Session, method: str, path: str, content: dict[str, Any]) -> Reply:
        started = perf_counter()
        try:
            response = session.request(method, path, **content)
        except Answered as answered:
            response = answered.response
        except (pagerduty.Error, httpx2.RequestError) as error:
            fault = self._network_fault(method, path, error)
            if fault.sent:
                seconds = perf_counter() - started
                self._context.told(Exchange(method=method, path=path, status=None, seconds=seconds))
            raise fault from None  # the cause may quote what we sent
        reply = Reply(
            method=method,
            path=path,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.content,
        )
        self._context.told(exchanged(reply, perf_counter() - started, self._context.clock))
        return reply

    def _network_fault(self, method: str, path: str, error: Exception) -> Transient:
        cause = error.__cause__ or error
        sent = not isinstance(cause, _NEVER_SENT)
        if sent:
            self._context.count()
        why = self._clean(f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__)
        where = httpx2.URL(self._reads.url).host
        fault = f"no whole answer from {where} ({why})" if sent else f"{where} ({why}); {_look_at(cause, where)}"
        return Transient(f"{method} {path}: {'' if sent else 'could not reach PagerDuty at '}{fault}", sent=sent)

    def _heed(self, reply: Reply) -> None:
        """Stop before the limit is hit: `ratelimit-reset` is in seconds from now."""
        left, reset = reply.headers.get("ratelimit-remaining", ""), reply.headers.get("ratelimit-reset", "")
        if left.strip() == "0" and reset.strip().isdigit():
            self._throttle.hold(float(reset))

    def _clean(self, words: str) -> str:
        """Words of others for our own sentences: no credential, one line, not too long."""
        return redact(" ".join(words.replace(self._secret, "[redacted]").split()))[:400]


def _date(reply: Reply) -> datetime | None:
    try:
        at = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _close(*sessions: Session) -> None:
    for session in sessions:
        session.close()


def _object(reply: Reply) -> Raw:
    document = _parsed(reply)
    if isinstance(document, dict):
        return document
    asked = f"{reply.method} {reply.path} answered {reply.status}"
    raise Malformed(f"{asked} with something that is no object", where=reply.path, request_id=reply.request_id)


def _parsed(reply: Reply) -> Any:
    try:
        return reply.json()
    except RecursionError:
        raise Malformed(
            f"{reply.method} {reply.path} answered {reply.status} with JSON of endless depth", where=reply.path
        ) from None


def _complaint(reply: Reply) -> tuple[str, int | None]:
    """PagerDuty's own sentence and code. Seen in life: `error` as an object, `error` as a text, `errors` as a list of
    texts or objects, or as an object by field; HTML from something in between counts as nothing said."""
    if reply.status < 400:
        return "", None
    try:
        document = _parsed(reply)
    except Malformed:
        return "", None
    if not isinstance(document, dict):
        return "", None
    error = document.get("error")
    inner = error if isinstance(error, dict) else {}
    spoken = [error if isinstance(error, str) else inner.get("message"), document.get("message")]
    words = [word for word in spoken if isinstance(word, str) and word]
    words += _listed(inner.get("errors")) + _listed(document.get("errors"))
    code = inner.get("code")
    return "; ".join(words), code if isinstance(code, int) else None


def _listed(errors: object) -> list[str]:
    match errors:
        case str():
            return [errors]
        case list():
            return [words for each in errors for words in _listed(each)]
        case dict():
            return [f"{name}: {words}" for name, each in errors.items() for words in _listed(each)]
        case _:
            return []


def _look_at(cause: BaseException, host: str) -> str:
    """What a person can check when no connection came about."""
    if isinstance(cause, httpx2.ProxyError):
        return "check HTTPS_PROXY and NO_PROXY"
    if "CERTIFICATE_VERIFY_FAILED" in str(cause):
        return "its certificate is not trusted: a private CA goes into CALLSHEET_CA_FILE"
    # No proxy stands before our own loopback.
    return "check PAGERDUTY_BASE_URL" + ("" if is_loopback(host) else ", the DNS and HTTPS_PROXY")


def _advice(reply: Reply, code: int | None) -> str:
    """What a person can do about it."""
    if code in _FROM_FAULTS:
        return "(set PAGERDUTY_FROM_EMAIL to the address of a user of this account)"
    if reply.status == 401:
        return "(check PAGERDUTY_API_TOKEN; for an account in the EU also PAGERDUTY_BASE_URL)"
    if reply.status == 404 and reply.path in _EVERYWHERE:
        return "(check that PAGERDUTY_BASE_URL is where PagerDuty's REST API answers)"
    if reply.status == 403:
        return "(the API key lacks a permission that this needs)"
    return ""
