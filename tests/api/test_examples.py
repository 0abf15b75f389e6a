"""The examples of docs/api.md work as they stand there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from string import Template
from typing import Any
from urllib.request import Request, urlopen

from tests.api.serving import lived, served
from tests.conftest import StartPlay
from tests.unit.docs.test_documents import FENCE

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
TOKEN = "CANARY-a-token-of-the-house"


def answer(command: str, url: str) -> Any:
    """What curl would print: it sends what the command says, as a GET, or as a POST where there is data."""
    said = Template(command.replace("\\\n", " ")).substitute(CALLSHEET=url, CALLSHEET_WEB_TOKEN=TOKEN)
    program, *words = shlex.split(said)
    headers, data, address = {}, None, ""
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                data = words.pop(0).encode()
            case word:
                assert word.startswith(url), f"an option that this reader does not know: {word}"
                address = word
    assert program == "curl"
    with urlopen(Request(address, data, headers), timeout=60) as found:
        return json.loads(found.read())


def test_the_examples_work(play: StartPlay) -> None:
    there = lived(play, CALLSHEET_WEB_TOKEN=TOKEN)
    commands = [found["text"] for found in FENCE.finditer(TEXT) if found["info"] == "sh"]
    with served(there) as url:
        status, sheet, changed = (answer(command, url) for command in commands)
    assert status["postmortems"]["live"] == 2
    assert sheet
    assert all(row["overdue"] for row in sheet)
    assert (changed["ticket"]["key"], changed["priority"]) == ("OPS-5", "P3")
    with there.store() as store:
        told = store.ledger(changed["key"])[-1].detail
    assert told.endswith("(by ana.ferreira@larkspur.example, through a program with the token)")


def test_every_address_is_described(play: StartPlay) -> None:
    there = lived(play)
    with served(there) as url, urlopen(f"{url}/api/v1/openapi.json", timeout=60) as found:
        described = {re.sub(r"{\w+}", "*", path) for path in json.loads(found.read())["paths"]}
    rows = " ".join(line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `/"))
    documented = {re.sub(r"\b[A-Z]+\b", "*", path.partition("?")[0]) for path in re.findall(r"`(/[^`]*)`", rows)}
    assert documented == described
