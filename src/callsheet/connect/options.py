"""Base of every connector's options: environment variables with the connector's prefix, secrets also from files."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, get_args

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

# What a fault of pydantic's is called for people; others keep its words.
_WORDS = {"int_parsing": "must be a whole number", "bool_parsing": "must be true or false"}


class Problem(Exception):
    """One thing that is wrong with the configuration: the variable, and what to do about it.

    `fix` is where a person mends it, if that is known better than by the variable's name; empty otherwise.
    """

    def __init__(self, variable: str, what: str, fix: str = "") -> None:
        super().__init__(f"{variable}: {what}")
        self.variable = variable
        self.what = what
        self.fix = fix


class Problems(Exception):
    """Everything that is wrong with the configuration, at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Section(BaseSettings):
    """A part of the configuration: a variable `PREFIX_NAME` for each field, which is declared in lower case.

    Field descriptions are the operator's reference. Secrets are `SecretStr`. A validator's ValueError should say
    what to do. It reads nothing by itself: `read` is given the variables.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    prefix: ClassVar[str]

    @classmethod
    def variables(cls) -> tuple[str, ...]:
        """The names of its variables."""
        return tuple(map(cls._variable, cls.model_fields))

    @classmethod
    def secrets(cls) -> tuple[str, ...]:
        """The names of the variables that hold secrets: each also exists as NAME_FILE."""
        return tuple(cls._variable(name) for name, field in cls.model_fields.items() if _is_secret(field.annotation))

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """The section from variables by their full names; empty values count as unset. Problems names all faults."""
        raw: dict[str, Any] = {name: value for name in cls.model_fields if (value := values.get(cls._variable(name)))}
        try:
            return cls(**raw)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False, include_context=False)
        # Raised out here: a ValidationError kept as context would carry the values into tracebacks.
        raise Problems([cls._problem(fault) for fault in faults])

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_by_name: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: whose word counts among files and the process environment is decided by `load`."""
        return (init_settings,)

    @classmethod
    def _variable(cls, field: str) -> str:
        return f"{cls.prefix}{field.upper()}"

    @classmethod
    def _problem(cls, fault: Any) -> Problem:
        place = str(fault["loc"][0]) if fault["loc"] else ""
        if fault["type"] == "missing":
            description = cls.model_fields[place].description or ""
            return Problem(cls._variable(place), f"is missing. {description}".strip())
        return Problem(cls._variable(place) if place else cls.prefix.rstrip("_"), in_words(fault))


class ConnectorOptions(Section):
    """Base of a connector's options. Subclasses set `prefix` and declare fields."""


def comma_list(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """`a, b,,a` as ("a", "b"). A tuple passes."""
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(part for part in (raw.strip() for raw in value.split(",")) if part))


def in_words(fault: Any) -> str:
    """What one fault of a ValidationError (as its `errors()` has it) tells a person."""
    words = _WORDS.get(fault["type"], str(fault["msg"]))
    return words.removeprefix("Value error, ").replace("Input should be", "must be")


def _is_secret(annotation: Any) -> bool:
    """Whether a secret is among the types that a field may have, however they are wrapped."""
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))
