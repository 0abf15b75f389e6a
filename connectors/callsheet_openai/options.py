"""Where the model answers, and what it is called there."""

import re
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from callsheet.connect.address import sheltered_url
from callsheet.connect.options import ConnectorOptions


class OpenAIOptions(ConnectorOptions):
    """One model at one endpoint."""

    prefix: ClassVar[str] = "DRAFT_"

    base_url: str = Field(
        description="Set it to the endpoint's address, which mostly ends in /v1: https://models.example.com/v1"
    )
    model: str = Field(description="Set it to the model's name there.")
    api_key: SecretStr | None = Field(default=None, description="The endpoint's key, where it asks for one.")

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        sheltered_url(value, such_as="https://models.example.com/v1", instead="DRAFT_API_KEY")
        return value.rstrip("/")

    @field_validator("model")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("must be the model's name, on one line")
        return value

    @field_validator("api_key")
    @classmethod
    def _sendable(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[!-~]+", value.get_secret_value()):
            raise ValueError("has characters that no key has; copy the key alone, without spaces or quotes")
        return value
