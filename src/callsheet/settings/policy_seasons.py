"""How the year is cut, as policy.toml says it: the table [seasons] and its named ones."""

from datetime import date
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from callsheet.model.season import QUARTERS, Season, SeasonLength, Seasons
from callsheet.settings.policy_table import Table
from callsheet.settings.policy_words import Label


class NamedSeasonTable(Table):
    """A season with dates of its own."""

    name: Label = Field(description="Also the label on tickets, so without spaces.")
    starts_on: date = Field(description="Its first day.")
    ends_on: date = Field(description="Its last day.")

    @field_validator("name")
    @classmethod
    def _own_name(cls, value: str) -> str:
        if any(Seasons(length=length).called(value) for length in SeasonLength):
            raise ValueError("is what a season of the calendar is called; choose a name of its own")
        return value

    @field_validator("ends_on")
    @classmethod
    def _some_days(cls, value: date, info: ValidationInfo) -> date:
        starts_on = info.data.get("starts_on")
        if starts_on and value < starts_on:
            raise ValueError("is before it starts")
        return value

    def rules(self) -> Season:
        """As plan has it."""
        return Season(name=self.name, starts_on=self.starts_on, ends_on=self.ends_on)


class SeasonsTable(Table):
    """How the year is cut into seasons; a promise counts in the season of its due date."""

    length: Literal["month", "quarter", "half-year"] = Field(
        default=QUARTERS.length.value, description="Of the seasons that the calendar makes."
    )
    named: list[NamedSeasonTable] = Field(
        default=[], description="Seasons with dates of their own; they go before the calendar's."
    )

    def rules(self) -> Seasons:
        """As plan has it."""
        return Seasons(length=SeasonLength(self.length), named=tuple(each.rules() for each in self.named))
