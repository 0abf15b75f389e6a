"""Which addresses are this machine's own."""

from __future__ import annotations

import pytest

from callsheet.connect.address import is_loopback


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("LocalHost", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("", False),
    ],
)
def test_loopback_is_known_by_its_address(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours
