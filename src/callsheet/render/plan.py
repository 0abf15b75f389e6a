"""A plan as a page that a person can review: each effect with its reason, before and after. No script."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from callsheet.model.effect import OpenPostmortem, Plan, RecordStatus
from callsheet.render.page import page
from callsheet.render.times import day

PAGE: Final = "plan.html.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One effect. `within` is the incident of an item, with its address; `facts` are a field's name, what is there
    (None: nothing) and what would be.
    """

    name: str
    url: str | None
    reason: str
    within: tuple[str, str] | None = None
    facts: Sequence[tuple[str, str | None, str]] = ()
    text: str = ""
    diff: Sequence[str] = ()


def plan_page(
    plan: Plan,
    groups: Sequence[tuple[str, Sequence[Section]]],
    now: datetime,
    templates: Path | None,
    *,
    unread: int = 0,
    silent: Collection[str] = (),
) -> str:
    """The groups of sections under their headings, and what is blocked or held back. Raises BadTemplate.

    `unread`: so many of the incidents that open were not read for the plan. `silent`: the sides that could not be.
    """
    follows = tuple(what_follows(plan, unread))
    return page(
        templates,
        PAGE,
        groups=groups,
        nothing=nothing_planned(silent),
        follows=follows,
        blocked=plan.blocked,
        refused=plan.refused,
        day=day,
        now=now,
    )


def nothing_planned(silent: Collection[str]) -> str:
    """What a plan without effects says; `silent` are the sides that could not be read for it."""
    without = f" without {' and '.join(sorted(silent))}" if silent else ""
    return f"Nothing to do, as far as can be seen{without}."


def what_follows(plan: Plan, unread: int = 0) -> Iterator[str]:
    """What post-mortems that open, and what tickets say, will bring, in sentences."""
    opening = [effect for effect in plan.effects if isinstance(effect, OpenPostmortem)]
    if any(not effect.backfilled for effect in opening):
        yield (
            "The note on each incident, documents with the links to their tickets and reminders of what is due by then "
            "follow in the same run."
        )
    if unread:
        more = f"{unread} more incidents that open follow" if unread > 1 else "one more incident that opens follow"
        yield f"The tickets and the document of {more} in the same run; they are not read for this plan."
    if any(isinstance(effect, RecordStatus) for effect in plan.effects):
        yield "What is taken over from tickets reaches documents and notes in the same run."
    if any(effect.backfilled for effect in opening):
        yield (
            "Incidents of the past get their documents only: their items are held back until "
            "`callsheet backfill --file` files them."
        )
