"""From a vendor's request to its answer: counting, faults, the gate, the handler, the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callsheet.sandbox.clock import parse_instant
from callsheet.sandbox.exchange import DATACENTER, PAGERDUTY, Answer, Call
from callsheet.sandbox.faults import PREVENTING, Rule, instead, spoil, throttled
from callsheet.sandbox.gate import Gate
from callsheet.sandbox.jira_fields import Invalid
from callsheet.sandbox.journal import Journal
from callsheet.sandbox.pagerduty_answers import Refused, error
from callsheet.sandbox.world import World

_PLAIN_FAULTS = ("slow", "expire_token")  # These answers still keep the contract.


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An answer, and the fault that the connection still has to suffer."""

    answer: Answer
    rule: Rule | None = None

    @property
    def kind(self) -> str:
        return self.rule.kind if self.rule else ""


class Front:
    """Serves one call at a time, under the world's lock."""

    def __init__(self, world: World, journal: Journal | None = None) -> None:
        self.world, self.journal = world, journal
        self.gate = Gate(world)
        self._served = 0

    def handle(self, call: Call) -> Outcome:
        with self.world.lock:
            self.settle()
            self.world.pages[call.side].routes.find(call)
            self.world.count_request(call)
            rule = self.world.faults.pick(call)
            outcome = self._with_fault(call, rule) if rule else Outcome(answer=self._serve(call))
            if call.side == DATACENTER and not outcome.answer.exempt:
                outcome.answer.exempt = "v2"
            return outcome

    def settle(self) -> None:
        """Apply the late requests whose time has come, as of that time."""
        for at, call in self.world.due():
            with self.world.clock.pinned(at):
                self._act(call)

    def replay(self, entry: dict[str, Any]) -> None:
        """Make a journaled request again."""
        call = Call(**{**entry["call"], "body": entry["call"]["body"].encode()})
        with self.world.clock.pinned(parse_instant(entry["at"])):
            self._act(call, record=False)

    def _with_fault(self, call: Call, rule: Rule) -> Outcome:
        if rule.kind == "late_apply":
            at = self.world.clock.now() + rule.seconds("seconds", 60)
            self.world.late.append((at, call))
        call.expired = rule.kind == "expire_token"
        given = instead(rule, call)
        if given is None and rule.kind in PREVENTING:
            given = Answer(status=500)
        answer = spoil(rule, self._serve(call)) if given is None else given
        if rule.kind not in _PLAIN_FAULTS:
            answer.exempt = "injected fault"
        return Outcome(answer=answer, rule=rule)

    def _serve(self, call: Call) -> Answer:
        self._served += 1
        refused = self.gate.check(call)
        headers = {} if refused else self.gate.proof(call, self._served)
        if call.side == PAGERDUTY:
            headers = self.gate.proof(call, self._served)
            switch = self.world.faults.switch("limit", PAGERDUTY)
            limit = int(switch.more.get("per_minute", 0)) if switch else None
            passes, counted = self.world.limit.take(limit)
            headers |= counted
            if not passes and refused is None:
                refused = throttled(PAGERDUTY, bare=False, seconds=int(counted["ratelimit-reset"]))
        answer = refused or self._act(call)
        answer.headers = {**headers, **answer.headers}
        return answer

    def _act(self, call: Call, *, record: bool = True) -> Answer:
        pages = self.world.pages[call.side]
        handler = pages.routes.find(call)
        if handler is None:
            return _nowhere(call, pages.routes.methods(call.path))
        try:
            answer = handler(call)
        except (Refused, Invalid) as refusal:
            return refusal.answer() if isinstance(refusal, Invalid) else refusal.answer
        if answer.writes and record and self.journal:
            self.journal.write({"at": self.world.clock.now().isoformat(), "call": _kept(call)})
        return answer


def _kept(call: Call) -> dict[str, Any]:
    """What a replay needs; the credentials are not among it."""
    kept = {name: value for name, value in call.headers.items() if name == "from"}
    return {
        "side": call.side,
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "headers": kept,
        "body": call.body.decode(errors="replace"),
    }


def _nowhere(call: Call, methods: list[str]) -> Answer:
    status, told = (405, "Method Not Allowed") if methods else (404, "Not Found")
    if call.side == PAGERDUTY:
        answer = error(status, 2100, told)
    else:
        answer = Answer(status=status, document={"message": f"{told}: {call.path}", "status-code": status})
    answer.exempt = "no such endpoint"
    return answer
