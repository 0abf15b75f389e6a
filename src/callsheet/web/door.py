"""Who may see the pages, and what a signed word of ours is worth. Between a request and every page.

| the house                   | the visitor                                     | is                         |
|-----------------------------|-------------------------------------------------|----------------------------|
| open: loopback, nothing set | asks for this machine by one of its own names   | whoever sits here          |
| has a token                 | sends it as `Authorization: Bearer`             | a program                  |
| has a token                 | brings a cookie that we signed, not yet run out | the name they signed in by |
| has a token, no provider    | asks for `/mine` by the link of a digest         | its reader, there only     |
| has a provider              | brings such a cookie; may still come in          | the e-mail address         |
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
from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from callsheet.connect.address import is_loopback
from callsheet.connect.ports import Clock
from callsheet.run.seals import MINE, Seals
from callsheet.settings import Settings
from callsheet.settings.core import Network
from callsheet.settings.sign_in import SignIn

COOKIE: Final = "callsheet"
SIGNED_IN: Final = timedelta(days=7)
# With a provider it is one click, and who has left the company should be out soon.
SIGNED_IN_BY_PROVIDER: Final = timedelta(hours=12)
FORM: Final = timedelta(hours=12)
LONGEST_NAME: Final = 120


class By(StrEnum):
    """How somebody came in."""

    OPEN = "open"
    BEARER = "bearer"
    COOKIE = "cookie"
    PROXY = "proxy"
    LINK = "link"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who may look. `name` is what the ledger calls them."""

    name: str
    by: By


class Door:
    """Lets in, and signs what it must recognise later.

    Without a `token`, `proxies` and a `sign_in`, which is the provider that people come by: open, or shut to all.
    """

    def __init__(
        self,
        *,
        is_open: bool,
        token: str | None,
        proxies: Sequence[Network],
        header: str,
        public: str | None,
        seals: Seals,
        sign_in: SignIn | None = None,
    ) -> None:
        self.is_open = is_open
        self.token = token
        self.sign_in = sign_in
        self.seals = seals
        self._secure = public is not None and public.startswith("https://")
        self._proxies = tuple(proxies)
        self._header = header
        # A proxy may pass requests on under a name of its own.
        self._public = urlsplit(public).netloc.lower() if public else ""

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Self:
        """The door that the settings ask for."""
        token, public = settings.web_token, settings.public_url
        here = is_loopback(settings.address[0]) and (public is None or is_loopback(urlsplit(public).hostname or ""))
        return cls(
            is_open=here and not (token or settings.web_proxies or settings.sign_in),
            token=token.get_secret_value() if token else None,
            proxies=settings.web_proxies,
            header=settings.web_proxy_header,
            public=public,
            seals=Seals(settings.seal_with, clock),
            sign_in=settings.sign_in,
        )

    @property
    def shut(self) -> bool:
        """Whether nobody can come in, because nothing says who may."""
        return not (self.is_open or self.signs_in or self._proxies)

    @property
    def signs_in(self) -> bool:
        """Whether people can sign in here."""
        return self.token is not None or self.sign_in is not None

    def visitor(self, request: Request) -> Visitor | None:
        """Who asks; None: nobody who may look."""
        if self.is_open:
            return Visitor(name="somebody at this machine", by=By.OPEN) if is_loopback(_host(request)) else None
        found = self._by_proxy(request) or self._by_bearer(request) or self._by_cookie(request)
        return found or self._by_provider(request) or self._by_link(request)

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

    def give(self, answer: Response, name: str, signed: str, lasts: timedelta, *, path: str = "/") -> None:
        """A cookie to keep: no script reads it, and forms of other sites do not bring it."""
        seconds = int(lasts.total_seconds())
        answer.set_cookie(name, signed, seconds, path=path, httponly=True, samesite="lax", secure=self._secure)

    def take_back(self, answer: Response, name: str, *, path: str = "/") -> None:
        """A cookie of ours that is over."""
        answer.delete_cookie(name, path, httponly=True, samesite="lax", secure=self._secure)

    def _by_cookie(self, request: Request) -> Visitor | None:
        name = self.seals.read("cookie", request.cookies.get(COOKIE, ""))
        return Visitor(name=name, by=By.COOKIE) if self.token and isinstance(name, str) else None

    def _by_provider(self, request: Request) -> Visitor | None:
        """Whoever the operator no longer names is out with the restart, not only when the cookie ends."""
        email = self.seals.read("provider", request.cookies.get(COOKIE, ""))
        admitted = self.sign_in is not None and isinstance(email, str) and self.sign_in.admits(email)
        return Visitor(name=email, by=By.PROVIDER) if admitted else None

    def _by_link(self, request: Request) -> Visitor | None:
        """A digest's link opens one page for one person, where they could not sign in as themselves."""
        signed = request.query_params.get("by", "") if request.url.path == f"/{MINE}" else ""
        email = self.seals.read(MINE, signed) if self.token and self.sign_in is None else None
        return Visitor(name=email, by=By.LINK) if isinstance(email, str) else None

    def seal(self, visitor: Visitor) -> str:
        """What a form of this visitor carries, to show that it is ours."""
        return self.seals.sign("form", [visitor.name, visitor.by.value], FORM)

    def is_own_form(self, request: Request, visitor: Visitor, sealed: str) -> bool:
        """Whether a form came from one of our pages, made for this visitor."""
        return self.is_own_origin(request) and self.seals.read("form", sealed) == [visitor.name, visitor.by.value]

    def may_act(self, request: Request, visitor: Visitor) -> bool:
        """Whether a request without a seal may change something: never one that another site had a browser send.

        A program sends the token itself. What is let in by anything else could be a browser that was led here: it says
        where from. Only programs say nothing, and a cookie is none's.
        """
        if visitor.by is By.BEARER:
            return True
        silent = "origin" not in request.headers and "sec-fetch-site" not in request.headers
        return self.is_own_origin(request) or (silent and visitor.by in {By.OPEN, By.PROXY})

    def is_own_origin(self, request: Request) -> bool:
        """Whether a browser says that the request comes from our pages. Without an Origin it is no browser's form."""
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return False
        host = parts(request.headers.get("origin", "")).netloc.lower()
        return bool(host) and host in {request.headers.get("host", "").lower(), self._public}


def _host(request: Request) -> str:
    """The host that was asked for, without its port."""
    return parts(f"//{request.headers.get('host', '')}").hostname or ""


def parts(sent: str) -> SplitResult:
    """Those of an address that anybody may have made up; without any where it is none."""
    try:
        return urlsplit(sent)
    except ValueError:
        return urlsplit("")
