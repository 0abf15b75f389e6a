"""The signature of Jira's webhooks, pure: is this body from somebody who knows our secret?"""

import hashlib
import hmac
from collections.abc import Sequence

from pydantic import SecretStr


def verify(header: str | None, body: bytes, secrets: Sequence[SecretStr]) -> bool:
    """Whether `X-Hub-Signature: sha256=<hex>` over the raw body was made with one of the secrets.

    Several secrets are valid while one is rotated. Without any secret, nothing is genuine.
    """
    method, _, given = (header or "").strip().partition("=")
    if method.lower() != "sha256":
        return False
    claimed = given.strip().lower().encode("ascii", "replace")
    # Every secret is tried, so that the time taken does not tell which one fits.
    matches = [hmac.compare_digest(claimed, _digest(secret, body)) for secret in secrets]
    return any(matches)


def _digest(secret: SecretStr, body: bytes) -> bytes:
    return hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest().encode()
