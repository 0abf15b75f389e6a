"""The leader's card: what somebody who leads people asks themself before joining the call of an incident."""

from pathlib import Path
from typing import Final

from callsheet.render.copies import document_page
from callsheet.render.environment import environment, load, markdown, run

CARD: Final = "leader-card.md.j2"
TITLE: Final = "Before you join the call"


def leader_card(templates: Path | None, *, html: bool) -> str:
    """The card as Markdown, or as a page. Raises BadTemplate."""
    text = run(load(environment(templates, markdown), CARD), title=TITLE)
    return document_page(TITLE, text, templates) if html else text
