"""The paging source: which requests answer which question of the port. The only file here that knows the port."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import quote

import httpx2

from callsheet.connect.context import Context
from callsheet.connect.errors import Malformed, NotFound
from callsheet.connect.ports import Directory, Examination, FeedPage, Malady, Places
from callsheet.model.check import Check
from callsheet.model.incident import Dossier, Incident, IncidentPriority, LogEntry, Note, Ref
from callsheet.model.person import OnCall, Person
from callsheet_pagerduty import wire
from callsheet_pagerduty.client import Client, PlanLacks
from callsheet_pagerduty.dossier import Gathering, incident_path, read_incident, read_rows
from callsheet_pagerduty.examining import examined
from callsheet_pagerduty.options import PagerDutyOptions
from callsheet_pagerduty.reading import Placed, Raw, collect, malady, part, text
from callsheet_pagerduty.windows import CAP, PAGE, Page, in_windows, pages

_FEED = {"time_zone": "UTC", "include[]": ["incidents", "channels"]}
_OPEN = {"date_range": "all", "statuses[]": ["triggered", "acknowledged"], "sort_by": "created_at:asc"}


def build(options: PagerDutyOptions, context: Context, *, transport: httpx2.BaseTransport | None = None) -> "PagerDuty":
    """The source; makes no request. Tests may bring their own transport."""
    return PagerDuty(options, Client(options, context, transport=transport))


class PagerDuty:
    """One PagerDuty account as a `callsheet.connect.ports.Source`."""

    def __init__(self, options: PagerDutyOptions, client: Client) -> None:
        self._client = client
        self._options = options
        self.works_as = options.from_email
        self._services = frozenset(options.service_ids)
        self._teams: dict[str, Any] = {"team_ids[]": list(options.team_ids)} if options.team_ids else {}
        # Known after the first `directory()` of this process, empty before.
        self._people: dict[str, Person] = {}
        self._ranks: dict[str, int] = {}

    def close(self) -> None:
        """Close the connections; also happens by itself when the source is gone."""
        self._client.close()

    def examine(self, wanted: Examination) -> Iterator[Check]:
        """Reads of every scope that is needed, who we are, and what the options name."""
        return examined(self._client, self._options, wanted)

    # Incidents

    def incidents(self, since: datetime, until: datetime) -> Iterator[FeedPage]:
        """Incidents created in the window, then older ones that are still open.

        Requests: one for each hundred incidents of a window of at most 179 days, and one for each hundred open ones.
        """
        scope = {**self._teams, **({"service_ids[]": sorted(self._services)} if self._services else {})}
        # Oldest first, so that incidents that appear meanwhile come after what we have read.
        created = {**scope, "time_zone": "UTC", "sort_by": "created_at:asc"}
        for page in in_windows(self._client.get, "/incidents", "incidents", created, since, until):
            # Filtered again: it is disputed whether PagerDuty looks at more than the date of `since`.
            yield self._heads(page, lambda each: since <= each.created_at <= until)
        still_open = {**scope, "time_zone": "UTC", **_OPEN}
        listing = pages(self._client.get, "/incidents", "incidents", still_open, count=True)
        # Not cut in windows like the rest: where more are open than can be listed, a person is needed first.
        for page in islice(listing, CAP // PAGE):
            yield self._heads(page, lambda each: each.created_at < since)
            if (page.total or 0) > CAP:
                yield FeedPage(maladies=(_too_many(page.total or 0),))

    def _heads(self, page: Page, wanted: Callable[[Incident], bool]) -> FeedPage:
        found, bad = collect(page.pieces, "incident", self._incident)
        return FeedPage(incidents=tuple(each for each in found if wanted(each)), maladies=tuple(bad))

    def _incident(self, raw: Raw) -> Incident:
        return wire.incident(raw, self._ranks)

    # The change feed

    def changes(self, since: datetime, until: datetime) -> Iterator[FeedPage]:
        """Every log entry of the window, newest first within a page, with the incidents as they are now.

        Requests: one for each hundred entries, at least one. The feed can't be narrowed to services there, so entries
        of others are dropped on arrival. Entries of an incident that can't be read are left out with it: its dossier
        brings them once it can be read again.
        """
        known: dict[str, Raw] = {}
        params = {**self._teams, **_FEED}
        for page in in_windows(self._client.get, "/log_entries", "log_entries", params, since, until):
            pieces = [piece for piece in page.pieces if self._ours(piece[1])]
            yield self._feed_page(pieces, known, self._client.told_at)

    def _feed_page(self, pieces: list[Placed], known: dict[str, Raw], told_at: datetime | None) -> FeedPage:
        entries, bad = collect(pieces, "log entry", wire.log_entry)
        heads: dict[str, Placed] = {}
        for place, raw in pieces:
            head = part(raw, "incident") if isinstance(raw, dict) else {}
            heads.setdefault(text(head, "id") or "", (f"{place}.incident", head))
        heads.pop("", None)  # an entry without an incident is a malady already
        incidents: list[Incident] = []
        for place, head in heads.values():
            try:
                incidents.append(self._incident(self._whole(head, known)))
            except (Malformed, NotFound) as error:
                slip = error if isinstance(error, Malformed) else Malformed(error.what)
                bad.append(malady("incident", place, head, slip))
        readable = {each.id for each in incidents}
        kept: tuple[LogEntry, ...] = tuple(entry for entry in entries if entry.incident_id in readable)
        return FeedPage(entries=kept, incidents=tuple(incidents), maladies=tuple(bad), told_at=told_at)

    def _whole(self, head: Raw, known: dict[str, Raw]) -> Raw:
        """The incident itself, read by id once a pass when the feed gave only a pointer to it."""
        key = text(head, "id") or ""
        if not wire.is_reference(head):
            return head
        if key not in known:
            known[key] = read_incident(self._client, key)
        return known[key]

    def _ours(self, raw: object) -> bool:
        """Whether an entry belongs to the services that we look after; the incident's own service counts first."""
        if not self._services or not isinstance(raw, dict):
            return True
        for place in (part(raw, "incident"), raw):
            service = text(part(place, "service"), "id")
            if service:
                return service in self._services
        return True

    def dossier(self, incident: Incident) -> tuple[Dossier, tuple[Malady, ...]]:
        """All about one incident, in five requests when nothing is longer than a page; see `Gathering` for faults.

        `people` holds those whom the last `directory()` of this process knew, nobody before.
        """
        gathering = Gathering(self._client, incident, self._ranks, self._people)
        return gathering.dossier(), tuple(gathering.maladies)

    # People

    def directory(self) -> Directory:
        """Everybody in the account and its priorities, most severe first; kept for dossiers and ranks.

        Requests: one for each hundred people, one for the priorities.
        """
        # Not narrowed to PAGERDUTY_TEAM_IDS, although /users could be: responders and owners come from other teams.
        rows = [piece for page in pages(self._client.get, "/users", "users", {}) for piece in page.pieces]
        people, _ = collect(rows, "user", wire.person)
        priorities = self._priorities()
        self._people = {each.id: each for each in people}
        self._ranks = {each.id: each.rank for each in priorities}
        return Directory(people=tuple(people), priorities=priorities)

    def on_calls(self) -> tuple[OnCall, ...]:
        """Who is on call now, on the escalation policies of our teams and services.

        Requests: one for each hundred duties, and before it those that find the policies where we are narrowed.
        """
        policies = self._policies()
        if policies is not None and not policies:
            return ()
        params = {"escalation_policy_ids[]": sorted(policies)} if policies else {}
        rows = [piece for page in pages(self._client.get, "/oncalls", "oncalls", params) for piece in page.pieces]
        found, _ = collect(rows, "on-call", wire.on_call)
        # PagerDuty may tell a duty twice, and somebody stands on one rung by several schedules.
        once = {(each.person_id, each.policy, each.rung): each for each in reversed(found)}
        return tuple(sorted(once.values(), key=lambda each: (each.rung, each.policy, each.name, each.person_id)))

    def places(self) -> Places:
        """Every team and service of the account. One that can't be read is left out.

        Requests: one for each hundred teams, one for each hundred services. Needs `teams.read` and `services.read`.
        """
        return Places(teams=self._refs("teams"), services=self._refs("services"))

    def _refs(self, kind: str) -> tuple[Ref, ...]:
        try:
            rows = [piece for page in pages(self._client.get, f"/{kind}", kind, {}) for piece in page.pieces]
        except PlanLacks:
            return ()  # the account has none
        found, _ = collect(rows, kind, wire.ref)
        return tuple(found)

    def _policies(self) -> set[str] | None:
        """The escalation policies that we look after; None: all of the account."""
        if self._services:
            heads = (self._client.get(f"/services/{quote(each, safe='')}") for each in sorted(self._services))
            found = (text(part(part(head, "service"), "escalation_policy"), "id") for head in heads)
            return {each for each in found if each}
        if not self._teams:
            return None
        listing = pages(self._client.get, "/escalation_policies", "escalation_policies", self._teams)
        rows = (raw for page in listing for _, raw in page.pieces if isinstance(raw, dict))
        return {key for raw in rows if (key := text(raw, "id"))}

    def _priorities(self) -> tuple[IncidentPriority, ...]:
        try:
            rows = [page.pieces for page in pages(self._client.get, "/priorities", "priorities", {})]
        except (PlanLacks, NotFound):
            return ()  # the account has none
        raws = [raw for pieces in rows for _, raw in pieces if isinstance(raw, dict)]
        ranks = {text(raw, "id") or "": rank for rank, raw in enumerate(raws, start=1)}
        return tuple(found for raw in raws if (found := wire.priority(raw, ranks)))

    # Our note

    def notes(self, incident_id: str) -> tuple[Note, ...]:
        """The notes, oldest first, in one request. Malformed when one can't be read: it might be our own."""
        notes, bad = collect(read_rows(self._client, incident_path(incident_id, "notes"), "notes"), "note", wire.note)
        if bad:
            raise Malformed(f"{bad[0].what} of incident {incident_id} {bad[0].error}", where=bad[0].where)
        return tuple(sorted(notes, key=lambda each: each.created_at))

    def post_note(self, incident_id: str, text: str) -> str:
        """Write a new note; its id. Sent once, whatever happens to the answer."""
        answer = self._client.post(incident_path(incident_id, "notes"), {"note": {"content": text}})
        key = part(answer, "note").get("id")
        if not isinstance(key, str) or not key:
            raise Malformed(f"the new note of incident {incident_id} came back without an id", where="note.id")
        return key

    def edit_note(self, incident_id: str, note_id: str, text: str) -> None:
        """Replace a note's text. NotFound when somebody deleted the note."""
        self._client.put(incident_path(incident_id, "notes", note_id), {"note": {"content": text}})


def _too_many(total: int) -> Malady:
    error = (
        f"{total} open incidents, of which PagerDuty lists at most {CAP}; resolve old ones, or set PAGERDUTY_TEAM_IDS"
    )
    return Malady(what="open incidents", where="incidents", error=error)
