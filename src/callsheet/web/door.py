"""Who may see the pages, and what a signed word of ours is worth. Between a request and every page.

| the house                   | the visitor                                     | is                         |
|-----------------------------|-------------------------------------------------|----------------------------|
| open: loopback, nothing set | asks for this machine by one of its own names   | whoever sits here          |
| has a token                 | sends it as `Authorization: Bearer`             | a program                  |
| has a token                 | brings a cookie that we signed, not yet run out | the name they signed in by |
| has a token                 | asks for `/mine` by the link of a digest         | its reader, there only     |
| has proxies                 | comes from one, with one name in its header     | that name                  |
| any other                   |                                                 | nobody                     |

The header of somebody who is no proxy is not looked at. An open house answers to loopback names only: a page of
somebody else that lets its own name point to this machine would otherwise read along.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import Final, Self
from urllib.parse import urlsplit

from starlette.requests import Request

from callsheet.connect.ports import Clock
from callsheet.run.seals import MINE, Seals
from callsheet.settings import Settings
from callsheet.settings.core import Network

COOKIE: Final = "callsheet"
SIGNED_IN: Final = timedelta(days=7)
FORM: Final = timedelta(hours=12)
LONGEST_NAME: Final = 120


class By(StrEnum):
    """How somebody came in."""

    OPEN = "open"
    BEARER = "bearer"
    COOKIE = "cookie"
    PROXY = "proxy"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who may look. `name` is what the ledger calls them."""

    name: str
    by: By


class Door:
    """Lets in, and signs what it must recognise later. `token` None and no `proxies`: open, or shut to all."""

    def __init__(
        self,
        *,
        is_open: bool,
        token: str | None,
        proxies: Sequence[Network],
        header: str,
        clock: Clock,
        public: str | None,
    ) -> None:
        self.is_open = is_open
        self.token = token
        self.secure = public is not None and public.startswith("https://")
        self._proxies = tuple(proxies)
        self._header = header
        self.seals = Seals(token, clock)
        # A proxy may pass requests on under a name of its own.
        self._public = urlsplit(public).netloc.lower() if public else ""

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Self:
        """The door that the settings ask for."""
        token, public = settings.web_token, settings.public_url
        here = is_loopback(settings.address[0]) and (public is None or is_loopback(urlsplit(public).hostname or ""))
        return cls(
            is_open=here and token is None and not settings.web_proxies,
            token=token.get_secret_value() if token else None,
            proxies=settings.web_proxies,
            header=settings.web_proxy_header,
            clock=clock,
            public=public,
        )

    @property
    def shut(self) -> bool:
        """Whether nobody can come in, because nothing says who may."""
        return not (self.is_open or self.token or self._proxies)

    def visitor(self, request: Request) -> Visitor | None:
        """Who asks; None: nobody who may look."""
        if self.is_open:
            return Visitor(name="somebody at this machine", by=By.OPEN) if is_loopback(_host(request)) else None
        found = self._by_proxy(request) or self._by_bearer(request) or self._by_cookie(request)
        return found or self._by_link(request)

    def _by_proxy(self, request: Request) -> Visitor | None:
        names = request.headers.getlist(self._header)
        # Two names are a proxy that passes on what it was sent.
        if len(names) != 1 or not names[0].strip() or not self._is_proxy(request):
            return None
        return Visitor(name=names[0].strip()[:LONGEST_NAME], by=By.PROXY)

    def _is_proxy(self, request: Request) -> bool:
        try:
            address = ipaddress.ip_address(request.client.host if request.client else "")
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._proxies)

    def _by_bearer(self, request: Request) -> Visitor | None:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        known = kind.lower() == "bearer" and self.knows(given.strip())
        return Visitor(name="a program with the token", by=By.BEARER) if known else None

    def knows(self, token: str) -> bool:
        """Whether that is the token; however much of it is right, the answer takes as long."""
        return self.token is not None and compare_digest(token.encode(), self.token.encode())

    def _by_cookie(self, request: Request) -> Visitor | None:
        name = self.seals.read("cookie", request.cookies.get(COOKIE, ""))
        return Visitor(name=name, by=By.COOKIE) if self.token and isinstance(name, str) else None

    def _by_link(self, request: Request) -> Visitor | None:
        """A digest's link opens one page for one person."""
        signed = request.query_params.get("by", "") if request.url.path == f"/{MINE}" else ""
        email = self.seals.read(MINE, signed) if self.token else None
        return Visitor(name=email, by=By.LINK) if isinstance(email, str) else None

    def seal(self, visitor: Visitor) -> str:
        """What a form of this visitor carries, to show that it is ours."""
        return self.seals.sign("form", [visitor.name, visitor.by.value], FORM)

    def is_own_form(self, request: Request, visitor: Visitor, sealed: str) -> bool:
        """Whether a form came from one of our pages, made for this visitor."""
        return self.is_own_origin(request) and self.seals.read("form", sealed) == [visitor.name, visitor.by.value]

    def is_own_origin(self, request: Request) -> bool:
        """Whether a browser says that the request comes from our pages. Without an Origin it is no browser's form."""
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = request.headers.get("origin")
        host = urlsplit(origin or "").netloc.lower()
        return bool(host) and host in {request.headers.get("host", "").lower(), self._public}


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(request: Request) -> str:
    """The host that was asked for, without its port."""
    return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
