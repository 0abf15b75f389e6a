"""policy.toml: what it may say, and how it is read although some of it can not be."""

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
