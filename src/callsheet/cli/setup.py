"""Commands for setting Callsheet up: init writes the configuration, doctor proves it."""

import os
import shlex
import sys
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from callsheet.cli.opening import read
from callsheet.cli.options import Global, Json
from callsheet.cli.printing import CONFIGURATION, FAILED, print_json, refuse, say, tell
from callsheet.model.counted import counted

if TYPE_CHECKING:
    from pathlib import Path

    from callsheet.cli.init import Answers, Question
    from callsheet.connect.options import Problem
    from callsheet.model.check import Check


_UNATTENDED = (
    "Give it a terminal (with Docker: `-it`); or give `--yes`, with the secrets in the environment and the rest by "
    "`--set NAME=VALUE`."
)
_NO_SECRETS = (
    "is a secret, and --set shows it to everybody on this machine: it is taken from the environment "
    '(`export {name}="$(cat FILE)"` first), or asked for when --yes is left out'
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(short_help="Ask for what Callsheet needs, and write its settings.")(init)
    app.command(short_help="Prove the configuration: sides, permissions, folders.")(doctor)


def init(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: environment, --set and the defaults.")] = False,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="An answer; repeat it. Secrets come from the environment."),
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace *.env files and a fallback owner that are there, without asking."),
    ] = False,
) -> None:
    """Ask for what Callsheet needs, and write it to the config folder: *.env and policy.toml.

    What stands in the environment is taken from there. Secrets are not shown while they are typed.
    """
    from callsheet.cli.init import FALLBACK, POLICY, checked, files, places, write

    shared: Global = context.obj
    _may_write(shared.directory)
    told = _told(given or [])
    if not yes and sys.stdin.isatty():
        _begin(told)
    answers = _answers(told, {}, yes=yes)
    while problems := checked(answers):
        if yes:
            _refused(problems)
        say("That does not work yet:")
        for problem in problems:
            say(f"  {problem}")
        wrong = {problem.variable for problem in problems}
        known = {name: answer for name, answer in answers.items() if name not in wrong}
        if known == answers:
            _refused(problems)
        answers = _answers({}, known, yes=False)
    shared.directory.mkdir(parents=True, exist_ok=True)
    for name, text in files(answers).items():
        path = shared.directory / name
        if path.exists() and not overwrite and (yes or not typer.confirm(f"{path} is there. Replace it?", err=True)):
            say(f"kept {path} as it is, so what was answered for it is not written; --overwrite replaces it")
            continue
        write(path, text)
        say(f"wrote {path}")
    _write_policy(shared.directory / POLICY, answers.get(FALLBACK) or None, yes=yes, overwrite=overwrite)
    for line in places(shared.directory):
        say(line)
    command = "callsheet" + (f" --config {shared.directory}" if shared.explicit else "")
    typer.echo(f"Next: `{command} doctor` proves it, `{command} plan` shows what would be done, and does nothing.")


def _begin(told: "Answers") -> None:
    """What comes now, for whoever sits there; the questions of most, as nobody has said yet which Jira it is."""
    from callsheet.cli.init import KIND, asked

    pending = [q for q in asked({KIND: "cloud", **told}) if not (told.get(q.name) or os.environ.get(q.name))]
    say(
        f"Callsheet's settings, in about {counted(len(pending), 'question')}. Enter takes what stands in brackets; "
        "nothing is written before the last answer."
    )


def _may_write(directory: "Path") -> None:
    """Refuse before anything is asked where the answers could not be kept."""
    there = next(place for place in (directory, *directory.absolute().parents) if place.exists())
    if os.statvfs(there).f_flag & os.ST_RDONLY:
        refuse(f"{there} is mounted read-only, so nothing was asked. Mount it writable for this, or run it elsewhere.")
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        command = f"chown {os.getuid()} {shlex.quote(str(there))}"
        refuse(
            f"{there} is no folder that this user (number {os.getuid()}) may write, so nothing was asked.",
            f"Give them the right (`{command}`), or name another folder: `callsheet --config DIR init`.",
        )


def _write_policy(path: "Path", owner: str | None, *, yes: bool, overwrite: bool) -> None:
    """Set the one key that was asked for; a policy that is there stays as it is beside it."""
    from callsheet.cli.init import write
    from callsheet.cli.init_policy import TABLE, line_for, owner_in, policy, with_owner

    if not path.exists():
        write(path, policy(owner))
        say(f"wrote {path}")
        return
    text = path.read_text(encoding="utf-8")
    before = owner_in(text)
    if owner is None or before == owner:
        say(f"kept {path}" + (f", where {owner} is the fallback owner already" if owner else ""))
        return
    question = f"{path} has {before} as fallback owner. Make it {owner}?"
    if before and not overwrite and (yes or not typer.confirm(question, err=True)):
        say(f"kept {path}, where {before} is the fallback owner; --overwrite makes it {owner}")
        return
    changed = with_owner(text, owner)
    if changed is None:
        say(f"{path} could not be changed safely; write this into it, under [{TABLE}]:\n  {line_for(owner)}")
        return
    write(path.resolve(), changed)
    say(f"set fallback_owner in {path}; the rest of it is as it was")


