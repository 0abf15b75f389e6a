"""`callsheet run`, cycle by cycle: counts what each did, and takes up a secret that somebody renewed meanwhile."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog

from callsheet.bootstrap import assemble
from callsheet.connect.options import ConnectorOptions, Problems
from callsheet.model.ledger import Outcome
from callsheet.run.app import App
from callsheet.run.cycle import run_cycle
from callsheet.run.pulse import Bell
from callsheet.run.report import Report
from callsheet.run.traffic import Traffic
from callsheet.settings import Configuration
from callsheet.store import Store
from callsheet.web.counters import Counters

log = structlog.get_logger()


class Daemon:
    """The assembled daemon, which is put together anew when one of its secrets changed. `reload` reads them again."""

    def __init__(
        self,
        configuration: Configuration,
        store: Store,
        stop: threading.Event,
        *,
        counters: Counters,
        bell: Bell,
        reload: Callable[[], Configuration],
    ) -> None:
        self._configuration = configuration
        self._store = store
        self._stop = stop
        self._counters = counters
        self._bell = bell
        self._reload = reload
        self._traffic = Traffic(counters.heard)
        self.app: App = self._assembled()

    def cycle(self) -> Report:
        """One cycle. When a secret was refused and another one lies there by now, the next cycle comes at once."""
        try:
            report = run_cycle(self.app, stopping=self._stop.is_set)
        except Exception:
            self._counters.broke()
            raise
        app = self.app
        self._counters.ended(report, (app.source_name, app.tracker_name, *app.publishers))
        if _is_refused(report) and self._renew():
            self._bell.ring()
        return report

    def _renew(self) -> bool:
        """Take up what changed; False when nothing did, or when it can't be read."""
        try:
            fresh = self._reload()
        except Problems as error:
            log.warning("secrets.unreadable", problems=[str(problem) for problem in error.problems])
            return False
        changed = with_secrets_of(fresh, self._configuration)
        if changed is None:
            return False
        self._configuration = changed
        self.app = self._assembled()
        log.info("secrets.renewed")
        return True

    def _assembled(self) -> App:
        return assemble(self._configuration, self._store, self._stop, self._traffic)


def _is_refused(report: Report) -> bool:
    """A side refused our credential, or a digest did not go out: its channel can't say why."""
    return bool(report.strangers) or any(outcome not in {Outcome.DONE, Outcome.SKIPPED} for _, outcome in report.nudges)


def with_secrets_of(fresh: Configuration, configuration: Configuration) -> Configuration | None:
    """The same configuration with another's secrets; None when they are the same. All else waits for a restart."""
    options = {
        name: _renewed(section, fresh.options[name]) if name in fresh.options else section
        for name, section in configuration.options.items()
    }
    # The pages' token waits for a restart: whoever guesses at one would have the files read each time.
    theirs = {"oidc_client_secret": fresh.settings.oidc_client_secret}
    changed = replace(configuration, options=options, settings=configuration.settings.model_copy(update=theirs))
    return changed if changed != configuration else None


def _renewed(section: ConnectorOptions, fresh: ConnectorOptions) -> ConnectorOptions:
    fields = [name.removeprefix(section.prefix).lower() for name in section.secrets()]
    secrets: dict[str, Any] = {name: getattr(fresh, name) for name in fields}
    return section.model_copy(update=secrets)
