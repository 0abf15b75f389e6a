"""What every publisher promises, as tests: inherit `PublisherContract` and give it a bench."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from callsheet.connect.errors import EditedMeanwhile
from callsheet.connect.ports import Copies, Malady, Published, Publisher
from callsheet.testing.examination import examined, fails


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
