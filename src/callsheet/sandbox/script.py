"""Which incidents happen, and when: the base world before `now` and the scripted one after it.

Numbers follow time. Base incidents count from 1001; scripted ones take every tenth number after them, so that
incidents triggered by hand find a free number in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from callsheet.sandbox.company import Company, Person, Service
from callsheet.sandbox.ids import dice, make_id
from callsheet.sandbox.scenes import Scene
from callsheet.sandbox.scenes_major import CERTIFICATE, MAJOR, QUEUE
from callsheet.sandbox.scenes_minor import (
    ABANDONED,
    BATCH,
    FORGOTTEN,
    LIVE,
    MERGE_SOURCE,
    MERGE_TARGET,
    MINOR,
    NASTY,
    NO_PRIORITY,
    REOPENED,
    UNKNOWN,
)

_SPECIAL = (LIVE, MAJOR[0], BATCH, NASTY, MAJOR[1], MERGE_TARGET, MERGE_SOURCE, REOPENED, NO_PRIORITY, UNKNOWN,
            FORGOTTEN, ABANDONED)  # fmt: skip
_AGES = {
    "live": timedelta(minutes=40),
    "forgotten": timedelta(days=61, hours=3),
    "abandoned": timedelta(days=47, hours=7),
}
_SERVICE = {
    "pool": "checkout-api",
    "certificate": "payments-gateway",
    "cache": "search",
    "login": "identity",
    "queue": "notifications",
    "replication": "ledger",
    "batch": "data-pipeline",
    "merge-target": "checkout-api",
    "merge-source": "catalog",
    "reopened": "payments-gateway",
    "live": "notifications",
    "forgotten": "data-pipeline",
    "abandoned": "ledger",
}
# Stands where the hostile one would.
TAME = MAJOR[-1]
FIRST_NUMBER = 1001
FUTURE_DAYS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One incident before its details: cheap to make by the thousand, see `timeline.play` for the rest."""

    id: str
    number: int
    scene: Scene
    service: Service
    cast: tuple[Person, ...]
    created_at: datetime
    pace: float = 1.0
    merge_into: str | None = None

    def minute(self, minutes: float) -> datetime:
        """A moment of the story, stretched by its pace, on a full second."""
        return self.created_at + timedelta(seconds=round(minutes * self.pace * 60))

    @property
    def resolved_at(self) -> datetime | None:
        """When the story resolves it for the last time; None for the forgotten ones."""
        if self.scene.minutes is None:
            return None
        return self.minute(self.scene.minutes * (2.6 if self.scene.quirk == "reopened" else 1))

    @property
    def ends_at(self) -> datetime:
        """After this moment the script has nothing more to say about it."""
        last = max((entry.at for entry in self.scene.lines), default=0.0)
        return max(self.minute(last), self.resolved_at or self.created_at, self.minute(90))


def base_plots(seed: int, count: int, now: datetime, company: Company, *, hostile: bool = False) -> list[Plot]:
    """`count` incidents of the 30 days before `now`; from 12 on, two of them are older and still open.

    `hostile`: one of them has a title and notes full of markup.
    """
    scenes = [_scene(index) for index in range(count)]
    if not hostile:
        scenes = [TAME if scene is NASTY else scene for scene in scenes]
    ids = [make_id("Q", 14, seed, "incident", index) for index in range(count)]
    starts = _starts(seed, scenes, now)
    order = sorted(range(count), key=lambda index: starts[index])
    target = next((ids[i] for i, scene in enumerate(scenes) if scene is MERGE_TARGET), None)
    return [
        _plot(
            seed,
            company,
            scenes[index],
            number=FIRST_NUMBER + place,
            created_at=starts[index],
            incident_id=ids[index],
            merge_into=target if scenes[index] is MERGE_SOURCE else None,
        )
        for place, index in enumerate(order)
    ]


def future_plots(seed: int, count: int, now: datetime, company: Company) -> list[Plot]:
    """What happens after `now`; an empty world (count 0) stays quiet, so that tests can be alone."""
    if not count:
        return []
    return [
        _plot(
            seed,
            company,
            scene,
            number=FIRST_NUMBER + count - 1 + 10 * (place + 1),
            created_at=now + after,
            incident_id=make_id("Q", 14, seed, "future", place),
        )
        for place, (after, scene) in enumerate(_schedule(dice(seed, "future")))
    ]


def _schedule(roll: Random) -> list[tuple[timedelta, Scene]]:
    """Two serious incidents in the first day, one a day in the first week, then one each day or two."""
    plan: list[tuple[timedelta, Scene]] = [
        (timedelta(hours=1, minutes=30), CERTIFICATE),
        (timedelta(hours=7), MINOR[2]),
        (timedelta(hours=18), QUEUE),
        (timedelta(hours=62), REOPENED),
    ]
    day, turn = 1.0, 0
    while day < FUTURE_DAYS:
        serious = day <= 7 or turn % 3 == 0
        scene = MAJOR[(turn + 3) % len(MAJOR)] if serious else MINOR[turn % len(MINOR)]
        plan.append((timedelta(days=day, minutes=roll.randrange(60, 20 * 60)), scene))
        turn += 1
        day += 1 if day < 7 else roll.choice((1, 2))
    return sorted(plan, key=lambda entry: entry[0])


def _scene(index: int) -> Scene:
    if index < len(_SPECIAL):
        return _SPECIAL[index]
    turn = index // 4
    return MAJOR[turn % len(MAJOR)] if index % 4 == 0 else MINOR[(index - turn) % len(MINOR)]


def _starts(seed: int, scenes: list[Scene], now: datetime) -> list[datetime]:
    roll = dice(seed, "starts")
    free = [index for index, scene in enumerate(scenes) if scene.name not in _AGES]
    places = list(range(len(free)))
    roll.shuffle(places)
    starts = {index: now - _AGES[scene.name] for index, scene in enumerate(scenes) if scene.name in _AGES}
    for place, index in zip(places, free, strict=True):
        hours = 6 + (29.5 * 24 - 6) * (place + roll.uniform(0.1, 0.9)) / len(free)
        starts[index] = now - timedelta(seconds=round(hours * 3600))
    if MERGE_SOURCE in scenes:
        starts[scenes.index(MERGE_SOURCE)] = starts[scenes.index(MERGE_TARGET)] + timedelta(minutes=4)
    return [starts[index] for index in range(len(scenes))]


def _plot(
    seed: int,
    company: Company,
    scene: Scene,
    *,
    number: int,
    created_at: datetime,
    incident_id: str,
    merge_into: str | None = None,
) -> Plot:
    roll = dice(seed, "plot", incident_id)
    slug = _SERVICE.get(scene.name)
    service = company.service(slug) if slug and number < FIRST_NUMBER + 200 else roll.choice(company.services)
    return Plot(
        id=incident_id,
        number=number,
        scene=scene,
        service=service,
        cast=pick_cast(company, service, roll),
        created_at=created_at,
        pace=round(roll.uniform(0.85, 1.25), 3),
        merge_into=merge_into,
    )


def pick_cast(company: Company, service: Service, roll: Random) -> tuple[Person, ...]:
    """First responder, second responder, commander; the commander comes from outside the team."""
    crew = [person for person in company.members(service.team) if person.role != "observer"]
    team = [person for person in crew if person.name != "Grace Okafor"]
    first, second = roll.sample(team, 2)
    others = [person for person in company.people if person not in (first, second) and person.role != "observer"]
    return first, second, roll.choice([company.people[-1], *others])
