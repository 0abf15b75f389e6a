"""Base of every connector's options: environment variables with the connector's prefix, secrets also from files."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

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


class ConnectorOptions(BaseModel):
    """Options from variables `PREFIX_NAME`. Subclasses set `prefix` and declare fields in lower case.

    Field descriptions are the operator's reference. Secrets are `SecretStr`. A validator's ValueError should say
    what to do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)
    prefix: ClassVar[str]

    @classmethod
    def variables(cls) -> tuple[str, ...]:
        """The names of its variables."""
        return tuple(f"{cls.prefix}{name.upper()}" for name in cls.model_fields)

    @classmethod
    def secrets(cls) -> tuple[str, ...]:
        """The names of the variables that hold secrets: each also exists as NAME_FILE."""
        return tuple(
            f"{cls.prefix}{name.upper()}"
            for name, field in cls.model_fields.items()
            if SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ()))
        )

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """Options from variables by their full names; empty values count as unset. Problems names all faults."""
        known = set(cls.variables())
        raw: dict[str, Any] = {
            name.removeprefix(cls.prefix).lower(): value for name, value in values.items() if name in known and value
        }
        try:
            return cls(**raw)
        except ValidationError as error:
            raise Problems([cls._problem(fault) for fault in error.errors(include_url=False)]) from None

    @classmethod
    def _problem(cls, fault: Any) -> Problem:
        place = fault["loc"][0] if fault["loc"] else ""
        variable = f"{cls.prefix}{str(place).upper()}" if place else cls.prefix.rstrip("_")
        if fault["type"] == "missing":
            description = cls.model_fields[str(place)].description or ""
            return Problem(variable, f"is missing. {description}".strip())
        words = _WORDS.get(fault["type"], str(fault["msg"]).removeprefix("Value error, "))
        return Problem(variable, words.replace("Input should be", "must be"))
