"""Templates to pages of HTML: every value is escaped, and a page needs nothing but itself."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from callsheet.render.environment import UNKNOWN, environment, load, run

WEB: Final = ("https://", "http://")


def page(templates: Path | None, name: str, /, **values: object) -> str:
    """The page of that template, ours or the one in the folder `templates`. Raises BadTemplate."""
    return run(load(_environment(templates), name), **values)


def warm() -> None:
    """Compile every page of ours, so that nobody who opens one waits for that."""
    made = _environment(None)
    for name in made.list_templates(filter_func=lambda name: name.startswith("web/")):
        load(made, name)


@lru_cache(maxsize=8)
def _environment(templates: Path | None) -> Environment:
    made = environment(templates, _shown)
    made.autoescape = True
    made.filters["link"] = link
    return made


def _shown(value: object) -> str:
    # What is markup already must stay so: it is a text of its own kind.
    return UNKNOWN if value is None else value if isinstance(value, str) else str(value)


def link(text: str, url: str | None) -> Markup:
    """The words as a link; only to the web, so that no address runs anything."""
    if url is None or not url.lower().startswith(WEB):
        return Markup("{}").format(text)
    return Markup('<a href="{}">{}</a>').format(url, text)
