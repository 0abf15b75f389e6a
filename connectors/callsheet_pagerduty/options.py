"""What an operator may set: the `PAGERDUTY_` variables, checked before the first request."""

import re
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator

from callsheet.connect.address import is_loopback
from callsheet.connect.options import ConnectorOptions

# One @, no spaces, printable ASCII: it becomes the value of a header.
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")
_ID = re.compile(r"[A-Za-z0-9]{1,64}")


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Ids = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class PagerDutyOptions(ConnectorOptions):
    """How to reach one PagerDuty account, and which part of it Callsheet looks after."""

    prefix: ClassVar[str] = "PAGERDUTY_"

    api_token: SecretStr = Field(
        description="An API access key: PagerDuty > Integrations > API Access Keys. "
        "Read access is enough until Callsheet writes notes."
    )
    base_url: str = Field(
        default="https://api.pagerduty.com",
        description="Where the REST API answers; https://api.eu.pagerduty.com for accounts in the EU.",
    )
    from_email: str = Field(
        description="Set it to the e-mail address of a PagerDuty user: notes are written in that user's name."
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="The signing secret of the webhook subscription; several by comma while rotating."
    )
    team_ids: Ids = Field(default=(), description="Look after these teams only (ids, by comma).")
    service_ids: Ids = Field(default=(), description="Look after these services only (ids, by comma).")

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The signing secrets, in clear: pass them to `signature.verify` and nowhere else."""
        if self.webhook_secret is None:
            return ()
        return tuple(part.strip() for part in self.webhook_secret.get_secret_value().split(",") if part.strip())

    @field_validator("api_token")
    @classmethod
    def _sendable(cls, value: SecretStr) -> SecretStr:
        # A character that no header may hold would make the HTTP library quote the token in its complaint.
        token = value.get_secret_value().strip()
        if not re.fullmatch(r"[!-~]+", token):
            raise ValueError("has characters that no API key has; copy the key alone, without spaces or quotes.")
        return SecretStr(token)

    @field_validator("base_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address such as https://api.pagerduty.com (EU: https://api.eu.pagerduty.com).")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must start with https://; plain http:// is for a sandbox on this machine only.")
        if parts.username or parts.password:
            raise ValueError("must not hold credentials; put the key into PAGERDUTY_API_TOKEN.")
        if parts.query or parts.fragment:
            raise ValueError("must not have a query or fragment; give the address alone.")
        return value.rstrip("/")

    @field_validator("from_email")
    @classmethod
    def _addressed(cls, value: str) -> str:
        if not _EMAIL.fullmatch(value):
            raise ValueError("must be the plain e-mail address of a PagerDuty user, such as callsheet@example.com.")
        return value

    @field_validator("team_ids", "service_ids")
    @classmethod
    def _ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_ID.fullmatch(part) for part in value):
            raise ValueError("must be PagerDuty ids by comma, such as PT4KHLK,P9DKX21: the end of the page's address.")
        return tuple(dict.fromkeys(value))
