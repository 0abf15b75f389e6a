"""What else programs read: incidents, seasons, the plan, the status, and why. The shapes are those of `--json`."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from callsheet.model.season import Season
from callsheet.plan.season import today_of, trend
from callsheet.run import explaining, glance, playbills
from callsheet.run.asks import incident_named
from callsheet.run.names import season_named
from callsheet.run.season_views import as_json as season_json
from callsheet.run.seasons import record
from callsheet.run.shapes import Glanced, LedgerLine, Listed, Planning, SeasonReport, Told
from callsheet.run.status_shapes import StatusOfDaemon
from callsheet.run.views import Wanted, sheet
from callsheet.store import Store
from callsheet.web.api.paging import LISTED, Paging, part
from callsheet.web.api.problems import NotReady, declared
from callsheet.web.api.sheet import ONE, Name
from callsheet.web.desk import Desk
from callsheet.web.health import status_of_daemon
from callsheet.web.rehearsals import USABLE, Rehearsals
from callsheet.web.site import Site

WHOLE: Final = declared(401, 503)
UNDRAWN: Final = "The plan is being drawn up, and one of both sides takes its time. Ask again."
UNDRAWABLE: Final = "The plan could not be drawn up ({}); the daemon's log says why. It is tried again in a minute."


def routes(desk: Desk, site: Site, rehearsals: Rehearsals) -> APIRouter:
    """Everything around the promises."""
    router = APIRouter(tags=["around them"])

    @router.get("/", responses=WHOLE)
    def glanced() -> Glanced:
        """The present season at a glance, and what needs a person now."""
        with site.browsing() as store:
            return glance.as_json(glance.glance(store, site.rules, site.now()))

    @router.get("/incidents", responses=LISTED)
    def incidents(request: Request, response: Response, asked: Annotated[Paging, Query()]) -> list[Listed]:
        """Every incident whose post-mortem was opened or waived, the latest first."""
        with site.browsing() as store:
            found = playbills.billings(store, site.today())
        return [playbills.listed(each) for each in part(found, asked, request, response)]

    @router.get("/incidents/{word}", responses=ONE)
    def incident(word: Name) -> Told:
        """One incident by id or number: how it stands, its document as it lies published, and its promises."""
        with site.browsing() as store:
            return told(store, site, word)

    @router.get("/season", responses=WHOLE)
    def present_season() -> SeasonReport:
        """The present season."""
        return _season(site, site.rules.seasons.of(today_of(site.rules, site.now())))

    @router.get("/season/{name}", responses=ONE)
    def season(name: Name) -> SeasonReport:
        """A season by its name, such as 2026-Q4: what was promised for it, and what became of that."""
        return _season(site, season_named(site.rules, name))

    @router.get("/plan", responses=WHOLE)
    def plan() -> Planning:
        """What the next cycle would do. Both sides are asked, at most once a minute; 503 while they take their time."""
        found = rehearsals.latest()
        if found.last is None or site.now() - found.last.at > USABLE:
            raise NotReady(UNDRAWN, 2) if found.under_way else NotReady(UNDRAWABLE.format(found.failure), 60)
        return found.last.to_json()

    @router.get("/status", responses=WHOLE)
    def status() -> StatusOfDaemon:
        """How the sync is, and what a person should look at (`needs`)."""
        return status_of_daemon(desk)

    @router.get("/explain/{key}", responses=ONE)
    def explain(key: Name) -> list[LedgerLine]:
        """Why something happened: what was done about an item, ticket, incident or person, oldest first."""
        with site.browsing() as store:
            return explaining.as_json(explaining.explained(store, site.rules, key, site.now()))

    return router


def told(store: Store, site: Site, word: str) -> Told:
    """One incident. NotKnown where there is none of that name."""
    head = incident_named(store, word)
    stands = explaining.stands_of(store, head, site.rules)
    promises = sheet(store, Wanted(every=True, incident_id=head.id), site.today())
    return playbills.as_json(playbills.playbill(store, head), stands, promises)


def _season(site: Site, wanted: Season) -> SeasonReport:
    with site.browsing() as store:
        found = trend(wanted, record(store, with_turns=True), site.rules, site.now())
    return season_json(found[-1], found)
