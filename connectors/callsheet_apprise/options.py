"""The notifier's two URLs. Both hold credentials, so no message here ever repeats a part of them."""

import re
from typing import ClassVar, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from callsheet.connect.options import ConnectorOptions
from callsheet_apprise import wire

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


class AppriseOptions(ConnectorOptions):
    """Where nudges go."""

    prefix: ClassVar[str] = "APPRISE_"

    team_url: SecretStr | None = Field(
        default=None,
        description="Apprise URL of the team's channel.",
    )
    person_url: SecretStr | None = Field(
        default=None,
        description="Apprise URL of one person, with {email}, {name} or {handle} where they go.",
    )

    @field_validator("team_url", "person_url")
    @classmethod
    def _is_a_url(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not _URL.fullmatch(url.get_secret_value()):
            raise ValueError("is not an Apprise URL. Write one without spaces, such as slack://… or mailtos://…")
        return url

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.team_url is None and self.person_url is None:
            raise ValueError(
                "CALLSHEET_NOTIFIERS names apprise, but it has nowhere to send to. Set APPRISE_PERSON_URL "
                "(mailtos://…&to={email}), APPRISE_TEAM_URL or both, or take apprise out of CALLSHEET_NOTIFIERS"
            )
        return self

    @field_validator("person_url")
    @classmethod
    def _names_known_placeholders(cls, url: SecretStr | None) -> SecretStr | None:
        if url:
            wire.placeholders(url.get_secret_value())
        return url
