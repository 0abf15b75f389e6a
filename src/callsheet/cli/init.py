"""`callsheet init`: the questions, and the files that the answers become; written only when all of it is sound."""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from callsheet.cli.init_policy import policy
from callsheet.connect.address import is_loopback
from callsheet.connect.options import Problem, Problems
from callsheet.model.credentials import looks_like_one
from callsheet.settings import load

FALLBACK = "fallback_owner"
POLICY = "policy.toml"
# What says which of the two ways to sign in is meant: it is asked, and not written.
KIND = "JIRA_FLAVOUR"
KINDS = ("cloud", "datacenter")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked for one variable. `only` is an answer that must have been given before: (variable, value).

    `here`: only where Jira is on this machine, as the sandbox's is.
    """

    name: str
    asks: str
    default: str = ""
    secret: bool = False
    optional: bool = False
    only: tuple[str, str] | None = None
    here: bool = False

    @property
    def file(self) -> str:
        """The env file that it belongs to."""
        return POLICY if self.name == FALLBACK else f"{self.name.partition('_')[0].lower()}.env"


QUESTIONS = (
    Question(name="CALLSHEET_MODE", asks="Mode: shadow (nothing leaves), file-tickets or full", default="shadow"),
    Question(name="CALLSHEET_TIME_ZONE", asks="The team's time zone", default="UTC"),
    Question(
        name="CALLSHEET_DATABASE_URL",
        asks="Database, on a local disk (a relative path counts from the folder callsheet is started in)",
        default="sqlite:///callsheet.db",
    ),
    Question(
        name="PAGERDUTY_BASE_URL",
        asks="PagerDuty's API (EU: https://api.eu.pagerduty.com)",
        default="https://api.pagerduty.com",
    ),
    Question(name="PAGERDUTY_API_TOKEN", asks="PagerDuty API key (read-only is enough for now)", secret=True),
    Question(
        name="PAGERDUTY_FROM_EMAIL",
        asks="E-mail of the PagerDuty user in whose name notes will be written (in full mode; shadow writes none yet)",
    ),
    Question(name="PAGERDUTY_TEAM_IDS", asks="Ids of the teams to begin with, by comma (empty: all)", optional=True),
    Question(name="JIRA_BASE_URL", asks="Jira's address, such as https://example.atlassian.net"),
    Question(name=KIND, asks="Jira: cloud or datacenter", default="cloud"),
    Question(name="JIRA_EMAIL", asks="E-mail of Callsheet's Jira account", only=(KIND, "cloud")),
    Question(name="JIRA_API_TOKEN", asks="API token of that account", secret=True, only=(KIND, "cloud")),
    Question(
        name="JIRA_PERSONAL_ACCESS_TOKEN",
        asks="Personal access token of Callsheet's Jira account",
        secret=True,
        only=(KIND, "datacenter"),
    ),
    Question(name="JIRA_PROJECT", asks="Key of the project that gets tickets"),
    Question(name="JIRA_ISSUE_TYPE", asks="Issue type of the tickets", default="Task"),
    Question(
        name="CALLSHEET_CLOCK_URL",
        asks="CALLSHEET_CLOCK_URL, as `callsheet sandbox` printed it (empty: this is no sandbox)",
        optional=True,
        here=True,
    ),
    Question(name="FILES_DIR", asks="Folder for the post-mortems", default="postmortems"),
    Question(
        name="APPRISE_PERSON_URL",
        asks="Apprise URL for reminders, with {email}, {name} or {handle} (empty: comments on tickets)",
        secret=True,
        optional=True,
    ),
    Question(
        name=FALLBACK,
        asks="E-mail of whoever gets what names nobody (empty: it has no owner until somebody is named)",
        optional=True,
    ),
)
Answers = dict[str, str]


def asked(answers: Mapping[str, str]) -> Iterator[Question]:
    """The questions that the answers so far leave in place."""
    for question in QUESTIONS:
        if question.here and not _is_here(answers.get("JIRA_BASE_URL", "")):
            continue
        if question.only is None or answers.get(question.only[0], "").lower() == question.only[1]:
            yield question


def _is_here(address: str) -> bool:
    try:
        return is_loopback(urlsplit(address).hostname or "")
    except ValueError:
        return False


def wrong(question: Question, answers: Mapping[str, str]) -> list[str]:
    """What is wrong with the answer to one question, in sentences that name no value."""
    return [problem.what for problem in checked(answers) if problem.variable == question.name]


def checked(answers: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the answers, variable by variable; nothing is written by this."""
    misplaced = [Problem(q.name, what) for q in asked(answers) if (what := _misplaced(q, answers.get(q.name, "")))]
    names = {problem.variable for problem in misplaced}
    return misplaced + [problem for problem in _unusable(answers) if problem.variable not in names]


