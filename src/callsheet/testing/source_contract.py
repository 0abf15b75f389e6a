"""What every paging source promises, as tests: inherit `SourceContract` and give it a bench."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from callsheet.connect.errors import AuthRefused, ConnectorError, NotFound
from callsheet.connect.ports import Clock, FeedPage, Source
from callsheet.model.incident import Incident, IncidentStatus, LogEntry, Note
from callsheet.testing.examination import examined, fails

_DAY = timedelta(days=1)
_WORDS = "ACTION: Add an alert — <b>ünï</b> | *x*\n  on two lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBench:
    """A source over a place that the test owns, with the hands of people who work there.

    `clock` tells the time there and `wait` lets it pass. `happen` has an incident come about now that goes on, and
    gives its id; `resolve` ends it. `say` writes a note as a person and gives its id, `unsay` deletes a note.
    `lose_reply` lets the answer to the next new note get lost after it was carried out, `refuse` has our credential
    refused from now on.
    """

    source: Source
    clock: Clock
    wait: Callable[[timedelta], None]
    happen: Callable[[], str]
    resolve: Callable[[str], None]
    say: Callable[[str, str], str]
    unsay: Callable[[str, str], None]
    lose_reply: Callable[[], None]
    refuse: Callable[[], None]

    def listed(self, since: timedelta = _DAY, until: timedelta = timedelta(0)) -> dict[str, Incident]:
        """The incidents of a window that is counted back from now."""
        now = self.clock.now()
        pages = _healthy(self.source.incidents(now - since, now - until))
        return {incident.id: incident for page in pages for incident in page.incidents}

    def fed(self, since: timedelta = _DAY, until: timedelta = timedelta(0)) -> list[LogEntry]:
        """The feed of a window that is counted back from now."""
        now = self.clock.now()
        return [e for page in _healthy(self.source.changes(now - since, now - until)) for e in page.entries]

    def story(self) -> Incident:
        """An incident that is over, with one note by a person."""
        id_ = self.happen()
        self.wait(timedelta(minutes=10))
        self.say(id_, _WORDS)
        self.wait(timedelta(minutes=10))
        self.resolve(id_)
        self.wait(timedelta(minutes=10))
        return self.listed()[id_]


class SourceContract:
    """What every paging source promises."""

    @pytest.fixture
    def bench(self) -> SourceBench:
        """Override it."""
        raise NotImplementedError("give the contract a bench: override the fixture `bench`")

    # Incidents.

    def test_an_incident_is_listed_as_it_is_now(self, bench: SourceBench) -> None:
        id_ = bench.happen()
        bench.wait(timedelta(minutes=1))
        going_on = bench.listed()[id_]
        assert (going_on.resolved, going_on.resolved_at, going_on.duration) == (False, None, None)
        bench.wait(timedelta(minutes=9))
        bench.resolve(id_)
        bench.wait(timedelta(minutes=1))
        over = bench.listed()[id_]
        assert over.status is IncidentStatus.RESOLVED
        assert over.resolved_at is not None
        assert going_on.created_at < over.resolved_at <= bench.clock.now()
        assert (over.account, over.number, over.created_at) == (
            going_on.account,
            going_on.number,
            going_on.created_at,
        )

    def test_the_window_is_by_creation_and_open_ones_are_always_listed(self, bench: SourceBench) -> None:
        over, going_on = bench.happen(), bench.happen()
        bench.wait(timedelta(minutes=1))
        bench.resolve(over)
        bench.wait(2 * _DAY)
        later = bench.listed()
        assert over not in later
        assert going_on in later
        assert {over, going_on} <= bench.listed(3 * _DAY).keys()

    # The feed.

    def test_a_note_comes_with_the_feed_and_with_its_incident(self, bench: SourceBench) -> None:
        incident = bench.story()
        now = bench.clock.now()
        pages = _healthy(bench.source.changes(now - _DAY, now))
        notes = [e for page in pages for e in page.entries if e.incident_id == incident.id and e.kind == "annotate"]
        assert [entry.text for entry in notes] == [_WORDS]
        for page in pages:
            assert {entry.incident_id for entry in page.entries} == {head.id for head in page.incidents}
        heads = [head for page in pages for head in page.incidents if head.id == incident.id]
        assert set(heads) == {incident}

    def test_an_entry_is_told_once_in_the_window_that_it_lies_in(self, bench: SourceBench) -> None:
        incident = bench.story()
        entries = bench.fed()
        assert len({entry.id for entry in entries}) == len(entries)
        ours = [entry for entry in entries if entry.incident_id == incident.id]
        assert {"trigger", "annotate", "resolve"} <= {entry.kind for entry in ours}
        bench.wait(timedelta(hours=1))
        assert incident.id not in {entry.incident_id for entry in bench.fed(timedelta(minutes=30))}
        again = [entry for entry in bench.fed(_DAY) if entry.incident_id == incident.id]
        assert {entry.id for entry in again} == {entry.id for entry in ours}

    # The dossier.

    def test_a_dossier_is_whole_and_oldest_first(self, bench: SourceBench) -> None:
        incident = bench.story()
        dossier, maladies = bench.source.dossier(incident)
        assert maladies == ()
        assert dossier.incident == incident
        times = [entry.at for entry in dossier.entries]
        assert times == sorted(times)
        assert dossier.entries[0].kind == "trigger"
        assert [note.text for note in dossier.notes] == [_WORDS]
        assert dossier.notes[0].author.name

    def test_the_directory_knows_each_person_once_and_ranks_priorities(self, bench: SourceBench) -> None:
        directory = bench.source.directory()
        ids = [person.id for person in directory.people]
        assert len(ids) == len(set(ids)) > 0
        assert [priority.rank for priority in directory.priorities] == list(range(1, len(directory.priorities) + 1))

    # Our note.

    def test_the_on_calls_are_people_of_the_directory_and_each_duty_is_told_once(self, bench: SourceBench) -> None:
        names = {person.id: person.name for person in bench.source.directory().people}
        duties = bench.source.on_calls()
        assert duties
        assert len(set(duties)) == len(duties)
        assert [names.get(duty.person_id) for duty in duties] == [duty.name for duty in duties]
        assert [duty.rung for duty in duties] == sorted(duty.rung for duty in duties)
        assert duties[0].rung == 1

    def test_the_places_hold_the_service_and_teams_of_an_incident(self, bench: SourceBench) -> None:
        incident, places = bench.story(), bench.source.places()
        assert incident.service.id in {service.id for service in places.services}
        assert {team.id for team in incident.teams} <= {team.id for team in places.teams}

    def test_a_note_is_posted_once_then_edited_and_found_by_its_text(self, bench: SourceBench) -> None:
        incident = bench.story()
        id_ = bench.source.post_note(incident.id, "0 of 2 done. [cs-00112233445566ff]")
        assert _notes(bench, incident.id, "cs-00112233445566ff") == {id_: "0 of 2 done. [cs-00112233445566ff]"}
        for _ in range(2):
            bench.source.edit_note(incident.id, id_, "1 of 2 done. [cs-00112233445566ff]")
        assert _notes(bench, incident.id, "cs-00112233445566ff") == {id_: "1 of 2 done. [cs-00112233445566ff]"}
        assert next(note.text for note in bench.source.notes(incident.id)) == _WORDS

    def test_an_incident_that_is_gone_has_no_dossier(self, bench: SourceBench) -> None:
        gone = replace(bench.story(), id="QNOTTHERE")
        with pytest.raises(NotFound):
            bench.source.dossier(gone)

    def test_a_note_that_a_person_deleted_is_not_found(self, bench: SourceBench) -> None:
        incident = bench.story()
        id_ = bench.source.post_note(incident.id, "0 of 2 done.")
        bench.unsay(incident.id, id_)
        with pytest.raises(NotFound):
            bench.source.edit_note(incident.id, id_, "1 of 2 done.")
        assert id_ not in {note.id for note in bench.source.notes(incident.id)}

    def test_a_note_whose_answer_is_lost_was_sent_once_and_says_that_it_may_be_there(self, bench: SourceBench) -> None:
        incident = bench.story()
        bench.lose_reply()
        with pytest.raises(ConnectorError) as caught:
            bench.source.post_note(incident.id, "0 of 2 done.")
        assert caught.value.outcome_unknown
        assert len(_notes(bench, incident.id, "0 of 2 done.")) == 1

    def test_an_examination_finds_a_sound_configuration_sound_and_a_refused_credential_not(
        self, bench: SourceBench
    ) -> None:
        checks = examined(bench.source)
        assert not fails(checks)
        bench.refuse()
        assert fails(examined(bench.source)) is bool(checks)

    def test_a_refused_credential_is_never_read_as_nothing_there(self, bench: SourceBench) -> None:
        incident = bench.story()
        bench.refuse()
        calls: tuple[Callable[[], object], ...] = (
            bench.listed,
            bench.fed,
            lambda: bench.source.dossier(incident),
            lambda: bench.source.notes(incident.id),
            lambda: bench.source.post_note(incident.id, "x"),
            bench.source.directory,
        )
        for call in calls:
            with pytest.raises(AuthRefused):
                call()


def _healthy(pages: Iterable[FeedPage]) -> list[FeedPage]:
    found = list(pages)
    assert not [malady for page in found for malady in page.maladies], "nothing is wrong here"
    return found


def _notes(bench: SourceBench, incident_id: str, words: str) -> dict[str, str]:
    found: tuple[Note, ...] = bench.source.notes(incident_id)
    return {note.id: note.text for note in found if words in note.text}
