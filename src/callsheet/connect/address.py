"""Addresses, for options of connectors and for the settings: whose one is, and whether anybody could read along."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own; names are not resolved, only `localhost` is known."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def sheltered(url: str) -> bool:
    """Whether nobody between here and there can read along: https, or plain http to this machine itself."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def plain_url(value: str, *, such_as: str = "", instead: str = "its own variable") -> SplitResult:
    """The parts of a URL without user, query or fragment. ValueError says what to do, and repeats nothing of it.

    `such_as` is a good one, to be shown; `instead` is where a credential goes.
    """
    # urlsplit's own errors repeat parts of the URL, which may hold a password.
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        example = f", such as {such_as}" if such_as else ""
        raise ValueError(f"must be a whole address that starts with https:// or http://{example}")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"must be a plain URL: no user, password, query or fragment; a secret goes into {instead}")
    return parts


def sheltered_url(value: str, *, such_as: str = "", instead: str = "its own variable") -> SplitResult:
    """As `plain_url`; ValueError also where somebody could read along."""
    parts = plain_url(value, such_as=such_as, instead=instead)
    if not sheltered(value):
        raise ValueError("must start with https://; plain http:// is for what runs on this machine only")
    return parts
