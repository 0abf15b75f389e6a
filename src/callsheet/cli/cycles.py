"""Commands that run cycles: once, run, backfill; and plan, which only looks."""

import signal
import threading
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli.opening import assembled, configured, read, templates_of
from callsheet.cli.options import Json
from callsheet.cli.printing import print_json, refuse, say, tell
from callsheet.cli.summary import cost_words, first_words, silent_words, summary, trouble_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from callsheet.run.app import Ask
    from callsheet.run.plan_views import Change
    from callsheet.run.rehearsal import Rehearsal
    from callsheet.settings import Configuration
    from callsheet.store import Store

Force = Annotated[bool, typer.Option("--force", help="Go on although a guard would hold something back.")]

Verbose = Annotated[
    bool, typer.Option("--verbose", help="At a terminal, show what is done as it is done, not only the summary.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(once)
    app.command()(run)
    app.command()(backfill)
    app.command(short_help="Show what a cycle would do now, and do nothing.")(plan)


def once(context: typer.Context, json: Json = False, force: Force = False, verbose: Verbose = False) -> None:
    """Run one cycle and say what it did."""
    from callsheet.run.app import Ask

    raise typer.Exit(_cycle(context, Ask(force=force), who="once", json=json, verbose=verbose))


def backfill(
    context: typer.Context,
    file: Annotated[bool, typer.Option("--file", help="File what the backfill held back as tickets.")] = False,
    json: Json = False,
    force: Force = False,
    verbose: Verbose = False,
) -> None:
    """Take in past incidents; --file files their items."""
    from callsheet.run.app import Ask

    if file:
        _refuse_in_shadow(context)

    ask = Ask(force=force, past=True, file_backfill=file)
    raise typer.Exit(_cycle(context, ask, who="backfill", json=json, verbose=verbose))


def _refuse_in_shadow(context: typer.Context) -> None:
    """Nothing is filed in shadow mode; releasing the past there would flood the tracker when the mode changes."""
    from callsheet.connect.options import Problem, Problems
    from callsheet.settings import Mode

    if configured(context).settings.mode is Mode.SHADOW:
        what = "is shadow, which files nothing; set file-tickets or full, or leave --file out"
        raise Problems([Problem("CALLSHEET_MODE", what)])


def run(context: typer.Context) -> None:
    """Run as a daemon, until SIGTERM or Ctrl-C.

    A cycle at once, then one every CALLSHEET_CYCLE_EVERY and when a webhook comes in on CALLSHEET_LISTEN.
    """
    from callsheet.cli.errors import telling_in_events
    from callsheet.cli.logs import set_up

    stop = _stop_on_signals()
    # Until the configuration says more.
    set_up("info", "auto")
    with telling_in_events():
        _keep_running(context, stop)


def _keep_running(context: typer.Context, stop: threading.Event) -> None:
    from callsheet.bootstrap import open_store
    from callsheet.cli.daemon import Daemon
    from callsheet.cli.errors import in_words
    from callsheet.cli.greeting import goodbye, greet
    from callsheet.run.pulse import Bell, Pulse
    from callsheet.run.schedule import keep_running
    from callsheet.web.counters import Counters
    from callsheet.web.server import serving

    pulse, bell, counters = Pulse(in_words), Bell(), Counters()
    configuration = configured(context)
    settings = configuration.settings
    with closing(open_store(configuration)) as store:
        reload = partial(read, context)
        begun = store.path if _begins(store) else None
        daemon = Daemon(configuration, store, stop, counters=counters, bell=bell, reload=reload)
        fresh = partial(_with_fresh_secrets, reload, configuration)
        clock = daemon.app.clock
        with store.cycle_lock("run"), serving(configuration, clock, pulse, bell, counters, stop, fresh) as url:
            greet(settings, url, begun)
            keep_running(daemon.cycle, every=settings.cycle_every, stop=stop, pulse=pulse, bell=bell)
    goodbye()


def _with_fresh_secrets(reload: "Callable[[], Configuration]", configuration: "Configuration") -> "Configuration":
    from callsheet.cli.daemon import with_secrets_of

    return with_secrets_of(reload(), configuration) or configuration


def plan(
    context: typer.Context,
    json: Json = False,
    html: Annotated[bool, typer.Option("--html", help="Print a page that needs nothing else.")] = False,
) -> None:
    """Show what a cycle would do now, field by field, and do nothing."""
    from callsheet.run.rehearsal import rehearse

    if json and html:
        refuse("--json and --html are two forms of one answer; take one of them.")
    with assembled(context, _stop_on_signals(), makes=False) as (app, store, _):
        found = rehearse(app, store.copy_to)
    for line in silent_words(found.report):
        say(line)
    if json:
        print_json(found.to_json())
    elif html:
        typer.echo(_plan_page(found, templates_of(context)), nl=False)
    else:
        from callsheet.cli.plan_words import as_words

        for line in as_words(found.plan, found.changes, found.unread, found.silent):
            tell(line)
    for line in (*trouble_words(found.report), cost_words(found.report)):
        say(line)
    raise typer.Exit(found.report.exit_code)


def _plan_page(found: "Rehearsal", templates: Path | None) -> str:
    from callsheet.render.plan import Section, plan_page
    from callsheet.run.plan_words import facts, grouped

    def section(change: "Change") -> Section:
        within = (change.within, change.incident["url"]) if change.incident and change.within else None
        return Section(
            name=change.name,
            url=change.url,
            reason=change.reason,
            within=within,
            facts=facts(change),
            text=change.text,
            diff=change.diff,
        )

    groups = [(heading, list(map(section, some))) for heading, some in grouped(found.changes)]
    return plan_page(found.plan, groups, found.at, templates, unread=found.unread, silent=found.silent)


def _cycle(context: typer.Context, ask: "Ask", *, who: str, json: bool, verbose: bool) -> int:
    from callsheet.cli.greeting import begun_words, log_begun
    from callsheet.cli.progress import shown
    from callsheet.run.cycle import run_cycle
    from callsheet.run.history import last_cycle

    stop = _stop_on_signals()
    with ExitStack() as stack:
        app, store, _ = stack.enter_context(assembled(context, stop, verbose=verbose))
        stack.enter_context(store.cycle_lock(who))
        first = last_cycle(store) is None
        begins = _begins(store)
        if begins:
            log_begun(store.path)
        if not verbose and (ask.past or first):
            app = replace(app, progress=stack.enter_context(shown()))
        report = run_cycle(app, ask, stopping=stop.is_set)
        begun = (begun_words(store.path),) if begins else ()
        told = (*begun, *summary(report), *(first_words(store, app) if first else ()))
    if json:
        print_json(report.to_json())
    else:
        for line in told:
            tell(line)
    return report.exit_code


def _begins(store: "Store") -> bool:
    """Where a database begins: it is told, since a folder or an address that was mistyped makes one, too."""
    from callsheet.run.overview import FIRST_CYCLE

    return store.noted(FIRST_CYCLE) is None


def _stop_on_signals() -> threading.Event:
    """Set by SIGTERM and SIGINT: the effect in hand is finished, no new one is begun."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop
