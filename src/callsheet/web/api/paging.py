"""Lists of the API, in pages: the body is the list, as `--json` prints it; headers say where the rest is."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from callsheet.web.api.problems import declared

T = TypeVar("T")

LISTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "One page of the list.",
        "headers": {
            "X-Total-Count": {
                "required": True,
                "description": "How many there are on all pages.",
                "schema": {"type": "integer"},
            },
            "Link": {
                "required": True,
                "description": "The pages beside this one, by RFC 8288.",
                "schema": {"type": "string"},
            },
        },
    },
    **declared(401, 422, 503),
}


class Paging(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=1000)] = 100


def part(rows: Sequence[T], asked: Paging, request: Request, response: Response) -> list[T]:
    """One page of them; behind the last one it is empty."""
    pages = max(1, -(-len(rows) // asked.per_page))
    beside = {"first": 1, "prev": asked.page - 1, "next": asked.page + 1, "last": pages}
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    response.headers["X-Total-Count"] = str(len(rows))
    response.headers["Link"] = ", ".join(
        f'<{request.url.path}?{urlencode([*given, ("page", at)])}>; rel="{name}"'
        for name, at in beside.items()
        if 1 <= at <= pages
    )
    return list(rows[(asked.page - 1) * asked.per_page : asked.page * asked.per_page])
