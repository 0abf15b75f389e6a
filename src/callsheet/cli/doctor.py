"""`callsheet doctor`: what is proved of this machine; what is proved of the sides is in `run/doctor.py`."""

import errno
import grp
import os
import re
import shlex
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path

from callsheet.bootstrap import assemble, clock_of, database_of, open_store
from callsheet.cli.opening import empty
from callsheet.connect.errors import ConnectorError
from callsheet.connect.options import Problems
from callsheet.connect.ports import Clock, Notifier
from callsheet.model.check import Check, error, fine, unasked, warning
from callsheet.model.nudge import Digest, NudgeLine, Recipient, Rung
from callsheet.model.text import paragraph
from callsheet.render.environment import BadTemplate
from callsheet.run.app import App
from callsheet.run.doctor import Skew, examine
from callsheet.run.traffic import Traffic
from callsheet.settings import Configuration
from callsheet.store import Store, folder_lacks
from callsheet.store.place import disk_of, is_full, is_networked, schema_of, unwritable

MOUNTS = Path("/proc/self/mountinfo")
PRIVATE = "it holds secrets: `chmod o= {}`"
_GRANT = "give Callsheet's user the right to write there"
_ELSEWHERE = "or set CALLSHEET_DATABASE_URL to another place"
# What nobody can be asked without.
CONFIGURED = "a configuration without errors"
_TEAM = Recipient(id="team", name="the team", team=True)
_CHANNEL = "check the channel's URL, and that the service takes messages from here"


def checks(directory: Path, configuration: Configuration, *, send_test: bool) -> Iterator[Check]:
    """Every check, in the order in which a person would mend things."""
    stop = threading.Event()
    clock = clock_of(configuration, stop)
    yield fine("configuration", f"read; mode {configuration.settings.mode.value}")
    yield from folder_checks(directory)
    yield from database_checks(configuration)
    yield from _network(configuration)
    try:
        skew = Skew(clock)
        with ExitStack() as stack:
            store, remembers = _store(configuration, stack)
            app = assemble(configuration, store, stop, Traffic(skew.hear))
            yield from examine(app, messages=send_test, remembers=remembers)
            yield from _sign_in(configuration, clock)
            if send_test:
                yield from _messages(app, clock)
        yield from skew.checks()
    except Problems as fault:
        yield from problems_as_checks(fault, directory)
    except BadTemplate as fault:
        yield error("templates", str(fault), "mend the template, or move it away", bars=CONFIGURED)
    except ConnectorError as fault:
        yield error("clock", fault.what, "unset CALLSHEET_CLOCK_URL: it is for the sandbox and tests")


def problems_as_checks(fault: Problems, directory: Path) -> Iterator[Check]:
    """What is wrong with the configuration; without it nobody can be asked."""
    for problem in fault.problems:
        fix = problem.fix or _remedy(problem.variable, directory)
        yield error(problem.variable, problem.what, fix, bars=CONFIGURED)
    yield unasked("the sides", CONFIGURED)


def _remedy(variable: str, directory: Path) -> str:
    """Where a person goes with it."""
    if not re.fullmatch(r"[A-Z_]+", variable):
        return "mend it there, and run `callsheet doctor` again"
    file = directory / f"{variable.partition('_')[0].lower()}.env"
    return f"set it right in {file} or in the environment; `callsheet init` asks for all that is needed, and writes it"


def folder_checks(directory: Path) -> Iterator[Check]:
    """The env files: whether others can read the secrets in them."""
    for path in sorted(directory.glob("*.env")) if directory.is_dir() else ():
        if path.is_dir():  # Told with the configuration.
            continue
        found = path.stat()
        if found.st_mode & stat.S_IROTH:
            yield warning(f"{path}", "can be read by everybody on this machine", PRIVATE.format(shlex.quote(str(path))))
        elif found.st_mode & stat.S_IRGRP:
            # As a service has it: root's file, which its group may read.
            yield fine(f"{path}", f"can be read by its owner and by the group {_group(found.st_gid)}")
        else:
            yield fine(f"{path}", "can be read by its owner only")


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:  # A container knows few names.
        return str(number)


