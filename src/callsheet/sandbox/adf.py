"""The Atlassian Document Format: what Jira Cloud accepts, and its plain text.

The rules are those that bite: an empty text node, a newline inside one, or an empty `content` is refused as
"unsupported content", without a word on where.
"""

from __future__ import annotations

from typing import Any

_BLOCKS = {
    "paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "rule", "table", "panel",
    "expand", "taskList", "mediaSingle", "decisionList",
}  # fmt: skip
_INLINE = {"text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status"}
_MARKS = {"strong", "em", "code", "link", "strike", "underline", "subsup", "textColor"}
_CHILDREN = {
    "doc": _BLOCKS,
    "paragraph": _INLINE,
    "heading": _INLINE,
    "codeBlock": {"text"},
    "bulletList": {"listItem"},
    "orderedList": {"listItem"},
    "listItem": {"paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle"},
    "blockquote": {"paragraph", "bulletList", "orderedList", "codeBlock"},
    "table": {"tableRow"},
    "tableRow": {"tableHeader", "tableCell"},
    "tableHeader": _BLOCKS - {"table", "expand"},
    "tableCell": _BLOCKS - {"table", "expand"},
    "panel": {"paragraph", "heading", "bulletList", "orderedList", "rule", "codeBlock", "taskList"},
    "expand": _BLOCKS - {"expand"},
    "taskList": {"taskItem", "taskList"},
    "taskItem": _INLINE,
}
# These may stand without content; an empty paragraph is written by leaving `content` out.
_MAY_BE_BARE = {"paragraph", "heading", "codeBlock", "rule", "hardBreak", "taskItem"} | _INLINE


def is_document(value: Any) -> bool:
    """Whether it claims to be an ADF document at all."""
    return isinstance(value, dict) and value.get("type") == "doc" and value.get("version") == 1


def fault(node: Any, allowed: set[str] | None = None) -> str | None:
    """Why Jira would refuse this node, or None; for the sandbox's log, Jira never tells."""
    if not isinstance(node, dict):
        return "a node is not an object"
    kind = node.get("type")
    if allowed is not None and kind not in allowed:
        return f"{kind} may not stand here"
    if kind == "text":
        return _text_fault(node)
    return _content_fault(str(kind), node)


def _text_fault(node: dict[str, Any]) -> str | None:
    text = node.get("text")
    if not isinstance(text, str) or not text:
        return "empty text node"
    if "\n" in text or "\r" in text:
        return "newline inside a text node"
    for mark in node.get("marks", []):
        if mark.get("type") not in _MARKS:
            return f"unknown mark {mark.get('type')}"
        if mark["type"] == "link" and not (mark.get("attrs") or {}).get("href"):
            return "link without href"
    return None


def _content_fault(kind: str, node: dict[str, Any]) -> str | None:
    content = node.get("content")
    if content is None:
        return None if kind in _MAY_BE_BARE else f"{kind} without content"
    if not isinstance(content, list) or not content:
        return f"{kind} with empty content"
    for child in content:
        if kind == "codeBlock" and isinstance(child, dict) and child.get("text"):
            continue  # Code keeps its newlines.
        problem = fault(child, _CHILDREN.get(kind, set()))
        if problem:
            return problem
    return None


def plain(node: Any) -> str:
    """The words of a document or a string, for text search and the browse page."""
    if not isinstance(node, dict):
        return node if isinstance(node, str) else ""
    if node.get("type") == "text":
        return str(node.get("text", ""))
    if node.get("type") == "hardBreak":
        return "\n"
    inner = "".join(plain(child) for child in node.get("content") or [])
    block = node.get("type") in _BLOCKS | {"listItem", "tableRow", "taskItem"}
    return inner + "\n" if block else inner
