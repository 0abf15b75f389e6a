"""The HTTP server in a thread of the daemon: up before its first cycle, down after its last."""

import errno
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import uvicorn
from pydantic import SecretStr

from callsheet.bootstrap import assemble, context_of, expected_of, open_store, receivers
from callsheet.connect.options import Problem, Problems
from callsheet.connect.ports import Clock
from callsheet.model.action_item import ActionItem
from callsheet.model.incident import Dossier, Incident
from callsheet.model.memory import OpenedPostmortem
from callsheet.model.person import Person
from callsheet.model.ticket import Ticket
from callsheet.render.page import warm
from callsheet.run.pulse import Bell, Pulse
from callsheet.run.rehearsal import Rehearsal, rehearse
from callsheet.run.traffic import Traffic
from callsheet.settings import Configuration
from callsheet.store import Store
from callsheet.store.codec import prepare
from callsheet.web.app import build
from callsheet.web.counters import Counters
from callsheet.web.desk import Desk, Shared
from callsheet.web.door import Door
from callsheet.web.receivers import Receivers
from callsheet.web.site import Site

if TYPE_CHECKING:
    from callsheet.web.oidc import Provider

# PagerDuty waits five seconds for an answer: a busy database is told well before that.
BUSY_SECONDS = 2.0
# A body may take five seconds, see `Desk.patience`.
GRACE_SECONDS = 6
# Each may hold a body of 256 KB.
CONNECTIONS = 128
START_SECONDS = 10.0
_ADVICE = {
    errno.EADDRINUSE: "stop the program that listens there, or set another HOST:PORT of this machine",
    errno.EACCES: "ports below 1024 are root's: set a higher one",
}

log = structlog.get_logger()


@contextmanager
def serving(
    configuration: Configuration,
    clock: Clock,
    pulse: Pulse,
    bell: Bell,
    counters: Counters,
    stop: threading.Event,
    reload: Callable[[], Configuration],
) -> Iterator[str]:
    """Serve on CALLSHEET_LISTEN for as long as this lasts; the address. Problems when nobody can listen there.

    `reload` has the configuration with the secrets as they are now.
    """
    settings = configuration.settings
    listener = listen(settings.address)
    with ExitStack() as stack:
        stack.enter_context(closing(listener))
        reading, writing, browsing = (
            stack.enter_context(closing(Shared(open_store(configuration, busy_seconds=BUSY_SECONDS)))) for _ in range(3)
        )
        expected = expected_of(configuration)
        ears = Receivers(receivers(configuration, clock), lambda: receivers(reload(), clock))
        desk = Desk(
            reading=reading,
            writing=writing,
            receivers=ears,
            renewed=ears.renewed,
            clock=clock,
            pulse=pulse,
            bell=bell,
            stopping=stop.is_set,
            expected=expected,
            counters=counters,
        )
        site = Site(
            browsing=browsing,
            rules=configuration.rules,
            expected=expected,
            clock=clock,
            door=Door.of(settings, clock),
            rehearse=partial(_rehearsed, configuration, reload, browsing, stop),
            provider=provider_of(configuration, clock, reload),
            templates=configuration.templates,
        )
        stack.enter_context(running(desk, site, listener))
        threading.Thread(target=_warm, args=(pulse,), name="warm", daemon=True).start()
        yield address_of(listener)


def _warm(pulse: Pulse) -> None:
    """Once, beside the first cycle: whoever opens the first page need not wait, nor does the start."""
    if pulse.begun.wait(START_SECONDS):
        warm_up()


def warm_up() -> None:
    """Make what every page needs and what is made once: templates, and what reads the model from the store."""
    warm()
    prepare(ActionItem, Dossier, Incident, OpenedPostmortem, Person, Ticket)


def provider_of(
    configuration: Configuration, clock: Clock, reload: Callable[[], Configuration] | None = None
) -> "Provider | None":
    """Who people sign in with, where that is set. Makes no request."""
    if configuration.settings.sign_in is None:
        return None
    from callsheet.web.oidc import Provider  # noqa: PLC0415 - its libraries take memory that others need not pay

    context = context_of(configuration, clock, "oidc", Counter(), Traffic())
    again = reload or (lambda: configuration)
    return Provider(configuration.settings.sign_in, context, lambda: _client_secret(configuration, again))


def _client_secret(configuration: Configuration, reload: Callable[[], Configuration]) -> SecretStr | None:
    return _with_secrets(configuration, reload).settings.oidc_client_secret


def _rehearsed(
    configuration: Configuration, reload: Callable[[], Configuration], browsing: Shared, stop: threading.Event
) -> Rehearsal:
    """With connectors of its own, those of the cycle belong to its thread, and with the secrets as they are now."""
    with browsing() as store:
        app = assemble(_with_secrets(configuration, reload), store, stop)

    def copy_to(path: Path) -> Store:
        with browsing() as kept:
            return kept.copy_to(path)

    return rehearse(app, copy_to)


def _with_secrets(configuration: Configuration, reload: Callable[[], Configuration]) -> Configuration:
    """Those that lie there now; while they can't be read, those of our start."""
    try:
        return reload()
    except Problems as error:
        log.warning("secrets.unreadable", problems=[str(problem) for problem in error.problems])
        return configuration


@contextmanager
def running(desk: Desk, site: Site, listener: socket.socket) -> Iterator[None]:
    """The server's thread. It leaves the process's signals alone, because it is not the main one."""
    server = Server(
        uvicorn.Config(
            build(desk, site),
            # Said out loud: what else is installed must not change how bytes are read.
            http="h11",
            ws="none",
            lifespan="off",
            # Whoever sends garbage could fill the log.
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    thread = threading.Thread(target=server.run, args=([listener],), name="web", daemon=True)
    thread.start()
    try:
        if not server.ready.wait(START_SECONDS):
            raise RuntimeError("the HTTP server did not start")
        yield
    finally:
        server.should_exit = True
        # Twice its grace: whatever hangs there must not keep the process from ending.
        thread.join(2 * GRACE_SECONDS)


class Server(uvicorn.Server):
    """Tells when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, and then says so."""
        await super().startup(sockets)
        self.ready.set()


def listen(address: tuple[str, int]) -> socket.socket:
    """A listening socket. Problems, with what to do, when the address is taken or is none of this machine's."""
    host, port = address
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    # UnicodeError: a name that no name server would be asked for.
    except (OSError, UnicodeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        number = error.errno if isinstance(error, OSError) else None
        advice = _ADVICE.get(number or 0, "set a HOST:PORT of this machine")
        # Behind its reason, Python's error repeats the address.
        told = f"cannot listen on {host}:{port}: {why.partition(' (while')[0]}; {advice}"
        raise Problems([Problem("CALLSHEET_LISTEN", told)]) from None


def address_of(listener: socket.socket) -> str:
    """Where it listens, as a URL; the port is the real one, also where 0 asked for a free one."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
