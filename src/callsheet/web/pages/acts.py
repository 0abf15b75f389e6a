"""What people do on pages: each form becomes the same short transaction as a command, with their name in the ledger."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from callsheet.plan.commands import Refused
from callsheet.run import asks
from callsheet.run.changes import Asker, change, settle
from callsheet.run.closing import Choice, Decision, Undecidable, close
from callsheet.run.names import NotKnown
from callsheet.store import Store
from callsheet.web.desk import Desk
from callsheet.web.pages.entry import form
from callsheet.web.pages.season import named
from callsheet.web.site import Site

Form = Mapping[str, str]
# Does it to what the path names, and says which page shows it.
Act = Callable[[Store, str, Form, Asker], str]

OLD_FORM = "That form was not made for you here, or is older than half a day. Go back, load the page again, and retry."
BUSY = "The daemon is writing just now. Go back and try once more."


def change_item(store: Store, key: str, given: Form, asker: Asker) -> str:
    """Another owner, date or priority, or a snooze."""
    return _item(change(store, key, given, asker).key)


def drop_item(store: Store, key: str, given: Form, asker: Asker) -> str:
    """No longer worth it."""
    return _item(asks.drop(store, key, _reason(given), asker.now, by=asker.who).item.key)


def settle_item(store: Store, key: str, given: Form, asker: Asker) -> str:
    """The end of a conflict."""
    return _item(settle(store, key, given.get("field", ""), ours=given.get("stays") == "ours", asker=asker).key)


def waive(store: Store, word: str, given: Form, asker: Asker) -> str:
    """No post-mortem."""
    waived = asks.waive(store, word, _reason(given), asker.now, by=asker.who)
    return f"/incidents/{quote(waived.incident.id, safe='')}"


def approve(store: Store, refusal_id: str, _: Form, asker: Asker) -> str:
    """Let go on what a guard held back."""
    asks.approve(store, refusal_id, asker.now, by=asker.who)
    return "/status"


def decide(store: Store, name: str, given: Form, asker: Asker) -> str:
    """At a season's end: renew, cut or carry one promise."""
    season = named(asker.rules, name)
    close(store, season, [_decision(given)], asker.rules, asker.now, by=asker.who)
    return f"/season/{quote(season.name, safe='')}"


ACTS: Mapping[str, Act] = {
    "/items/{word}/change": change_item,
    "/items/{word}/drop": drop_item,
    "/items/{word}/settle": settle_item,
    "/incidents/{word}/waive": waive,
    "/refusals/{word}/approve": approve,
    "/season/{word}/decide": decide,
}


def routes(desk: Desk, site: Site) -> APIRouter:
    """Every form's way in."""
    router, acting = APIRouter(), _Acting(desk, site)
    for path, act in ACTS.items():
        router.add_api_route(path, acting.by(act), methods=["POST"])
    return router


class _Acting:
    """Takes a form in, lets the act happen, and rings for a cycle."""

    def __init__(self, desk: Desk, site: Site) -> None:
        self._desk = desk
        self._site = site

    def by(self, act: Act) -> Callable[[Request, str], Awaitable[Response]]:
        """What answers the act's form."""

        async def answer(request: Request, word: str) -> Response:
            given = await form(request)
            return await run_in_threadpool(self._answered, request, word, given, act)

        return answer

    def _answered(self, request: Request, word: str, given: Form, act: Act) -> Response:
        site, visitor = self._site, request.state.visitor
        if not site.door.is_own_form(request, visitor, given.get("seal", "")):
            return site.page(request, "trouble", status=403, what=OLD_FORM)
        asker = Asker(who=visitor.name, now=site.now(), rules=site.rules)
        try:
            with self._desk.writing() as store:
                place = act(store, word, given, asker)
        except (Refused, NotKnown, Undecidable) as error:
            return site.page(request, "trouble", status=422, what=f"Nothing was changed: {error}.")
        except sqlite3.OperationalError:
            return site.page(request, "trouble", status=503, what=BUSY)
        self._desk.bell.ring()
        return RedirectResponse(f"{place}?done=1", 303)


def _item(key: str) -> str:
    return f"/explain/{quote(key, safe='')}"


def _reason(given: Form) -> str:
    because = " ".join(given.get("because", "").split())[:300]
    if not because:
        raise Refused("please say why; the reason is kept and shown")
    return because


def _decision(given: Form) -> Decision:
    """What becomes of one promise. Refused where the choice or the date can't be read."""
    try:
        choice = Choice(given.get("choice", ""))
        due_on = date.fromisoformat(given["due_on"]) if given.get("due_on") else None
    except ValueError:
        raise Refused("choose renew, cut or carry; a date is written 2027-01-31") from None
    return Decision(word=given.get("item", ""), choice=choice, due_on=due_on, because=given.get("because"))
