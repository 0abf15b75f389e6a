"""Faults on demand: rules that say which requests go wrong, how, and how often.

A rule is an object like `{"side": "jira", "method": "POST", "path": "/rest/api/3/issue", "kind": "drop_after",
"times": 1}`. `path` is a template, a path or a regular expression; `times` limits how often it strikes, `after` lets
the first k matching requests pass, `rate` strikes at random, seeded. Without limits it strikes always.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from callsheet.sandbox.clock import parse_duration
from callsheet.sandbox.exchange import CLOUD, DATACENTER, PAGERDUTY, SIDES, Answer, Call
from callsheet.sandbox.ids import dice

KINDS = (
    "status", "drop_before", "drop_after", "truncate", "empty_body", "html_502", "rate_limit", "slow",
    "expire_token", "lag", "limit", "late_apply", "unknown_fields", "unknown_enum", "null_field", "drop_field",
    "hide_project",
)  # fmt: skip
# Switches concern a whole side while their rule stands; the others strike single requests.
_SWITCHES = ("lag", "limit", "hide_project")
# The request never reaches the world.
PREVENTING = ("drop_before", "late_apply", "rate_limit")


@dataclass(slots=True, kw_only=True)
class Rule:
    """One fault; see the module. The other keys depend on the kind and stay in `more`."""

    kind: str
    side: str | None = None
    method: str | None = None
    path: str | None = None
    times: int | None = None
    after: int = 0
    rate: float | None = None
    more: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    fired: int = 0

    def concerns(self, call: Call) -> bool:
        if self.side not in (None, call.side) or self.method not in (None, call.method):
            return False
        if self.path in (None, call.template, call.path):
            return True
        return re.fullmatch(self.path or "", call.path) is not None

    def seconds(self, name: str, default: float) -> timedelta:
        """A duration: a number of seconds, or a text like 5m."""
        value = self.more.get(name, default)
        return parse_duration(value) if isinstance(value, str) else timedelta(seconds=float(value))

    def dump(self) -> dict[str, Any]:
        names = ("kind", "side", "method", "path", "times", "after", "rate", "seen", "fired")
        shown = {name: getattr(self, name) for name in names}
        return {key: value for key, value in shown.items() if value is not None} | self.more


class Faults:
    """The rules that stand at the moment."""

    def __init__(self, seed: int) -> None:
        self.rules: list[Rule] = []
        self._roll = dice(seed, "faults")

    def add(self, wanted: Any) -> list[Rule]:
        """One rule, a list, or `{"rules": [...]}`; raises ValueError with what is wrong."""
        if isinstance(wanted, dict) and "rules" in wanted:
            wanted = wanted["rules"]
        rules = [_rule(each) for each in (wanted if isinstance(wanted, list) else [wanted])]
        self.rules += rules
        return rules

    def clear(self) -> None:
        self.rules.clear()

    def pick(self, call: Call) -> Rule | None:
        """The first rule that strikes this request."""
        for rule in self.rules:
            if rule.kind in _SWITCHES or not rule.concerns(call):
                continue
            rule.seen += 1
            if rule.seen <= rule.after or (rule.times is not None and rule.fired >= rule.times):
                continue
            if rule.rate is not None and self._roll.random() >= rule.rate:
                continue
            rule.fired += 1
            return rule
        return None

    def switch(self, kind: str, side: str) -> Rule | None:
        """The newest switch of that kind for a side."""
        found = [rule for rule in self.rules if rule.kind == kind and rule.side in (None, side)]
        return found[-1] if found else None


def _rule(wanted: Any) -> Rule:
    if not isinstance(wanted, dict):
        raise ValueError("A fault is an object with at least a 'kind'")
    known = ("kind", "side", "method", "path", "times", "after", "rate")
    given = {key: wanted[key] for key in known if wanted.get(key) is not None}
    if given.get("kind") not in KINDS:
        raise ValueError(f"Unknown kind {wanted.get('kind')!r}: one of {', '.join(KINDS)}")
    if given.get("side") not in (None, *SIDES):
        raise ValueError(f"Unknown side {wanted.get('side')!r}: one of {', '.join(SIDES)}")
    if "method" in given:
        given["method"] = str(given["method"]).upper()
    return Rule(**given, more={key: value for key, value in wanted.items() if key not in known})


def instead(rule: Rule, call: Call) -> Answer | None:
    """The answer that a rule gives in the world's place, or None when it lets the request act."""
    match rule.kind:
        case "status" if not rule.more.get("act"):
            return _status(rule)
        case "rate_limit":
            return throttled(call.side, bare=rule.more.get("headers") is False, seconds=_wait(rule))
        case "html_502" if not rule.more.get("act"):
            return _gateway()
    return None


