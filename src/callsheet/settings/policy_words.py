"""The words of policy.toml: types of its values, each with its check and its JSON Schema."""

import math
import re
from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, WithJsonSchema

from callsheet.settings.core import zone
from callsheet.settings.duration import duration

EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
PERSON_ID = r"[A-Z0-9]{7,20}"


def _line(value: str) -> str:
    if not value or "\n" in value:
        raise ValueError("must be one line of text")
    return value


def _label(value: str) -> str:
    if not value or re.search(r"\s", value):
        raise ValueError("must be one word without spaces, such as post-mortem: it becomes a label")
    return value


def _standing_id(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", value):
        raise ValueError("must be 1 to 40 of A-Z, a-z, 0-9, _ and -: it names the item for ever")
    return value


def _person(value: str) -> str:
    if not re.fullmatch(f"{EMAIL}|{PERSON_ID}", value):
        raise ValueError("must be an e-mail address, such as ana@example.com, or a person's PagerDuty id")
    return value


def _zone(value: str) -> str:
    return zone(value).key


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _priority_word(value: str) -> str:
    # `p1` means P1; an account's own names stay as they are written.
    return value.upper() if re.fullmatch(r"[pP][1-5]", value) else value


def _span(value: str) -> str:
    duration(value)
    return value


def to_json(value: object) -> object:
    """TOML's dates as JSON has them; TOML's infinities have no JSON."""
    match value:
        case date() | time():
            return value.isoformat()
        case float() if not math.isfinite(value):
            raise ValueError("must be a finite number")
        case list():
            return [to_json(part) for part in value]
        case dict():
            return {name: to_json(part) for name, part in value.items()}
    return value


Line = Annotated[str, AfterValidator(_line), WithJsonSchema({"type": "string", "minLength": 1})]
Label = Annotated[str, AfterValidator(_label), WithJsonSchema({"type": "string", "pattern": r"^\S+$"})]
StandingId = Annotated[
    str, AfterValidator(_standing_id), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"})
]
Person = Annotated[
    str, AfterValidator(_person), WithJsonSchema({"type": "string", "pattern": f"^({EMAIL}|{PERSON_ID})$"})
]
Zone = Annotated[str, AfterValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin"]})]
Priority = Annotated[Literal["P1", "P2", "P3", "P4", "P5"], BeforeValidator(_upper)]
PriorityWord = Annotated[Line, AfterValidator(_priority_word)]
Span = Annotated[str, AfterValidator(_span), WithJsonSchema({"type": "string", "pattern": r"^[0-9]+\s*[smhdw]$"})]
Days = Annotated[int, Field(ge=0, le=3650)]
Json = Annotated[JsonValue, BeforeValidator(to_json)]
