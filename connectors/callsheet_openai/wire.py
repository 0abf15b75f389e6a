"""Between our words and the endpoint's JSON, pure. What comes back is somebody's claim, never an instruction."""

from typing import Any

from callsheet.connect.errors import Malformed, Rejected
from callsheet.connect.http import Reply
from callsheet.connect.ports import Drafted

LONGEST_REFUSAL = 300


def question(model: str, prompt: str) -> dict[str, Any]:
    """One message, and nothing that some endpoints or models don't know."""
    return {"model": model, "messages": [{"role": "user", "content": prompt}], "stream": False}


def drafted(reply: Reply, model: str) -> Drafted:
    """The draft in an answer. Rejected when the model would not, Malformed when there is no whole text in it."""
    document = reply.json()
    choice = _first(document.get("choices")) if isinstance(document, dict) else {}
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal.strip():
        raise Rejected(f"the model refused: {_line(refusal)}")
    match choice.get("finish_reason"):
        case "content_filter":
            raise Rejected("the endpoint's content filter kept the answer back; take another model")
        case "length":
            raise Malformed("the answer was cut off at the model's limit; take a model with more room")
    text = _text(message.get("content")).strip()
    if not text:
        raise Malformed(f"{reply.method} {reply.path} answered without a text; see that DRAFT_MODEL is a chat model")
    said = document.get("model")
    return Drafted(text=text, model=_line(said) if isinstance(said, str) and said else model)


def models(reply: Reply) -> tuple[str, ...]:
    """The models that an endpoint lists."""
    document = reply.json()
    rows = document.get("data") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise Malformed(f"{reply.method} {reply.path} answered without a list of models")
    return tuple(row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str))


def complaint(reply: Reply) -> str:
    """The endpoint's own sentence; "" when it says nothing that can be read."""
    if reply.status < 400:
        return ""
    try:
        document = reply.json()
    except Malformed:
        return ""
    error = document.get("error") if isinstance(document, dict) else None
    words = error.get("message") if isinstance(error, dict) else error
    return words if isinstance(words, str) else ""


def _first(choices: object) -> dict[str, Any]:
    found = choices[0] if isinstance(choices, list) and choices else None
    return found if isinstance(found, dict) else {}


def _text(content: object) -> str:
    """A text, or the texts of several parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str))


def _line(words: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:LONGEST_REFUSAL]
