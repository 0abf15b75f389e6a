"""`/api/v1` under whatever a machine can think of: no 5xx, nothing that its description does not say, nobody unknown.

schemathesis asks the server of `callsheet run` on a real port, over what a daemon made of the sandbox's world.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.api.serving import lived, served
from tests.conftest import StartPlay
from tests.scenario.daemon import Play

PROGRAM = Path(sysconfig.get_path("scripts")) / "st"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
TOKEN = "CANARY-a-token-of-the-house"
ASKED = {"item.changed", "item.dropped", "conflict.settled", "postmortem.waived", "refusal.approved"}
TOLD = "SELECT 1 FROM ledger WHERE event = ?"


def named(there: Play, folder: Path) -> None:
    """The words that mean something in that world, for the fuzzer."""
    with there.store() as store:
        items = store.items(every=True)
        tickets = store.tickets(item.ticket_id for item in items if item.ticket_id)
        heads = store.incidents({item.incident_id for item in items})
        words = {
            "items": [*(item.key for item in items), *(ticket.key for ticket in tickets.values())],
            "incidents": [word for head in heads.values() for word in (head.id, str(head.number))],
            "refusals": [refusal.id for refusal, _ in store.refusals()],
        }
    for name, known in words.items():
        (folder / f"{name}.txt").write_text("".join(f'"{word}"\n' for word in known), encoding="utf-8")
    shutil.copyfile(CONFIGURATION, folder / CONFIGURATION.name)


def described(url: str) -> bytes:
    """The API's own description, which nobody gets without the token either."""
    asked = Request(f"{url}/api/v1/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(asked, timeout=60) as answer:
        found: bytes = answer.read()
    return found


@pytest.mark.timeout(600)
def test_the_api_is_what_it_says_whatever_is_asked(play: StartPlay, tmp_path: Path) -> None:
    there, folder = lived(play, CALLSHEET_WEB_TOKEN=TOKEN), tmp_path / "fuzz"
    folder.mkdir()
    named(there, folder)
    with served(there) as url:
        (folder / "openapi.json").write_bytes(described(url))
        done = subprocess.run(
            [PROGRAM, "--config-file", CONFIGURATION.name, "run", "openapi.json", "--url", f"{url}/api/v1"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "CALLSHEET_WEB_TOKEN": TOKEN, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
        )
    print(done.stdout, done.stderr)

    assert done.returncode == 0
    # It came through to what changes something, and did not only knock.
    with there.store() as store:
        asked = {event for event in ASKED if store.database.execute(TOLD, [event]).fetchone()}
    assert asked == ASKED
