"""Alerts and change events as the model's values, pure. Their payloads come from other people's systems: credentials
are taken out here, before anything leaves the connector, and the rest is cut to a readable length."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from callsheet.model.credentials import redact, redact_line
from callsheet.model.incident import Alert, Change, Link, Ref
from callsheet_pagerduty.reading import Raw, moment, needed, needed_moment, part, parts, sound, text

LONGEST_DETAILS = 2_000
MOST_LINKS = 20
_DEEPEST = 6
_URL = re.compile(r"https?://[^\s<>\"'`\\^{}|]+")
_HIDDEN = "[redacted]"
# `redact` ends a value at the first space, which would hide the scheme (`Bearer`) and show what follows it.
_HEADER = re.compile(r"(?i)(authorization\"?\s*[:=]\s*)[^\n]+")
_REASONS = {"most_recent": "the most recent change", "related_service": "to a related service"}


def alert(raw: Raw) -> Alert:
    """What a monitor said. `details` is None when the alert came without a payload."""
    body = part(raw, "body")
    cef = part(body, "cef_details")
    details = _details(body, cef)
    return Alert(
        id=needed(raw, "id"),
        at=needed_moment(raw, "created_at"),
        summary=redact_line(text(raw, "summary") or text(cef, "description") or "Alert"),
        severity=text(raw, "severity") or text(cef, "severity"),
        source=_redacted(text(cef, "source_origin", "client") or text(part(raw, "integration"), "summary")),
        resolved_at=moment(raw, "resolved_at"),
        links=tuple(_links([*parts(body, "contexts"), *parts(cef, "contexts")], text(cef, "client_url"), details)),
        details=shortened(redact(_HEADER.sub(rf"\g<1>{_HIDDEN}", details))) if details else None,
    )


def change(raw: Raw) -> Change:
    """A deploy or another change. An unknown reason is shown as PagerDuty names it.

    PagerDuty gives "related service" as the reason for changes to the incident's own service too. So that reason only
    counts where the record does not say which services were changed.
    """
    reason = text(part(raw, "correlation_reason"), "reason")
    changed = tuple(_services(parts(raw, "services")))
    why = _REASONS.get(reason, reason.replace("_", " ")) if reason else None
    return Change(
        id=needed(raw, "id"),
        at=needed_moment(raw, "timestamp"),
        summary=redact_line(text(raw, "summary") or "Change"),
        source=_redacted(text(raw, "source") or text(part(raw, "integration"), "summary")),
        why_related=None if changed and reason == "related_service" else why,
        links=tuple(_links(parts(raw, "links"), None, "")),
        services=changed,
    )


def _redacted(words: str | None) -> str | None:
    return redact_line(words) if words else words


def _services(raw: list[Raw]) -> Iterator[Ref]:
    for service in raw:
        identity = text(service, "id")
        if identity:
            yield Ref(id=identity, name=text(service, "summary") or identity)


def shortened(words: str, most: int = LONGEST_DETAILS) -> str:
    """The words, cut at a line's end where that loses little, with a mark that something is missing."""
    if len(words) <= most:
        return words
    cut = words[: most - 2]
    line = cut.rfind("\n")
    return f"{cut[:line] if line > most // 2 else cut}\n…"


def _details(body: Raw, cef: Raw) -> str:
    """The payload as text. PagerDuty keeps it twice; the first that holds anything is taken."""
    for payload in (body.get("details"), cef.get("details")):
        if payload:
            return sound("\n".join(_lines(payload, 0)).strip())
    return ""


def _lines(value: Any, depth: int) -> Iterator[str]:
    """`name: value` lines, deeper ones indented; a value under a name that tells of a secret is hidden whole."""
    pad = "  " * depth
    if depth >= _DEEPEST:
        yield f"{pad}…"
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _named(str(name), inner, depth)
    elif isinstance(value, list):
        for inner in value:
            yield from _named("-", inner, depth)
    else:
        yield from (f"{pad}{line}" for line in _plain(value).splitlines())


def _named(name: str, value: Any, depth: int) -> Iterator[str]:
    label = f"{'  ' * depth}{name}{'' if name == '-' else ':'}"
    if _tells(name) and value:
        yield f"{label} {_HIDDEN}"
    elif isinstance(value, (Mapping, list)) or len(_plain(value).splitlines()) > 1:
        yield label
        yield from _lines(value, depth + 1)
    elif _plain(value):
        yield f"{label} {_plain(value)}"


def _tells(name: str) -> bool:
    """Whether `connect` takes a value of this name for a credential. Asked here, because it sees only a text, in
    which it can't tell where a value of several words ends."""
    return _HIDDEN in redact(f"{name}=x")


def _plain(value: Any) -> str:
    return (
        {None: "", True: "yes", False: "no"}[value] if value is None or isinstance(value, bool) else str(value).strip()
    )


def _links(contexts: list[Raw], client: str | None, details: str) -> Iterator[Link]:
    """Links that were attached first, then plain addresses in the text; each once, http and https only."""
    offered = [(text(each, "href", "src"), text(each, "text", "alt")) for each in contexts]
    offered += [(client, None), *((found.rstrip(".,;:!?)]"), None) for found in _URL.findall(details))]
    seen: set[str] = set()
    for address, name in offered:
        url = _safe(address or "")
        if url and url not in seen and len(seen) < MOST_LINKS:
            seen.add(url)
            yield Link(url=url, text=redact(name) if name else urlsplit(url).hostname or url)


def _safe(address: str) -> str | None:
    """The address when a person may click it. With a secret in its query it goes without query; with one elsewhere
    it does not go at all."""
    address = address.strip()
    try:
        parts_of = urlsplit(address)
    except ValueError:
        return None
    if parts_of.scheme not in {"http", "https"} or not parts_of.hostname or not _URL.fullmatch(address):
        return None
    if redact(address) != address:
        address = parts_of._replace(query="", fragment="").geturl()
    return address if redact(address) == address and not parts_of.password else None
