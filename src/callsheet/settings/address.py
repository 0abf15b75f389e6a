"""Where to listen, as an operator writes it."""

import re


def host_and_port(value: str) -> tuple[str, int]:
    """`127.0.0.1:8080` or `[::1]:8080` in its parts. ValueError says how it is written."""
    written = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})", value)
    if written is None or int(written[2]) > 65_535:
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:8080 or 0.0.0.0:8080")
    return written[1].strip("[]"), int(written[2])
