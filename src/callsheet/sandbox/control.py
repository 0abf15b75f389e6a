"""The control plane under `/_sandbox`: clock, faults, counts, state, and what people do meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from callsheet.sandbox.actions import VERBS, act_jira, act_pagerduty
from callsheet.sandbox.clock import parse_duration, parse_instant, zulu
from callsheet.sandbox.exchange import Answer
from callsheet.sandbox.front import Front
from callsheet.sandbox.jira_views import Views as JiraViews
from callsheet.sandbox.pagerduty_views import Views as PagingViews

Json = dict[str, Any]
# Links in the dump must not depend on the port.
_BASE = "http://sandbox"


def told(table: Mapping[tuple[str, str], object]) -> Json:
    """What can be asked of the sandbox itself, and what people can do in it."""
    return {
        "ways": sorted(f"{method} /_sandbox/{name}".rstrip("/") for method, name in table),
        "clock": ["advance", "set", "freeze"],
        **{f"{side}/act": {"do": verbs} for side, verbs in VERBS.items()},
    }


class Control:
    """Answers `/_sandbox/...`; nothing here is counted, limited or faulted."""

    def __init__(self, front: Front, env: Callable[[str], dict[str, str]]) -> None:
        self.front, self.world, self.env = front, front.world, env

    def handle(self, method: str, path: str, query: str, body: bytes) -> Answer:
        name = path.removeprefix("/_sandbox").strip("/")
        table: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "clock"): lambda _: self._clock(),
            ("POST", "clock"): self.clock,
            ("GET", "faults"): lambda _: self._faults(),
            ("POST", "faults"): self.faults,
            ("DELETE", "faults"): lambda _: self.no_faults(),
            ("GET", "requests"): lambda _: self.world.requests(),
            ("DELETE", "requests"): lambda _: self.forget_requests(),
            ("GET", "state"): lambda _: self.state(),
            ("GET", "env"): lambda _: self.env("datacenter" if "datacenter" in query else "cloud"),
            ("POST", "jira/act"): lambda wanted: self.act("jira", wanted),
            ("POST", "pagerduty/act"): lambda wanted: self.act("pagerduty", wanted),
        }
        table |= {("GET", ""): lambda _: told(table)}
        found = table.get((method, name))
        if found is None:
            ways = told(table)["ways"]
            return Answer(status=404, document={"error": f"No {method} {path} here", "ways": ways})
        try:
            with self.world.lock:
                self.front.settle()
                return Answer(document=found(json.loads(body) if body else {}))
        except (ValueError, KeyError, TypeError) as problem:
            return Answer(status=400, document={"error": str(problem)})

    # Clock

    def _clock(self) -> Json:
        return {"now": self.world.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")}

    def clock(self, wanted: Json) -> Json:
        """`{"advance": "3d"}`, `{"freeze": true}`, `{"set": "2026-12-01T09:00:00Z"}`, alone or together."""
        with self.world.lock:
            clock = self.world.clock
            if "freeze" in wanted:
                clock.freeze(bool(wanted["freeze"]))
            if "set" in wanted:
                clock.set(parse_instant(str(wanted["set"])))
            if "advance" in wanted:
                clock.advance(parse_duration(str(wanted["advance"])))
            self.front.settle()
            self._keep({"clock": clock.dump()})
            return self._clock()

    # Faults

    def _faults(self) -> Json:
        return {"rules": [rule.dump() for rule in self.world.faults.rules]}

    def faults(self, wanted: Any) -> Json:
        self.world.faults.add(wanted)
        self.world.apply_switches()
        return self._faults()

    def no_faults(self) -> Json:
        self.world.faults.clear()
        self.world.apply_switches()
        return self._faults()

    # Counts, people, state

    def forget_requests(self) -> dict[str, dict[str, int]]:
        for counts in self.world.counts.values():
            counts.clear()
        return self.world.requests()

    def act(self, side: str, wanted: Json) -> Json:
        """Let a person do something; see `actions`."""
        with self.world.lock:
            self.front.settle()
            made = (act_jira if side == "jira" else act_pagerduty)(self.world, wanted)
            at = self.world.clock.now().isoformat()
            self._keep({"at": at, "act": {"side": side, "wanted": wanted}})
            return made

    def state(self) -> Json:
        """All of the world that exists by now, for comparing two worlds or two moments."""
        with self.world.lock:
            return {
                "pagerduty": self._paging_state(),
                "jira": self._tracker_state("jira"),
                "jira-dc": self._tracker_state("jira-dc"),
            }

    def replay(self, entries: list[Json]) -> None:
        """Make the journal's changes again, in their order and at their times."""
        for entry in entries:
            if "clock" in entry:
                self.world.clock.restore(entry["clock"])
            elif "act" in entry:
                act = act_jira if entry["act"]["side"] == "jira" else act_pagerduty
                with self.world.clock.pinned(parse_instant(entry["at"])):
                    act(self.world, entry["act"]["wanted"])
            else:
                self.front.replay(entry)

    def _keep(self, entry: Json) -> None:
        if self.front.journal:
            self.front.journal.write(entry)

    def _paging_state(self) -> Json:
        paging = self.world.pagerduty
        views = PagingViews(paging, _BASE)
        return {
            "incidents": [views.incident(incident) for incident in paging.incidents],
            "notes": {key: [views.note(note) for note in notes] for key, notes in paging.notes.items()},
            "log_entries": sum(len(paging.events(incident)) for incident in paging.incidents),
            "next": [
                {"at": zulu(incident.created_at), "number": incident.number, "title": incident.title}
                for incident in paging.coming()[:5]
            ],
        }

    def _tracker_state(self, side: str) -> Json:
        tracker = self.world.tracker(side)
        views = JiraViews(tracker, _BASE)
        return {
            "issues": [
                {
                    **views.issue(issue, ()),
                    "properties": issue.properties,
                    "remotelinks": issue.remote,
                    "changelog": [views.change(change) for change in issue.history],
                }
                for issue in sorted(tracker.issues.values(), key=lambda each: int(each.id))
            ],
            "deleted": sorted(issue.key for issue in tracker.deleted.values()),
        }
