"""The configuration proved, for `callsheet doctor`: a read for each scope, who we are, whether what is named exists."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from callsheet.connect.errors import AuthRefused, ConnectorError, Forbidden, NotFound, Rejected
from callsheet.connect.examine import failed, probed
from callsheet.connect.ports import Examination
from callsheet.model.check import Check, Result, error, fine, unasked, unproved, warning
from callsheet_pagerduty.client import Client, PlanLacks
from callsheet_pagerduty.options import PagerDutyOptions
from callsheet_pagerduty.reading import part, text
from callsheet_pagerduty.windows import pages

# Each scope, and the read that needs it.
_SCOPES = {
    "incidents.read": "/incidents",
    "users.read": "/users",
    "priorities.read": "/priorities",
    "change_events.read": "/change_events",
}
_GRANT = "give the token this scope, or use a REST API key (Integrations > API Access Keys), read-only is enough"
_KEY = (
    "copy the key anew (Integrations > API Access Keys) into PAGERDUTY_API_TOKEN; for an account in the EU also set "
    "PAGERDUTY_BASE_URL to https://api.eu.pagerduty.com"
)
_ADDRESS = (
    "see that PAGERDUTY_BASE_URL is the address of its REST API: https://api.pagerduty.com, or "
    "https://api.eu.pagerduty.com for an account in the EU"
)
_ROTATE = (
    "let something write a new one into the file that PAGERDUTY_API_TOKEN_FILE names, where it is taken up without a "
    "restart; or use a REST API key"
)
_FROM = "set PAGERDUTY_FROM_EMAIL to the address of a user of this account; notes are written in that name"


def examined(client: Client, options: PagerDutyOptions, wanted: Examination) -> Iterator[Check]:
    """All checks. Where nobody knows us, nothing else is asked."""
    who = _known(client)
    yield who
    scopes: dict[str, Check] = {}
    for scope, path in _SCOPES.items():
        check = f"pagerduty: scope {scope}"
        asked = partial(_read, client, path)
        scopes[scope] = unasked(check, who.bars) if who.bars else probed(check, asked, fix=_GRANT)
    yield from scopes.values()
    needs = who.bars or ("" if scopes["users.read"].result is Result.OK else "the scope users.read")
    sender = "pagerduty: PAGERDUTY_FROM_EMAIL"
    yield unasked(sender, needs) if needs else _sender(client, sender, options, wanted)
    for kind, ids in (("team", options.team_ids), ("service", options.service_ids)):
        for id_ in ids:
            check = f"pagerduty: {kind} {id_}"
            yield unasked(check, who.bars) if who.bars else _named(client, check, kind, id_)
    if wanted.writes:
        yield unproved(
            "pagerduty: scope incidents.write",
            "only writing a note proves it; a read-only key can't",
            "nothing before the first note: one that is refused is named in `callsheet status`",
        )
    yield _expiry(options)
    secrets = len(options.webhook_secrets)
    set_ = f"{secrets} set" if secrets else "none set: webhooks are refused, polling does without them"
    yield fine("pagerduty: webhook secret", set_)


def _expiry(options: PagerDutyOptions) -> Check:
    name = "pagerduty: token expiry"
    if not options.is_scoped:
        return fine(name, "an API key has no end of its own")
    return unproved(name, "a scoped token ends, mostly a day after it was made, and does not tell when", _ROTATE)


def _known(client: Client) -> Check:
    """Whether PagerDuty answers, and knows our key."""
    name = "pagerduty: who am I"
    try:
        return fine(name, _who(client))
    except ConnectorError as fault:
        return failed(name, fault, fix=_KEY if isinstance(fault, AuthRefused) else _ADDRESS, first=True)


def _who(client: Client) -> str:
    # Shows whether the key is known and the address PagerDuty's; the next question is not for every key.
    with suppress(Forbidden):
        _read(client, "/incidents")
    try:
        user = part(client.get("/users/me"), "user")
    except (Rejected, NotFound):
        return "an API key of the account, of no user"
    except Forbidden:
        return "somebody whose name we may not read"
    return f"{text(user, 'name') or 'a user'} ({text(user, 'email') or 'no e-mail'})"


def _read(client: Client, path: str) -> str:
    params: dict[str, Any] = {} if path == "/priorities" else {"limit": 1}
    try:
        client.get(path, params)
    except PlanLacks:
        return "the account's plan does not have it; Callsheet does without"
    return "read"


def _sender(client: Client, name: str, options: PagerDutyOptions, wanted: Examination) -> Check:
    """Whether somebody has the address in whose name notes are written."""
    address = options.from_email
    try:
        rows = (raw for page in pages(client.get, "/users", "users", {}) for _, raw in page.pieces)
        there = any(
            isinstance(raw, dict) and (text(raw, "email") or "").casefold() == address.casefold() for raw in rows
        )
    except ConnectorError as fault:
        return failed(name, fault, fix="see the scope users.read")
    if there:
        return fine(name, f"{address} is a user")
    return (error if wanted.writes else warning)(name, f"no user has the address {address}", _FROM)


def _named(client: Client, name: str, kind: str, id_: str) -> Check:
    """Whether a team or service that the options name is there: a wrong id silently finds nothing."""
    variable = f"PAGERDUTY_{kind.upper()}_IDS"
    try:
        found = part(client.get(f"/{kind}s/{id_}"), kind)
    except NotFound:
        return error(name, "there is none of this id", f"correct {variable}: the end of the page's address")
    except ConnectorError as fault:
        return warning(
            name, f"can't be looked up: {fault.what}", f"see that {variable} is right, or grant {kind}s.read"
        )
    return fine(name, text(found, "name") or text(found, "summary") or "found")
