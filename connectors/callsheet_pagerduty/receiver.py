"""Webhooks V3: is one genuine, and which incident does it speak of? Pure; the truth is read by REST afterwards."""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from callsheet.connect.context import Context
from callsheet.connect.errors import Malformed
from callsheet.connect.ports import Touched
from callsheet_pagerduty import signature, wire
from callsheet_pagerduty.options import PagerDutyOptions
from callsheet_pagerduty.reading import part, record, text

_ID = re.compile(r"[A-Za-z0-9]{1,64}")


class Receiver:
    """A `callsheet.connect.ports.WebhookReceiver` for the webhooks of one or more subscriptions."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secrets)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether one of the signatures fits the raw body under one of our secrets."""
        return signature.verify(body, headers.get("x-pagerduty-signature", ""), self._secrets)

    def touched(self, headers: Mapping[str, str], body: bytes) -> Touched | None:
        """The incident. Malformed when the body is no JSON object."""
        try:
            event = part(record(json.loads(body), ""), "event")
        except (ValueError, RecursionError):
            raise Malformed("a signed webhook is not JSON", where="body") from None
        incident_id = wire.touched(event)
        if incident_id is None or not _ID.fullmatch(incident_id):
            return None
        # A delivery keeps its id over all attempts, but does not sign it: the event's own id is in the signed body.
        signed = text(event, "id") or sha256(body).hexdigest()
        delivery = headers.get("x-webhook-id")
        return Touched(events=(signed, delivery) if delivery else (signed,), incident_id=incident_id)


def build(options: PagerDutyOptions, context: Context) -> Receiver | None:  # noqa: ARG001 - a builder's signature
    """The receiver; None without a secret, because then no webhook can be genuine."""
    return Receiver(options.webhook_secrets) if options.webhook_secrets else None
