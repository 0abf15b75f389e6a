"""Configuration -> JiraOptions: where Jira is, who we are there, and where tickets go when the policy says nothing."""

import ipaddress
import re
from collections.abc import Mapping
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from callsheet.connect.address import sheltered_url
from callsheet.connect.options import ConnectorOptions, Problem, Problems, comma_list
from callsheet.model.credentials import looks_like_one

_BOTH_WAYS = (
    "two ways to sign in are set; keep JIRA_EMAIL with JIRA_API_TOKEN (Cloud) or JIRA_PERSONAL_ACCESS_TOKEN "
    "(Data Center), and remove the other"
)
_NO_WAY = (
    "is missing. Set JIRA_EMAIL and JIRA_API_TOKEN for Jira Cloud, or JIRA_PERSONAL_ACCESS_TOKEN for Jira Data Center"
)
_PAT_ON_CLOUD = "Jira Cloud takes no personal access tokens; set JIRA_EMAIL and JIRA_API_TOKEN instead"


class JiraOptions(ConnectorOptions):
    """The variables `JIRA_…`."""

    prefix: ClassVar[str] = "JIRA_"

    base_url: str = Field(
        description="Set it to Jira's address, with its path if it has one: https://example.atlassian.net"
    )
    browse_url: str | None = Field(
        default=None, description="Where people open tickets, if that is not the base URL (scoped tokens' gateway)."
    )
    flavour: Literal["auto", "cloud", "datacenter"] = Field(
        default="auto", description="`auto` takes Data Center when a personal access token is set, else Cloud."
    )
    email: str | None = Field(default=None, description="The account of JIRA_API_TOKEN (a user name on Data Center).")
    api_token: SecretStr | None = Field(default=None, description="An API token of that account.")
    personal_access_token: SecretStr | None = Field(default=None, description="A token of Jira Data Center 8.14+.")
    project: str = Field(description="Set it to the key of the project that gets tickets unless the policy says more.")
    issue_type: str = Field(default="Task", description="The issue type of new tickets, by name or id.")
    webhook_secret: SecretStr | None = Field(
        default=None, description="Secret of the incoming webhook; several by comma while rotating."
    )

    @field_validator("base_url", "browse_url")
    @classmethod
    def _safe_address(cls, value: str | None) -> str | None:
        return None if value is None else _address(value)

    @field_validator("base_url")
    @classmethod
    def _no_page(cls, value: str) -> str:
        # Data Center may live under a path, and so may a proxy and the gateway of scoped tokens.
        parts = urlsplit(value)
        if (parts.hostname or "").endswith(".atlassian.net") and parts.path:
            raise ValueError(f"is the address of a page, where no API answers; write https://{parts.hostname} alone")
        return value

    @field_validator("project")
    @classmethod
    def _key(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_]{1,80}", value) or looks_like_one(value):
            raise ValueError("must be the key of a project, such as OPS: what stands before the number of its tickets")
        return value

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """As the base does, and exactly one way to sign in; all faults are named at once."""
        faults = _credential_faults(values)
        try:
            options = super().read(values)
        except Problems as others:
            raise Problems([*others.problems, *faults]) from None
        if faults:
            raise Problems(faults)
        return options

    @property
    def on_cloud(self) -> bool:
        """Which of the two products this is; known without asking it."""
        return self.flavour == "cloud" or (self.flavour == "auto" and self.personal_access_token is None)

    @property
    def browse_base(self) -> str:
        """What `/browse/KEY` is appended to."""
        return self.browse_url or self.base_url

    @property
    def webhook_secrets(self) -> tuple[SecretStr, ...]:
        """The secrets a webhook may be signed with."""
        joined = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        return tuple(map(SecretStr, comma_list(joined)))


def _address(value: str) -> str:
    """The URL without its last slash, or a ValueError that says what to do."""
    parts = sheltered_url(value, such_as="https://example.atlassian.net")
    if _is_link_local(parts.hostname or ""):
        raise ValueError("is a link-local address, where clouds keep their metadata; set Jira's own address")
    return value.rstrip("/")


def _is_link_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False


def _credential_faults(values: Mapping[str, str]) -> list[Problem]:
    email, token, pat = (
        bool(values.get(name)) for name in ("JIRA_EMAIL", "JIRA_API_TOKEN", "JIRA_PERSONAL_ACCESS_TOKEN")
    )
    if pat and (email or token):
        return [Problem("JIRA_PERSONAL_ACCESS_TOKEN", _BOTH_WAYS)]
    if pat and values.get("JIRA_FLAVOUR") == "cloud":
        return [Problem("JIRA_PERSONAL_ACCESS_TOKEN", _PAT_ON_CLOUD)]
    if not pat and not email:
        return [Problem("JIRA_EMAIL" if token else "JIRA_API_TOKEN", _NO_WAY)]
    if not pat and not token:
        return [Problem("JIRA_API_TOKEN", _NO_WAY)]
    return []
