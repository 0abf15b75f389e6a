"""The tables [theatre] and [casting] of policy.toml: how the document is played, and who could manage what."""

from typing import Annotated, Literal

from pydantic import Field

from callsheet.model.person import Level
from callsheet.model.postmortem import Part
from callsheet.plan.rules import WANTED, CastingRules, TheatreRules
from callsheet.settings.policy_table import Table
from callsheet.settings.policy_words import Line, Person, PriorityWord

DEFAULTS = TheatreRules()
PARTS = {
    "commander": Part.COMMANDER,
    "expert": Part.EXPERT,
    "support": Part.SUPPORT,
    "communications": Part.COMMUNICATIONS,
}
PartWord = Literal["commander", "expert", "support", "communications"]
LevelWord = Literal["junior", "engineer", "senior", "leader"]


class TheatreTable(Table):
    """How the document is played."""

    concise: list[PriorityWord] = Field(
        default=list(DEFAULTS.concise), description="Incidents of these priorities get the one-page form."
    )
    silence_minutes: int = Field(
        default=DEFAULTS.silence_minutes,
        ge=1,
        description="So long without a word in the screenplay is a beat of its own.",
    )
    change_hours: int = Field(
        default=DEFAULTS.change_hours,
        ge=0,
        le=168,
        description="Changes that went out longer before the incident than this have no part in the document.",
    )
    directors: list[Person] = Field(
        default=[], description="Who may be asked to direct a review: e-mails or PagerDuty ids; else everybody."
    )
    parts: dict[Person, PartWord] = Field(
        default={},
        description="Which part somebody plays whenever they take part, by e-mail or PagerDuty id: commander, expert, "
        "support or communications.",
    )
    lines: bool = Field(
        default=DEFAULTS.lines,
        description="Whether actors get their lines and open questions once a document is `in review`.",
    )
    circulate: list[Person] = Field(
        default=[],
        description="Who gets the final document besides those who had a part: e-mails or PagerDuty ids.",
    )
    stale_days: Annotated[int, Field(ge=1, le=3650)] | Literal[False] = Field(
        default=DEFAULTS.stale_days or False,
        description="Business days until an unfinished document stands in a digest; false: never.",
    )
    copies: list[Literal["html", "ics"]] = Field(
        default=[],
        description='What stands beside each document: "html", a page that needs nothing else, and "ics", the '
        "review's invitation.",
    )

    def rules(self) -> TheatreRules:
        """As plan has it."""
        return TheatreRules(
            concise=tuple(self.concise),
            silence_minutes=self.silence_minutes,
            change_hours=self.change_hours,
            directors=tuple(self.directors),
            parts={who.casefold(): PARTS[word] for who, word in self.parts.items()},
            lines=self.lines,
            circulate=tuple(dict.fromkeys(self.circulate)),
            stale_days=self.stale_days or None,
            copies=tuple(sorted(set(self.copies))),
        )


class WantsTable(Table):
    """The level that managing an incident of a priority asks for."""

    P1: LevelWord = WANTED["P1"].value
    P2: LevelWord = WANTED["P2"].value
    P3: LevelWord = WANTED["P3"].value
    P4: LevelWord = WANTED["P4"].value
    P5: LevelWord = WANTED["P5"].value


class CastingTable(Table):
    """Who could manage which incident, by how much of them they have seen."""

    people: dict[Person, LevelWord] = Field(
        default={}, description="Somebody's level, by e-mail or PagerDuty id: junior, engineer, senior or leader."
    )
    titles: dict[Line, LevelWord] = Field(
        default={}, description="Words in a job title = a level, before the rule that Callsheet has of its own."
    )
    wants: WantsTable = WantsTable()

    def rules(self) -> CastingRules:
        """As plan has it."""
        return CastingRules(
            people={who.casefold(): Level(word) for who, word in self.people.items()},
            titles={words.casefold(): Level(word) for words, word in self.titles.items()},
            wants={priority: Level(word) for priority, word in self.wants.model_dump().items()},
        )