def _misplaced(question: Question, answer: str) -> str | None:
    """An answer that belongs to another question, as when somebody types faster than it asks."""
    if not question.secret:
        if looks_like_one(answer):
            return f"looks like a token or a password, which is none of this: {question.asks}"
        if question.name == "JIRA_EMAIL" and answer and not _EMAIL.fullmatch(answer):
            return "must be the e-mail address of the account that the API token belongs to"
    elif question.name != "APPRISE_PERSON_URL" and (_EMAIL.fullmatch(answer) or "://" in answer):
        return "looks like an address; the token itself is wanted here"
    return None


def _unusable(answers: Mapping[str, str]) -> list[Problem]:
    with tempfile.TemporaryDirectory() as empty:
        folder = Path(empty)
        (folder / POLICY).write_text(policy(answers.get(FALLBACK)), encoding="utf-8")
        try:
            skipped = load(folder, variables(answers)).skipped
        except Problems as error:
            return list(_answerable([_asked_for(problem) for problem in error.problems], answers))
    return [_asked_for(problem) for problem in skipped]


def _answerable(problems: list[Problem], answers: Mapping[str, str]) -> Iterator[Problem]:
    """The problems; while nobody knows which kind of Jira it is, that one and those about what was asked."""
    if answers.get(KIND, "").lower() in KINDS:
        yield from problems
        return
    names = {question.name for question in asked(answers)} - {KIND}
    yield from (problem for problem in problems if problem.variable in names)
    yield Problem(KIND, f"write {' or '.join(KINDS)}: it settles which token is asked for")


def _asked_for(problem: Problem) -> Problem:
    """The problem by the name of its question: the policy holds one answer."""
    return Problem(FALLBACK, problem.what) if FALLBACK in problem.variable else problem


def variables(answers: Mapping[str, str]) -> Answers:
    """The variables that are written; reminders by message are switched on by their address."""
    found = {question.name: answers[question.name] for question in asked(answers) if answers.get(question.name)}
    found.pop(FALLBACK, None)
    if "APPRISE_PERSON_URL" in found:
        found["CALLSHEET_NOTIFIERS"] = "apprise"
    return found


def files(answers: Mapping[str, str]) -> dict[str, str]:
    """The texts of the env files, by name."""
    lines: dict[str, list[str]] = {}
    for name, value in variables(answers).items():
        lines.setdefault(f"{name.partition('_')[0].lower()}.env", []).append(f"{name}={quoted(value)}")
    head = "# Written by `callsheet init`. Every variable is in docs/configuration.md.\n"
    return {name: head + "\n".join(text) + "\n" for name, text in lines.items()}


def quoted(value: str) -> str:
    """A value as an env file takes it; plain where it can be, since `docker --env-file` knows no quotes."""
    if re.fullmatch(r"[^\s'\"#\\]+", value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def places(folder: Path) -> list[str]:
    """Where database and documents will be, by all that is read from now on: files that were kept, too.

    Nothing where one of those holds a fault: `doctor` names it.
    """
    try:
        read = load(folder, os.environ)
    except Problems:
        return []
    shown = {name: value for name, value, _ in read.shown}
    paths = {"the database": Path(shown["CALLSHEET_DATABASE_URL"].removeprefix("sqlite:///"))}
    if "FILES_DIR" in shown:  # It is not where documents go to git alone.
        paths["the post-mortems"] = Path(shown["FILES_DIR"])
    told = [f"{what} will be at {path.resolve()}" for what, path in paths.items()]
    if not all(path.is_absolute() for path in paths.values()):
        told.append(
            "That is as seen from here: relative paths count from the folder that callsheet is started in. "
            f"Let it be the same one each time, or write whole paths into {folder}/*.env."
        )
    return told


def write(path: Path, text: str) -> None:
    """A file, whole or not at all; one with secrets can be read by its owner only."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        # mkstemp gives 0600. The policy holds no secret, and in a container another user reads it.
        if path.suffix != ".env":
            Path(made).chmod(0o644)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
