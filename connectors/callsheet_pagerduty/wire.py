"""PagerDuty's JSON as the model's values, pure. Each reader takes one object and raises Malformed with the place of
what it could not read; unknown fields are ignored and unknown words of an enum have a rule below.

Alerts and change events are in `payloads.py`, who took part in `cast.py`.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from callsheet.connect.address import is_loopback
from callsheet.connect.errors import Malformed
from callsheet.model.credentials import redact_line
from callsheet.model.incident import (
    Actor,
    ActorKind,
    Incident,
    IncidentPriority,
    IncidentStatus,
    LogEntry,
    Note,
    Ref,
    Urgency,
)
from callsheet.model.person import OnCall, Person
from callsheet_pagerduty.reading import Raw, moment, needed, needed_moment, part, parts, record, text, whole

SANDBOX_ACCOUNT = "sandbox"
UNRANKED = 99
_NOBODY = Actor(kind=ActorKind.OTHER, id="", name="Unknown")
_SUFFIX = "_log_entry"
_TARGET_TYPES = ("user", "team")
Ranks = Mapping[str, int]


def incident(raw: Raw, ranks: Ranks) -> Incident:
    """An incident's head. `ranks` maps priority ids to 1 for the most severe, and up; it may be empty.

    An unknown status counts as resolved when a resolution time stands beside it, else as triggered: what we do not
    understand is treated as still going on. An unknown urgency counts as high, which is PagerDuty's own default.
    """
    key, created_at = needed(raw, "id"), needed_moment(raw, "created_at")
    changed_at = moment(raw, "last_status_change_at")
    status = _status(raw)
    resolved_at = (moment(raw, "resolved_at") or changed_at) if status is IncidentStatus.RESOLVED else None
    number = whole(raw, "incident_number")
    page = _page(raw, key)
    return Incident(
        account=account(page),
        id=key,
        number=number,
        # A monitor's words, where one opened it: its alert's summary.
        title=redact_line(text(raw, "title", "description", "summary") or f"Incident #{number}"),
        url=page,
        status=status,
        urgency=Urgency.LOW if raw.get("urgency") == "low" else Urgency.HIGH,
        service=_required_ref(raw, "service"),
        created_at=created_at,
        updated_at=moment(raw, "updated_at") or changed_at or created_at,
        resolved_at=resolved_at,
        priority=priority(part(raw, "priority"), ranks),
        teams=tuple(ref(team) for team in parts(raw, "teams") if text(team, "id")),
        merged_into=_merged_into(raw) if resolved_at else None,
    )


def account(url: str) -> str:
    """The account's subdomain from a page's address: `acme` of acme.pagerduty.com or acme.eu.pagerduty.com.

    It goes into item keys, so a sandbox on loopback has one name whatever its port.
    """
    host = _split(url).hostname or ""
    return SANDBOX_ACCOUNT if is_loopback(host) else host.partition(".")[0]


def priority(raw: Raw, ranks: Ranks) -> IncidentPriority | None:
    """A priority, None when there is none.

    Its rank is the directory's when known; else the number that its name ends in (P1, SEV-2); else 99, after all
    others. The fallback keeps a fresh process, which has not read the directory yet, from one more request.
    """
    key, name = text(raw, "id"), text(raw, "name", "summary")
    if not key or not name:
        return None
    digits = re.search(r"(\d{1,2})\s*$", name)
    return IncidentPriority(id=key, name=name, rank=ranks.get(key) or (int(digits[1]) if digits else UNRANKED))


def log_entry(raw: Raw) -> LogEntry:
    """One line of a log. Types that nobody documented are kept, and speak through their summary."""
    kind = needed(raw, "type").removesuffix(_SUFFIX)
    channel = part(raw, "channel")
    return LogEntry(
        id=needed(raw, "id"),
        incident_id=_incident_id(raw),
        at=needed_moment(raw, "created_at"),
        kind=kind,
        summary=text(raw, "summary") or kind.replace("_", " ").capitalize(),
        actor=actor(part(raw, "agent")),
        text=_written(kind, raw, channel),
        targets=tuple(_targets(raw, channel)),
        channel=text(channel, "type"),
    )


def note(raw: Raw) -> Note:
    """A note, in its author's words. The author may be somebody whom the account has forgotten."""
    return Note(
        id=needed(raw, "id"),
        author=actor(part(raw, "user")) or _NOBODY,
        text="" if raw.get("content") == "" else needed(raw, "content"),
        created_at=needed_moment(raw, "created_at"),
        updated_at=moment(raw, "updated_at"),
    )


