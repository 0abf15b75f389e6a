"""Errors of the API, as RFC 9457 has them; and as OpenAPI declares them."""

import sqlite3
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from callsheet.run.names import NotKnown
from callsheet.store.faults import fault_of

MEDIA_TYPE: Final = "application/problem+json"
NOWHERE: Final = "There is nothing at this address; /api/v1/openapi.json says what there is."
GIBBERISH: Final = "The body can't be read as JSON."
A_MOMENT: Final = {"Retry-After": "1"}
MEANINGS: Final[Mapping[int, str]] = {
    401: "Nobody whom we know asks.",
    403: "A page of another site asks, or may do so.",
    404: "What the path names is not known.",
    408: "The body did not come in time.",
    409: "It can't be done as things stand; nothing was changed.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "What was sent can't be read; `errors` says where.",
    503: "Not now; `detail` says why. With Retry-After it is over in a moment.",
}


class Slip(BaseModel):
    """What is wrong, and where: `body.due_on`, `query.page`."""

    where: str
    what: str


class Problem(BaseModel):
    """An error, by RFC 9457. `detail` is for a person, and says what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Slip] = []


class Undone(Exception):
    """An act that could not be done as things stand; nothing was changed."""


class NotReady(Exception):
    """What is asked for is not there yet; in so many seconds it is worth asking again."""

    def __init__(self, told: str, seconds: int) -> None:
        super().__init__(told)
        self.headers = {"Retry-After": str(seconds)}


def problem(
    status: int,
    detail: str,
    errors: Sequence[Slip] = (),
    headers: Mapping[str, str] | None = None,
    *,
    by: type[JSONResponse] = JSONResponse,
) -> Response:
    """The answer."""
    told = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors))
    return by(told.model_dump(), status, dict(headers or {}), MEDIA_TYPE)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same for OpenAPI."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {each: {"description": MEANINGS[each], "content": {MEDIA_TYPE: {"schema": schema}}} for each in statuses}


def described(openapi: dict[str, Any]) -> dict[str, Any]:
    """The description with the shape that `declared` refers to."""
    told = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    openapi["components"]["schemas"] |= {**told.pop("$defs"), "Problem": told}
    return openapi


def handlers(api: FastAPI) -> None:
    """Every error becomes a problem."""

    @api.exception_handler(RequestValidationError)
    async def unread(_: Request, error: RequestValidationError) -> Response:
        slips = [Slip(where=".".join(map(str, each["loc"])), what=each["msg"]) for each in error.errors()]
        return problem(422, "; ".join(f"{slip.where}: {slip.what}" for slip in slips), slips)

    @api.exception_handler(NotKnown)
    async def not_known(_: Request, error: NotKnown) -> Response:
        return problem(404, str(error))

    @api.exception_handler(Undone)
    async def undone(_: Request, error: Undone) -> Response:
        return problem(409, f"Nothing was changed: {error}.")

    @api.exception_handler(NotReady)
    async def not_ready(_: Request, error: NotReady) -> Response:
        return problem(503, str(error), headers=error.headers)

    @api.exception_handler(sqlite3.DatabaseError)
    async def unstored(_: Request, error: sqlite3.DatabaseError) -> Response:
        fault = fault_of(error)
        if fault is None:
            raise error
        return problem(503, fault.words, headers=A_MOMENT if fault.passing else None)

    @api.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        # FastAPI's word on bytes that are no text.
        if error.status_code == 400:
            return problem(422, GIBBERISH, [Slip(where="body", what=GIBBERISH)])
        detail = NOWHERE if error.status_code == 404 else error.detail
        return problem(error.status_code, detail, headers=error.headers)

    @api.exception_handler(Exception)
    async def broken(_: Request, __: Exception) -> Response:
        return problem(500, "Something is wrong here, not with what you sent.")
