"""`callsheet demo`: the main job, played on a pretend company by the real daemon, in well under two minutes."""

import os
import threading
from contextlib import ExitStack
from pathlib import Path

from callsheet.cli.demo_backstage import (
    STORE,
    Daemon,
    Endings,
    Mailbox,
    NotOurs,
    forget_clock,
    new_sandbox,
    room,
    write_config,
)
from callsheet.cli.demo_days import lateness, morning
from callsheet.cli.demo_ends import epilogue, farewell, first_start, prologue, serve_on
from callsheet.cli.demo_house import House, shown
from callsheet.cli.demo_night import intermission, night, promises
from callsheet.cli.demo_stage import Stage, Unmet
from callsheet.cli.printing import CONFIGURATION, FAILED, say
from callsheet.run.clock import SystemClock
from callsheet.store import Store

INTERRUPTED = 130


def play(folder: Path, *, serve: bool) -> int:
    """Play in `folder`, and stay up afterwards with `serve`. 0 when everything that the story tells came true.

    1 when something did not, 2 when the folder can't be used, 130 when it was ended early. Nothing is left running.
    """
    fast = os.environ.get("CALLSHEET_DEMO_FAST", "") not in ("", "0")
    folder, endings = folder.absolute(), Endings()
    try:
        with endings.heard(), room(folder) as played, ExitStack() as stack:
            if played:
                say(f"The files of the last play in {shown(folder)} are cleared away; it starts anew.")
            return _perform(_house(folder, stack, endings), fast=fast, serve=serve)
    except NotOurs as error:
        say(str(error))
        return CONFIGURATION
    except KeyboardInterrupt:
        say("The play was ended early; its sandbox and its daemon have ended with it.")
        return INTERRUPTED


def _perform(house: House, *, fast: bool, serve: bool) -> int:
    stage = Stage(fast=fast, watch=lambda: house.daemon.revive() or house.wait_for_search())
    try:
        incident_id, ticket = _acts(stage, house)
    except Unmet as error:
        say(f"The play stops here: {error}")
        say(f"The last lines of {shown(house.daemon.log)}:")
        for line in house.daemon.last_words():
            say(f"  {line}")
        return FAILED
    if serve:
        return _stay(stage, house, incident_id, ticket)
    farewell(stage)
    return 0


def _acts(stage: Stage, house: House) -> tuple[str, str]:
    """The whole story; the incident's id and a ticket's key, to look at."""
    prologue(stage, house)
    first_start(stage, house)
    incident_id = night(stage, house)
    promises(stage, house, incident_id)
    intermission(stage, house, incident_id)
    morning(stage, house, incident_id)
    ticket = str(lateness(stage, house, incident_id)["ticket"]["key"])
    epilogue(stage, house, incident_id, ticket)
    return incident_id, ticket


def _stay(stage: Stage, house: House, incident_id: str, ticket: str) -> int:
    """Ctrl-C is how this ends well."""
    try:
        serve_on(stage, house, incident_id, ticket)
    except KeyboardInterrupt:
        say("The light goes out; sandbox and daemon end with it.")
    except Unmet as error:
        say(str(error))
        return FAILED
    return 0


def _house(folder: Path, stack: ExitStack, endings: Endings) -> House:
    """Everything that a performance needs; the stack takes it down again, the daemon first."""
    mailbox = Mailbox()
    stack.callback(mailbox.close)
    sandbox = stack.enter_context(new_sandbox(folder, SystemClock(threading.Event()).now()))
    config = write_config(folder, sandbox, mailbox)
    stack.callback(forget_clock, config, sandbox)
    store = Store(folder / STORE)
    stack.callback(store.close)
    daemon = Daemon(config, folder / "daemon.log", endings)
    stack.callback(daemon.stop)
    return House(folder=folder, config=config, sandbox=sandbox, daemon=daemon, store=store, mailbox=mailbox)
