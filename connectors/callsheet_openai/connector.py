"""The drafter port over `/chat/completions`: one question, one answer, no memory, no tools.

Asking changes nothing over there, so a question is repeated on faults that may pass.
"""

from collections.abc import Iterator
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import httpx2

from callsheet.connect.address import is_loopback
from callsheet.connect.context import Context, Exchange
from callsheet.connect.errors import Malformed, NotFound, RateLimited, Rejected, Transient
from callsheet.connect.examine import probed
from callsheet.connect.http import Reply, Throttle, check, exchanged, retrying
from callsheet.connect.ports import Drafted, Examination
from callsheet.connect.registry import Connector
from callsheet.connect.trust import trust
from callsheet.model.check import Check, Result, fine, unproved, warning
from callsheet.model.credentials import redact
from callsheet_openai import wire
from callsheet_openai.options import OpenAIOptions

# Models think long before the first byte comes.
SECONDS = httpx2.Timeout(180.0, connect=10.0)
ATTEMPTS = 3
LARGEST = 4 * 1024 * 1024
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
_ADVICE = {
    400: "(see that DRAFT_MODEL takes as much text as the incident has)",
    401: "(check DRAFT_API_KEY)",
    403: "(the key may not use this model; check DRAFT_API_KEY and DRAFT_MODEL)",
    404: "(check DRAFT_BASE_URL, which mostly ends in /v1, and DRAFT_MODEL)",
}
_FIX = "check DRAFT_BASE_URL, which mostly ends in /v1, and DRAFT_API_KEY"


class OpenAIDrafter:
    """One model as a `callsheet.connect.ports.Drafter`."""

    def __init__(self, options: OpenAIOptions, context: Context) -> None:
        self._context, self._model = context, options.model
        self._throttle = Throttle(context.clock)
        self._key = options.api_key
        key = {"Authorization": f"Bearer {options.api_key.get_secret_value()}"} if options.api_key else {}
        address = urlsplit(options.base_url)
        loopback = is_loopback(address.hostname or "")
        self._base, self._host = options.base_url, address.hostname
        self._http = httpx2.Client(
            headers={"User-Agent": context.user_agent, **key},
            timeout=SECONDS,
            verify=True if address.scheme == "http" else trust(context),
            # HTTPS_PROXY and NO_PROXY count, but a proxy can't reach our own loopback.
            trust_env=not loopback,
            follow_redirects=False,
        )

    def draft(self, prompt: str) -> Drafted:
        """Ask the model once; asked again on faults that may pass."""
        reply = retrying(self._context.clock, attempts=ATTEMPTS)(
            self._ask, "POST", "/chat/completions", wire.question(self._model, prompt)
        )
        try:
            return wire.drafted(reply, self._model)
        except (Rejected, Malformed) as error:
            fault = type(error)(self._clean(error.what))
        # Raised here, where the first error is not at hand: the words in it may be anybody's.
        raise fault

    def examine(self, wanted: Examination) -> Iterator[Check]:  # noqa: ARG002 - drafting is the same in every mode
        """Whether the endpoint answers and lists the model; nothing is drafted, and no evidence is sent."""
        listed: list[str] = []
        reached = probed("openai: DRAFT_BASE_URL", lambda: self._listing(listed), fix=_FIX)
        yield reached
        if reached.result is not Result.OK:
            return
        name = f"openai: model {self._model}"
        if self._model in listed:
            yield fine(name, "the endpoint lists it")
        else:
            tell = warning if listed else unproved
            fix = "check DRAFT_MODEL; or try it: `callsheet prompts INCIDENT --draft --artefact executive-summary`"
            yield tell(name, "the endpoint does not list it; only a draft proves that it is there", fix)

    def _listing(self, listed: list[str]) -> str:
        try:
            listed += wire.models(self._ask("GET", "/models"))
        except NotFound:
            return f"{self._host} answers, and lists no models"
        return f"{self._host} answers, with {len(listed)} models"

    def _ask(self, method: str, path: str, document: dict[str, Any] | None = None) -> Reply:
        self._throttle.enter()
        reply = self._exchanged(method, path, document)
        if 300 <= reply.status < 400:
            raise Rejected(f"{method} {path} answered {reply.status}: redirects are not followed; mend DRAFT_BASE_URL")
        if len(reply.body) > LARGEST:
            raise Malformed(f"{method} {path} answered with more than {LARGEST >> 20} MB", where=path)
        said = " ".join(filter(None, (self._clean(wire.complaint(reply)), _ADVICE.get(reply.status))))
        try:
            return check(reply, clock=self._context.clock, message=said)
        except RateLimited as error:
            self._throttle.hold(error.retry_after)
            raise

    def _exchanged(self, method: str, path: str, document: dict[str, Any] | None) -> Reply:
        started = perf_counter()
        try:
            response = self._http.request(method, f"{self._base}{path}", json=document)
        except _NEVER_SENT:
            raise Transient(f"{self._host} can't be reached; check DRAFT_BASE_URL", sent=False) from None
        except httpx2.RequestError as error:
            self._context.count()
            seconds = perf_counter() - started
            self._context.told(Exchange(method=method, path=path, status=None, seconds=seconds))
            why = "it took too long" if isinstance(error, httpx2.TimeoutException) else type(error).__name__
            raise Transient(f"{method} {path}: no whole answer from {self._host} ({why})", sent=True) from None
        self._context.count()
        headers = {name.lower(): value for name, value in response.headers.items()}
        reply = Reply(method=method, path=path, status=response.status_code, headers=headers, body=response.content)
        self._context.told(exchanged(reply, perf_counter() - started, self._context.clock))
        return reply

    def _clean(self, words: str) -> str:
        """Words of others for our own sentences: no credential, one line, not too long."""
        if self._key:
            words = words.replace(self._key.get_secret_value(), "[redacted]")
        return redact(" ".join("".join(c if c.isprintable() else " " for c in words).split()))[:400]


CONNECTOR = Connector(name="openai", options=OpenAIOptions, drafter=OpenAIDrafter)
