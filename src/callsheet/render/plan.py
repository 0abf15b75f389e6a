"""A plan as a page that a person can review: each effect with its reason, before and after. No script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from callsheet.model.effect import OpenPostmortem, Plan
from callsheet.render.page import page
from callsheet.render.times import day

PAGE: Final = "plan.html.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One effect. `facts` are a field's name, what is there (None: nothing) and what would be."""

    name: str
    url: str | None
    reason: str
    facts: Sequence[tuple[str, str | None, str]] = ()
    text: str = ""
    diff: Sequence[str] = ()


def plan_page(
    plan: Plan, groups: Sequence[tuple[str, Sequence[Section]]], now: datetime, templates: Path | None
) -> str:
    """The groups of sections under their headings, and what is blocked or held back. Raises BadTemplate."""
    follows = tuple(what_follows(plan))
    return page(
        templates, PAGE, groups=groups, follows=follows, blocked=plan.blocked, refused=plan.refused, day=day, now=now
    )


def what_follows(plan: Plan) -> Iterator[str]:
    """What post-mortems that open will bring, in sentences."""
    opening = [effect for effect in plan.effects if isinstance(effect, OpenPostmortem)]
    if any(not effect.backfilled for effect in opening):
        yield ("The note on each incident, and documents with the links to their tickets, follow in the same run.")
    if any(effect.backfilled for effect in opening):
        yield (
            "Incidents of the past get their documents only: their items are held back until "
            "`callsheet backfill --file` files them."
        )
