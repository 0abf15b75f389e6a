"""What an operator may set: the `PAGERDUTY_` variables, checked before the first request."""

import re
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, SecretStr, field_validator

from callsheet.connect.address import sheltered_url
from callsheet.connect.options import ConnectorOptions, comma_list

# One @, no spaces, printable ASCII: it becomes the value of a header.
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")
_API_HOST = re.compile(r"api\.(.+\.)?pagerduty\.com")
_ID = re.compile(r"[A-Za-z0-9]{1,64}")

Ids = Annotated[tuple[str, ...], BeforeValidator(comma_list)]


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
    def is_scoped(self) -> bool:
        """Whether the token is one of OAuth, as its first characters tell: an app's, with scopes and an end."""
        return bool(re.match(r"pd[a-z]{2}\+", self.api_token.get_secret_value()))

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The signing secrets, in clear: pass them to `signature.verify` and nowhere else."""
        return comma_list(self.webhook_secret.get_secret_value()) if self.webhook_secret else ()

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
        example = "https://api.pagerduty.com (EU: https://api.eu.pagerduty.com)"
        host = sheltered_url(value, such_as=example, instead="PAGERDUTY_API_TOKEN").hostname or ""
        if f".{host}".endswith(".pagerduty.com") and not _API_HOST.fullmatch(host):
            raise ValueError(f"is the address of PagerDuty's pages, where its API does not answer; write {example}")
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
        return value
