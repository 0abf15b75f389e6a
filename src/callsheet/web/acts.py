"""What people ask for over HTTP: each act is the same short transaction as a command, with their name in the ledger.

Pages send it as a form (`pages/acts.py`), programs as JSON (`api/acting.py`); what happens then is written here once.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final
from urllib.parse import quote

from callsheet.plan.commands import Refused
from callsheet.run import asks
from callsheet.run.changes import Asker, change, settle
from callsheet.run.closing import Choice, Decision, Undecidable, close
from callsheet.run.names import NotKnown, season_named
from callsheet.store import Store
from callsheet.web.desk import Desk
from callsheet.web.site import Site

Given = Mapping[str, str]
# Does it to what the path names, and says which page shows it.
Act = Callable[[Store, str, Given, Asker], str]

LONGEST_REASON: Final = 300
# What can't be done, in words; nothing was changed then.
UNDONE: Final = (Refused, NotKnown, Undecidable)


def carry_out(desk: Desk, site: Site, who: str, act: Act, word: str, given: Given) -> str:
    """Let it happen, and ring for the cycle that carries it out; the page that shows it. One of UNDONE says why not."""
    asker = Asker(who=who, now=site.now(), rules=site.rules)
    with desk.writing() as store:
        place = act(store, word, given, asker)
    desk.bell.ring()
    return place


def change_item(store: Store, key: str, given: Given, asker: Asker) -> str:
    """Another owner, date or priority, or a snooze."""
    return _item(change(store, key, given, asker).key)


def drop_item(store: Store, key: str, given: Given, asker: Asker) -> str:
    """No longer worth it."""
    return _item(asks.drop(store, key, _reason(given), asker.now, by=asker.who).item.key)


def settle_item(store: Store, key: str, given: Given, asker: Asker) -> str:
    """The end of a conflict."""
    return _item(settle(store, key, given.get("field", ""), ours=given.get("stays") == "ours", asker=asker).key)


def waive(store: Store, word: str, given: Given, asker: Asker) -> str:
    """No post-mortem."""
    waived = asks.waive(store, word, _reason(given), asker.now, by=asker.who)
    return f"/incidents/{quote(waived.incident.id, safe='')}"


def approve(store: Store, refusal_id: str, _: Given, asker: Asker) -> str:
    """Let go on what a guard held back."""
    asks.approve(store, refusal_id, asker.now, by=asker.who)
    return "/sync"


def decide(store: Store, name: str, given: Given, asker: Asker) -> str:
    """At a season's end: renew, cut or carry one promise."""
    season = season_named(asker.rules, name)
    decision = _decision(given)
    close(store, season, [decision], asker.rules, asker.now, by=asker.who)
    return _item(decision.word) if given.get("back") == "item" else f"/season/{quote(season.name, safe='')}"


ACTS: Mapping[str, Act] = {
    "/items/{word}/change": change_item,
    "/items/{word}/drop": drop_item,
    "/items/{word}/settle": settle_item,
    "/incidents/{word}/waive": waive,
    "/refusals/{word}/approve": approve,
    "/season/{word}/decide": decide,
}

# Where the forms of these stand.
_FORMS: Mapping[str, str] = {"items": "/explain/{}", "incidents": "/incidents/{}", "season": "/season/{}"}


def page_of(path: str) -> str:
    """The page that an act's form stands on, by the address that it is sent to."""
    kind, _, rest = path.lstrip("/").partition("/")
    if kind == "refusals":
        return "/sync"
    return _FORMS.get(kind, "/").format(quote(rest.rpartition("/")[0], safe=""))


def _item(key: str) -> str:
    return f"/explain/{quote(key, safe='')}"


def _reason(given: Given) -> str:
    because = " ".join(given.get("because", "").split())[:LONGEST_REASON]
    if not because:
        raise Refused("please say why; the reason is kept and shown")
    return because


def _decision(given: Given) -> Decision:
    """What becomes of one promise. Refused where the choice or the date can't be read."""
    try:
        choice = Choice(given.get("choice", ""))
        due_on = date.fromisoformat(given["due_on"]) if given.get("due_on") else None
    except ValueError:
        raise Refused("choose renew, cut or carry; a date is written 2027-01-31") from None
    return Decision(word=given.get("item", ""), choice=choice, due_on=due_on, because=given.get("because"))
