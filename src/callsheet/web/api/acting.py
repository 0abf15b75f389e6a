"""What programs do: each body becomes the act that a page's form becomes (`web/acts.py`), with who asked for it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Request
from pydantic import AfterValidator, ConfigDict, Field, with_config
from typing_extensions import TypedDict  # pydantic reads typing's own from Python 3.12 on only

from callsheet.model.ticket import Field as Disputable
from callsheet.run.asks import incident_named, item_named
from callsheet.run.names import NotKnown, season_named
from callsheet.run.shapes import RowWithConflicts, Told
from callsheet.run.status_shapes import Approvable
from callsheet.web import acts
from callsheet.web.api.problems import Undone, declared
from callsheet.web.api.reading import told
from callsheet.web.api.sheet import Name, promised
from callsheet.web.desk import Desk
from callsheet.web.door import LONGEST_NAME, Visitor
from callsheet.web.site import Site

Words = Annotated[str, Field(max_length=200, pattern=r"\S")]
Because = Annotated[str, Field(max_length=acts.LONGEST_REASON, pattern=r"\S", description="Kept, and shown.")]
STRICT: Final = ConfigDict(extra="forbid")
ANSWERS: Final = declared(401, 403, 404, 408, 409, 413, 415, 422, 503)


@with_config(ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1}))
class Change(TypedDict, total=False):
    """Another owner, date or priority, or a snooze, in the words that a comment on the ticket takes. At least one."""

    owner: Annotated[Words, Field(description="A handle, e-mail address or name.", examples=["@ana.ferreira"])]
    due: Annotated[Words, Field(description="A day, or how far away it is.", examples=["2027-01-15", "in 3 weeks"])]
    priority: Literal["P1", "P2", "P3", "P4", "P5"]
    snooze: Annotated[Words, Field(description="Until when, and why.", examples=["2w because the vendor is on leave"])]


@with_config(STRICT)
class Reasoned(TypedDict):
    """Why."""

    because: Because


@with_config(STRICT)
class Settlement(TypedDict):
    """The end of a conflict: `theirs` is what the tracker has, `ours` what was set aside."""

    field: Disputable
    stays: Literal["ours", "theirs"]


@with_config(STRICT)
class Renewal(TypedDict):
    """A promise gets a new date, after the season's end."""

    item: Words
    choice: Literal["renew"]
    due_on: date


@with_config(STRICT)
class Cut(TypedDict):
    """A promise is given up."""

    item: Words
    choice: Literal["cut"]
    because: Because


@with_config(STRICT)
class Carry(TypedDict):
    """A promise stays open, and shows as drifted."""

    item: Words
    choice: Literal["carry"]


@with_config(STRICT)
class Nothing(TypedDict):
    """Nothing needs to be said."""


def _something(change: Change) -> Change:
    if not change:
        raise ValueError("say at least one of owner, due, priority and snooze")
    return change


Changed = Annotated[Change, AfterValidator(_something), Body()]
Verdict = Annotated[Renewal | Cut | Carry, Field(discriminator="choice"), Body()]


def as_json(request: Request) -> None:
    """Nothing else is read: no page of another site can send it without asking first, and nobody is told yes."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send JSON, and say so: Content-Type: application/json.")


def asker(
    request: Request,
    said: Annotated[
        str,
        Header(alias="From", max_length=LONGEST_NAME, description="For whom it is done: the ledger names them, too."),
    ] = "",
) -> str:
    """Who the ledger says asked for it."""
    visitor: Visitor = request.state.visitor
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in said).split())
    return f"{name}, through {visitor.name}" if name else visitor.name


Who = Annotated[str, Depends(asker)]


def routes(desk: Desk, site: Site) -> APIRouter:
    """Everything that changes something."""
    router = APIRouter(tags=["acting"], responses=ANSWERS, dependencies=[Depends(as_json)])
    acting = _Acting(desk, site)
    router.add_api_route("/items/{key}/change", acting.change, methods=["POST"])
    router.add_api_route("/items/{key}/drop", acting.drop, methods=["POST"])
    router.add_api_route("/items/{key}/settle", acting.settle, methods=["POST"])
    router.add_api_route("/incidents/{word}/waive", acting.waive, methods=["POST"])
    router.add_api_route("/refusals/{refusal_id}/approve", acting.approve, methods=["POST"])
    router.add_api_route("/season/{name}/decide", acting.decide, methods=["POST"])
    return router


class _Acting:
    """Lets an act happen, and tells of what it changed. The docstrings of its routes are the API's own description."""

    def __init__(self, desk: Desk, site: Site) -> None:
        self._desk = desk
        self._site = site

    def change(self, key: Name, wanted: Changed, who: Who) -> RowWithConflicts:
        """Change an open promise. Before it is filed this changes what will be filed, afterwards its ticket."""
        return self._on_item(who, key, acts.change_item, wanted)

    def drop(self, key: Name, why: Annotated[Reasoned, Body()], who: Who) -> RowWithConflicts:
        """Give a promise up; the next cycle closes its ticket."""
        return self._on_item(who, key, acts.drop_item, why)

    def settle(self, key: Name, how: Annotated[Settlement, Body()], who: Who) -> RowWithConflicts:
        """End a conflict about a field that both sides changed."""
        return self._on_item(who, key, acts.settle_item, how)

    def waive(self, word: Name, why: Annotated[Reasoned, Body()], who: Who) -> Told:
        """No post-mortem for this incident."""
        with self._site.browsing() as store:
            incident_named(store, word)
        self._carry_out(who, acts.waive, word, why)
        with self._site.browsing() as store:
            return told(store, self._site, word)

    def approve(self, refusal_id: Name, _: Annotated[Nothing, Body()], who: Who) -> Approvable:
        """Let go on what a guard holds back; `/status` lists it under `refused`."""
        self._held_back(refusal_id)
        self._carry_out(who, acts.approve, refusal_id, {})
        return self._held_back(refusal_id)

    def decide(self, name: Name, verdict: Verdict, who: Who) -> RowWithConflicts:
        """Once a season is over: renew, cut or carry one promise of it. The last one closes the season."""
        season_named(self._site.rules, name)
        self._carry_out(who, acts.decide, name, verdict)
        with self._site.browsing() as store:
            return promised(store, self._site, verdict["item"])

    def _carry_out(self, who: str, act: acts.Act, word: str, given: Mapping[str, object]) -> None:
        """Undone says why it can't be."""
        try:
            acts.carry_out(self._desk, self._site, who, act, word, {name: str(said) for name, said in given.items()})
        except acts.UNDONE as error:
            raise Undone(str(error)) from None

    def _on_item(self, who: str, key: str, act: acts.Act, given: Mapping[str, object]) -> RowWithConflicts:
        """An act on one promise, which is told as it is afterwards. NotKnown where there is none of that name."""
        with self._site.browsing() as store:
            item_named(store, key)
        self._carry_out(who, act, key, given)
        with self._site.browsing() as store:
            return promised(store, self._site, key)

    def _held_back(self, refusal_id: str) -> Approvable:
        """What a guard holds back under that name. NotKnown where there is nothing."""
        with self._site.browsing() as store:
            for refusal, approved in store.refusals():
                if refusal.id == refusal_id:
                    return {"id": refusal.id, "guard": refusal.guard, "what": refusal.what, "approved": approved}
        raise NotKnown(f"Nothing is held back under {refusal_id}; /status lists what is.")
