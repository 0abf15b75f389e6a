"""Copies of a document in other forms: a page for those who read no Markdown, and the review's invitation."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

from markupsafe import Markup

from callsheet.model.postmortem import Postmortem
from callsheet.render.html import to_html
from callsheet.render.invitation import invitation
from callsheet.render.page import page

PAGE: Final = "document.html.j2"


def copies(wanted: Iterable[str], postmortem: Postmortem, text: str, templates: Path | None) -> dict[str, str]:
    """The wanted forms, `html` or `ics`, of a document that stands as `text`: suffix to text. Raises BadTemplate.

    There is no invitation where no hour suits everyone.
    """
    found: dict[str, str] = {}
    if "html" in wanted:
        found[".html"] = document_page(postmortem.incident.title, text, templates)
    # Stamped with the day of the document: the same review is the same file, byte for byte.
    stamped_at = datetime.combine(postmortem.opened_on, time(), UTC)
    invited = invitation(postmortem, stamped_at) if "ics" in wanted else None
    return found | ({".ics": invited} if invited else {})


def document_page(title: str, text: str, templates: Path | None) -> str:
    """A Markdown document as a page that needs nothing else; nothing in it runs. Raises BadTemplate."""
    # Cleaned by nh3 in there: the only markup that a page takes as it is.
    return page(templates, PAGE, title=title, body=Markup(to_html(text)))  # noqa: S704 - it was cleaned by nh3
