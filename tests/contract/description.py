"""One official description, patched and ready: finds an exchange's operation and says what breaks it.

`official.py` holds one `Description` a vendor; the mends come from `patches.py`. openapi-core judges; what is added
here is speed (one small validator an operation, equal answers judged once) and one rule that it does not have:
a query parameter that the description does not know is a problem, because a vendor ignores it in silence.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend
from openapi_core import Config, OpenAPI, V30RequestValidator, V30ResponseValidator
from openapi_core.datatypes import RequestParameters
from openapi_core.validation.request.exceptions import InvalidParameter
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from openapi_core.validation.schemas.factories import SchemaValidatorsFactory
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.contract.patches import PATCHES, Json

HOST = "https://vendor.invalid"
LONG = 200  # characters of a validator's message that are shown: it quotes the whole broken value first


@dataclass(slots=True)
class Sent:
    """A request in the shape that openapi-core reads."""

    host_url: str
    path: str
    method: str
    parameters: RequestParameters
    content_type: str
    body: bytes | None


@dataclass(slots=True)
class Answered:
    """A response in the shape that openapi-core reads."""

    status_code: int
    content_type: str
    headers: Headers
    data: bytes | None


def _is_instant(value: object) -> bool:
    """A date-time with an offset; Jira's `+0000` without a colon counts, because that is what Jira writes."""
    if not isinstance(value, str):
        return True
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_address(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[^@\s]+@[^@\s]+", value) is not None


# openapi-core checks no format of its own accord but numbers and bytes.
FORMATS: dict[str, Callable[[Any], bool]] = {"date-time": _is_instant, "email": _is_address}


def load(path: Path, side: str, without: frozenset[str] = frozenset()) -> Json:
    """Read a description and apply its patches, except those named in `without`."""
    document: Json = json.loads(path.read_bytes())
    for patch in PATCHES:
        if patch.side == side and patch.name not in without:
            patch.apply(document)
    return document


class Description:
    """The operations of one patched description, each compiled when it is first met."""

    def __init__(self, document: Json) -> None:
        self._document = document
        templates = sorted(document["paths"], key=lambda t: [part.startswith("{") for part in t.split("/")])
        self._routes = [(re.compile(re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(t))), t) for t in templates]
        self._operations: dict[tuple[str, str], Operation] = {}
        self._admitted: dict[str, frozenset[str] | None] = {}

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation of a vendor path, the most literal template first; None when there is none."""
        template = next((t for pattern, t in self._routes if pattern.fullmatch(path)), None)
        if template is None or method.lower() not in self._document["paths"][template]:
            return None
        key = (method.lower(), template)
        if key not in self._operations:
            self._operations[key] = Operation(self._alone(template), self._parameters(*key), self._config)
        return self._operations[key]

    def _alone(self, template: str) -> Json:
        """The description reduced to one path, so that openapi-core need not search hundreds."""
        paths = {template: self._document["paths"][template]}
        return {**self._document, "paths": paths, "servers": [{"url": HOST}]}

    def _parameters(self, method: str, template: str) -> list[Json]:
        item = self._document["paths"][template]
        declared = [*item.get("parameters", []), *item[method].get("parameters", [])]
        return [self._resolve(parameter) for parameter in declared]

    def _resolve(self, node: Json) -> Json:
        while "$ref" in node:
            target: Any = self._document
            for escaped in node["$ref"].removeprefix("#/").split("/"):
                part = escaped.replace("~1", "/").replace("~0", "~")
                target = target[int(part)] if isinstance(target, list) else target[part]
            node = target
        return node

    @cached_property
    def _config(self) -> Config:
        """Validators that pick the branch of a `oneOf` by `type`; the description itself is not ours to validate."""
        read = extend(OAS30ReadValidator, {"oneOf": self._one_of})
        write = extend(OAS30WriteValidator, {"oneOf": self._one_of})
        request = type("Request", (V30RequestValidator,), {"schema_validators_factory": SchemaValidatorsFactory(write)})
        response = type(
            "Response", (V30ResponseValidator,), {"schema_validators_factory": SchemaValidatorsFactory(read)}
        )
        return Config(
            spec_validator_cls=None,
            request_validator_cls=request,
            response_validator_cls=response,
            extra_format_validators=FORMATS,
        )

    def _one_of(self, validator: Any, branches: list[Json], instance: Any, schema: Json) -> Iterator[ValidationError]:
        """`oneOf` with the same verdict, tried only on the branches whose `type` enum admits the instance.

        Fifteen kinds of log entry are told apart by `type`: this is ten times faster, and the error names the fault
        instead of saying that no branch fits.
        """
        kind = instance.get("type") if isinstance(instance, dict) else None
        left = [branch for branch in branches if not isinstance(kind, str) or self._admits(branch, kind)]
        if not left:
            yield ValidationError(f"{kind!r} is not a type that belongs here")
        elif len(left) == 1:
            yield from validator.descend(instance, left[0])
        else:
            yield from OAS30ReadValidator.VALIDATORS["oneOf"](validator, left, instance, schema)

    def _admits(self, branch: Json, kind: str) -> bool:
        key = branch.get("$ref") or json.dumps(branch, sort_keys=True)
        if key not in self._admitted:
            self._admitted[key] = self._types(branch)
        types = self._admitted[key]
        return types is None or kind in types

    def _types(self, schema: Json) -> frozenset[str] | None:
        """The values of `type` that a schema admits, None when it leaves them open."""
        schema = self._resolve(schema)
        enum = self._resolve(schema.get("properties", {}).get("type", {})).get("enum")
        found = [frozenset(enum)] if enum else []
        found += [types for part in schema.get("allOf", []) if (types := self._types(part)) is not None]
        return frozenset.intersection(*found) if found else None


class Operation:
    """One method of one path: judges requests and responses, equal ones once."""

    def __init__(self, document: Json, parameters: list[Json], config: Config) -> None:
        self._api = OpenAPI.from_dict(document, config=config)
        self._query = frozenset(parameter["name"] for parameter in parameters if parameter["in"] == "query")
        self._judged: dict[object, list[str]] = {}

    def request(self, method: str, path: str, query: str, headers: Headers, body: bytes) -> list[str]:
        """What is wrong with a request, in sentences without a subject."""
        key = (path, query, tuple(headers), body)
        if key not in self._judged:
            pairs = parse_qsl(query, keep_blank_values=True)
            unknown = sorted({name for name, _ in pairs} - self._query)
            parameters = RequestParameters(query=ImmutableMultiDict(pairs), header=headers)
            sent = Sent(HOST, path, method.lower(), parameters, headers.get("Content-Type", ""), body or None)
            found = _sentences(lambda: self._api.iter_request_errors(sent))
            self._judged[key] = [*found, *(f"has an unknown query parameter {name!r}" for name in unknown)]
        return self._judged[key]

    def response(self, method: str, path: str, status: int, headers: Headers, body: bytes) -> list[str]:
        """What is wrong with a response, in sentences without a subject."""
        content_type = headers.get("Content-Type", "")
        key = (status, content_type, body)
        if key not in self._judged:
            sent = Sent(HOST, path, method.lower(), RequestParameters(), "", None)
            answered = Answered(status, content_type, headers, body or None)
            self._judged[key] = _sentences(lambda: self._api.iter_response_errors(sent, answered))
        return self._judged[key]


def headers_of(given: Mapping[str, str] | list[tuple[str, str]]) -> Headers:
    """Headers by case-insensitive name, from a mapping or from pairs."""
    return Headers(list(given.items()) if isinstance(given, Mapping) else list(given))


def _sentences(errors: Callable[[], Iterator[Exception]]) -> list[str]:
    """Every error with the place it is about.

    What openapi-core only warns of is an error too: a deprecated parameter, or a request that no checkable
    scheme authenticates ("Unsupported scheme type": it knows no OAuth2, and neither does Callsheet).
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = [sentence for error in errors() for sentence in _explain(error)]
    return found + [f"draws a warning: {warning.message}" for warning in caught]


def _explain(error: Exception) -> list[str]:
    """One sentence a broken place; a place that breaks several rules is told once."""
    cause = error.__cause__ or error
    if not isinstance(cause, InvalidSchemaValue):
        return [f"is refused: {error}" if str(cause) in str(error) else f"is refused: {error}: {cause}"]
    what = (
        f"has an {error}".replace("Invalid", "invalid") if isinstance(error, InvalidParameter) else "breaks the schema"
    )
    places: dict[str, str] = {}
    for broken in cause.schema_errors:
        deepest = best_match([broken])
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in deepest.absolute_path)
        message = deepest.message if len(deepest.message) < LONG else f"… {deepest.message[-LONG:]}"
        places.setdefault(where.lstrip("."), message)
    return [f"{what} at {where or 'its top'}: {message}" for where, message in places.items()]
