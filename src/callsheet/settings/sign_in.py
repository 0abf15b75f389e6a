"""Signing in with the company's own account: what is needed for it, all or none, and whom it lets in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from callsheet.connect.address import sheltered
from callsheet.connect.options import Problem

CALLBACK: Final = "/sign-in/oidc/callback"
PUBLIC_URL: Final = "CALLSHEET_PUBLIC_URL"
# Each with what to do where it alone is missing.
_NEEDED: Final = {
    "CALLSHEET_OIDC_ISSUER": "set it to the provider's address, as its discovery document has it under issuer",
    "CALLSHEET_OIDC_CLIENT_ID": "set it to what the provider calls Callsheet since you registered it there",
    "CALLSHEET_OIDC_CLIENT_SECRET": "set it to the secret that the provider made for that registration",
    "CALLSHEET_OIDC_ALLOW": "say who may look, by e-mail domain or address: example.com, ana@example.org",
    PUBLIC_URL: f"set it to the address of the pages: the provider sends people back to it, to {CALLBACK}",
}
_DOMAIN: Final = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
_ALLOWED: Final = re.compile(rf"@?{_DOMAIN}|[^@\s]+@{_DOMAIN}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A provider of OpenID Connect, and who may come in by it. `allow` has e-mail domains and addresses, lower case."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    allow: tuple[str, ...]
    public_url: str

    @property
    def callback(self) -> str:
        """Where the provider sends people back to; it must be registered there, letter by letter."""
        return f"{self.public_url}{CALLBACK}"

    def admits(self, email: str) -> bool:
        """Whether this address, or its domain and no part of that, is among those that were named."""
        name, _, domain = email.lower().rpartition("@")
        return bool(name) and any(each.removeprefix("@") in {domain, f"{name}@{domain}"} for each in self.allow)


def allowed(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Domains and addresses in lower case. ValueError where one is neither."""
    if not all(each.isascii() and _ALLOWED.fullmatch(each) for each in entries):
        raise ValueError("must be e-mail domains or addresses by comma, such as example.com, ana@example.org")
    return tuple(each.lower() for each in entries)


def half(values: Mapping[str, str]) -> Iterator[Problem]:
    """What is missing where somebody began to set this up. Nothing given is nothing asked for."""
    given = {name for name in _NEEDED if values.get(name, "").strip(", ")}
    if given <= {PUBLIC_URL}:
        return
    for name, advice in _NEEDED.items():
        if name not in given:
            yield Problem(name, f"is missing: people are to sign in by OpenID Connect; {advice}")
    public = values.get(PUBLIC_URL, "")
    if public.startswith("http://") and not sheltered(public):
        yield Problem(PUBLIC_URL, "must begin with https:// where people sign in by OpenID Connect")
