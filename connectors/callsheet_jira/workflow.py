"""Which step of a workflow brings a ticket where it should be. Pure.

Only steps into the wanted category count, by the category's key. Names are looked at for one thing: to tell a step
that drops a ticket ("Won't Do") from one that finishes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from callsheet.connect.errors import Rejected
from callsheet.model.ticket import Category
from callsheet_jira.wire import Raw, category


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A transition to make, with the resolution to set on its screen, if any."""

    transition_id: str
    resolution_id: str | None = None

    def body(self) -> dict[str, Any]:
        """What is posted."""
        fields = {"fields": {"resolution": {"id": self.resolution_id}}} if self.resolution_id else {}
        return {"transition": {"id": self.transition_id}, **fields}


def choose(transitions: Sequence[Raw], wanted: Category, resolutions: Sequence[str], status: str) -> Step:
    """The best step, or Rejected with a sentence that names what the workflow offers from `status`.

    1. the first wanted resolution that some step's screen offers, set there;
    2. else a step or status named like a wanted resolution;
    3. else the first step that demands nothing we can't give.
    A screen that is not offered a resolution is never sent one: Jira refuses it.
    """
    there = [one for one in transitions if category(one.get("to")) is wanted and one.get("isAvailable", True)]
    possible = [one for one in there if not _demands(one, with_resolution=False)]
    for name in resolutions:
        step = next(_offering(there, name), None) or next(_named(possible, name), None)
        if step:
            return step
    if possible:
        return Step(transition_id=str(possible[0].get("id")))
    raise Rejected(_no_way(transitions, there, wanted, status))


def _offering(steps: Sequence[Raw], name: str) -> Iterator[Step]:
    for one in steps:
        for value in _resolution(one).get("allowedValues") or ():
            if _alike(str(value.get("name")), name) and not _demands(one, with_resolution=True):
                yield Step(transition_id=str(one.get("id")), resolution_id=str(value.get("id")))


def _named(steps: Sequence[Raw], name: str) -> Iterator[Step]:
    for one in steps:
        if _alike(str(one.get("name")), name) or _alike(str((one.get("to") or {}).get("name")), name):
            yield Step(transition_id=str(one.get("id")))


def _demands(one: Raw, *, with_resolution: bool) -> list[str]:
    """The fields that the step's screen requires and that we would not give."""
    fields = one.get("fields") or {}
    return [
        str(field.get("name") or name)
        for name, field in fields.items()
        if field.get("required") and not field.get("hasDefaultValue") and not (with_resolution and name == "resolution")
    ]


def _resolution(one: Raw) -> Raw:
    found: Raw = (one.get("fields") or {}).get("resolution") or {}
    return found


def _alike(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(name.replace("’", "'").split()).casefold()


def _no_way(transitions: Sequence[Raw], there: Sequence[Raw], wanted: Category, status: str) -> str:
    if there:
        demanded = ", ".join(sorted({name for one in there for name in _demands(one, with_resolution=False)}))
        return (
            f"every step from {status!r} to a status of the category {wanted} demands fields that Callsheet can't "
            f"fill ({demanded}); move the ticket by hand or relax the workflow's screen"
        )
    offered = ", ".join(repr(str((one.get("to") or {}).get("name"))) for one in transitions) or "none"
    return (
        f"the workflow offers no step from {status!r} to a status of the category {wanted}; offered are: {offered}. "
        "Move the ticket by hand, or grant our account the Transition Issues permission"
    )
