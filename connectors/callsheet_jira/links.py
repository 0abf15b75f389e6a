"""Which addresses may become links in a ticket, and how they are written. Pure."""

from urllib.parse import quote, urlsplit

# What a URL may hold besides letters, digits and `_.-~`. Quotes, brackets, braces, `|`, `\`, `^`, `!`, `*` and `~`
# mean something in wiki markup, so they are percent-encoded; brackets only ever occur around IPv6 hosts.
_SAFE = "%/:?#@$&'()+,;="


def linkable(url: str) -> str | None:
    """The address fit for a link, percent-encoded; None for anything but http, https and mailto."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https", "mailto"} or not (parts.netloc or parts.path):
        return None
    encoded = url.strip().encode("utf-8", "replace")
    return quote(encoded, safe=_SAFE).replace("~", "%7E").replace("_", "%5F")
