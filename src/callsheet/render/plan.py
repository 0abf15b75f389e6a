"""A plan as a page that a person can review: each effect with its reason, before and after. No script."""

from collections.abc import Sequence
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
    opening = any(isinstance(effect, OpenPostmortem) for effect in plan.effects)
    return page(
        templates, PAGE, groups=groups, opening=opening, blocked=plan.blocked, refused=plan.refused, day=day, now=now
    )
