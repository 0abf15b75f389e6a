"""The signature of V3 webhooks, pure: is this body from somebody who knows our secret?"""

import hashlib
import hmac
from collections.abc import Sequence

_VERSION = "v1="


def verify(body: bytes, header: str, secrets: Sequence[str]) -> bool:
    """Whether one of the `v1=` signatures in `X-PagerDuty-Signature` fits the raw body under one of the secrets.

    A secret's own bytes are the key; although it looks like base64 it is not decoded. Signatures of other versions
    are ignored. PagerDuty signs no time, so a replay passes: callers remember `X-Webhook-Id`.
    """
    offered = [part.strip().removeprefix(_VERSION) for part in header.split(",") if part.strip().startswith(_VERSION)]
    expected = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in secrets if secret]
    # Every pair is compared, so that the time tells nobody which secret came near.
    matches = [hmac.compare_digest(ours.encode(), theirs.encode()) for ours in expected for theirs in offered]
    return any(matches)
