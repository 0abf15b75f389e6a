"""What the pages stand on: a store of their own, the rules, and the door. Templates become answers here."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from callsheet.connect.ports import Clock
from callsheet.plan.rules import Rules
from callsheet.render.page import page
from callsheet.render.sheet import csv_text
from callsheet.run.rehearsal import Rehearsal
from callsheet.run.status import Expected
from callsheet.web.desk import Shared
from callsheet.web.door import Door, Visitor

if TYPE_CHECKING:
    from callsheet.web.oidc import Provider

A_PAGE: Final = 100
UNKEPT: Final = {"Cache-Control": "private, no-store"}
STATIC: Final = {"callsheet.css": "text/css", "callsheet.svg": "image/svg+xml", "present.js": "text/javascript"}
T = TypeVar("T")
# In the order of the head of each page: where it leads and what it is called.
PLACES: Final = (
    ("/", "Season"),
    ("/sheet", "Call sheet"),
    ("/mine", "Mine"),
    ("/incidents", "Playbills"),
    ("/plan", "Plan"),
    ("/sync", "Status"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The pages' own store: a probe must not wait for a page that reads a thousand items.

    `templates` is the configuration's folder; of it pages take the leader's card only.
    """

    browsing: Shared
    rules: Rules
    expected: Expected
    clock: Clock
    door: Door
    rehearse: Callable[[], Rehearsal]
    provider: "Provider | None" = None
    templates: Path | None = None

    def now(self) -> datetime:
        """The time."""
        return self.clock.now()

    def today(self) -> date:
        """The day of the house."""
        return self.now().astimezone(self.expected.zone).date()

    def page(self, request: Request, name: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from its template, for whoever asked."""
        visitor: Visitor | None = getattr(request.state, "visitor", None)
        text = page(
            None,
            f"web/{name}.html.j2",
            places=PLACES,
            here=request.url.path,
            visitor=visitor,
            done="done" in request.query_params,
            seal=self.door.seal(visitor) if visitor else "",
            style=address("callsheet.css"),
            today=self.today(),
            now=self.now(),
            **values,
        )
        return HTMLResponse(text, status, headers=UNKEPT)


def table(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Rows as a file of that name to open in a spreadsheet."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **UNKEPT}
    return Response(csv_text(columns, rows), media_type="text/csv", headers=headers)


def paged(rows: Sequence[T], page: int) -> tuple[Sequence[T], int, int]:
    """One page of them, its number, and how many there are; behind the last one it is the last."""
    pages = max(1, -(-len(rows) // A_PAGE))
    at = min(page, pages)
    return rows[(at - 1) * A_PAGE : at * A_PAGE], at, pages


def is_person(request: Request) -> bool:
    """Whether a browser asks: programs do not ask for HTML."""
    return "text/html" in request.headers.get("accept", "")


@cache
def static(name: str) -> bytes:
    """A file that pages refer to, one of STATIC."""
    return files("callsheet.web").joinpath("static", name).read_bytes()


@cache
def imprint(name: str) -> str:
    """Changes when the file does, so that browsers may keep it."""
    return hashlib.sha256(static(name)).hexdigest()[:12]


def address(name: str) -> str:
    """Where a page finds it."""
    return f"/static/{name}?{imprint(name)}"
