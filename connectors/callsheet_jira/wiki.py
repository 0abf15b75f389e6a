r"""Body -> wiki markup (Data Center, API v2), and back to plain words. Pure.

Everything that comes from outside is escaped. A backslash goes as an entity, not doubled: `\\` is a line break in
Jira's wiki markup. Nothing here can make a mention (`[~user]`), a macro (`{…}`), an image (`!…!`) or a table.
"""

import re

from callsheet.model.text import Body, Bullets, Paragraph, Span
from callsheet_jira.links import linkable
from callsheet_jira.trim import cut, one_line

# The stored text may have 32,767 characters; the weights below count it as it is sent.
BUDGET = 20_000
_ENTITY = re.compile(r"&(?=#?\w+;)")
_SPECIAL = re.compile(r"[{}\[\]|!*_^~]")
# Struck out and inserted text (`-so-`, `+so+`) and citations (`??so??`) need a border; words like api-gateway stay.
_BORDERED = re.compile(r"(?<![\w-])[-+](?=\S)|(?<=\S)[-+](?![\w-])|\?(?=\?)|(?<=\?)\?")
_AT_THE_START = re.compile(r"(\s*)(?:([#-])|(h[1-6]|bq)\.)")
_ESCAPED = re.compile(r"\\([{}\[\]|!*_^~+?#-])")
_LINK = re.compile(r"(?<!\\)\[([^\[\]|]+)\|([^\[\]|\s]+)\]")
_STRONG = re.compile(r"(?<!\\)\*(?! )((?:\\.|[^*\\\n])+?)(?<!\\)\*")
_BULLET = re.compile(r"^\* ", re.MULTILINE)
_QUOTED = re.compile(
    r"(?<!\\)\{quote\}(?P<block>.*?)(?<!\\)\{quote\}|^bq\. (?P<line>[^\n]*)$", re.DOTALL | re.MULTILINE
)
_CODE = re.compile(r"(?<!\\)\{(code|noformat)(?:[:|][^{}]*)?\}\n*(.*?)\n*(?<!\\)\{\1\}", re.DOTALL)
_NUMBERED = re.compile(r"&#(\d{1,6});|&amp;")


def escape(text: str) -> str:
    """One line of words as wiki markup that shows exactly these words, wherever in a line it stands."""
    words = _ENTITY.sub("&amp;", one_line(text))
    words = words.replace("\\", "\0")
    words = _BORDERED.sub(lambda found: f"\\{found.group()}", words)
    words = _SPECIAL.sub(lambda found: f"\\{found.group()}", words)
    return words.replace("\0", "&#92;")


def render(body: Body, *, budget: int = BUDGET) -> str:
    """The body as wiki markup, cut to the budget."""
    blocks = (_block(block) for block in cut(body, budget, _weight))
    return "\n\n".join(block for block in blocks if block)


def plain(text: str) -> str:
    """The words of wiki markup: links, strong text, bullets and escapes undone; other markup stays as it is.

    What people quote stands behind `> `, code between fences: both are not their own words.
    """
    words = _QUOTED.sub(_behind_marks, text.replace("\r\n", "\n"))
    words = _CODE.sub(r"\n```\n\2\n```\n", words)
    words = _LINK.sub(r"\1 (\2)", words)
    words = _BULLET.sub("- ", words)
    words = _STRONG.sub(r"\1", words)
    words = _ESCAPED.sub(r"\1", words)
    return _NUMBERED.sub(lambda found: chr(int(found.group(1))) if found.group(1) else "&", words)


def _behind_marks(found: re.Match[str]) -> str:
    lines = (found["block"] or found["line"] or "").strip("\n").split("\n")
    return "\n".join(["", *(f"> {line}" for line in lines), ""])


def _weight(span: Span) -> int:
    return len(_span(span)) + 4


def _block(block: Paragraph | Bullets) -> str:
    if isinstance(block, Paragraph):
        return _guarded(_line(block))
    return "\n".join(f"* {_guarded(line)}" for line in map(_line, block.items) if line.strip())


def _line(line: Paragraph) -> str:
    return "".join(map(_span, line.spans))


def _guarded(line: str) -> str:
    """A line whose beginning makes no heading, quote, list or rule."""
    found = _AT_THE_START.match(line)
    if not found:
        return line
    indent, sign, heading = found.groups()
    return f"{indent}{f'{chr(92)}{sign}' if sign else f'{heading}&#46;'}{line[found.end() :]}"


def _span(span: Span) -> str:
    words = escape(span.text)
    target = linkable(span.url) if span.url else None
    if target:
        return f"[{_alias(span.text) or target}|{target}]"
    if span.url and span.url != span.text:
        words = f"{words} ({escape(span.url)})"
    return _strong(words) if span.strong else words


def _alias(text: str) -> str:
    """Inside a link, brackets and bars end it even behind a backslash: they go as entities."""
    escaped = escape(text).strip()
    return re.sub(r"\\([\[\]|])", lambda found: f"&#{ord(found.group(1))};", escaped)


def _strong(words: str) -> str:
    inner = words.strip()
    if not inner:
        return words
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{before}*{inner}*{after}"
