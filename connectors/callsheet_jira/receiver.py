"""Webhooks of Jira: is one genuine, and which ticket does it speak of? Pure; the truth is read by REST afterwards."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from pydantic import SecretStr

from callsheet.connect.context import Context
from callsheet.connect.errors import Malformed
from callsheet.connect.ports import Touched
from callsheet_jira import signature, wire
from callsheet_jira.options import JiraOptions

_LONGEST_ID = 20


class Receiver:
    """A `callsheet.connect.ports.WebhookReceiver` for webhooks that a Jira administrator has set up with a secret."""

    def __init__(self, secrets: Sequence[SecretStr]) -> None:
        self._secrets = tuple(secrets)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the raw body was signed with one of our secrets."""
        return signature.verify(headers.get("x-hub-signature"), body, self._secrets)

    def touched(self, headers: Mapping[str, str], body: bytes) -> Touched | None:
        """The ticket, by its id, which no move changes. Malformed when the body is no JSON object."""
        try:
            ticket_id = wire.touched(wire.record(json.loads(body), "webhook"))
        except (ValueError, RecursionError):
            raise Malformed("a signed webhook is not JSON", where="body") from None
        if ticket_id is None or len(ticket_id) > _LONGEST_ID:
            return None
        # The body has no id of its own, but a time in milliseconds. Data Center sends no identifier at all.
        signed = sha256(body).hexdigest()
        delivery = headers.get("x-atlassian-webhook-identifier")
        return Touched(events=(signed, delivery) if delivery else (signed,), ticket_id=ticket_id)


def build(options: JiraOptions, context: Context) -> Receiver | None:  # noqa: ARG001 - a builder's signature
    """The receiver; None without a secret, because then no webhook can be genuine."""
    return Receiver(options.webhook_secrets) if options.webhook_secrets else None
