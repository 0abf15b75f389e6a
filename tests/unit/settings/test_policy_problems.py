"""The problems of policy.toml, told by line and key, all at once."""

from collections.abc import Callable

import pytest

PolicyProblems = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[opn]", "policy.toml:1 opn: is not a known key here; did you mean open?"),
        ("[due]\np1 = 3", "policy.toml:2 due.p1: is not a known key here; did you mean P1?"),
        ("[due]\nP1 = '3'", "policy.toml:2 due.P1: must be a whole number, without quotes"),
        ("[due]\nP9 = 3", "policy.toml:2 due.P9: is not a known key here; known are P1, P2, P3, P4, P5"),
        ("fallback_owner = 'a@b.example'", "policy.toml:1 fallback_owner: is not a known key here; it belongs below "),
        ("[routes]\nname = 'a'", "policy.toml:1 routes: is there for several: write [[routes]]"),
        ("[seasons.named]\nname = 'a'", "policy.toml:1 seasons.named: is there for several: write [[seasons.named]]"),
        (
            "[open]\nstanding = []",
            "policy.toml:2 open.standing: is not a known key here; it belongs at the top of the file, above the first",
        ),
        ("[nudge.due]\nP1 = 3", "policy.toml:1 nudge.due: is not a known key here; it belongs in a table of its own"),
        ("[[owners]]\nname = 'a'", "policy.toml:1 owners: is not a known key here; known are open, "),
        (
            "[nudge.away]\nana@example.com = ['2026-12-24']",
            "policy.toml:2: is not valid TOML: Expected '=' after a key in a key/value pair (at line 2, column 4): a",
        ),
        (
            "[calendars.Payments EU]",
            "policy.toml:1: is not valid TOML: Expected ']' at the end of a table declaration ",
        ),
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
            "[[routes]]\nname = 'a'\nteam = ['A']",
            "policy.toml:3 routes.team: is not a known key here; did you mean teams",
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


@pytest.mark.parametrize("text", ["[nudge.away]\nana@example.com = []", "[calendars.Payments EU]"])
def test_a_name_that_needs_quotes_is_told_how_they_are_written(policy_problems: PolicyProblems, text: str) -> None:
    assert "what is more than letters, digits, _ and - stands in quotes: " in policy_problems(text)[0]
