"""The official client as what we need of it: a session with the vendor's auth and headers, and none of its retries.

`client.py` sends through it. Everything that works around the library is in this file, with its reason.
"""

import ssl
from typing import Any

import httpx2
from pagerduty import RestApiV2Client

from callsheet.connect.address import is_loopback
from callsheet.connect.context import Context
from callsheet.connect.trust import trust
from callsheet_pagerduty.options import PagerDutyOptions

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
WRITE_SECONDS = 15.0


class Answered(Exception):
    """An answer on its way past the library's own reactions; caught by `client.py`, never seen outside."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class Session(RestApiV2Client):
    """One connection pool to PagerDuty. `seconds` bounds each wait for bytes; connecting has its own bound."""

    # The library repeats every request after a network fault, writes too: a lost reply would become a second note.
    max_network_attempts = 0
    # Declared by the library as a number; httpx2 also takes one value for each phase.
    timeout: Any = None

    def __init__(self, token: str, *, base: str, agent: str, seconds: float, **transport: Any) -> None:
        self._base, self._agent = base, agent
        # The official description asks for a Content-Type with every request, a GET too.
        super().__init__(token, base_url=base, headers={"Content-Type": "application/json"}, **transport)
        self.timeout = httpx2.Timeout(seconds, connect=CONNECT_SECONDS)

    @property
    def url(self) -> str:
        """Where the API answers. The library's setter takes https:// only, which shuts out a sandbox on loopback;
        our options have checked the address already, more strictly."""
        return self._base

    @url.setter
    def url(self, new_base_url: str) -> None:
        self._base = new_base_url

    @property
    def user_agent(self) -> str:
        """The daemon's name and version."""
        return self._agent

    def postprocess(self, response: httpx2.Response, suffix: str | None = None) -> None:  # noqa: ARG002 (the hook's form)
        """Leave the library's loop with the answers that it would act on: it sleeps without a bound on 429 and quotes
        the end of the token on 401. Its own bookkeeping is left out too: it grows with every address."""
        if response.status_code in {401, 429} or response.is_redirect:
            raise Answered(response)


def open_sessions(
    options: PagerDutyOptions, context: Context, *, transport: httpx2.BaseTransport | None = None
) -> tuple[Session, Session]:
    """A session for reads and one for writes; nothing is sent yet. Problems when the private CA can't be read.

    Writes get a fresh connection each: one that went stale in the pool would lose a reply, and leave us guessing.
    """
    # What brings its own transport never meets a certificate.
    verify = True if transport else _trusted(options, context)
    given: dict[str, Any] = {"transport": transport} if transport else {}
    return (
        _session(options, context, verify, seconds=READ_SECONDS, kept=10, **given),
        _session(options, context, verify, seconds=WRITE_SECONDS, kept=0, **given),
    )


def _trusted(options: PagerDutyOptions, context: Context) -> ssl.SSLContext:
    """Nobody where no certificate is met: reading all public authorities takes longer than a quiet cycle."""
    if httpx2.URL(options.base_url).scheme == "http" and context.ca_file is None:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return trust(context)


def _session(
    options: PagerDutyOptions,
    context: Context,
    verify: ssl.SSLContext | bool,
    *,
    seconds: float,
    kept: int,
    **given: Any,
) -> Session:
    loopback = is_loopback(httpx2.URL(options.base_url).host)
    return Session(
        options.api_token.get_secret_value(),
        base=options.base_url,
        agent=context.user_agent,
        seconds=seconds,
        # PagerDuty takes a key under one word only, and a token of OAuth under the other.
        auth_type="bearer" if options.is_scoped else "token",
        verify=verify,
        # HTTPS_PROXY and NO_PROXY count, but a proxy can't reach our own loopback.
        trust_env=not loopback,
        limits=httpx2.Limits(max_connections=10, max_keepalive_connections=kept),
        **given,
    )
