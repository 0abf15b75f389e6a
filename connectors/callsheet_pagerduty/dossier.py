"""Everything about one incident: five requests, each part for itself, so that one that fails takes nothing along."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from callsheet.connect.errors import ConnectorError, Malformed, NotFound
from callsheet.connect.ports import Malady
from callsheet.model.incident import Dossier, Incident
from callsheet.model.person import Person
from callsheet_pagerduty import cast, payloads, wire
from callsheet_pagerduty.client import Client, PlanLacks
from callsheet_pagerduty.reading import Placed, Raw, collect, record
from callsheet_pagerduty.windows import pages

T = TypeVar("T")
_UNREADABLE = (PlanLacks, Malformed)
_LOG = {"time_zone": "UTC", "include[]": ["channels"]}


def incident_path(key: str, *rest: str) -> str:
    """The path of an incident or of something in it. Ids come from outside, so nothing in them may end a segment."""
    return "/".join(["/incidents", *(quote(each, safe="") for each in (key, *rest))])


def read_incident(client: Client, key: str, params: Mapping[str, Any] | None = None) -> Raw:
    """One incident by id, in one request."""
    return record(client.get(incident_path(key), params).get("incident"), "incident")


def read_rows(client: Client, path: str, key: str) -> list[Placed]:
    """A listing without pages, in one request."""
    rows = client.get(path).get(key)
    if not isinstance(rows, list):
        raise Malformed(f"GET {path} answered without the list {key!r}", where=key)
    return [(f"{key}[{place}]", row) for place, row in enumerate(rows)]


class Gathering:
    """The collecting of one dossier. `maladies` names the parts that were left out so far, and why.

    A part is left out when the plan lacks it (402), when it is not there (404) or when it can't be read; an incident
    that is itself not there, refused auth, throttling and network faults end the whole.
    """

    def __init__(self, client: Client, incident: Incident, ranks: wire.Ranks, people: Mapping[str, Person]) -> None:
        self._client, self._incident, self._ranks, self._people = client, incident, ranks, people
        self.maladies: list[Malady] = []

    def dossier(self) -> Dossier:
        """The dossier, oldest first."""
        raw = self._part("incident", self._head, _UNREADABLE) or {}
        entries = self._read("log_entries", "log entry", wire.log_entry, lambda: self._paged("log_entries", _LOG))
        notes = self._read("notes", "note", wire.note, lambda: self._rows("notes"))
        alerts = self._read("alerts", "alert", payloads.alert, lambda: self._paged("alerts", {}))
        changes = self._read("changes", "change event", payloads.change, lambda: self._rows("related_change_events"))
        # The log comes newest first, with many ties and with ids that say nothing about order: turned round, and then
        # sorted by a sort that leaves ties alone.
        entries.reverse()
        entries.sort(key=lambda each: each.at)
        notes.sort(key=lambda each: each.created_at)
        responders = cast.responders(entries, raw)
        names = [*(each.name for each in self._people.values()), *(each.person.name for each in responders)]
        return Dossier(
            incident=self._as_it_is(raw),
            entries=tuple(entries),
            notes=tuple(notes),
            alerts=tuple(sorted(alerts, key=lambda each: each.at)),
            changes=tuple(sorted(changes, key=lambda each: each.at)),
            responders=responders,
            status_updates=cast.status_updates(entries),
            people=cast.mentioned(entries, notes, responders, self._people),
            roles=cast.roles(raw, names),
        )

    def _head(self) -> Raw:
        return read_incident(self._client, self._incident.id, {"include[]": ["custom_fields"]})

    def _as_it_is(self, raw: Raw) -> Incident:
        """The incident as it is now, or as the caller knew it when that can't be read."""
        pieces: list[Placed] = [("incident", raw)] if raw else []
        found, bad = collect(pieces, "incident", lambda each: wire.incident(each, self._ranks))
        self.maladies += bad
        return found[0] if found else self._incident

    def _paged(self, name: str, params: Mapping[str, Any]) -> list[Placed]:
        listing = pages(self._client.get, incident_path(self._incident.id, name), name, params)
        return [piece for page in listing for piece in page.pieces]

    def _rows(self, name: str) -> list[Placed]:
        return read_rows(self._client, incident_path(self._incident.id, name), name.removeprefix("related_"))

    def _read(self, name: str, what: str, reader: Callable[[Raw], T], fetch: Callable[[], list[Placed]]) -> list[T]:
        found, bad = collect(self._part(name, fetch) or [], what, reader)
        self.maladies += bad
        return found

    def _part(
        self, name: str, fetch: Callable[[], T], spared: tuple[type[ConnectorError], ...] = (*_UNREADABLE, NotFound)
    ) -> T | None:
        try:
            return fetch()
        except spared as error:
            what = f"{name} of incident {self._incident.id}"
            self.maladies.append(Malady(what=what, where=name, error=error.what))
            return None
