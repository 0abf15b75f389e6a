"""Contract suites for connector authors: inherit one, give it a bench, and pytest runs what the port promises.

    class TestMyPublisher(PublisherContract):
        @pytest.fixture
        def bench(self, tmp_path):
            return PublisherBench(open=lambda: MyPublisher(...), edit=..., remove=...)

A bench is the real thing over a place that the test owns, with the hands of a person who works there. Needs pytest.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from callsheet.connect.errors import ConnectorError, EditedMeanwhile, Rejected
from callsheet.connect.ports import Copies, Malady, Notifier, Published, Publisher
from callsheet.model.nudge import Digest
from callsheet.model.text import paragraph
from callsheet.testing.examination import examined, fails
from callsheet.testing.source_contract import SourceBench, SourceContract
from callsheet.testing.tracker_contract import TrackerBench, TrackerContract

__all__ = [
    "NotifierBench",
    "NotifierContract",
    "PublisherBench",
    "PublisherContract",
    "SourceBench",
    "SourceContract",
    "TrackerBench",
    "TrackerContract",
    "document",
]


def document(incident_id: str, words: str = "Nobody is to blame.") -> str:
    """A small post-mortem as the core writes them: front matter first."""
    return f"---\nincident: {incident_id}\n---\n\n# What happened\n\n{words}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherBench:
    """`open` gives a publisher over one and the same place, each time as a fresh process would have it.

    `edit` replaces a document's text and `remove` deletes it, both as a person would, behind the publisher's back.
    """

    open: Callable[[], Publisher]
    edit: Callable[[Published, str], None]
    remove: Callable[[Published], None]


class PublisherContract:
    """What every publisher promises."""

    @pytest.fixture
    def bench(self) -> PublisherBench:
        """Override it."""
        raise NotImplementedError("give the contract a bench: override the fixture `bench`")

    def test_what_was_published_is_read_back_by_a_fresh_process(self, bench: PublisherBench) -> None:
        text = document("Q1")
        published = bench.open().publish("Q1", "first", text, None)
        assert (published.incident_id, published.text) == ("Q1", text)
        assert _documents(bench.open(), {}) == [published]

    def test_copies_beside_a_document_are_no_documents_and_may_be_written_again(self, bench: PublisherBench) -> None:
        """A publisher that keeps no copies has no `copy_beside`."""
        publisher = bench.open()
        published = publisher.publish("Q1", "first", document("Q1"), None)
        if isinstance(publisher, Copies):
            for words in ("one", "another"):
                publisher.copy_beside("Q1", "first", {".html": f"<p>{words}</p>", ".ics": words})
        assert _documents(bench.open(), {}) == [published]

    def test_an_examination_writes_no_document(self, bench: PublisherBench) -> None:
        assert not fails(examined(bench.open()))
        assert _documents(bench.open(), {}) == []

    def test_nothing_is_reported_of_an_unchanged_document(self, bench: PublisherBench) -> None:
        publisher = bench.open()
        known = {"Q1": publisher.publish("Q1", "first", document("Q1"), None).version}
        for reader in (publisher, publisher, bench.open()):
            assert list(reader.read_changed(known)) == []

    @pytest.mark.parametrize(
        "words",
        [
            pytest.param("one\r\ntwo\r\n", id="CRLF"),
            pytest.param("  trailing spaces  \n\n\n", id="spaces"),
            pytest.param("no line break at the end", id="no final line break"),
            pytest.param("ünï — 🎭 \u2028 \u200b", id="beyond ASCII"),
            pytest.param("<script>alert(1)</script> {{ 7*7 }} ${HOME} %s", id="hostile"),
        ],
    )
    def test_text_is_kept_to_the_last_character(self, bench: PublisherBench, words: str) -> None:
        text = f"---\nincident: Q1\n---\n{words}"
        bench.open().publish("Q1", "first", text, None)
        assert [read.text for read in _documents(bench.open(), {})] == [text]

    def test_an_edit_is_reported_once_it_is_there(self, bench: PublisherBench) -> None:
        publisher = bench.open()
        published = publisher.publish("Q1", "first", document("Q1"), None)
        bench.edit(published, document("Q1", "Edited."))
        (edited,) = _documents(publisher, {"Q1": published.version})
        assert edited.text == document("Q1", "Edited.")
        assert edited.version != published.version
        assert list(publisher.read_changed({"Q1": edited.version})) == []

    def test_an_edit_of_the_same_length_made_at_once_is_seen(self, bench: PublisherBench) -> None:
        publisher = bench.open()
        published = publisher.publish("Q1", "first", document("Q1", "aaaa"), None)
        assert list(publisher.read_changed({"Q1": published.version})) == []
        bench.edit(published, document("Q1", "bbbb"))
        (edited,) = _documents(publisher, {"Q1": published.version})
        assert edited.text == document("Q1", "bbbb")

    def test_the_expected_version_is_replaced(self, bench: PublisherBench) -> None:
        publisher = bench.open()
        first = publisher.publish("Q1", "first", document("Q1"), None)
        second = publisher.publish("Q1", "first", document("Q1", "Better."), first.version)
        assert second.version != first.version
        assert _documents(bench.open(), {}) == [second]

    @pytest.mark.parametrize("fresh", [False, True], ids=["same process", "fresh process"])
    def test_an_edit_is_never_overwritten(self, bench: PublisherBench, fresh: bool) -> None:
        publisher = bench.open()
        published = publisher.publish("Q1", "first", document("Q1"), None)
        edit = document("Q1", "A person's words.")
        bench.edit(published, edit)
        writer = bench.open() if fresh else publisher
        for expected in (published.version, None):
            with pytest.raises(EditedMeanwhile):
                writer.publish("Q1", "first", document("Q1", "Ours."), expected)
        assert [read.text for read in _documents(bench.open(), {})] == [edit]

    def test_a_document_that_is_there_is_not_new(self, bench: PublisherBench) -> None:
        bench.open().publish("Q1", "first", document("Q1"), None)
        with pytest.raises(EditedMeanwhile):
            bench.open().publish("Q1", "first", document("Q1", "Ours."), None)

    @pytest.mark.parametrize("fresh", [False, True], ids=["same process", "fresh process"])
    def test_a_new_title_keeps_the_place(self, bench: PublisherBench, fresh: bool) -> None:
        publisher = bench.open()
        first = publisher.publish("Q1", "old-title", document("Q1"), None)
        writer = bench.open() if fresh else publisher
        second = writer.publish("Q1", "new-title", document("Q1", "Better."), first.version)
        assert second.location == first.location
        assert _documents(bench.open(), {}) == [second]

    def test_incidents_are_kept_apart(self, bench: PublisherBench) -> None:
        publisher = bench.open()
        one = publisher.publish("Q1", "one", document("Q1"), None)
        two = publisher.publish("Q2", "two", document("Q2"), None)
        assert one.location != two.location
        assert list(bench.open().read_changed({"Q1": one.version, "Q2": two.version})) == []
        assert _documents(bench.open(), {"Q1": one.version}) == [two]

    def test_a_deleted_document_is_no_news_and_is_written_again_when_it_changes(self, bench: PublisherBench) -> None:
        publisher = bench.open()
        first = publisher.publish("Q1", "first", document("Q1"), None)
        bench.remove(first)
        assert list(publisher.read_changed({"Q1": first.version})) == []
        again = publisher.publish("Q1", "first", document("Q1", "Again."), first.version)
        assert _documents(bench.open(), {}) == [again]


def _documents(publisher: Publisher, known: dict[str, str]) -> list[Published]:
    news = list(publisher.read_changed(known))
    maladies = [one for one in news if isinstance(one, Malady)]
    assert not maladies, f"nothing is wrong here, yet it said {maladies}"
    return [one for one in news if isinstance(one, Published)]


_BODY = (paragraph("Rotate the certificates"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierBench:
    """A notifier whose messages arrive at a place that the test owns.

    `arrived` gives what came in so far, each message as raw text; `break_down` lets the place refuse from now on,
    still counting what comes in. `counted` is how often the notifier called the Context's `count`.
    `reachable` and `unreachable` are digests for a person with an address and for one without. `secrets` are the
    secrets that it was configured with.
    """

    notifier: Notifier
    arrived: Callable[[], list[str]]
    break_down: Callable[[], None]
    counted: Callable[[], int]
    reachable: Digest
    unreachable: Digest
    secrets: tuple[str, ...]


class NotifierContract:
    """What every notifier promises."""

    @pytest.fixture
    def bench(self) -> NotifierBench:
        """Override it."""
        raise NotImplementedError("give the contract a bench: override the fixture `bench`")

    @pytest.fixture(autouse=True)
    def _secrets_stay_inside(self, bench: NotifierBench, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
        caplog.set_level(logging.DEBUG)
        yield
        for phase in ("setup", "call"):
            for record in caplog.get_records(phase):
                said = f"{record.getMessage()} {record.args!r} {record.exc_text or ''}"
                assert not _told(said, bench.secrets), f"a secret reached the log of {record.name}"
        assert not _told(repr(bench.notifier), bench.secrets), "a secret reached the repr"

    def test_it_knows_whom_it_reaches(self, bench: NotifierBench) -> None:
        assert bench.notifier.reaches(bench.reachable)
        assert not bench.notifier.reaches(bench.unreachable)
        assert bench.arrived() == []

    def test_an_examination_sends_nothing_and_tells_no_secret(self, bench: NotifierBench) -> None:
        checks = examined(bench.notifier)
        assert not fails(checks)
        assert bench.arrived() == []
        assert not _told(repr(checks), bench.secrets)

    def test_a_message_arrives_once(self, bench: NotifierBench) -> None:
        bench.notifier.send(bench.reachable, "Two promises are due", _BODY)
        (message,) = bench.arrived()
        assert "Two promises are due" in message
        assert "Rotate the certificates" in message
        assert bench.counted() == 1

    def test_a_failure_is_told_and_never_sent_twice(self, bench: NotifierBench) -> None:
        bench.break_down()
        with pytest.raises(ConnectorError) as caught:
            bench.notifier.send(bench.reachable, "Two promises are due", _BODY)
        assert len(bench.arrived()) == 1
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
        assert not _told(told, bench.secrets), "a secret reached the error"

    def test_nobody_is_written_to_without_an_address(self, bench: NotifierBench) -> None:
        with pytest.raises(Rejected) as caught:
            bench.notifier.send(bench.unreachable, "Two promises are due", _BODY)
        assert not caught.value.outcome_unknown
        assert bench.arrived() == []
        assert bench.counted() == 0

    def test_a_subject_is_one_line(self, bench: NotifierBench) -> None:
        bench.notifier.send(bench.reachable, "Due\r\nBcc: everybody@example.com\n", _BODY)
        (message,) = bench.arrived()
        assert "Due Bcc: everybody@example.com" in message


def _told(said: str, secrets: tuple[str, ...]) -> bool:
    return any(secret in said for secret in secrets)
