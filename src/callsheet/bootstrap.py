"""Configuration -> App: the only file that knows which classes stand behind the ports."""

import hashlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from callsheet import __version__
from callsheet.connect import registry
from callsheet.connect.context import Context
from callsheet.connect.lent import Lent
from callsheet.connect.options import Problem, Problems
from callsheet.connect.ports import Clock, Drafter, Malady, Notifier, Source, Tracker, WebhookReceiver
from callsheet.model.nudge import Digest
from callsheet.plan.nudging import team
from callsheet.plan.snapshot import House
from callsheet.render.renderer import Renderer
from callsheet.run.app import App
from callsheet.run.clock import ServedClock, SystemClock, ToldClock
from callsheet.run.pull import POLICY_ENTRY
from callsheet.run.seals import OwnPages, Seals
from callsheet.run.status import Expected
from callsheet.run.traffic import Traffic
from callsheet.settings import Configuration, Local
from callsheet.store import BUSY_SECONDS, Store

# Asked of a notifier, whether it knows the team's channel.
TO_THE_TEAM = Digest(to=team(""), local_on=date.min, lines=())


def clock_of(configuration: Configuration | Local, stop: threading.Event) -> Clock:
    """The system's time, or the sandbox's."""
    url = configuration.settings.clock_url
    return ServedClock(url, stop) if url else SystemClock(stop)


def database_of(configuration: Configuration | Local) -> Path:
    """The file that CALLSHEET_DATABASE_URL names."""
    return Path(configuration.settings.database_url.removeprefix("sqlite:///")).resolve()


def open_store(configuration: Configuration | Local, *, busy_seconds: float = BUSY_SECONDS) -> Store:
    """The database, made if it is not there."""
    return Store(database_of(configuration), busy_seconds=busy_seconds)


def expected_of(configuration: Configuration | Local) -> Expected:
    """What the configuration says, to hold the state of the sync against."""
    settings = configuration.settings
    return Expected(
        mode=settings.mode,
        cycle_every=settings.cycle_every,
        zone=settings.time_zone,
        has_channel=bool(settings.notifiers),
    )


def receivers(configuration: Configuration, clock: Clock) -> dict[str, WebhookReceiver | None]:
    """Who reads webhooks, by connector name; None where no webhook secret is set. Makes no request."""
    found: dict[str, WebhookReceiver | None] = {}
    for name, options in configuration.options.items():
        build = registry.load(name).receiver
        if build:
            found[name] = build(options, context_of(configuration, clock, name, Counter(), Traffic()))
    return found


def drafters(
    configuration: Configuration, clock: Clock, requests: Counter[str], traffic: Traffic
) -> dict[str, Drafter]:
    """Who drafts, by connector name; nobody unless the configuration names one. Makes no request."""
    name = configuration.settings.drafter
    build = registry.load(name).drafter if name else None
    if name is None or build is None:
        return {}
    context = context_of(configuration, clock, name, requests, traffic)
    return {name: build(configuration.options[name], context)}


def context_of(
    configuration: Configuration, clock: Clock, name: str, requests: Counter[str], traffic: Traffic
) -> Context:
    """The house, as whoever calls out by that name sees it."""
    settings = configuration.settings
    return Context(
        clock=ToldClock(clock, name),
        count=lambda: requests.update([name]),
        namespace=settings.namespace,
        zone=settings.time_zone,
        user_agent=f"callsheet/{__version__}",
        ca_file=settings.ca_file,
        told=partial(traffic.hear, name),
    )


def assemble(
    configuration: Configuration,
    store: Store,
    stop: threading.Event,
    traffic: Traffic | None = None,
    *,
    clock: Clock | None = None,
) -> App:
    """The whole daemon. Makes no request; Problems when a connector can't play the part it was given.

    Its time is the configuration's, unless whoever calls has a clock of their own.
    """
    traffic = traffic or Traffic()
    settings = configuration.settings
    # The HTTP clients look for proxies in the process environment only.
    os.environ.update(configuration.proxies)
    clock = clock or clock_of(configuration, stop)
    requests: Counter[str] = Counter()

    def build(name: str, variable: str, role: str) -> Any:
        connector = registry.load(name)
        builder: Callable[[Any, Context], Any] | None = getattr(connector, role)
        if builder is None:
            raise Problems([Problem(variable, f"{name} is installed but is no {role}; name another connector")])
        return builder(configuration.options[name], context_of(configuration, clock, name, requests, traffic))

    source: Source = build(settings.source, "CALLSHEET_SOURCE", "source")
    tracker: Tracker = build(settings.tracker, "CALLSHEET_TRACKER", "tracker")
    notifiers = {name: build(name, "CALLSHEET_NOTIFIERS", "notifier") for name in settings.notifiers}
    house = _house(configuration, tracker, notifiers.values())
    return App(
        memory=store,
        source=source,
        tracker=tracker,
        source_name=settings.source,
        tracker_name=settings.tracker,
        publishers={name: build(name, "CALLSHEET_PUBLISHERS", "publisher") for name in settings.publishers},
        notifiers=notifiers,
        drafters=drafters(configuration, clock, requests, traffic),
        renderer=Renderer(configuration.templates),
        clock=clock,
        rules=configuration.rules,
        house=house,
        mode=settings.mode,
        settle_time=settings.settle_time or tracker.settles_within,
        backfill=settings.backfill,
        rules_print=_print_of(configuration, house),
        lent=frozenset(side.works_as.casefold() for side in (source, tracker) if isinstance(side, Lent)),
        own_page=own_pages(configuration, clock),
        skipped=tuple(Malady(what=POLICY_ENTRY, where=it.variable, error=it.what) for it in configuration.skipped),
        requests=requests,
        traffic=traffic,
    )


def _house(configuration: Configuration, tracker: Tracker, notifiers: Collection[Notifier]) -> House:
    settings = configuration.settings
    return House(
        namespace=settings.namespace,
        project=tracker.default_project,
        issue_type=tracker.default_issue_type,
        publishers=settings.publishers,
        has_notifier=bool(notifiers),
        has_team_channel=any(notifier.reaches(TO_THE_TEAM) for notifier in notifiers),
        public_url=settings.public_url,
    )


def own_pages(configuration: Configuration, clock: Clock) -> OwnPages | None:
    """How a digest leads to its reader's page; None where nobody from outside may look at pages."""
    settings = configuration.settings
    if settings.public_url is None or not (settings.web_token or settings.web_proxies or settings.sign_in):
        return None
    # Who can sign in as themselves needs no link that stands for them.
    signed = settings.web_token and settings.sign_in is None
    return OwnPages(settings.public_url, Seals(settings.seal_with, clock) if signed else None)


def _print_of(configuration: Configuration, house: House) -> str:
    """Changes when a restart brings other rules, another mode or another version: then every incident is looked at."""
    told = repr((configuration.rules, configuration.settings.mode, house, __version__))
    return hashlib.sha256(told.encode()).hexdigest()[:24]
