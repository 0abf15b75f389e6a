"""Whose an address is. For options of connectors, and for the settings: plain http leads to this machine alone."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own; names are not resolved, only `localhost` is known."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
