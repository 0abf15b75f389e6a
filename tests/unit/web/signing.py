"""What somebody does who signs in with their company's account: off to the provider, and back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tests.unit.web.house import Page, Web
from tests.unit.web.provider import CLIENT, SECRET, Provider

PUBLIC = "https://callsheet.example.com"
ANA = "ana.ferreira@example.com"
TOKEN = "CANARY-a-token-of-the-house"


def settings(provider: Provider, **changes: Any) -> dict[str, Any]:
    plain = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return {**plain, "oidc_allow": "example.com, bo@example.org", "public_url": PUBLIC, **changes}


def begin(web: Web, to: str = "/mine") -> tuple[str, dict[str, str]]:
    """Where the browser is sent, and what it keeps meanwhile."""
    found = web.browse(f"/sign-in/oidc?to={quote(to, safe='')}")
    assert found.status == 303, found.text
    return found.headers["location"], {name: morsel.value for name, morsel in found.cookies.items()}


def come_back(web: Web, url: str, kept: dict[str, str]) -> Page:
    """What the browser gets where the provider sent it."""
    brought = "; ".join(f"{name}={value}" for name, value in kept.items())
    return web.browse(url.removeprefix(PUBLIC), {"Cookie": brought} if brought else {})


def signed_in(web: Web, provider: Provider, to: str = "/mine") -> Page:
    """The whole way."""
    url, kept = begin(web, to)
    return come_back(web, provider.signed_in(url), kept)


def inside(page: Page) -> dict[str, str]:
    """The header of who came in."""
    return {"Cookie": f"callsheet={page.cookies['callsheet'].value}"}


def out(page: Page, status: int, says: str) -> None:
    """Nobody came in; what they were told, and that they may begin again."""
    assert (page.status, "callsheet" in page.cookies) == (status, False), page.text
    assert says in page.text
    assert f'href="{PUBLIC}/sign-in/oidc?to=' in page.text
