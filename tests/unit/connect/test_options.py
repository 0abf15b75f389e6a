"""A connector's options: every problem at once, by the variable's name, and never a value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from pydantic import AfterValidator, Field, SecretStr, field_validator

from callsheet.connect.options import ConnectorOptions, Problems

CANARY = "canary-3f9a"


class Options(ConnectorOptions):
    """Some of each kind."""

    prefix: ClassVar[str] = "DEMO_"
    api_token: SecretStr = Field(description="Make one under Settings.")
    webhook_secret: SecretStr | None = None
    url: str = "https://demo.example"
    retries: int = 3
    folder: Path | None = None

    @field_validator("url")
    @classmethod
    def _https(cls, value: str) -> str:
        if not value.startswith("https://"):
            raise ValueError("must begin with https://; write the whole address")
        return value


def test_variables_and_secrets_are_known_by_name() -> None:
    assert Options.variables() == (
        "DEMO_API_TOKEN",
        "DEMO_WEBHOOK_SECRET",
        "DEMO_URL",
        "DEMO_RETRIES",
        "DEMO_FOLDER",
    )
    assert Options.secrets() == ("DEMO_API_TOKEN", "DEMO_WEBHOOK_SECRET")


def test_a_secret_is_one_however_its_type_is_wrapped() -> None:
    class Checked(ConnectorOptions):
        prefix: ClassVar[str] = "DEMO_"
        key: Annotated[SecretStr, AfterValidator(lambda value: value)] | None = None
        keys: tuple[SecretStr, ...] = ()
        name: str | None = None

    assert Checked.secrets() == ("DEMO_KEY", "DEMO_KEYS")


def test_values_are_read_stripped_and_empty_ones_count_as_unset() -> None:
    options = Options.read({"DEMO_API_TOKEN": f" {CANARY} ", "DEMO_RETRIES": "5", "DEMO_URL": "", "OTHER": "x"})
    assert options.api_token.get_secret_value().strip() == CANARY
    assert (options.retries, options.url, options.folder) == (5, "https://demo.example", None)


def test_all_problems_come_at_once_with_what_to_do() -> None:
    with pytest.raises(Problems) as caught:
        Options.read({"DEMO_RETRIES": "many", "DEMO_URL": "ftp://x"})
    told = {problem.variable: problem.what for problem in caught.value.problems}
    assert told == {
        "DEMO_API_TOKEN": "is missing. Make one under Settings.",
        "DEMO_RETRIES": told["DEMO_RETRIES"],
        "DEMO_URL": "must begin with https://; write the whole address",
    }
    assert "whole number" in told["DEMO_RETRIES"]


def test_no_value_is_told() -> None:
    with pytest.raises(Problems) as caught:
        Options.read({"DEMO_RETRIES": CANARY, "DEMO_URL": CANARY, "DEMO_API_TOKEN": CANARY})
    assert CANARY not in f"{caught.value}{caught.value!r}{caught.value.__cause__!r}"
    assert caught.value.__context__ is None
    assert CANARY not in repr(Options.read({"DEMO_API_TOKEN": CANARY}))


def test_options_can_not_be_changed() -> None:
    options = Options.read({"DEMO_API_TOKEN": CANARY})
    with pytest.raises(ValueError, match="frozen"):
        options.retries = 4
