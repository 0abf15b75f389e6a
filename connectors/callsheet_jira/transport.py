"""One request -> one `Reply`, or the error that says whether it may have arrived. No retries, no redirects.

The `jira` client brings the ways to sign in; its session prepares requests and nothing more. Requests go straight
to the session's adapter: the client's own `request` re-sends POSTs after a lost reply, and `Session.send` follows
or at least parses redirects and keeps cookies, which could outlive the token that they were given for.
"""

import base64
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import requests
from jira import JIRA
from pydantic import SecretStr
from requests.adapters import BaseAdapter, HTTPAdapter

from callsheet.connect.context import Context, Exchange
from callsheet.connect.errors import ConnectorError, Malformed, Rejected, Transient
from callsheet.connect.http import Reply, exchanged
from callsheet.model.credentials import redact
from callsheet_jira.options import JiraOptions

_CONNECT = 5.0
_READ = 30.0
_WRITE = 15.0
_LARGEST_BODY = 64 * 1024 * 1024
_CHUNK = 64 * 1024
# By name, because they are urllib3's own and reach us only inside requests' exceptions.
_UNCONNECTED = {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}
_HANDSHAKE_FAULTS = {
    "WRONG_VERSION_NUMBER",
    "UNSUPPORTED_PROTOCOL",
    "NO_PROTOCOLS_AVAILABLE",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "TLSV1_UNRECOGNIZED_NAME",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request to send. `path` begins behind the base URL. `once` marks a write that must not be sent twice."""

    method: str
    path: str
    params: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    once: bool = False
    writes: bool = False


class Transport:
    """Carries requests to Jira and counts those that were really sent. An `adapter` keeps it off the network."""

    def __init__(self, options: JiraOptions, context: Context, *, api: str, adapter: BaseAdapter | None = None) -> None:
        self._options = options
        self._context = context
        self._api = api
        self._adapter = adapter
        self._secrets = _secrets(options)
        self._kept = self._client()

    def send(self, ask: Ask) -> Reply:
        """The answer, whatever its status. Transient(sent=…) or Malformed when there is none to be read."""
        if not ask.once:
            return self._exchange(self._kept, ask)
        # A fresh connection can't be one that the other side was just about to close.
        fresh = self._client()
        try:
            return self._exchange(fresh, ask)
        finally:
            fresh._session.close()

    def scrub(self, text: str) -> str:
        """The text without anything that looks like a credential, and certainly without ours."""
        for secret in self._secrets:
            text = text.replace(secret.get_secret_value(), "[redacted]")
        return redact(text)

    def _client(self) -> JIRA:
        options = self._options
        token, pat = options.api_token, options.personal_access_token
        client = JIRA(
            options.base_url,
            options={"rest_api_version": self._api.rpartition("/")[2], "check_update": False},
            basic_auth=(options.email or "", token.get_secret_value()) if token else None,
            token_auth=pat.get_secret_value() if pat else None,
            max_retries=0,
            timeout=(_CONNECT, _READ),
            get_server_info=False,
        )
        client._session.headers["User-Agent"] = self._context.user_agent
        if self._context.ca_file:
            client._session.mount("https://", _TrustingAdapter(self._context.ca_file))
        if self._adapter:
            client._session.mount(options.base_url, self._adapter)
        return client

    def _exchange(self, client: JIRA, ask: Ask) -> Reply:
        started = perf_counter()
        try:
            response = self._send(client._session, ask)
        except (requests.RequestException, OSError) as error:
            fault = _fault(ask, error)
            if fault.sent:
                self._context.count()
                self._unanswered(ask, started)
            # Without the cause: its text and its `request` attribute hold what nobody should log.
            raise fault from None
        self._context.count()
        try:
            reply = self._reply(response, ask)
        except ConnectorError:
            self._unanswered(ask, started)
            raise
        finally:
            response.close()
        self._context.told(exchanged(reply, perf_counter() - started, self._context.clock))
        return reply

    def _unanswered(self, ask: Ask, started: float) -> None:
        seconds = perf_counter() - started
        self._context.told(Exchange(method=ask.method, path=ask.path, status=None, seconds=seconds))

    def _send(self, session: requests.Session, ask: Ask) -> requests.Response:
        url = self._options.base_url + ask.path
        body = None if ask.body is None else _encoded(ask, ask.body)
        prepared = session.prepare_request(requests.Request(ask.method, url, params=ask.params, data=body))
        # Honours HTTPS_PROXY, NO_PROXY and REQUESTS_CA_BUNDLE.
        settings = session.merge_environment_settings(url, {}, True, None, None)
        timeout = (_CONNECT, _WRITE if ask.writes else _READ)
        return session.get_adapter(url).send(
            prepared,
            stream=True,
            timeout=timeout,
            verify=True if settings["verify"] is None else settings["verify"],
            cert=settings["cert"],
            proxies=settings["proxies"],
        )

    def _reply(self, response: requests.Response, ask: Ask) -> Reply:
        ok = 200 <= response.status_code < 300
        try:
            body = b"".join(_limited(response))
        except (requests.RequestException, OSError):
            if ok and ask.once:
                raise Malformed(f"{_asked(ask)} answered {response.status_code}, but the answer broke off") from None
            if ok:
                raise Transient(f"{_asked(ask)}: the answer broke off", sent=True) from None
            body = b""  # The status alone is a clear word.
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(method=ask.method, path=ask.path, status=response.status_code, headers=headers, body=body)


class _TrustingAdapter(HTTPAdapter):
    """Trusts a private CA besides those that are trusted anyway; `verify=<file>` would trust it alone."""

    def __init__(self, ca_file: Path) -> None:
        self._tls = ssl.create_default_context()
        self._tls.load_verify_locations(ca_file)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pool with our trust."""
        super().init_poolmanager(*args, ssl_context=self._tls, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """The pool behind a proxy with our trust."""
        return super().proxy_manager_for(proxy, ssl_context=self._tls, **kwargs)


def _limited(response: requests.Response) -> Iterator[bytes]:
    size = 0
    for chunk in response.iter_content(_CHUNK):
        size += len(chunk)
        if size > _LARGEST_BODY:
            raise Malformed(f"Jira's answer is larger than {_LARGEST_BODY >> 20} MiB; narrow what is asked for")
        yield chunk


def _fault(ask: Ask, error: Exception) -> Transient:
    chain = tuple(_chain(error))
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            why = f"its certificate is not trusted ({link.verify_message}); a private CA goes into CALLSHEET_CA_FILE"
            return Transient(f"{_asked(ask)} was not sent: {why}", sent=False)
    why = _why_unconnected(chain)
    if why:
        return Transient(f"{_asked(ask)} was not sent: {why}", sent=False)
    late = any(isinstance(link, requests.Timeout) for link in chain)
    return Transient(f"{_asked(ask)}: {'no answer in time' if late else 'the connection broke'}", sent=True)


def _why_unconnected(chain: tuple[BaseException, ...]) -> str:
    """Why no connection came about; nothing when there was one."""
    for link in chain:
        if isinstance(link, ssl.SSLError) and link.reason in _HANDSHAKE_FAULTS:
            return "no TLS connection could be agreed on; check https:// and the port in JIRA_BASE_URL"
    if any(isinstance(link, socket.gaierror) for link in chain):
        return "its host name is unknown; check JIRA_BASE_URL and the DNS"
    if any(isinstance(link, requests.exceptions.ProxyError) for link in chain):
        return "the proxy did not let it through; check HTTPS_PROXY and NO_PROXY"
    if any(isinstance(link, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema) for link in chain):
        return "its address or the proxy's is not usable; check JIRA_BASE_URL and HTTPS_PROXY"
    if any(isinstance(link, ConnectionRefusedError) for link in chain):
        return "the connection was refused; check JIRA_BASE_URL"
    return "no connection" if any(type(link).__name__ in _UNCONNECTED for link in chain) else ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what caused it: requests and urllib3 pass causes on as arguments or as `reason`.

    Never by `__context__`, which may be an older error that somebody was just handling.
    """
    while error is not None:
        yield error
        inner = (getattr(error, "reason", None), error.__cause__, *error.args)
        error = next((one for one in inner if isinstance(one, BaseException)), None)


def _asked(ask: Ask) -> str:
    return f"{ask.method} {ask.path}"


def _encoded(ask: Ask, body: Mapping[str, Any]) -> bytes:
    """The body as JSON. Rejected, with the fields to mend: nothing was sent, so it must not count as unclear."""
    try:
        return _json(body)
    except TypeError as error:
        fields = dict(_unwritable(body.get("fields", body)))
        said = "; ".join(f"{name}: {why}" for name, why in fields.items()) or str(error)
        what = f"{_asked(ask)} was not sent: {said}; use text, a number or a date in the policy's extra fields"
        raise Rejected(what, fields=fields) from None


def _unwritable(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        try:
            _json(value)
        except TypeError as error:
            yield name, str(error)


def _json(value: object) -> bytes:
    return json.dumps(value, default=_plain).encode()


def _plain(value: object) -> str:
    """Dates in the policy's extra fields. TOML's local times are no JSON, and no field of Jira holds one."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} can't be sent as JSON")


def _secrets(options: JiraOptions) -> tuple[SecretStr, ...]:
    """Ours, in every form in which they go over the wire."""
    given = [secret for secret in (options.api_token, options.personal_access_token) if secret]
    pairs = [f"{options.email}:{secret.get_secret_value()}".encode() for secret in given]
    basic = [SecretStr(base64.b64encode(pair).decode()) for pair in pairs]
    return (*basic, *given, *options.webhook_secrets)
