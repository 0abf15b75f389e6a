"""Body -> Atlassian Document Format (Cloud, API v3), and ADF -> plain text. Pure.

Text nodes are never parsed by Jira, so nothing needs escaping. Jira does refuse some documents outright with a 400
that names no field: line breaks inside a text node, empty text nodes, containers with an empty `content`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from callsheet.model.text import Body, Bullets, Paragraph, Span
from callsheet_jira.links import linkable
from callsheet_jira.trim import cut, one_line

Node = dict[str, Any]

# The stored form may have 32,767 characters; what Jira adds in storing it is not ours to count.
BUDGET = 20_000
_NODE_WEIGHT = 100
_DEEPEST = 60


def render(body: Body, *, budget: int = BUDGET) -> Node:
    """The body as an ADF document, cut to the budget."""
    blocks = [node for node in map(_block, cut(body, budget, _weight)) if node]
    return {"type": "doc", "version": 1, "content": blocks or [_paragraph([_text("-")])]}


def _weight(span: Span) -> int:
    return len(json.dumps(span.text, ensure_ascii=False)) + len(span.url or "") + _NODE_WEIGHT


def _block(block: Paragraph | Bullets) -> Node | None:
    if isinstance(block, Paragraph):
        spans = _inline(block)
        return _paragraph(spans) if spans else None
    entries = [_inline(entry) for entry in block.items]
    items = [{"type": "listItem", "content": [_paragraph(spans)]} for spans in entries if spans]
    return {"type": "bulletList", "content": items} if items else None


def _paragraph(content: list[Node]) -> Node:
    return {"type": "paragraph", "content": content}


def _inline(line: Paragraph) -> list[Node]:
    return [node for span in line.spans for node in _span(span)]


def _span(span: Span) -> list[Node]:
    words = one_line(span.text)
    marks: list[Node] = [{"type": "strong"}] if span.strong else []
    if span.url is None:
        return [_text(words, marks)] if words else []
    target = linkable(span.url)
    if target is None:
        # An address that may not be a link is shown as words.
        shown = f"{words} ({one_line(span.url)})" if words != one_line(span.url) else words
        return [_text(shown, marks)] if shown else []
    return [_text(words or target, [*marks, {"type": "link", "attrs": {"href": target}}])]


def _text(words: str, marks: list[Node] | None = None) -> Node:
    return {"type": "text", "text": words, **({"marks": marks} if marks else {})}


def plain(document: object) -> str:
    """The words of a document, one block a line. A string is returned as it is, anything unreadable as nothing.

    What people quote stands behind `> `, code between fences: both are not their own words.
    """
    if isinstance(document, str):
        return document
    if not isinstance(document, Mapping):
        return ""
    return "\n".join(_lines(document, 0)).strip("\n")


def _lines(node: Mapping[str, Any], depth: int) -> list[str]:
    """The lines of a block node; inline children that stand together make one line."""
    if depth > _DEEPEST:
        return []
    lines: list[str] = []
    run: list[str] = []
    for child in _children(node):
        shown = _INLINE.get(str(child.get("type")))
        if shown is not None:
            run.append(shown(child))
            continue
        if run:
            lines.append("".join(run))
            run = []
        inner = _lines(child, depth + 1)
        lines += _SET_APART.get(str(child.get("type")), list)(inner) if inner else []
    return [*lines, "".join(run)] if run else lines


def _children(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = node.get("content")
    return [child for child in content if isinstance(child, Mapping)] if isinstance(content, list) else []


def _attribute(*names: str) -> Callable[[Mapping[str, Any]], str]:
    def read(node: Mapping[str, Any]) -> str:
        attributes = node.get("attrs")
        values = [attributes.get(name) for name in names] if isinstance(attributes, Mapping) else []
        return next((value for value in values if isinstance(value, str) and value), "")

    return read


def _words(node: Mapping[str, Any]) -> str:
    words = str(node.get("text") or "")
    for mark in node.get("marks") or []:
        if isinstance(mark, Mapping) and mark.get("type") == "code":
            return f"`{words}`"
        target = _attribute("href")(mark) if isinstance(mark, Mapping) and mark.get("type") == "link" else ""
        if target and target != words:
            return f"{words} ({target})"
    return words


_SET_APART: Mapping[str, Callable[[list[str]], list[str]]] = {
    "listItem": lambda inner: [f"- {inner[0]}", *inner[1:]],
    "blockquote": lambda inner: [f"> {line}" for line in "\n".join(inner).split("\n")],
    "codeBlock": lambda inner: ["```", *inner, "```"],
}


def _day(node: Mapping[str, Any]) -> str:
    """A date node holds milliseconds since 1970 as a string."""
    stamp = _attribute("timestamp")(node)
    return datetime.fromtimestamp(int(stamp) / 1000, UTC).date().isoformat() if stamp.isdecimal() else stamp


_INLINE: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "text": _words,
    "hardBreak": lambda _: "\n",
    "mention": _attribute("text", "id"),
    "emoji": _attribute("text", "shortName"),
    "inlineCard": _attribute("url"),
    "status": _attribute("text"),
    "date": _day,
}