def person(raw: Raw) -> Person:
    """Somebody in the directory. An empty address or title is none."""
    return Person(
        id=needed(raw, "id"),
        name=text(raw, "name", "summary") or needed(raw, "name"),
        email=text(raw, "email"),
        job_title=text(raw, "job_title"),
        time_zone=text(raw, "time_zone"),
    )


def on_call(raw: Raw) -> OnCall:
    """Somebody's duty. One without an end never ends."""
    who, policy = part(raw, "user"), part(raw, "escalation_policy")
    return OnCall(
        person_id=needed(who, "id"),
        name=text(who, "summary", "name") or needed(who, "id"),
        policy=text(policy, "summary", "name") or needed(policy, "id"),
        rung=whole(raw, "escalation_level"),
        until=moment(raw, "end"),
    )


def actor(raw: Raw) -> Actor | None:
    """Who did something: a person, a service, an integration, or another voice of the system (a bot, a workflow)."""
    key, kind = text(raw, "id"), text(raw, "type") or ""
    if not key:
        return None
    kinds = {"user": ActorKind.PERSON, "service": ActorKind.SERVICE}
    found = kinds.get(kind.removesuffix("_reference"))
    if found is None:
        found = ActorKind.INTEGRATION if "integration" in kind else ActorKind.OTHER
    return Actor(kind=found, id=key, name=text(raw, "summary", "name") or key)


def ref(raw: Raw) -> Ref:
    """A reference, by the name it had when PagerDuty last knew it."""
    key = needed(raw, "id")
    return Ref(id=key, name=text(raw, "summary", "name") or key, url=text(raw, "html_url"))


def is_reference(raw: Raw) -> bool:
    """Whether an object is only a pointer, although the whole was asked for."""
    return "created_at" not in raw and (text(raw, "type") or "").endswith("_reference")


def touched(event: Raw) -> str | None:
    """The id of the incident that a webhook's `event` speaks of; None for a ping and for anything else.

    Only a hint to read that incident again: a webhook's own incident differs from the one that REST answers.
    """
    data = part(event, "data")
    return text(data, "id") if text(data, "type") == "incident" else text(part(data, "incident"), "id")


def _status(raw: Raw) -> IncidentStatus:
    try:
        return IncidentStatus(needed(raw, "status"))
    except ValueError:
        return IncidentStatus.RESOLVED if raw.get("resolved_at") else IncidentStatus.TRIGGERED


def _page(raw: Raw, key: str) -> str:
    """The incident's page; built beside its service's page when it is missing, because the account is read from it."""
    page = text(raw, "html_url")
    if page and _split(page).hostname:
        return page
    service = _split(text(part(raw, "service"), "html_url") or "")
    if not service.hostname:
        raise Malformed("is missing, and with it the name of the account", where="html_url")
    return f"{service.scheme}://{service.netloc}/incidents/{key}"


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _required_ref(raw: Raw, name: str) -> Ref:
    try:
        return ref(record(raw.get(name), ""))
    except Malformed as error:
        raise Malformed(error.what, where=f"{name}.{error.where}".rstrip(".")) from None


def _incident_id(raw: Raw) -> str:
    key = text(part(raw, "incident"), "id")
    if key is None:
        raise Malformed("is missing", where="incident.id")
    return key


def _merged_into(raw: Raw) -> str | None:
    reason = part(raw, "resolve_reason")
    return text(part(reason, "incident"), "id") if (text(reason, "type") or "").startswith("merge") else None


def _written(kind: str, raw: Raw, channel: Raw) -> str | None:
    match kind:
        case "annotate":
            return (
                text(channel, "summary", "content")
                or text(raw, "note")
                or text(part(raw, "event_details"), "description")
            )
        case "status_update" | "incident_status_update" | "responder_request":
            # In no official description; `message` is what public code reads.
            return text(raw, "message") or text(channel, "message", "summary")
        case _:
            return text(raw, "note")


def _targets(raw: Raw, channel: Raw) -> Iterator[Ref]:
    """Whom it was done to. The name of the member differs by type, and some types are in no official description."""
    seen: set[str] = set()
    for name in ("assignees", "user", "users", "responder", "responders", "targets"):
        for place in (raw, channel):
            single = place.get(name)
            if not single:
                continue
            for each in [single] if isinstance(single, dict) else parts(place, name):
                target = _wrapped(each)
                key = text(target, "id")
                if key and key not in seen and _is_target(target):
                    seen.add(key)
                    yield ref(target)


def _wrapped(raw: Raw) -> Raw:
    """A responder comes as a reference, or as `{"user": reference}`."""
    return part(raw, "user") or raw


def _is_target(raw: Raw) -> bool:
    return (text(raw, "type") or "user").removesuffix("_reference") in _TARGET_TYPES
