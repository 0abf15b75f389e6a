"""Small values that we sign, so that we know them again: cookies and forms of the pages, and links in digests."""

import hashlib
import secrets
from datetime import timedelta
from hmac import new
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from callsheet.connect.ports import Clock

MINE: Final = "mine"
MINE_LASTS: Final = timedelta(days=30)
_SIGNED: Final = {"key_derivation": "hmac", "digest_method": hashlib.sha256}


class Seals:
    """Signs for one use and a time. Everybody can read what is signed.

    What is signed with a token ends when somebody changes it; without one, with the process.
    """

    def __init__(self, token: str | None, clock: Clock) -> None:
        self._clock = clock
        key = new(token.encode(), b"callsheet pages", hashlib.sha256).digest() if token else secrets.token_bytes(32)
        self._key = key

    def sign(self, use: str, what: Any, lasts: timedelta) -> str:
        """A word for this use that ends after that time."""
        until = int((self._clock.now() + lasts).timestamp())
        signed: str = self._serializer(use).dumps([what, until])
        return signed

    def read(self, use: str, signed: str) -> Any:
        """What was signed for this use; None where we did not sign it, or its time is over."""
        try:
            what, until = self._serializer(use).loads(signed)
        except (BadData, ValueError, TypeError):
            return None
        return what if self._clock.now().timestamp() < until else None

    def _serializer(self, use: str) -> Any:
        return URLSafeSerializer(self._key, salt=f"callsheet.{use}", signer_kwargs=_SIGNED)


class OwnPages:
    """Where people find their own promises: by a link that only they get, or past the sign-in of a proxy."""

    def __init__(self, public_url: str, seals: Seals | None) -> None:
        """Take the address of the pages; without `seals` the link is the same for all."""
        self._address = f"{public_url}/{MINE}"
        self._seals = seals

    def __call__(self, email: str) -> str:
        """The link for whoever has this address."""
        return f"{self._address}?by={self._seals.sign(MINE, email, MINE_LASTS)}" if self._seals else self._address
