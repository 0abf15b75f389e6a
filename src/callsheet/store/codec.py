"""Values to JSON and back, strictly typed, so that a row always holds what the model says."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")

_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Building one is dear, so each is built once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def prepare(*kinds: Any) -> None:
    """Have these built before somebody waits for them."""
    for kind in kinds:
        _adapter(kind)


def dump(value: object) -> str:
    """A model value as JSON text."""
    return _adapter(type(value)).dump_json(value).decode()


def load(kind: type[T], text: str) -> T:
    """A model value from its JSON text."""
    value: T = _adapter(kind).validate_json(text)
    return value
