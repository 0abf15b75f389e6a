"""What holds for any words at all: nothing raises, nothing is invented, nothing changes on a second look."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callsheet.model.action_item import DueReason, Words
from callsheet.model.person import Person
from callsheet.plan.due import add_business_days, due, is_business_day, read_date
from callsheet.plan.owners import find_owner
from callsheet.plan.rules import DUE_DAYS, Calendar
from callsheet.plan.wording import fix_word, kind_word, priority_word, read_actions, same_wording

# Text as people type it: anything, and the pieces that the grammar looks for, in any order.
PIECES = (
    "ACTION:", "TODO:", "AI:", "Action item:", "- [ ] ", "- [x] ", "> ", "**", "```", "~~~", "`", "\n", "\n\n", "\r\n",
    "    ", "\t", " ", "@ann", "@b.c", "@\"Jane Doe\"", "a@b.example", "owner:", "Owner: ", "Jane Doe", "assigned to",
    "due", "Due: ", "by", "Nov 30", "30th of", "in two weeks", "11/12", "Friday", "end of month", "2026-12-05", "P2",
    "prio 2", "SEV-2", "kind: prevent", "fix: root", "(", ")", "[", "]", "<", ">", ",", ";", ".", ":", "-", "and", "to",
    "for", "Fix the DNS", "\u200b", "\u2028", "\x00", "\x01", "ſ", "K", "İ", "٣",
)  # fmt: skip
MESSY = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map("".join)
ANY_TEXT = st.text() | MESSY | st.text(alphabet=st.characters())
CALM = st.text(alphabet="abcdefghij xyz", min_size=1, max_size=30)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
CALENDARS = st.sampled_from(
    (Calendar(), Calendar(country="DE", subdivision="BY"), Calendar(country="US"), Calendar(country="XX"))
)
TITLES = st.sampled_from(
    ("Fix the DNS", "Rotate keys (all)", "Alert at 80 %", "更新手册", "Port to C++", "Use `due Nov 30`")
)
OWNERS = st.sampled_from((None, "@ann", "@ann.lee", "ann@larkspur.example", '@"Jane Doe"', "@a @b"))
DUES = st.sampled_from((None, "Nov 30", "2026-12-05", "in 2 weeks", "tomorrow", "next Monday", "end of month", "11/12"))
PRIORITIES = st.sampled_from((None, "P1", "p3", "prio 2", "SEV-2"))
ACTIONS = st.builds(
    lambda title, owner, due_on, priority: Words(title=title, owner=owner, due=due_on, priority=priority),
    TITLES,
    OWNERS,
    DUES,
    PRIORITIES,
)


def in_a_line(words: Words) -> str:
    return " ".join(
        filter(None, ("ACTION:", words.title, words.owner, words.due and f"due {words.due}", words.priority))
    )


def in_a_block(words: Words) -> str:
    fields = (("Owner", words.owner), ("Due", words.due), ("Priority", words.priority))
    return "\n".join((f"Action item: {words.title}", *(f"{name}: {value}" for name, value in fields if value)))


@given(ANY_TEXT)
def test_reading_never_raises_and_never_gives_an_empty_title(text: str) -> None:
    actions, unreadable = read_actions(text)
    lines = len(text.splitlines())
    for action in actions:
        said = [getattr(action.words, name) for name in ("title", "owner", "due", "priority", "kind", "fix")]
        assert action.words.title
        assert all(value is None or value == value.strip() != "" for value in said)
        assert not any("\n" in value or "\x00" in value for value in said if value)
        assert 1 <= action.line <= lines
    assert all(1 <= report.line <= lines and report.why for report in unreadable)
    assert [action.line for action in actions] == sorted(action.line for action in actions)


@given(ANY_TEXT)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read_actions(text) == read_actions(text)


@given(st.lists(ACTIONS, max_size=4), st.booleans())
def test_what_was_written_is_what_is_read(wanted: list[Words], blocks: bool) -> None:
    text = "\n\n".join((in_a_block if blocks else in_a_line)(words) for words in wanted)
    actions, unreadable = read_actions(text)
    assert ([action.words for action in actions], unreadable) == (wanted, ())


@given(ACTIONS)
def test_a_title_read_again_is_itself(words: Words) -> None:
    assert read_actions(f"TODO: {words.title}")[0][0].words == Words(title=words.title)


@given(CALM, st.lists(ACTIONS, min_size=1, max_size=4))
def test_a_line_above_changes_no_words(above: str, wanted: list[Words]) -> None:
    text = "\n".join(in_a_line(words) for words in wanted)
    before, after = read_actions(text)[0], read_actions(f"{above}\n{text}")[0]
    assert [action.words for action in before] == [action.words for action in after]
    assert [action.line + 1 for action in before] == [action.line for action in after]


@given(MESSY, st.sampled_from(("```", "~~~", "`````")), st.sampled_from(("", "sql", " python")))
def test_a_fence_never_yields(inside: str, fence: str, info: str) -> None:
    code = "\n".join(line for line in inside.splitlines() if fence not in line)
    assert read_actions(f"{fence}{info}\n{code}\n{fence}") == ((), ())


@given(st.lists(ACTIONS, min_size=1, max_size=3), st.sampled_from(("> ", "    ", "\t", "- [x] ")))
def test_quoted_indented_and_ticked_lines_never_yield(words: list[Words], before: str) -> None:
    assert read_actions("\n".join(before + in_a_line(each) for each in words)) == ((), ())


@given(ANY_TEXT, ANY_TEXT)
def test_same_wording_is_an_equality(a: str, b: str) -> None:
    assert same_wording(a, a)
    assert same_wording(a, b) == same_wording(b, a)
    assert same_wording(f"**{a}**  ", a) or not any(char.isalnum() for char in a)


@given(ANY_TEXT)
def test_single_words_never_raise(text: str) -> None:
    kind_word(text)
    fix_word(text)
    assert priority_word(text) in {None, "P1", "P2", "P3", "P4", "P5"}


@given(ANY_TEXT, DAYS, st.sampled_from(("UTC", "Europe/Berlin", "Pacific/Kiritimati")), CALENDARS)
def test_a_due_date_is_always_found_and_near(words: str, day: date, zone: str, calendar: Calendar) -> None:
    noted_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    when = due(words, noted_at=noted_at, zone=zone, priority="P2", calendar=calendar, due_days=DUE_DAYS)
    assert abs(when.on.year - day.year) <= 3
    if when.reason is not DueReason.WRITTEN:
        assert day < when.on < day + timedelta(days=40)


@given(st.dates(), MESSY)
def test_a_date_is_read_on_any_day_there_is(noted_on: date, words: str) -> None:
    read_date(words, noted_on=noted_on)


@given(DAYS, DAYS)
def test_a_date_written_in_full_is_that_date_or_too_far(day: date, noted_on: date) -> None:
    readings = {
        read_date(form, noted_on=noted_on) for form in (f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}", f"{day:%b %d, %Y}")
    }
    assert len(readings) == 1
    assert readings == {day} or abs(day.year - noted_on.year) > 2


@given(st.dates(min_value=date(2020, 3, 1), max_value=date(2030, 1, 1)), st.integers(min_value=-60, max_value=300))
def test_a_day_without_its_year_is_overdue_within_sixty_days_and_ahead_otherwise(noted_on: date, days: int) -> None:
    day = noted_on + timedelta(days=days)
    assert read_date(f"{day:%b} {day.day}", noted_on=noted_on) == day


@given(DAYS, st.integers(min_value=0, max_value=60), CALENDARS)
def test_business_days_go_forward_one_by_one(start: date, days: int, calendar: Calendar) -> None:
    reached, further = add_business_days(start, days, calendar), add_business_days(start, days + 1, calendar)
    assert is_business_day(reached, calendar)
    assert start <= reached <= further
    assert reached < further or (days == 0 and not is_business_day(start, calendar))
    assert add_business_days(start + timedelta(days=1), days, calendar) >= reached
    if days:
        assert further == add_business_days(reached, 1, calendar)


@given(ANY_TEXT | st.none(), st.lists(st.text(max_size=6), max_size=4))
def test_an_owner_is_never_invented(words: str | None, names: list[str]) -> None:
    people = [Person(id=f"P{n}", name=name, email=f"{name}@x.example") for n, name in enumerate(names)]
    match = find_owner(words, people, {"team": "nobody@x.example"})
    assert match.words == words
    assert (match.person is None) == match.reason.value.startswith("fallback")
    assert match.person is None or match.person in people
