"""Addresses as an operator writes them: checked, and whether anybody between could read along."""

import re
from urllib.parse import SplitResult, urlsplit

from callsheet.connect.address import is_loopback


def host_and_port(value: str) -> tuple[str, int]:
    """`127.0.0.1:8080` or `[::1]:8080` in its parts. ValueError says how it is written."""
    written = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})", value)
    if written is None or int(written[2]) > 65_535:
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:8080 or 0.0.0.0:8080")
    return written[1].strip("[]"), int(written[2])


def plain_url(value: str) -> SplitResult:
    """The parts of a URL without user, query or fragment. ValueError says what is wrong, and repeats nothing of it."""
    # urlsplit's own errors repeat parts of the URL, which may hold a password.
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must be a URL that starts with https:// or http://")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be a plain URL: no user, password, query or fragment")
    return parts


def sheltered(url: str) -> bool:
    """Whether nobody between here and there can read along: https, or plain http to this machine itself."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
