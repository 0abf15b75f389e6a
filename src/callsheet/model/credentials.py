"""Credentials in a text: what comes in, and what goes out, carries none."""

import re
from typing import Final

_TELLING_NAMES = (
    r"(?:pass(?:word|wd)?|secret|token|api[_-]?key|authorization|credential|private[_-]?key|cookie|session)"
)
CREDENTIALS: Final = (
    re.compile(r"()(-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))", re.DOTALL),
    # A header of cookies holds several, divided by semicolons.
    re.compile(r"(?i)\b((?:set-)?cookie\s*:\s*)([^\n\"']+)"),
    re.compile(rf'(?i)("?[\w.-]*{_TELLING_NAMES}[\w.-]*"?\s*[:=]\s*)("[^"]*"|[^\n,;}}&"“”]+)'),
    re.compile(r"(?i)\b((?:bearer|basic|token)\s+(?:token=)?)([A-Za-z0-9._~+/=-]{12,})"),
    re.compile(r"(://[^/\s:@]*:)([^@\s/]+)(?=@)"),
    re.compile(r"()\b((?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abeprs]-[A-Za-z0-9-]{10,})"),
    re.compile(r"()\b((?:glpat-|sk-|sk_live_|pk_live_|ATATT)[\w-]{12,})"),
    re.compile(r"()(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})"),
)
# In a title “token: validation fails” and “Basic authentication is down” tell no secret: what stands behind such a word
# counts where it can't be prose.
IN_PROSE: Final = (
    CREDENTIALS[0],
    re.compile(rf'(?i)("?[\w.-]*{_TELLING_NAMES}[\w.-]*"?(?:=|\s*:\s*(?=\S*\d)))("[^"]*"|[^\s,;}}&"]+)'),
    re.compile(r"(?i)\b((?:bearer|basic|token)\s+(?:token=)?)((?=\S*\d)[A-Za-z0-9._~+/=-]{12,})"),
    *CREDENTIALS[4:],
)

_ONE_WORD = re.compile(r"[A-Za-z0-9_+=~-]{16,}")
# In what people name things digits stand at the end; in what machines draw they stand anywhere.
_DRAWN = re.compile(r"[A-Za-z_]\d+[A-Za-z_]")


def looks_like_one(word: str) -> bool:
    """Whether a whole value is probably a credential, in whatever place it stands: of a known form, or drawn by lot."""
    if any(pattern.search(word) for pattern in CREDENTIALS):
        return True
    drawn = (part for part in word.split("-") if len(part) >= 16 and _DRAWN.search(part))
    return _ONE_WORD.fullmatch(word) is not None and any(drawn)


def redact(text: str) -> str:
    """The text with what looks like a credential replaced: payloads come from other people's systems."""
    return _without(CREDENTIALS, text)


def redact_line(line: str) -> str:
    """A title or a summary without what looks like a credential; its plain words are left alone."""
    return _without(IN_PROSE, line)


def _without(patterns: tuple[re.Pattern[str], ...], text: str) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda found: f"{found.group(1)}[redacted]", text)
    return text
