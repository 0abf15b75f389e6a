"""`callsheet sandbox` told something that it can't do: a sentence, and not a traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


def test_a_taken_port_is_told_with_the_way_out(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = run("sandbox", "--port", str(port))
    assert (said.code, said.out) == (2, "")
    assert said.err == f"127.0.0.1:{port} can't be had (Address already in use); --port 0 takes a free one.\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--now", "yesterday"), "--now takes a date and a time, such as 2026-11-02T09:00:00Z"),
        (("--as-of", "yesterday"), "--as-of takes `now`"),
        (("--load", "nowhere.json"), "No such file or directory: 'nowhere.json'"),
        (("--load", "text.json"), "text.json is not JSON"),
        (("--load", "list.json"), "list.json holds no JSON object"),
        (("--state", "text.json/state"), "Look at --load and --state"),
        (("--port", "99999"), "Invalid value for '--port'"),
        (("--incidents", "-1"), "Invalid value for '--incidents'"),
    ],
)
def test_what_makes_no_world_is_told(run: Run, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "text.json").write_text("no JSON")
    (tmp_path / "list.json").write_text("[]")
    said = run("sandbox", "--port", "0", *words)
    assert (said.code, said.out, told in said.err) == (2, "", True), said.err
