"""`/sheet`: what was promised, by whom, until when; filtered, sorted, as a page or CSV. `/mine`: one person's."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from callsheet.model.spelling import LIKE, near_names
from callsheet.plan.sheet_words import owner_words
from callsheet.run.folding import Folded, folded
from callsheet.run.names import Somebody, incident_called, promiser, promisers
from callsheet.run.ports import Memory
from callsheet.run.shapes import Row
from callsheet.run.views import Entry, Wanted, entries, rows_of, unmatched
from callsheet.web.door import By, Visitor
from callsheet.web.site import Site, paged, table

COLUMNS: Final = ("key", "title", "owner", "due_on", "priority", "status", "team", "service", "kind", "fix", "ticket",
                  "incident")  # fmt: skip
SORTS: Final = {"due": "Due", "priority": "Priority", "owner": "Owner", "incident": "Incident", "title": "Promise"}
Word = Annotated[str, Field(max_length=200)]
Who = Annotated[str, Query(max_length=200)]
Signed = Annotated[str, Query(max_length=1000)]
Page = Annotated[int, Query(ge=1, le=10_000)]


class Filters(BaseModel):
    """What the form asks for; empty words ask for nothing."""

    model_config = ConfigDict(frozen=True)

    owner: Word = ""
    team: Word = ""
    service: Word = ""
    priority: Word = ""
    season: Word = ""
    incident: Word = ""
    overdue: bool = False
    held: bool = False
    every: bool = False
    sort: Literal["priority", "due", "owner", "incident", "title"] = "priority"
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    def query(self, **changes: object) -> str:
        """The address of the same view with something changed."""
        given = self.model_dump() | changes
        plain = {name: "1" if value is True else value for name, value in given.items() if value}
        bare = {
            name: value for name, value in plain.items() if (name, value) not in {("sort", "priority"), ("page", 1)}
        }
        return f"?{urlencode(bare)}" if bare else "?"

    def wanted(self, site: Site, store: Memory) -> Wanted:
        """The same for the read model."""
        named = self.incident.strip()
        incident = incident_called(store, named) if named else None
        words = {
            name: getattr(self, name).strip() or None for name in ("owner", "team", "service", "priority", "season")
        }
        return Wanted(
            every=self.every,
            overdue=self.overdue,
            held=self.held,
            seasons=site.rules.seasons,
            incident_id=incident.id if incident else named or None,
            **words,
        )


def routes(site: Site) -> APIRouter:
    """The call sheet in its forms."""
    router, sheets = APIRouter(), _Sheets(site)
    router.add_api_route("/sheet", sheets.page, methods=["GET"])
    router.add_api_route("/sheet.csv", sheets.csv, methods=["GET"])
    router.add_api_route("/mine", sheets.mine, methods=["GET"])
    return router


class _Sheets:
    """Everybody's, and one person's."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def page(self, request: Request, asked: Annotated[Filters, Query()]) -> Response:
        site = self._site
        with site.browsing() as store:
            wanted = asked.wanted(site, store)
            found = ordered(entries(store, wanted, site.today()), asked.sort)
            listed = self._listed(store, found, asked.page, every=asked.held)
            strange = () if found else unmatched(store, wanted)
        return site.page(request, "sheet", **listed, asked=asked, sorts=SORTS, strange=strange)

    def csv(self, asked: Annotated[Filters, Query()]) -> Response:
        site = self._site
        with site.browsing() as store:
            found = ordered(entries(store, asked.wanted(site, store), site.today()), asked.sort)
            rows = rows_of(store, found, site.today())
        return table("call-sheet.csv", COLUMNS, map(_cells, rows))

    def mine(self, request: Request, who: Who = "", by: Signed = "", page: Page = 1) -> Response:
        site = self._site
        visitor: Visitor = request.state.visitor
        # Who came by a link sees what it was signed for.
        person = visitor.name if visitor.by is By.LINK else who.strip() or _self(visitor)
        with site.browsing() as store:
            somebody, near = named(store, site, person)
            found = ordered(entries(store, Wanted(person=somebody), site.today()), "due") if somebody else ()
            listed = self._listed(store, found, page)
        # Who came by a link, or asks for themself, is known even where nothing is theirs.
        strange = somebody is None and bool(who.strip()) and visitor.by is not By.LINK
        called = somebody.name if somebody else person
        return site.page(request, "mine", **listed, person=person, called=called, strange=strange, near=near, by=by)

    def _listed(self, store: Memory, found: Sequence[Entry], page: int, *, every: bool = False) -> dict[str, Any]:
        """What the templates show of them: one page, folded unless `every` row is wanted, and the counts of all."""
        today = self._site.today()
        shown, at, pages = paged(found, page)
        rows = rows_of(store, shown, today)
        return {
            "rows": rows,
            "found": Folded(shown=tuple(rows)) if every else folded(rows),
            "count": len(found),
            **late(found, today),
            "at": at,
            "pages": pages,
        }


def _self(visitor: Visitor) -> str:
    """The visitor's own name, where they gave one."""
    return visitor.name if visitor.by in {By.COOKIE, By.PROXY, By.PROVIDER} else ""


def named(store: Memory, site: Site, word: str) -> tuple[Somebody | None, tuple[str, ...]]:
    """Who is called so; else the names that were perhaps meant."""
    found = promiser(store, site.rules, word) if word else None
    return found, () if found or not word else near_names(word.strip(" @"), promisers(store), likeness=LIKE)


def ordered(found: Sequence[Entry], by: str) -> Sequence[Entry]:
    """By one column; what has nothing there comes last, and equals stay by priority and date."""
    match by:
        case "due":
            return sorted(found, key=lambda each: each.item.terms.due_on or date.max)
        case "owner":
            return sorted(found, key=lambda each: (not each.item.owner, owner_words(each.item).casefold()))
        case "incident":
            return sorted(found, key=lambda each: -each.incident.number)
        case "title":
            return sorted(found, key=lambda each: each.item.spoken.title.casefold())
    return found


def late(found: Sequence[Entry], today: date) -> dict[str, int]:
    """How many of them are overdue, which is said of filed ones only, and how many others are past their date."""
    over = [each.item.ticket_id is not None for each in found if each.item.overdue(today)]
    return {"late": sum(over), "past": len(over) - sum(over)}


def _cells(row: Row) -> tuple[str, ...]:
    ticket, incident = row["ticket"], row["incident"]
    plain = {name: row[name] or "" for name in ("key", "title", "due_on", "priority", "team", "service", "kind", "fix")}
    told = plain | {
        "owner": row["shown"]["owner"],
        "status": row["shown"]["status"],
        "ticket": ticket["key"] if ticket else "",
        "incident": f"#{incident['number']} {incident['title']}",
    }
    return tuple(str(told[name]) for name in COLUMNS)
