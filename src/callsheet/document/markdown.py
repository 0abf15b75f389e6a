"""Words to Markdown and back: what comes from outside is made inert, what people wrote is read as plain text."""

import html
import re
from html.entities import html5
from typing import Final
from urllib.parse import quote, urlsplit

CONTROLS: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# Each alternative opens something in CommonMark or its GitHub dialect: escapes, code, emphasis, links, HTML, cells,
# strikethrough, maths; an underscore that is not inside a word; an entity; an address that would become a link.
INLINE: Final = re.compile(r"[\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|:(?=//)|(?<=www)\.", re.IGNORECASE)
# At the start of a line: a heading, a bullet, a rule or underline, a numbered list.
START: Final = re.compile(r"^(?:(?=#)|(?=[=+-](?:[\s=+-]|$))|\d{1,9}(?=[.)](?:\s|$)))")
CLOSING_HASHES: Final = re.compile(r"#(?=#*$)")
PUNCTUATION: Final = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""
# An address as it stands in a text, without what may follow it in a sentence. Nothing in it ends code or a cell.
ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`|\\“”‘’«»…]*[^\s<>\"'`|\\“”‘’«»….,;:!?()\[\]{}*_~]", re.IGNORECASE)
READ: Final = re.compile(
    rf"\\(?P<escaped>{PUNCTUATION})"
    r"|!?\[(?P<text>(?:\\.|[^\[\]\\])*)\]\((?:\\.|[^()\\])*\)"
    r"|<(?P<url>https?://[^<>\s]*)>"
    r"|`(?P<address>(?i:https?)://[^`\s]*)`"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,32});)"
    r"|(?P<newline><br\s*/?>)"
)
URL_SAFE: Final = ":/?#@!$&'*+,=%-._~"


class Markdown(str):
    """Text that is Markdown already, made by us: it is not escaped again."""

    __slots__ = ()


def fold(text: str) -> str:
    """The text on one line: no control characters, no tricks with direction, every white space one space."""
    return " ".join(CONTROLS.sub("", text).split())


def clip(text: str, limit: int) -> str:
    """At most `limit` characters of the folded text, cut between words where possible, with an ellipsis."""
    folded = fold(text)
    if len(folded) <= limit:
        return folded
    head = folded[: limit - 1]
    whole_words = head.rpartition(" ")[0]
    return f"{whole_words if len(whole_words) > limit // 2 else head}…"


def escape(text: str) -> Markdown:
    """The same words with nothing in them that Markdown would act upon, on one line, fit for a table's cell.

    Addresses stand as code: no reader makes links of them, and people can read and copy them.
    """
    folded = fold(text)
    parts: list[str] = []
    done = 0
    for match in ADDRESS.finditer(folded):
        parts += [INLINE.sub(r"\\\g<0>", folded[done : match.start()]), f"`{match[0]}`"]
        done = match.end()
    escaped = "".join([*parts, INLINE.sub(r"\\\g<0>", folded[done:])])
    escaped = CLOSING_HASHES.sub(r"\\#", escaped)
    return Markdown(START.sub(r"\g<0>\\", escaped))


def plain(markdown: str) -> str:
    """What a reader sees of one line or cell: escapes and entities resolved, links reduced to their text."""
    return fold(READ.sub(_read, markdown))


def _read(match: re.Match[str]) -> str:
    if match["escaped"]:
        return match["escaped"]
    if match["text"] is not None:
        return plain(match["text"])
    if match["newline"]:
        return " "
    if match["url"] or match["address"]:
        return match["url"] or match["address"]
    return _entity(match["entity"])


def _entity(written: str) -> str:
    """The character that an entity stands for, or what was written where none has that name."""
    return html.unescape(written) if written[1] == "#" else html5.get(written[1:], written)


def safe_url(url: str | None) -> str | None:
    """The address in a form that stays inside a link's brackets; None unless it is http or https with a host."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(CONTROLS.sub("", parts.geturl()), safe=URL_SAFE)


def link(text: str, url: str | None) -> Markdown:
    """A link, or the bare text where the address can't be trusted."""
    address = safe_url(url)
    if address and address == text:
        return Markdown(f"<{address}>")
    return Markdown(f"[{escape(text)}]({address})") if address else escape(text)
