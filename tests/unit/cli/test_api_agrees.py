"""One read model: what `--json` prints and what `/api/v1` answers is the same."""

from __future__ import annotations

import json
from urllib.request import urlopen

from tests.api.serving import lived, served
from tests.conftest import StartPlay
from tests.unit.cli.conftest import Run

# A command, and the path that asks for the same.
ALIKE = {
    "sheet": "/sheet?per_page=1000",
    "sheet --all --owner ana --overdue": "/sheet?every=true&owner=ana&overdue=true",
    "sheet --all --season 2026-q4 --service checkout": "/sheet?every=true&season=2026-q4&service=checkout",
    "season": "/season",
    "season 2026-Q4": "/season/2026-Q4",
    "plan": "/plan",
}
OF_THE_DAEMON = {"cycles", "webhooks"}


def test_the_api_tells_what_the_command_line_tells(play: StartPlay, run: Run) -> None:
    there = lived(play)
    row = there.sheet()[0]
    names = (row["ticket"]["key"], row["key"], row["incident"]["number"])
    alike = ALIKE | {f"explain {name}": f"/explain/{name}" for name in names}
    with served(there) as url:
        answers = {path: _asked(f"{url}/api/v1{path}") for path in (*alike.values(), "/status")}
    printed = {words: run(*words.split(), "--json", at=there).json for words in (*alike, "status")}

    told = answers["/status"]
    assert {name: told[name] for name in told.keys() - OF_THE_DAEMON} == printed["status"]
    assert told.keys() >= OF_THE_DAEMON
    for words, path in alike.items():
        assert answers[path] == printed[words], words
        assert answers[path], words


def _asked(url: str) -> object:
    with urlopen(url, timeout=60) as answer:
        return json.loads(answer.read())
