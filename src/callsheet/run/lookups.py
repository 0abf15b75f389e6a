"""What is asked of the tracker before anything is written: each answer is a fact, kept in the store."""

from datetime import datetime, timedelta

from callsheet.connect.errors import NotFound, Rejected
from callsheet.model.ticket import AccountMatch, MatchKind, ProjectRules
from callsheet.plan.ownership import Needs
from callsheet.plan.snapshot import Lookups
from callsheet.run.app import App
from callsheet.run.ports import Memory

LOOKUPS_LAST = timedelta(hours=24)
PROBLEMS_LAST = timedelta(hours=1)
THERE = "project"
SEPARATOR = "\x1f"
# Kinds of answers.
ACCOUNT, ASSIGNABLE, RULES, RULES_PROBLEM = "account", "assignable", "rules", "rules-problem"


def look_up(app: App, needs: list[Needs], now: datetime) -> bool:
    """Ask the tracker what is missing; False when nothing was."""
    for project, issue_type in sorted(frozenset().union(*(need.rules for need in needs))):
        ask_rules(app, project, issue_type, now)
    asked = sorted(frozenset().union(*(need.accounts for need in needs)))
    for email, name in app.progress("people looked up", asked, len(asked)):
        app.memory.remember(ACCOUNT, {f"{email}{SEPARATOR}{name}": _account(app, email, name)}, now)
    for project, account in sorted(frozenset().union(*(need.assignable for need in needs))):
        yes = _assignable(app, project, account)
        app.memory.remember(ASSIGNABLE, {f"{project}{SEPARATOR}{account}": yes}, now)
    return any(needs)


def _account(app: App, email: str, name: str) -> AccountMatch:
    """One person that can't be asked for must not silence the tracker for everybody."""
    try:
        return app.tracker.account(email, name)
    except (Rejected, NotFound):
        return AccountMatch(kind=MatchKind.NOBODY)


def _assignable(app: App, project: str, account: str) -> bool:
    try:
        return app.tracker.assignable(project, account)
    except (Rejected, NotFound):
        return False


def ask_rules(app: App, project: str, issue_type: str, now: datetime) -> None:
    """Ask what a project accepts, and remember the answer or why there is none."""
    name = f"{project}{SEPARATOR}{issue_type}"
    try:
        app.memory.remember(RULES, {name: app.tracker.rules(project, issue_type)}, now)
    except (Rejected, NotFound) as error:
        app.memory.remember(RULES_PROBLEM, {name: error.what}, now)


def look_for_project(app: App, project: str, issue_type: str, now: datetime) -> None:
    """Ask whether a project takes tickets at all, and remember that it does or why not."""
    name = f"{project}{SEPARATOR}{issue_type}"
    try:
        app.tracker.rules(project, issue_type)
        app.memory.remember(THERE, {name: True}, now)
    except (Rejected, NotFound) as error:
        app.memory.remember(RULES_PROBLEM, {name: error.what}, now)


def recall_projects(memory: Memory) -> frozenset[tuple[str, str]]:
    """Projects and issue types that took tickets when they were looked for."""
    return frozenset(_pair(name) for name in memory.recall(THERE, bool))


def recall_lookups(app: App) -> Lookups:
    """What was asked before."""
    rules: dict[str, ProjectRules | str] = {**app.memory.recall(RULES_PROBLEM, str)}
    rules |= app.memory.recall(RULES, ProjectRules)
    assignable = app.memory.recall(ASSIGNABLE, bool)
    return Lookups(
        accounts=recall_accounts(app.memory),
        rules={_pair(name): found for name, found in rules.items()},
        assignable={_pair(name): yes for name, yes in assignable.items()},
    )


def recall_accounts(memory: Memory) -> dict[tuple[str, str], AccountMatch]:
    """Whose account is whose, by e-mail and name."""
    return {_pair(name): match for name, match in memory.recall(ACCOUNT, AccountMatch).items()}


def forget_old_lookups(app: App, now: datetime) -> None:
    """People join: answers about them are asked again after a day, a project's refusal after an hour.

    A project's rules are never forgotten, since tickets are read by them; the sweep brings them up to date.
    """
    for kind in (ACCOUNT, ASSIGNABLE):
        app.memory.forget_lookups(kind, now - LOOKUPS_LAST)
    app.memory.forget_lookups(RULES_PROBLEM, now - PROBLEMS_LAST)


def forget_people(app: App) -> None:
    """What was said about people may be out of date: it is asked again when it is needed."""
    for kind in (ACCOUNT, ASSIGNABLE):
        app.memory.forget_lookups(kind, app.clock.now() + LOOKUPS_LAST)


def _pair(name: str) -> tuple[str, str]:
    first, _, second = name.partition(SEPARATOR)
    return first, second
