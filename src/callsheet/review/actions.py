"""Checks action items: an owner, a date, a verb first, one outcome, and nothing so vague that it can never be done."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from callsheet.model.review import Finding, Rule, Score
from callsheet.review.lexicon import any_of, listed

# Verbs that begin something which can be finished.
VERBS: Final = listed(
    "add adjust agree alert align allow amend announce apply archive arrange ask assign attach automate backfill",
    "back backport ban batch block book bring build bump cache call cap change check circulate clean clear close",
    "collect commission compare configure connect consolidate convert copy correct count cover create cut deal",
    "decide decommission decouple define delete deliver deploy deprecate describe design detect disable discard",
    "display document double drain draw drill drop duplicate email enable encrypt enforce escalate estimate evict",
    "exclude expand expire explain export expose extend extract fail fence file fill filter find fix flag fold",
    "follow freeze gate generate get give grant group guard halve hand harden hide hold host import include",
    "increase index inform insert install integrate introduce inventory invite isolate join keep label launch let",
    "lift limit link list load lock log lower make map mark measure merge migrate mirror mock move mute name",
    "notify open order package page parallelise parallelize partition pass patch pause pin plan point post",
    "practise prepare present prevent print prioritise prioritize probe propose protect prove provide provision",
    "prune publish pull purge push put queue quarantine raise rate read rebuild record recover redact reduce",
    "refuse register rehearse reject release reload remove rename reorder repair replace replicate replay report",
    "request require rerun resend reserve reset resize resolve restart restore restrict retire retry return reuse",
    "revert review revoke rewrite roll rotate route run save scale schedule script search seed send separate",
    "serve set shard share shed ship shorten show shrink shut silence simplify simulate skip snapshot sort split",
    "stagger start stop store stream stress strip submit subscribe suppress swap switch sync table tag take teach",
    "tell test throttle tie tighten time trace track train translate trigger trim tune turn type unblock unify",
    "uninstall unlink unmute update upgrade upload use validate verify version wait walk warm warn watch widen",
    "withdraw wire wrap write zero",
)
# Verbs that begin something which never ends, and what to ask instead.
VAGUE: Final = {
    "improve": "name the signal or limit that will be different: “Alert when … exceeds … for … minutes”",
    "enhance": "name what will be there that is not there now",
    "optimise": "name the number and where it shall be: “Bring p99 of … under …”",
    "optimize": "name the number and where it shall be: “Bring p99 of … under …”",
    "consider": "decide: “Decide by … whether …, and write down why”",
    "investigate": "name the question and what comes out of it: “Find out why …, and write it into …”",
    "explore": "name the question and what comes out of it: “Compare … and …, and propose one”",
    "think": "decide: “Decide by … whether …”",
    "look": "name the question and what comes out of it: “Find out why …, and write it into …”",
    "discuss": "name the decision: “Decide with … whether …”",
    "ensure": "name the check that makes sure: “Refuse a deploy that …”, “Test that …”",
    "monitor": "name signal, limit and who is told: “Page the on-call when … exceeds …”",
    "revisit": "name what shall come out: “Decide whether …, and write down why”",
    "try": "name the result: “Replace …”, “Measure … with and without …”",
    "be": "name a guard that works on a tired night: “Refuse … unless …”",
    "remember": "name a guard that works on a tired night: “Refuse … unless …”",
    "remind": "name a guard that works without being remembered: “Refuse … unless …”",
    "better": "name the difference: “Add …”, “Alert when …”",
    "more": "name which, and where: “Add … to …”",
    "fix": "name what will be different: “Retry … at most …”, “Reject … when …”",
    "address": "name what will be different: “Retry … at most …”, “Reject … when …”",
    "handle": "name what will be different: “Retry … at most …”, “Reject … when …”",
    "raise": "name who will do what differently, and what shows it",
    "review": "name what shall come out: “Remove … from …”, “Decide whether …”",
    "train": "name the drill and its date: “Rehearse … with …”",
}
# Vague by their first word only when nothing behind them can be measured or seen.
SOMETIMES: Final = frozenset({"fix", "review", "raise", "train", "investigate", "look", "monitor", "handle", "address"})
CONCRETE: Final = re.compile(
    r"\d|`|“|\"|/|\b[A-Z]{2,}\b|\w+[._-]\w+|"
    + any_of("when until so_that whether why if unless within under above below against by from in for")
)
# A second promise in the same row. Only words that can hardly be nouns: “add alert and dashboard” is one outcome.
SECOND: Final = re.compile(
    r"(?:\band(?: also| then)?|;|\bas well as)\s+(?P<verb>"
    + any_of(
        "add adjust allow announce ask automate clean configure consider create delete deprecate describe disable",
        "document enable encrypt enforce explain extend find fix improve increase inform install introduce",
        "investigate make migrate",
        "notify publish reduce remove rename replace rewrite teach tell upgrade validate verify write",
    )
    + ")",
    re.IGNORECASE,
)
NOUNISH: Final = re.compile(
    r"^(?:the|a|an|our|new|better|more|missing|no|all)$|(?:tion|ment|ness|ity|ance|ence|ing|ings|ism)$", re.IGNORECASE
)
TOO_LONG: Final = 30


class Action(NamedTuple):
    """One row of a call sheet, as people see it. `line` counts from 1."""

    title: str
    owner: str
    due: str
    line: int


def action_checks(actions: Iterable[Action]) -> Score:
    """Judge the open rows of a call sheet. `points`: the share of rows without a finding."""
    judged = [(action, tuple(_findings(action))) for action in actions]
    sound = sum(not found for _, found in judged)
    findings = tuple(finding for _, found in judged for finding in found)
    return Score(points=round(100 * sound / len(judged)) if judged else 0, findings=findings)


def _findings(action: Action) -> Iterator[Finding]:
    # Nobody's promise is kept by nobody.
    if not action.owner.strip():
        yield _finding(Rule.OWNER, action, "Name one person who will see it through.")
    if not action.due.strip():
        yield _finding(Rule.DATE, action, "Give it a date; it can be moved later.")
    first, _, rest = action.title.strip().partition(" ")
    verb = first.casefold().strip(",.:;!")
    vague = VAGUE.get(verb)
    # Never finished, so never done.
    if vague and not (verb in SOMETIMES and CONCRETE.search(rest)):
        yield _finding(Rule.VAGUE, action, f"Nobody can tell when this is done: {vague}.")
    # A topic, not an action.
    elif verb not in VERBS and verb not in VAGUE and NOUNISH.search(verb):
        yield _finding(Rule.VERB, action, "Begin with what will be done: “Add …”, “Alert when …”, “Remove …”.")
    # Two promises under one date: one of them will be forgotten.
    second = SECOND.search(rest)
    if second:
        yield _finding(Rule.OUTCOME, action, f"Two outcomes in one: give “{second['verb']} …” a row of its own.")
    elif len(action.title.split()) > TOO_LONG:
        yield _finding(
            Rule.OUTCOME,
            action,
            f"Over {TOO_LONG} words: say the outcome in one line; the ticket has room for the rest.",
        )


def _finding(rule: Rule, action: Action, hint: str) -> Finding:
    return Finding(rule=rule, line=action.line, quote=action.title, hint=hint)