def spoil(rule: Rule, answer: Answer) -> Answer:
    """Change an answer that the world has given."""
    match rule.kind:
        case "status":
            return _status(rule)
        case "html_502":
            return _gateway()
        case "empty_body":
            return Answer(status=answer.status, text="", headers=answer.headers)
    return replace(answer, document=_distorted(answer.document, rule))


def _distorted(document: Any, rule: Rule) -> Any:
    match rule.kind:
        case "unknown_fields":
            return _extended(document)
        case "unknown_enum":
            return _estranged(document)
        case "null_field" | "drop_field":
            return _bereft(document, rule, inside=rule.more.get("of") is None)
    return document


def throttled(side: str, *, bare: bool, seconds: int) -> Answer:
    """A 429 as the side words it; bare, it has neither headers nor body, which happens too."""
    if bare:
        return Answer(status=429, text="")
    if side == PAGERDUTY:
        document: Any = {"error": {"message": "Rate Limit Exceeded", "code": 2020}}
        headers = {"ratelimit-limit": "960", "ratelimit-remaining": "0", "ratelimit-reset": str(seconds)}
        return Answer(status=429, document=document, headers=headers)
    document = {"errorMessages": ["Rate limit exceeded."], "errors": {}}
    headers = {"Retry-After": str(seconds), "X-RateLimit-Limit": "350", "X-RateLimit-Remaining": "0"}
    if side == CLOUD:
        headers["RateLimit-Reason"] = "jira-burst-based"
    if side == DATACENTER:
        headers |= {"X-RateLimit-Interval-Seconds": "1", "X-RateLimit-FillRate": "1"}
    return Answer(status=429, document=document, headers=headers)


def _wait(rule: Rule) -> int:
    return int(rule.seconds("seconds", 1).total_seconds())


def _status(rule: Rule) -> Answer:
    body = rule.more.get("body")
    headers = {str(key): str(value) for key, value in (rule.more.get("headers") or {}).items()}
    status = int(rule.more.get("status", 500))
    if isinstance(body, str):
        return Answer(status=status, text=body, headers=headers)
    return Answer(status=status, document=body, headers=headers)


def _gateway() -> Answer:
    page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return Answer(status=502, text=page, media="text/html")


def _extended(node: Any) -> Any:
    """Every object gets a field that no client has heard of."""
    if isinstance(node, dict):
        grown = {key: _extended(value) for key, value in node.items()}
        return {**grown, "zz_new_field": {"since": "tomorrow", "values": [1, None]}}
    return [_extended(each) for each in node] if isinstance(node, list) else node


_ENUMS = {"triggered", "acknowledged", "high", "low", "done", "new", "indeterminate", "Done", "To Do", "admin"}


def _estranged(node: Any) -> Any:
    """Known values of enums become unknown ones; log entry types too."""
    if isinstance(node, dict):
        return {key: _estranged(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_estranged(each) for each in node]
    if isinstance(node, str) and (node in _ENUMS or node.endswith("_log_entry")):
        return f"hitherto_unknown_{node}"
    return node


def _bereft(node: Any, rule: Rule, *, inside: bool) -> Any:
    """The members named `field` are null or missing: everywhere, or in the object whose id is `of` and below."""
    if isinstance(node, list):
        return [_bereft(each, rule, inside=inside) for each in node]
    if not isinstance(node, dict):
        return node
    inside = inside or node.get("id") == rule.more["of"]
    hit = rule.more.get("field") if inside else None
    kept = {key: _bereft(value, rule, inside=inside) for key, value in node.items() if key != hit}
    return {**kept, hit: None} if hit in node and rule.kind == "null_field" else kept


def cut(body: bytes) -> bytes:
    """Half of a body, for a connection that breaks in the middle."""
    return body[: len(body) // 2] or json.dumps("?").encode()[:1]
