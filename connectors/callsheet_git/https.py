"""The way to a git server over HTTPS, under dulwich's protocol: the house's own client sends, counts and classifies.

No setting of the machine or the repository has a say: no ~/.gitconfig, no credential helper, no redirect.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter
from typing import Any
from urllib.parse import unquote

import httpx2
from dulwich.client import AbstractHttpGitClient

from callsheet.connect.context import Context, Exchange
from callsheet.connect.errors import Malformed, RateLimited, Rejected, Transient
from callsheet.connect.http import Reply, Throttle, check, exchanged
from callsheet.connect.trust import trust
from callsheet_git.options import GitOptions

SECONDS = httpx2.Timeout(60.0, connect=10.0)
LARGEST_ANSWER = 128 * 1024 * 1024
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
_TOO_LARGE = (
    f"the repository's branch is larger than {LARGEST_ANSWER >> 20} MB; give post-mortems a repository of their own"
)

_ADVICE = {
    401: "check GIT_TOKEN and GIT_USERNAME",
    403: "the token lacks the right to read and write this repository",
    404: "there is no such repository, or the token can't see it; check GIT_REMOTE_URL and GIT_TOKEN",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What dulwich asks of an answer. It was read whole, and no redirect was followed."""

    content_type: str
    redirect_location: str = ""

    def close(self) -> None:
        """Nothing is open."""


class Https:
    """The way to one repository over HTTP; `client` gives a conversation."""

    def __init__(self, options: GitOptions, context: Context) -> None:
        self._context = context
        self._throttle = Throttle(context.clock)
        auth = (options.username, options.token.get_secret_value()) if options.token else None
        loopback = options.address.scheme == "http"
        self._http = httpx2.Client(
            auth=auth,
            headers={"User-Agent": f"git/{context.user_agent}"},
            timeout=SECONDS,
            verify=True if loopback else trust(context),
            # HTTPS_PROXY and NO_PROXY count, but a proxy can't reach our own loopback. ~/.netrc never does.
            trust_env=not loopback,
            follow_redirects=False,
        )
        self._url, self._host = options.remote_url, options.address.hostname

    def client(self) -> "HttpClient":
        """A fresh conversation: dulwich's clients remember the last push."""
        return HttpClient(self._url, self.ask)

    def ask(self, url: str, headers: dict[str, str], data: bytes | Iterator[bytes] | None) -> Reply:
        """One request, never repeated here. Raises what the status means."""
        self._throttle.enter()
        method, started = "GET" if data is None else "POST", perf_counter()
        asked = self._http.build_request(method, url, headers=headers, content=data)
        path = unquote(asked.url.path)
        try:
            response = self._http.send(asked, stream=True)
            try:
                body = _whole(response)
            finally:
                response.close()
        except httpx2.RequestError as error:
            raise self._lost(method, path, error, perf_counter() - started) from None
        self._context.count()
        lowered = {name.lower(): value for name, value in response.headers.items()}
        reply = Reply(method=method, path=path, status=response.status_code, headers=lowered, body=body)
        self._context.told(exchanged(reply, perf_counter() - started, self._context.clock))
        return self._checked(reply)

    def _checked(self, reply: Reply) -> Reply:
        if 300 <= reply.status < 400:
            raise Rejected(
                f"{reply.method} {reply.path} answered {reply.status}: the repository has moved, and redirects are not "
                "followed; set GIT_REMOTE_URL to its present address"
            )
        try:
            return check(reply, clock=self._context.clock, message=_ADVICE.get(reply.status, ""))
        except RateLimited as error:
            self._throttle.hold(error.retry_after)
            raise

    def _lost(self, method: str, path: str, error: httpx2.RequestError, seconds: float) -> Transient:
        if isinstance(error, _NEVER_SENT):
            return Transient(f"{self._host} can't be reached", sent=False)
        self._context.count()
        self._context.told(Exchange(method=method, path=path, status=None, seconds=seconds))
        return Transient(f"{method} {path}: no whole answer ({type(error).__name__})", sent=True)


class HttpClient(AbstractHttpGitClient):
    """One conversation with a server, in dulwich's words."""

    def __init__(self, url: str, ask: Callable[..., Reply]) -> None:
        super().__init__(url, thin_packs=False)
        self._ask = ask

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: bytes | Iterator[bytes] | None = None,
        raise_for_status: bool = True,  # noqa: ARG002, FBT - dulwich's signature
    ) -> tuple[Any, Callable[[int], bytes]]:
        reply = self._ask(url, headers or {}, data)
        kind = reply.headers.get("content-type", "")
        if not kind.startswith("application/x-git-"):
            raise Malformed(
                f"{reply.method} {reply.path} was not answered by a git server; check GIT_REMOTE_URL", where=reply.path
            )
        return _Answer(kind), BytesIO(reply.body).read


def _whole(response: httpx2.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise Rejected(_TOO_LARGE)
        parts.append(part)
    return b"".join(parts)