def database_checks(configuration: Configuration) -> Iterator[Check]:
    """The file of the store; it is neither made nor changed."""
    path = database_of(configuration)
    disk = disk_of(path, MOUNTS.read_text() if MOUNTS.exists() else "")
    if is_networked(disk):
        what = f"{path} lies on {disk}, a network file system: SQLite's locks can't be trusted there"
        yield error("database: disk", what, "move it to a local disk")
    else:
        yield fine("database: disk", f"on {disk}" if disk else "on a disk whose kind this system does not tell")
    if lacks := folder_lacks(path):
        yield error("database", lacks, f"create it, {_ELSEWHERE}")
    elif number := unwritable(path):
        way = "mount it so that it can be written" if number == errno.EROFS else _GRANT
        yield error("database", f"{path} can't be written: {os.strerror(number)}", f"{way}, {_ELSEWHERE}")
    elif is_full(path):
        yield error("database", f"the disk of {path} is full", "make space; nothing is sent until there is some")
    elif not path.exists():
        yield fine("database", f"{path} is not there yet; the first cycle makes it")
    else:
        yield _schema(path)


def _schema(path: Path) -> Check:
    try:
        found, known = schema_of(path)
    except sqlite3.Error as fault:
        return error("database", f"{path} can't be read: {fault}", "restore a backup, or move the file away")
    if found > known:
        fix = "run the newer version again, or restore a backup from before the upgrade"
        return error("database", f"{path} has schema {found}, this Callsheet knows {known}", fix)
    later = f", becomes {known} at the next start" if found < known else ""
    return fine("database", f"{path}, schema {found}{later}")


def _network(configuration: Configuration) -> Iterator[Check]:
    if configuration.settings.ca_file:
        yield fine("private CA", f"{configuration.settings.ca_file} is trusted besides the system's")
    given = {*configuration.proxies, *(name for name in ("HTTPS_PROXY", "https_proxy") if os.environ.get(name))}
    if given:
        yield fine("proxy", f"by {', '.join(sorted(given))}")


def _sign_in(configuration: Configuration, clock: Clock) -> Iterator[Check]:
    """Whether people could sign in with their company's account, where that is set."""
    # Imported here as everything that only some need: it brings the server of the pages.
    from callsheet.web.server import provider_of

    provider = provider_of(configuration, clock)
    if provider:
        yield from provider.examine()


def _store(configuration: Configuration, stack: ExitStack) -> tuple[Store, bool]:
    """The database when it is there and ours, else an empty one; the stack closes it.

    And whether it remembers all that there is to remember: an empty one in a database's place does not.
    """
    path = database_of(configuration)
    try:
        if path.exists() and len(set(schema_of(path))) == 1:
            return stack.enter_context(closing(open_store(configuration))), True
    except sqlite3.Error:
        pass  # told by its own check
    return empty(stack), not path.exists()


def _messages(app: App, clock: Clock) -> Iterator[Check]:
    """A test message over each channel: to the fallback owner, and to the team where the channel reaches it."""
    owner = app.rules.default_route.fallback_owner
    if owner is None or "@" not in owner:
        fix = "set fallback_owner under [default_route] to an e-mail address: the test goes to them"
        yield error("test message", "there is nobody to send it to", fix)
        return
    if not app.notifiers:
        yield warning("test message", "no notifier is configured", "put one into CALLSHEET_NOTIFIERS")
    for name, notifier in app.notifiers.items():
        digests = [digest_for(to, clock.now().date()) for to in (_person(owner), _TEAM)]
        reached = [digest for digest in digests if notifier.reaches(digest)]
        if not reached:
            yield error(f"{name}: test message", f"makes no address of {owner}", _CHANNEL)
        for digest in reached:
            yield _sent(name, notifier, digest)


def _person(email: str) -> Recipient:
    return Recipient(id=email, name=email, email=email)


def digest_for(to: Recipient, today: date) -> Digest:
    """A digest that says itself that it is a test."""
    line = NudgeLine(
        item_key="ai-test",
        title="This is a test of `callsheet doctor`; nothing is due",
        due_on=today,
        days_late=0,
        rung=Rung.DUE_TODAY,
        priority="P5",
        ticket_id=None,
        ticket_key=None,
        url=None,
    )
    return Digest(to=to, local_on=today, lines=(line,))


def _sent(side: str, notifier: Notifier, digest: Digest) -> Check:
    name = f"{side}: test message to {digest.to.name}"
    try:
        notifier.send(digest, "Callsheet: a test message", (paragraph("This is a test. Nothing is due."),))
    except ConnectorError as fault:
        return error(name, fault.what, _CHANNEL)
    return fine(name, "taken; see that it is there")