def _refused(problems: "list[Problem]") -> NoReturn:
    refuse("Nothing was written:", *(f"  {problem}" for problem in problems))


def _told(given: list[str]) -> "Answers":
    """The answers of --set. Secrets are refused there: other people on the machine see a command's words."""
    from callsheet.cli.init import QUESTIONS
    from callsheet.connect.options import Problem
    from callsheet.model.spelling import nearest

    known = {question.name: question for question in QUESTIONS}
    takes = [name for name, question in known.items() if not question.secret]
    found: dict[str, str] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals:
            # What was given is not repeated: it may be a secret without its name.
            _refused([Problem("--set", f"takes NAME=VALUE, where NAME is one of {', '.join(takes)}")])
        meant = nearest(name, known) or ""
        if meant in known and known[meant].secret:
            called = "" if meant == name else f"is probably {meant}, which "
            _refused([Problem(name, f"{called}{_NO_SECRETS.format(name=meant)}")])
        if name not in known:
            near = f"; did you mean {meant}?" if meant else f"; it takes {', '.join(takes)}"
            _refused([Problem("--set", f"asks for no {name}{near}")])
        found[name] = value
    return found


def _answers(told: "Answers", known: "Answers", *, yes: bool) -> "Answers":
    """An answer to each question: given before, else by --set or the environment, else asked or by default."""
    from callsheet.cli.init import asked

    answers = dict(known)
    while pending := [question for question in asked(answers) if question.name not in answers]:
        question = pending[0]
        found = told.get(question.name) or (None if known else os.environ.get(question.name))
        answers[question.name] = found or (question.default if yes else _ask(question, answers))
    return answers


def _ask(question: "Question", answers: "Answers") -> str:
    """The answer to one question, asked again until nothing is wrong with it."""
    from callsheet.cli.init import wrong

    while True:
        answer = _prompted(question)
        if not (answer or question.optional):
            say("  An answer is needed here.")
            continue
        faults = wrong(question, {**answers, question.name: answer}) if answer else []
        if not faults:
            return answer
        for fault in faults:
            say(f"  That does not work: {fault}")


def _prompted(question: "Question") -> str:
    try:
        answer: str = typer.prompt(
            question.asks,
            default=question.default,
            hide_input=question.secret,
            show_default=bool(question.default),
            err=True,
        )
    except typer.Abort:
        if sys.stdin.isatty():
            raise
        refuse("", "Nobody answers here, so nothing was written.", _UNATTENDED)
    return answer.strip()


def doctor(
    context: typer.Context,
    send_test: Annotated[
        bool,
        typer.Option(
            "--send-test", help="Also send a test message to the default fallback owner and the team's channel."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Prove the whole configuration: each side, permission, project, folder and channel. Writes nothing.

    Ends with 0 when there is no error, with 1 when there is one, with 2 when the configuration can't be used.
    """
    from callsheet.cli.doctor import CONFIGURED, checks, problems_as_checks
    from callsheet.cli.logs import set_up
    from callsheet.connect.options import Problems
    from callsheet.model.check import Result

    shared: Global = context.obj
    try:
        configuration = read(context)
        level = configuration.settings.log_level
        # Every answer has its line here already, in words.
        set_up(level if level in {"debug", "error"} else "warning", configuration.settings.log_format)
        found = list(checks(shared.directory, configuration, send_test=send_test))
    except Problems as fault:
        found = list(problems_as_checks(fault, shared.directory))
    if json:
        print_json([{"check": c.check, "result": c.result.value, "detail": c.detail, "fix": c.fix} for c in found])
    else:
        _print(found)
    if any(check.bars == CONFIGURED for check in found):
        raise typer.Exit(CONFIGURATION)
    if any(check.result is Result.ERROR for check in found):
        raise typer.Exit(FAILED)


def _print(found: "list[Check]") -> None:
    """Line by line. What no read can prove comes last, where it hides nothing; what several lines want is said once."""
    from callsheet.model.check import Result, Unsettled

    for fix, checks in groupby(sorted(found, key=lambda c: c.unsettled is Unsettled.UNPROVED), lambda c: c.fix):
        for check in checks:
            tell(f"{check.result.value:8} {check.check}: {check.detail}")
        if fix:
            tell(f"{'':8} -> {fix}")
    results = Counter(check.result for check in found)
    reasons = Counter(check.unsettled for check in found if check.unsettled)
    among = ", ".join(f"{number} {reason.value}" for reason, number in sorted(reasons.items()))
    warnings = counted(results[Result.WARNING], "warning") + (f" ({among})" if among else "")
    tell(f"{counted(results[Result.ERROR], 'error')}, {warnings}, {results[Result.OK]} ok.")
