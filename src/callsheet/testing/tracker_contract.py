"""What every tracker promises, as tests: inherit `TrackerContract` and give it a bench."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound, Rejected
from callsheet.connect.ports import Tracker
from callsheet.model.person import Account, Person
from callsheet.model.text import Bullets, Span, paragraph
from callsheet.model.ticket import Category, Field, ProjectRules, Ticket, TicketChange, TicketDraft, TicketRef
from callsheet.testing.examination import examined, fails

LABEL = "callsheet"
MARKER = "cs-00112233445566ff"
DUE = date(2031, 4, 30)
DROPPED = ("Won't Do", "Won't Fix", "Duplicate")
HOSTILE = 'a {code} [~admin] <script>alert(1)</script> *b* | "c" \\ {{ 7*7 }} ünï🎭'
_NOWHERE = "99999999"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerBench:
    """A tracker over a place that the test owns, with the hands of people who work there.

    `wait` lets time pass there, with the search catching up. `retitle` and `delete` change a ticket, by id, as a
    person would. `lose_reply` lets the answer to the next create get lost after it was carried out, `refuse` has our
    credential refused from now on. `people` are two persons with accounts that tickets of the default project can be
    given to; `stranger` is somebody without one. `refused` is a draft that the tracker refuses.
    """

    tracker: Tracker
    wait: Callable[[timedelta], None]
    retitle: Callable[[str, str], None]
    delete: Callable[[str], None]
    lose_reply: Callable[[], None]
    refuse: Callable[[], None]
    people: tuple[Person, Person]
    stranger: Person
    refused: TicketDraft

    @property
    def rules(self) -> ProjectRules:
        """What the default project takes."""
        return self.tracker.rules(self.tracker.default_project, self.tracker.default_issue_type)

    def account(self, place: int = 0) -> Account:
        """The account of one of the people."""
        person = self.people[place]
        account = self.tracker.account(person.email or "", person.name).account
        assert account is not None, f"{person.name} should have an account here"
        return account

    def draft(self, marker: str = MARKER, **more: Any) -> TicketDraft:
        """A small draft for the default project."""
        rules = self.rules
        given = {"title": "Add an alert", "body": (paragraph("why"),), "labels": (LABEL, marker), **more}
        return TicketDraft(project=rules.project, issue_type_id=rules.issue_type_id, **given)

    def ticket(self, ticket_id: str) -> Ticket:
        """A ticket as it is now."""
        (found,) = self.tracker.read([ticket_id]).found
        return found

    def full(self) -> TicketRef:
        """A ticket with everything on it."""
        return self.tracker.create(self.draft(owner=self.account().id, due_on=DUE))

    def settle(self) -> None:
        """Until the search shows what was written."""
        self.wait(timedelta(minutes=1))


class TrackerContract:
    """What every tracker promises."""

    @pytest.fixture
    def bench(self) -> TrackerBench:
        """Override it."""
        raise NotImplementedError("give the contract a bench: override the fixture `bench`")

    # Creating.

    def test_a_ticket_is_read_back_with_everything_that_was_sent(self, bench: TrackerBench) -> None:
        ana, rules = bench.account(), bench.rules
        body = (paragraph("From ", Span(text="INC-1", url="https://x.example/1")), Bullets(items=(paragraph("one"),)))
        ref = bench.tracker.create(
            bench.draft(body=body, owner=ana.id, due_on=DUE, priority_id=rules.priorities[0].id),
        )
        ticket = bench.ticket(ref.id)
        assert (ticket.id, ticket.key, ticket.url, ticket.project) == (ref.id, ref.key, ref.url, rules.project)
        assert (ticket.title, ticket.due_on, ticket.priority) == ("Add an alert", DUE, rules.priorities[0].name)
        assert (ticket.owner and ticket.owner.id, ticket.category) == (ana.id, Category.NEW)
        assert ticket.labels >= {LABEL, MARKER}
        assert all(words in ticket.text for words in ("From INC-1", "https://x.example/1", "one"))
        assert ticket.created_at.tzinfo is not None

    def test_a_new_ticket_is_found_by_its_labels_once_the_search_knows_it(self, bench: TrackerBench) -> None:
        ref = bench.tracker.create(bench.draft())
        bench.settle()
        assert [ticket.id for ticket in bench.tracker.find([MARKER])] == [ref.id]
        assert ref.id in [ticket.id for ticket in bench.tracker.changes(LABEL, None)]
        assert bench.tracker.find(["cs-ffffffffffffffff"]) == ()

    def test_one_search_finds_the_tickets_of_many_labels_each_once(self, bench: TrackerBench) -> None:
        other = "cs-00000000000000aa"
        refs = [
            bench.tracker.create(replace(bench.draft(), labels=labels))
            for labels in ((LABEL, MARKER), (LABEL, other), (LABEL, MARKER, other))
        ]
        bench.settle()
        nowhere = [f"cs-{number:016x}" for number in range(60)]
        found = [ticket.id for ticket in bench.tracker.find([MARKER, *nowhere, other])]
        assert sorted(found) == sorted(ref.id for ref in refs)
        assert bench.tracker.find([]) == ()

    def test_words_are_kept_as_words(self, bench: TrackerBench) -> None:
        ref = bench.tracker.create(bench.draft(title=HOSTILE, body=(paragraph(HOSTILE),)))
        ticket = bench.ticket(ref.id)
        assert ticket.title == HOSTILE
        assert HOSTILE in ticket.text

    def test_a_create_whose_answer_is_lost_was_sent_once_and_says_that_it_may_be_there(
        self, bench: TrackerBench
    ) -> None:
        draft = bench.draft()
        bench.lose_reply()
        with pytest.raises(ConnectorError) as caught:
            bench.tracker.create(draft)
        assert caught.value.outcome_unknown
        bench.settle()
        assert len(bench.tracker.find([MARKER])) == 1

    def test_a_refused_draft_is_a_clear_no(self, bench: TrackerBench) -> None:
        with pytest.raises(Rejected) as caught:
            bench.tracker.create(replace(bench.refused, labels=(LABEL, MARKER)))
        assert caught.value.fields
        assert not caught.value.outcome_unknown
        bench.settle()
        assert bench.tracker.find([MARKER]) == ()

    # Reading.

    def test_reading_by_id_needs_no_search_and_names_what_is_missing(self, bench: TrackerBench) -> None:
        kept, gone = bench.tracker.create(bench.draft()), bench.tracker.create(bench.draft())
        bench.delete(gone.id)
        read = bench.tracker.read([kept.id, gone.id, _NOWHERE, kept.id])
        assert [ticket.id for ticket in read.found] == [kept.id]
        assert sorted(read.missing) == sorted((gone.id, _NOWHERE))
        assert bench.tracker.read([]).found == ()

    def test_changes_since_are_those_that_changed_since_oldest_first(self, bench: TrackerBench) -> None:
        refs = []
        for number in range(3):
            refs.append(bench.tracker.create(bench.draft(f"cs-000000000000000{number}")))
            bench.settle()
        bench.wait(timedelta(hours=1))
        bench.retitle(refs[1].id, "Changed by a person")
        bench.settle()
        bench.tracker.update(refs[0].id, TicketChange(fields={Field.TITLE: "Changed by us"}))
        bench.settle()
        since = bench.ticket(refs[2].id).updated_at + timedelta(minutes=30)
        changed = [(ticket.id, ticket.title) for ticket in bench.tracker.changes(LABEL, since)]
        assert changed == [(refs[1].id, "Changed by a person"), (refs[0].id, "Changed by us")]
        assert [ticket.id for ticket in bench.tracker.changes(LABEL, None)] == [refs[n].id for n in (2, 1, 0)]

    def test_an_examination_finds_a_sound_configuration_sound_and_a_refused_credential_not(
        self, bench: TrackerBench
    ) -> None:
        place = (bench.tracker.default_project, bench.tracker.default_issue_type)
        checks = examined(bench.tracker, place)
        assert not fails(checks)
        bench.refuse()
        assert fails(examined(bench.tracker, place)) is bool(checks)

    def test_a_refused_credential_is_never_read_as_nothing_there(self, bench: TrackerBench) -> None:
        ref, person, draft = bench.tracker.create(bench.draft()), bench.people[0], bench.draft()
        bench.settle()
        bench.refuse()
        calls: tuple[Callable[[], object], ...] = (
            lambda: list(bench.tracker.changes(LABEL, None)),
            lambda: bench.tracker.find([MARKER]),
            lambda: bench.tracker.read([ref.id]),
            lambda: bench.tracker.comments(ref.id),
            lambda: bench.tracker.account(person.email or "", person.name),
            lambda: bench.rules,
            lambda: bench.tracker.create(draft),
            bench.tracker.who_am_i,
        )
        for call in calls:
            with pytest.raises(AuthRefused):
                call()

    # Changing.

    def test_an_update_sets_what_it_names_and_keeps_the_rest(self, bench: TrackerBench) -> None:
        ref = bench.full()
        before = bench.ticket(ref.id)
        bench.tracker.update(ref.id, TicketChange(fields={Field.TITLE: "Better"}))
        after = bench.ticket(ref.id)
        assert after == replace(before, title="Better", updated_at=after.updated_at)

    def test_every_field_can_be_set_and_an_optional_one_cleared(self, bench: TrackerBench) -> None:
        ref, rules, marcus = bench.full(), bench.rules, bench.account(1)
        fields = {
            Field.OWNER: marcus.id,
            Field.DUE_ON: DUE + timedelta(days=1),
            Field.PRIORITY: rules.priorities[-1].id,
        }
        change = TicketChange(fields=fields, add_labels=("season",))
        for _ in range(2):
            bench.tracker.update(ref.id, change)
        ticket = bench.ticket(ref.id)
        assert (ticket.owner and ticket.owner.id, ticket.due_on) == (marcus.id, DUE + timedelta(days=1))
        assert ticket.priority == rules.priorities[-1].name
        assert ticket.labels >= {LABEL, MARKER, "season"}
        bench.tracker.update(ref.id, TicketChange(fields={Field.OWNER: None, Field.DUE_ON: None}))
        ticket = bench.ticket(ref.id)
        assert (ticket.owner, ticket.due_on, ticket.title) == (None, None, "Add an alert")

    def test_an_update_that_is_refused_for_one_field_sets_no_other(self, bench: TrackerBench) -> None:
        ref = bench.full()
        before = bench.ticket(ref.id)
        with pytest.raises(Rejected):
            bench.tracker.update(ref.id, TicketChange(fields={Field.TITLE: "Better", Field.OWNER: "nobody-at-all"}))
        assert bench.ticket(ref.id) == before

    def test_an_update_of_nothing_changes_nothing(self, bench: TrackerBench) -> None:
        ref = bench.full()
        before = bench.ticket(ref.id)
        bench.tracker.update(ref.id, TicketChange())
        assert bench.ticket(ref.id) == before

    def test_a_ticket_is_brought_to_a_category_and_stays_there(self, bench: TrackerBench) -> None:
        ref = bench.full()
        said = bench.tracker.transition(ref.id, Category.DONE, DROPPED)
        closed = bench.ticket(ref.id)
        assert said == closed
        assert closed.category is Category.DONE
        assert closed.resolution is None or closed.resolution in DROPPED
        assert bench.tracker.transition(ref.id, Category.DONE, DROPPED) == closed
        assert bench.ticket(ref.id) == closed

    def test_what_is_not_there_is_not_found(self, bench: TrackerBench) -> None:
        for call in (
            lambda: bench.tracker.update(_NOWHERE, TicketChange(fields={Field.TITLE: "x"})),
            lambda: bench.tracker.transition(_NOWHERE, Category.DONE, ()),
            lambda: bench.tracker.comment(_NOWHERE, (paragraph("x"),), "m"),
        ):
            with pytest.raises(NotFound):
                call()

    # Comments and links.

    def test_a_comment_carries_its_words_and_its_marker(self, bench: TrackerBench) -> None:
        ref = bench.full()
        made = bench.tracker.comment(ref.id, (paragraph("Due today"),), "nudge:ana@example.com:2031-04-30")
        bench.tracker.comment(ref.id, (paragraph("Another"),), "other")
        first, second = bench.tracker.comments(ref.id)
        assert first.id == made
        assert "Due today" in first.text
        assert "nudge:ana@example.com:2031-04-30" in first.text
        assert "nudge:ana@example.com:2031-04-30" not in second.text
        assert first.author is not None
        assert first.author.id == bench.tracker.who_am_i().id

    def test_a_link_may_be_made_twice(self, bench: TrackerBench) -> None:
        kept, twin = bench.full(), bench.full()
        for _ in range(2):
            bench.tracker.link_duplicate(twin.id, kept.id)

    # Looking up.

    def test_an_account_is_an_exact_single_match_or_none(self, bench: TrackerBench) -> None:
        person = bench.people[0]
        email = person.email or ""
        assert bench.account().active
        assert bench.tracker.account(email.upper(), person.name).account == bench.account()
        for wrong in (email.partition("@")[0], email[1:], f"x{email}", "", bench.stranger.email or ""):
            assert bench.tracker.account(wrong, bench.stranger.name).account is None, wrong

    def test_only_known_accounts_are_assignable(self, bench: TrackerBench) -> None:
        project, account = bench.tracker.default_project, bench.account()
        assert bench.tracker.assignable(project, account.id)
        assert not bench.tracker.assignable(project, account.id[:-1])

    def test_a_project_tells_what_it_takes(self, bench: TrackerBench) -> None:
        rules = bench.rules
        assert (rules.has_due_on, rules.has_owner, rules.has_labels) == (True, True, True)
        assert rules.issue_type.casefold() == bench.tracker.default_issue_type.casefold()
        assert len({choice.id for choice in rules.priorities}) == len(rules.priorities) > 1
        for project, kind in (("NOSUCH", rules.issue_type), (rules.project, "No such type")):
            with pytest.raises(Rejected):
                bench.tracker.rules(project, kind)
