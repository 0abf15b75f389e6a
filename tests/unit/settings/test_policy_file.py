"""policy.toml: what it may say, and how its problems are told."""

import re
import tomllib
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import jsonschema
import pytest

from callsheet.connect.options import Problems
from callsheet.model.action_item import ItemKind
from callsheet.model.season import Season, SeasonLength, Seasons
from callsheet.plan.rules import DUE_DAYS, Calendar, NudgeRules, OnUnknown, OpenRules, Route, Rules, StandingItem
from callsheet.settings import check_policy, read_policy, schema
from callsheet.settings.policy_model import DEFAULTS, PolicyFile

PolicyProblems = Callable[[str], list[str]]

FULL = """
[open]
priorities = ["p1", "SEV-2"]
minutes = 45
[due]
P1 = 3
[calendar]
zone = "Europe/Berlin"
country = "de"
subdivision = "BE"
[calendars."Payments"]
zone = "America/New_York"
[calendars.PT4KHLK]
country = "US"
[[standing]]
id = "review"
title = " Hold it "
owner = "facilitator@example.com"
priority = "p2"
[[standing]]
id = "share"
title = "Share what was learnt"
due_days = 7
kind = "detect"
[[routes]]
name = "payments"
services = ["Checkout API"]
teams = ["PT4KHLK"]
priorities = ["P1"]
project = "PAY"
issue_type = "Bug"
labels = ["payments"]
fallback_owner = "lead@example.com"
[routes.fields]
customfield_10050 = { value = "SRE" }
customfield_10051 = [1, 2.5, true, { day = 2026-11-02 }]
[default_route]
project = "OPS"
[aliases]
"@dba" = "dba.lead@example.com"
"net team" = "PXPGF42"
[priorities]
P1 = "Highest"
[accounts]
"ana@example.com" = "5b10ac8d"
[reconcile]
dropped_resolutions = []
statuses = { "Parked" = "dropped" }
[nudge]
ladder = ["+7d", "0d", "7d"]
hours = ["08:30", "16:00"]
new_items = false
longest_snooze = 30
team_digest = false
leaders = ["vp@example.com"]
escalate = { fallback_after = 2, team_after = false }
countries = { "Ana@example.com" = "de-BE", PXPGF42 = "IN" }
away = { "ana@example.com" = ["2027-02-15", "2026-12-24..2027-01-02"] }
[seasons]
length = "half-year"
[[seasons.named]]
name = "Spring-Push"
starts_on = 2027-02-15
ends_on = 2027-04-30
[guards]
filings_a_cycle = 5
vanished_share = 1
on_unknown = "park"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_it_may_say_reaches_the_rules(tmp_path: Path) -> None:
    assert read_policy(write(tmp_path, FULL), default_zone="UTC")[0] == Rules(
        open=OpenRules(priorities=("P1", "SEV-2"), minutes=45),
        due_days={**DUE_DAYS, "P1": 3},
        calendar=Calendar(zone="Europe/Berlin", country="DE", subdivision="BE"),
        calendars={
            "Payments": Calendar(zone="America/New_York"),
            "PT4KHLK": Calendar(zone="Europe/Berlin", country="US"),
        },
        standing=(
            StandingItem(id="review", title="Hold it", owner="facilitator@example.com", priority="P2"),
            StandingItem(id="share", title="Share what was learnt", due_days=7, kind=ItemKind.DETECT),
        ),
        routes=(
            Route(
                name="payments",
                services=("Checkout API",),
                teams=("PT4KHLK",),
                priorities=("P1",),
                project="PAY",
                issue_type="Bug",
                labels=("payments",),
                fallback_owner="lead@example.com",
                fields={
                    "customfield_10050": {"value": "SRE"},
                    "customfield_10051": [1, 2.5, True, {"day": "2026-11-02"}],
                },
            ),
        ),
        default_route=Route(project="OPS"),
        aliases={"@dba": "dba.lead@example.com", "net team": "PXPGF42"},
        accounts={"ana@example.com": "5b10ac8d"},
        priority_names={"P1": "Highest"},
        dropped_resolutions=(),
        statuses={"parked": "dropped"},
        nudge=NudgeRules(
            ladder=(0, 7),
            weekly=False,
            opens=time(8, 30),
            closes=time(16),
            new_items=False,
            countries={"ana@example.com": ("DE", "BE"), "pxpgf42": ("IN", None)},
            away={"ana@example.com": ((date(2026, 12, 24), date(2027, 1, 2)), (date(2027, 2, 15), date(2027, 2, 15)))},
            fallback_after=2,
            team_after=None,
            longest_snooze=30,
            team_digest_on=None,
            leaders=("vp@example.com",),
        ),
        seasons=Seasons(
            length=SeasonLength.HALF_YEAR,
            named=(Season(name="Spring-Push", starts_on=date(2027, 2, 15), ends_on=date(2027, 4, 30)),),
        ),
        filings_a_cycle=5,
        vanished_share=1.0,
        on_unknown=OnUnknown.PARK,
    )


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert read_policy(write(tmp_path, ""), default_zone="UTC")[0] == Rules()
    assert PolicyFile().rules("UTC") == DEFAULTS == Rules()


def test_no_standing_item_can_be_asked_for(tmp_path: Path) -> None:
    assert read_policy(write(tmp_path, "standing = []"), default_zone="UTC")[0].standing == ()


def test_a_zone_of_the_file_goes_before_the_default(tmp_path: Path) -> None:
    assert read_policy(write(tmp_path, ""), default_zone="Asia/Tokyo")[0].calendar.zone == "Asia/Tokyo"
    path = write(tmp_path, "[calendar]\nzone = 'Europe/Paris'")
    assert read_policy(path, default_zone="Asia/Tokyo")[0].calendar.zone == "Europe/Paris"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[opn]", "policy.toml:1 opn: is not a known key here; did you mean open?"),
        ("[due]\np1 = 3", "policy.toml:2 due.p1: is not a known key here; did you mean P1?"),
        ("[due]\nP1 = '3'", "policy.toml:2 due.P1: must be a whole number, without quotes"),
        ("[due]\nP9 = 3", "policy.toml:2 due.P9: is not a known key here; known are P1, P2, P3, P4, P5"),
        ("fallback_owner = 'a@b.example'", "policy.toml:1 fallback_owner: is not a known key here; it belongs below "),
        ("[routes]\nname = 'a'", "policy.toml:1 routes: is there for several: write [[routes]]"),
        ("[nudge]\nhours = ['09:00']", "policy.toml:2 nudge.hours: needs 2 entries"),
        ("[nudge]\nladder = ['0d', 'daily']", "policy.toml:2 nudge.ladder entry 2: must be business days"),
        ("[nudge]\nnew_items = 'yes'", "policy.toml:2 nudge.new_items: must be true or false, without quotes"),
        (
            "[nudge.escalate]\nteam_after = '5d'",
            "policy.toml:2 nudge.escalate.team_after: must be a whole number of days without quotes, or false",
        ),
        (
            "[calendar]\nzone = 'PST'",
            "policy.toml:2 calendar.zone: is not an IANA time zone, which names a city: such as",
        ),
        ("[due]\nP1 = true", "policy.toml:2 due.P1: must be a whole number"),
        ("[due]\nP1 = -1", "policy.toml:2 due.P1: must be 0 or more"),
        ("open = 3", "policy.toml:1 open: must be a table: write [open]"),
        ("[open]\npriorities = 'P1'", "policy.toml:2 open.priorities: must be a list: write it in [ ]"),
        (
            "[calendar]\nzone = 'Berlin'",
            "policy.toml:2 calendar.zone: is not an IANA time zone, which names a city: did you mean Europe/Berlin",
        ),
        (
            "[calendar]\ncountry = 'XX'",
            "policy.toml:2 calendar.country: is not a country that holidays are known for; give its ISO code",
        ),
        (
            "[calendar]\nsubdivision = 'BE'",
            "policy.toml:2 calendar.subdivision: needs the country that it belongs to",
        ),
        (
            "[calendars.'A team']\nzon = 'UTC'",
            'policy.toml:2 calendars."A team".zon: is not a known key here; did you mean zone?',
        ),
        ("[[standing]]\nid = 'a'", "policy.toml:1 standing.title: is missing"),
        (
            "[[standing]]\nid = 'a'\ntitle = 'A'\n[[standing]]\n\nid = 'a'\ntitle = 'B'",
            "policy.toml:6 standing.id: is used by an entry above; give each its own",
        ),
        (
            "[[standing]]\nid = 'a b'\ntitle = 'A'",
            "policy.toml:2 standing.id: must be 1 to 40 of A-Z, a-z, 0-9, _ and -: it names the item for ever",
        ),
        (
            "[[standing]]\nid = 'a'\ntitle = '''A\nB'''",
            "policy.toml:3 standing.title: must be one line of text",
        ),
        (
            "[[standing]]\nid = 'a'\ntitle = 'A'\nkind = 'fix'",
            'policy.toml:4 standing.kind: must be "prevent", "detect", "mitigate" or "process"',
        ),
        (
            "[default_route]\nlabels = [\n  'fine',\n  'two words',\n]",
            "policy.toml:2 default_route.labels entry 2: must be one word without spaces, such as post-mortem",
        ),
        (
            "[default_route]\nservices = ['x']",
            "policy.toml:2 default_route.services: is not a known key here; it belongs below [[routes]]",
        ),
        (
            "[[routes]]\nname = 'a'\nproject = 'A'",
            "policy.toml:1 routes: takes everything: give services, teams or priorities, or write it",
        ),
        (
            "[default_route.fields]\na = 1\nfallback_owner = 'x@example.com'",
            "policy.toml:1 default_route.fields: holds fallback_owner: write keys of the route above its fields",
        ),
        ("[default_route.fields]\na = [inf]", "policy.toml:2 default_route.fields.a: must be a finite number"),
        (
            "[aliases]\n'@dba' = 'the dba'",
            'policy.toml:2 aliases."@dba": must be an e-mail address, such as ana@example.com',
        ),
        ("[priorities]\nP6 = 'x'", "policy.toml:2 priorities.P6: is not a known key here"),
        (
            "[accounts]\n'ana' = 'x'",
            "policy.toml:2 accounts.ana: must be an e-mail address, such as ana@example.com",
        ),
        ("[seasons]\nlength = 'quater'", 'policy.toml:2 seasons.length: must be "month", "quarter" or "half-year"'),
        ("[seasons]\nlenght = 'month'", "policy.toml:2 seasons.lenght: is not a known key here; did you mean length?"),
        (
            "[[seasons.named]]\nname = 'a'\nstarts_on = '2027-01-01'\nends_on = 2027-02-01",
            "policy.toml:3 seasons.named.starts_on: must be a date such as 2027-02-15, without quotes",
        ),
        (
            "[[seasons.named]]\nname = 'a'\nstarts_on = 2027-03-01\nends_on = 2027-02-01",
            "policy.toml:4 seasons.named.ends_on: is before it starts",
        ),
        (
            "[[seasons.named]]\nname = '2027-Q1'\nstarts_on = 2027-01-01\nends_on = 2027-02-01",
            "policy.toml:2 seasons.named.name: is what a season of the calendar is called; choose a name of its own",
        ),
        ("[guards]\nvanished_share = 3.0", "policy.toml:2 guards.vanished_share: must be 1 or less; 30 % is 0.3"),
    ],
)
def test_a_problem_names_its_line_and_key(policy_problems: PolicyProblems, text: str, problem: str) -> None:
    assert len(found := policy_problems(text)) == 1
    assert found[0].startswith(problem)


def test_a_subdivision_is_told_what_the_country_has(policy_problems: PolicyProblems) -> None:
    (problem,) = policy_problems("[calendar]\ncountry = 'CA'\nsubdivision = 'XQ'")
    assert problem.startswith("policy.toml:3 calendar.subdivision: is not one of CA's: AB, BC, ")


def test_a_wrong_country_is_not_held_against_the_subdivision(policy_problems: PolicyProblems) -> None:
    (problem,) = policy_problems("[calendar]\ncountry = 'XX'\nsubdivision = 'BE'")
    assert problem.startswith("policy.toml:2 calendar.country")


def test_all_problems_are_told_in_the_order_of_their_lines(policy_problems: PolicyProblems) -> None:
    text = "[guards]\nx = 1\n[[routes]]\nname = 'a'\n[[routes]]\nname = 'a'\nteams = ['']\n[open]\nminutes = 'x'\n"
    places = [problem.split(":")[1].split()[0] for problem in policy_problems(text)]
    assert places == ["2", "3", "6", "7", "9"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = OPS", "a text needs straight quotes"),
        ("a = “OPS”", "a text needs straight quotes"),
        ("open:\n  minutes: 30", "a line is key = value"),
        ("[open]\n[open]", "the table [open] stands there twice"),
        ("a = 1\na = 2", "a key stands there twice"),
        ("a = 1,", "something stands behind the value"),
        ('a = "C:\\dir"', "in single quotes"),
    ],
)
def test_the_usual_slips_of_toml_are_told_with_what_was_meant(
    policy_problems: PolicyProblems, text: str, told: str
) -> None:
    (problem,) = policy_problems(text)
    assert told in problem


@pytest.mark.parametrize(
    ("text", "line"), [("[open]\nminutes = = 3\n", 2), ("[open]\nminutes = [\n", 2), ("[a]\n[b]\n[a]\n", 3)]
)
def test_what_is_no_toml_is_told_with_its_line(policy_problems: PolicyProblems, text: str, line: int) -> None:
    (problem,) = policy_problems(text)
    assert problem.startswith(f"policy.toml:{line}: is not valid TOML: ")


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (problem,) = check_policy(tmp_path / "policy.toml")
    assert str(problem).startswith(f"CALLSHEET_POLICY: {tmp_path / 'policy.toml'} cannot be read: No such file")
    (tmp_path / "policy.toml").write_bytes(b"\xff\xfe")
    (problem,) = check_policy(tmp_path / "policy.toml")
    assert "it is not UTF-8 text" in str(problem)


def test_reading_skips_what_checking_lists_and_keeps_the_rest(tmp_path: Path) -> None:
    path = write(tmp_path, "[guards]\nx = 1\nfilings_a_cycle = 7\n[due]\nP1 = 'soon'\nP2 = 3\n")
    rules, skipped = read_policy(path, default_zone="UTC")
    assert [str(it) for it in skipped] == [str(it) for it in check_policy(path)]
    assert len(skipped) == 2
    assert rules.filings_a_cycle == 7
    assert (rules.due_days["P1"], rules.due_days["P2"]) == (5, 3)


TWO_SEASONS = """
[[seasons.named]]
name = "one"
starts_on = 2027-01-01
ends_on = 2027-02-01
[[seasons.named]]
name = "two"
starts_on = 2027-02-01
ends_on = 2027-03-01
"""


def test_seasons_that_overlap_are_told_and_the_first_one_counts(
    policy_problems: PolicyProblems, tmp_path: Path
) -> None:
    assert policy_problems(TWO_SEASONS) == ["policy.toml:8 seasons.named.starts_on: overlaps one; a day has one season"]
    rules, _ = read_policy(write(tmp_path, TWO_SEASONS), default_zone="UTC")
    assert [season.name for season in rules.seasons.named] == ["one"]
    assert policy_problems(TWO_SEASONS.replace("2027-02-01\nends_on = 2027-03", "2027-02-02\nends_on = 2027-03")) == []
    named_alike = TWO_SEASONS.replace("two", "ONE").replace(
        "2027-02-01\nends_on = 2027-03", "2028-01-01\nends_on = 2028-03"
    )
    assert policy_problems(named_alike) == [
        "policy.toml:7 seasons.named.name: is used by an entry above; give each its own"
    ]


@pytest.mark.parametrize(
    ("first", "second", "dead"),
    [
        ("teams = ['A', 'B']", "teams = ['b']", True),
        ("teams = ['A']", "teams = ['A']\nservices = ['x']", True),
        ("teams = ['A']", "teams = ['A', 'B']", False),
        ("teams = ['A']\npriorities = ['P1']", "teams = ['A']", False),
        ("teams = ['A']\npriorities = ['p1']", "teams = ['A']\npriorities = ['P1']", True),
        ("teams = ['A']", "services = ['x']", False),
    ],
)
def test_a_route_that_can_never_match_is_told_and_harms_nothing(
    policy_problems: PolicyProblems, tmp_path: Path, first: str, second: str, dead: bool
) -> None:
    text = f"[[routes]]\nname = 'first'\n{first}\n[[routes]]\nname = 'second'\n{second}\n"
    line = text.split("\n").index("[[routes]]", 1) + 1
    told = f"policy.toml:{line} routes: can never match: first above takes all of it; move it up, or leave it out"
    assert policy_problems(text) == ([told] if dead else [])
    rules, skipped = read_policy(write(tmp_path, text), default_zone="UTC")
    assert ([route.name for route in rules.routes], skipped) == (["first", "second"], ())


def test_an_entry_of_a_list_is_skipped_whole(tmp_path: Path) -> None:
    first = '[[routes]]\nname = "a"\nservices = ["x"]\nlabels = ["two words"]\n'
    second = '[[routes]]\nname = "b"\nteams = ["y"]\n'
    rules, skipped = read_policy(write(tmp_path, first + second), default_zone="UTC")
    assert [route.name for route in rules.routes] == ["b"]
    assert [it.variable for it in skipped] == ["policy.toml:4 routes.labels entry 1"]


def test_a_table_that_is_no_table_leaves_the_others(tmp_path: Path) -> None:
    rules, skipped = read_policy(write(tmp_path, "nudge = 3\n[open]\nminutes = 5\n"), default_zone="UTC")
    assert rules.open.minutes == 5
    assert len(skipped) == 1


def test_a_file_without_valid_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problems):
        read_policy(write(tmp_path, "[open\n"), default_zone="UTC")


def test_the_schema_is_one_and_accepts_what_the_reader_accepts() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    plain = re.sub(r"(?<= )[0-9]{4}-[0-9]{2}-[0-9]{2}\b", r'"\g<0>"', FULL.replace("p1", "P1").replace("p2", "P2"))
    validator.validate(tomllib.loads(plain))
    assert not validator.is_valid({"opn": {}})
    assert not validator.is_valid({"default_route": {"labels": ["two words"]}})
    assert not validator.is_valid({"aliases": {"@dba": "the dba"}})


@pytest.mark.parametrize(
    ("text", "key", "what"),
    [
        ('ladder = ["3"]', "nudge.ladder", "business days around the due date"),
        ('ladder = ["weekly"]', "nudge", "goes on after the last rung"),
        ('hours = ["17:00", "09:00"]', "nudge.hours", "must end after they begin"),
        ('hours = ["9", "17:00"]', "nudge.hours", "time of day"),
        ('countries = { "ana@example.com" = "Germany" }', "nudge.countries", 'such as "DE"'),
        ('countries = { "ana@example.com" = "DE-XX" }', "nudge.countries", "is not one of DE's"),
        ('countries = { "ana" = "DE" }', "nudge.countries", "must be an e-mail address, such as"),
        ('away = { "ana@example.com" = ["Christmas"] }', "nudge.away", "span of days"),
        ('away = { "ana@example.com" = ["2027-01-02..2026-12-24"] }', "nudge.away", "ends before it begins"),
        ('team_digest = "someday"', "nudge.team_digest", ""),
        ("days = [0, 1]", "nudge.days", "is not a known key"),
    ],
)
def test_what_can_not_be_said_about_reminders_is_named(
    policy_problems: PolicyProblems, text: str, key: str, what: str
) -> None:
    found = policy_problems(f"[nudge]\n{text}\n")
    assert any(key in problem and what in problem for problem in found), found
