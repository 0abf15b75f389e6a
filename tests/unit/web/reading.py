"""Reads a page as a browser would, as far as the tests ask: its elements, its words, where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

Attributes = dict[str, str]


@dataclass
class Read(HTMLParser):
    """Elements with their attributes, in order, and all text."""

    elements: list[tuple[str, Attributes]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """What people read, white space as one blank."""
        return " ".join(" ".join(self.words).split())

    def links(self) -> list[str]:
        """Where its links lead."""
        return [attributes["href"] for tag, attributes in self.elements if tag == "a" and "href" in attributes]

    def loads(self) -> list[str]:
        """What a browser fetches by itself, or sends a form to."""
        names = ("src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href", "ping")
        found = [attributes[name] for _, attributes in self.elements for name in names if name in attributes]
        return found + [each["href"] for tag, each in self.elements if tag != "a" and "href" in each]


def read(text: str) -> Read:
    """A page, parsed."""
    reader = Read()
    reader.feed(text)
    reader.close()
    return reader


def is_inside(url: str) -> bool:
    """Whether an address is a path of ours."""
    parts = urlsplit(url)
    return not parts.scheme and not parts.netloc and not url.startswith(("//", "\\"))


def paths_of(routes: Iterable[BaseRoute]) -> set[str]:
    """All path templates that answer GET, however deep they were included."""
    found: set[str] = set()
    for route in routes:
        if "GET" in (getattr(route, "methods", None) or ()):
            found.add(str(getattr(route, "path", "")))
        # FastAPI keeps an included router whole.
        found |= paths_of(getattr(getattr(route, "original_router", None), "routes", ()))
    return found
