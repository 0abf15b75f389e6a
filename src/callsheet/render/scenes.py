"""A document in its sections, each as HTML: what a page shows one after the other, or one at a time."""

from dataclasses import dataclass
from typing import Final

from callsheet.document.front import body_of
from callsheet.document.regions import lines_of
from callsheet.document.sections import sections
from callsheet.render.html import fragment
from callsheet.render.slugs import slug

LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A section of the second level. `name` is fit for an address, `text` is its Markdown."""

    title: str
    name: str
    text: str

    @property
    def html(self) -> str:
        """What is safe to put into a page. Made when it is shown: nobody looks at a long log who doesn't ask for it."""
        return fragment(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The whole document: what stands before its first section, as HTML, and the sections."""

    opening: str
    scenes: tuple[Scene, ...]


def script(text: str) -> Script:
    """The document in its parts. A heading of the first level is left to the page."""
    body = body_of(text)
    found = [each for each in sections(body) if each.level == 2]
    lines = lines_of(body)
    first = found[0].line - 2 if found else len(lines)
    opening = [line for line in lines[:first] if not line.startswith("# ")]
    names: dict[str, int] = {}
    return Script(
        opening=fragment("".join(opening)),
        scenes=tuple(Scene(title=each.title, name=_name(each.title, names), text=each.text) for each in found),
    )


def _name(title: str, taken: dict[str, int]) -> str:
    name = slug(title, LONGEST_NAME) or "part"
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}-{taken[name]}"
