"""Who is who, from the store and, unless that is not wanted, from both sides. Beside the daemon."""

from dataclasses import replace

from callsheet.model.action_item import ActionItem, OwnerReason
from callsheet.model.person import Account, Person
from callsheet.model.ticket import AccountMatch, MatchKind
from callsheet.plan.ownership import Needs
from callsheet.plan.people import Mapped, mapped, waiting
from callsheet.plan.rules import Rules
from callsheet.run.app import App
from callsheet.run.lookups import look_up, recall_accounts
from callsheet.run.overview import PRIORITIES
from callsheet.run.ports import Memory

PRIORITY = "priority"


def everybody(memory: Memory, rules: Rules) -> tuple[tuple[Mapped, ...], int]:
    """Everybody that the paging side has or had, and how many the tracker was not asked about lately."""
    items = [item for item in memory.items() if item.ticket_id is not None]
    people, accounts = memory.people(), _found_by_filing(items) | recall_accounts(memory)
    return mapped(people, accounts, rules, items), len(waiting(people, accounts, rules))


def _found_by_filing(items: list[ActionItem]) -> dict[tuple[str, str], AccountMatch]:
    """Whose account is whose, by e-mail and name, as tickets that stand say: an answer is forgotten after a day."""
    return {
        (item.owner.email, item.owner.name): AccountMatch(
            kind=MatchKind.BY_NAME if item.owner_reason is OwnerReason.BY_NAME else MatchKind.EMAIL,
            account=Account(id=item.owner.account, name=item.owner.name, email=item.owner.email),
        )
        for item in items
        if item.owner and item.owner.email and item.owner.account
    }


def ask_about_everybody(app: App) -> None:
    """Read the paging side's people, and ask the tracker about those it was not asked about lately: a request each.

    The answers are remembered for a day.
    """
    take_directory(app)
    people = waiting(app.memory.people(), recall_accounts(app.memory), app.rules)
    asked = frozenset((person.email, person.name) for person in people if person.email)
    look_up(app, [Needs(accounts=asked)], app.clock.now())


def take_directory(app: App) -> None:
    """Take the paging side's people and priorities in."""
    directory = app.source.directory()
    people = tuple(replace(each, lent=(each.email or "").casefold() in app.lent) for each in directory.people)
    _take_people(app.memory, people, app.rules.vanished_share)
    app.memory.note_down(PRIORITIES, "yes" if directory.priorities else "no")
    app.memory.remember(PRIORITY, {priority.id: priority for priority in directory.priorities}, app.clock.now())


def _take_people(memory: Memory, given: tuple[Person, ...], most: float) -> None:
    """Who is not among them any more has left, unless so many are gone at once that a lost permission is likelier.

    `most` is the share of them that may be gone and still be believed.
    """
    there = {person.id for person in given}
    known = [person for person in memory.people() if person.active]
    gone = [replace(person, active=False) for person in known if person.id not in there]
    memory.save_people([*given, *(gone if given and len(gone) <= max(most * len(known), 1) else ())])
