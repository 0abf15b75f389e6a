"""The skeleton: from everything that is known about an incident to the parts of its post-mortem, pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from callsheet.model.incident import Dossier, Incident, StatusUpdate
from callsheet.model.person import Person
from callsheet.model.postmortem import Form, Impact, OldPromise, Postmortem, ReviewStatus, Setting, SheetRow
from callsheet.plan.awards import awards
from callsheet.plan.beats import CHANGE, REOPENED, SAME_MOMENT, Moment, moments, within
from callsheet.plan.beliefs import noted_cause, standing_belief
from callsheet.plan.cast import acted, cast
from callsheet.plan.circumstances import circumstances
from callsheet.plan.fold import ask, beats, fold
from callsheet.plan.plot import plot
from callsheet.plan.props import props
from callsheet.plan.review_session import Company, review
from callsheet.plan.rules import Calendar, NudgeRules, TheatreRules
from callsheet.plan.setting import setting
from callsheet.plan.silence import with_silences
from callsheet.plan.snapshot import Surroundings

PROMPTS: Final = (
    "What went well, and what made it go well?",
    "Where did we get lucky?",
    "What could have made this go better?",
    "How could we have noticed sooner?",
    "What in the way we work made this possible, and made it seem reasonable at the time?",
    "Which fact would have helped most, and when would it have helped?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """What the house adds to the record: how to play it, who is there to direct, and what people said of the review.

    `calendar` is the team's; without one every weekday of the zone is a business day. `hours` say when people work.
    `promised` is what earlier incidents on the same service left open.
    """

    rules: TheatreRules = field(default_factory=TheatreRules)
    form: Form = Form.FULL
    status: ReviewStatus = ReviewStatus.DRAFT
    held: bool = False
    causes_stated: str | None = None
    impact_stated: str | None = None
    people: tuple[Person, ...] = ()
    calendar: Calendar | None = None
    hours: NudgeRules = field(default_factory=NudgeRules)
    around: Surroundings = field(default_factory=Surroundings)
    promised: tuple[OldPromise, ...] = ()


def _nothing(_: str) -> bool:
    return False


def skeleton(
    dossier: Dossier,
    *,
    zone: str,
    opened_on: date,
    call_sheet: tuple[SheetRow, ...],
    merged: tuple[Incident, ...] = (),
    ours: Callable[[str], bool] = _nothing,
    staging: Staging | None = None,
) -> Postmortem:
    """Draw up a post-mortem. The same dossier gives the same value, in whatever order its parts came.

    `zone` is the team's IANA zone, `merged` are the incidents that ended in this one, and `ours` tells a text that
    Callsheet itself wrote: that is never a source of beats or beliefs.
    """
    incident = dossier.incident
    staging = staging or Staging()
    log = moments(dossier, merged, ours)
    dossier, everything = near(dossier, log, timedelta(hours=staging.rules.change_hours))
    during = within(incident, everything)
    quiet = timedelta(minutes=staging.rules.silence_minutes)
    shown = ask(with_silences(fold(everything), everything, incident, quiet), incident.resolved_at)
    people = cast(dossier, everything)
    points = plot(dossier, everything, shown)
    place = setting(dossier, everything, people, zone, staging.around)
    return Postmortem(
        incident=incident,
        opened_on=opened_on,
        time_zone=zone,
        impact=_impact(dossier, during),
        cast=people,
        beats=beats(shown),
        plot=points,
        questions=PROMPTS,
        call_sheet=call_sheet,
        props=props(dossier, ours),
        merged=merged,
        log=beats(log),
        setting=place,
        circumstances=circumstances(dossier, shown, points, place, staging.promised),
        noted_cause=noted_cause(beats(shown)),
        belief=standing_belief(beats(within(incident, shown))),
        promised=staging.promised,
        awards=awards(*_of_people(dossier, during, place)),
        review=review(
            incident,
            opened_on,
            tuple(moment.beat for moment in within(incident, shown)),
            staging.form,
            _company(dossier, everything, staging, zone),
        ),
        form=staging.form,
        status=staging.status,
        held=staging.held,
        causes_stated=staging.causes_stated,
        impact_stated=staging.impact_stated,
    )


def _company(dossier: Dossier, everything: tuple[Moment, ...], staging: Staging, zone: str) -> Company:
    return Company(
        people=staging.people,
        known=dossier.people,
        involved=acted(everything) | {ref.id for moment in everything for ref in moment.reached},
        directors=staging.rules.directors,
        calendar=staging.calendar or Calendar(zone=zone),
        hours=staging.hours,
    )


def near(dossier: Dossier, log: tuple[Moment, ...], hours: timedelta) -> tuple[Dossier, tuple[Moment, ...]]:
    """Without the changes that went out long before: that a vendor relates them gives them no part in it."""
    since = dossier.incident.created_at - hours
    played = tuple(moment for moment in log if moment.kind != CHANGE or moment.beat.at >= since)
    return replace(dossier, changes=tuple(each for each in dossier.changes if each.at >= since)), played


def _of_people(
    dossier: Dossier, during: Sequence[Moment], place: Setting
) -> tuple[list[Moment], list[StatusUpdate], Setting]:
    """What people did, for whom thanks are: a program is not thanked."""
    machines = {person.id: person.name for person in dossier.people if person.machine}
    acts = [moment for moment in during if moment.person not in machines]
    updates = [each for each in dossier.status_updates if each.author is None or each.author.id not in machines]
    lights = tuple(light for light in place.lights if light.name not in machines.values())
    return acts, updates, replace(place, lights=lights)


def _impact(dossier: Dossier, during: Sequence[Moment]) -> Impact:
    incident = dossier.incident
    first = _first_response(during)
    teams = {team.id for team in incident.teams}
    took_part = acted(during)
    reached = {ref.id for moment in during for ref in moment.reached if ref.id not in teams}
    return Impact(
        started_at=incident.created_at,
        ended_at=incident.resolved_at,
        duration=incident.duration,
        service=incident.service.name,
        teams=tuple(team.name for team in incident.teams),
        urgency=incident.urgency,
        priority=incident.priority.name if incident.priority else None,
        first_response_after=first.beat.at - incident.created_at if first else None,
        first_response_by=first.beat.who if first else None,
        responders=len(took_part),
        called=len(took_part | reached),
        alerts=len(dossier.alerts),
        status_updates=tuple(sorted(dossier.status_updates, key=lambda update: update.at)),
        reopened_at=max((moment.beat.at for moment in during if moment.beat.action == REOPENED), default=None),
    )


def _first_response(during: Sequence[Moment]) -> Moment | None:
    """The first act of a person, be it a note or an acknowledgement.

    Opening it by hand is no response, and neither is what belongs to that: giving it to somebody, setting its priority.
    """
    by_hand = next((moment for moment in during if moment.person and moment.kind == "trigger"), None)
    opened = (by_hand.person, by_hand.beat.at + timedelta(seconds=SAME_MOMENT)) if by_hand else None
    return next(
        (
            moment
            for moment in during
            if moment.person
            and moment.kind != "trigger"
            and not (opened and moment.person == opened[0] and moment.beat.at <= opened[1])
        ),
        None,
    )
